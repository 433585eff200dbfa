package timeline

import (
	"testing"

	"h2scope/h2decode"
)

// Whatever octets come, in whatever pieces, with whatever holes: all that is
// recorded can be asked for, at every frame.
func FuzzRecorder(f *testing.F) {
	for seed := range uint64(3) {
		tr := newTraffic(f, seed)
		var octets []byte
		for range 10 {
			octets = append(octets, tr.frame(h2decode.Side(seed%2))...)
		}
		f.Add(octets[:min(len(octets), 2000)], []byte{40, 7, 255, 0, 130}, seed == 2)
	}
	f.Add([]byte{}, []byte{}, true)
	f.Fuzz(func(t *testing.T, octets, pieces []byte, late bool) {
		p := newPlay(t, h2decode.Config{Late: late, Limits: h2decode.Limits{Streams: 4}})
		if !late {
			p.client([]byte(h2decode.Preface))
		}
		for i, piece := range pieces {
			n := min(len(octets), int(piece)*int(piece)/8)
			from := h2decode.Side(i % 2)
			if piece%16 == 15 {
				p.lose(from, n)
			} else {
				p.send(from, octets[:n])
			}
			octets = octets[n:]
			if piece%8 == 3 {
				readAll(p.now())
			}
		}
		p.client(octets)
		c := p.over()
		readAll(c)
		for n := range c.Len() {
			if s := c.AtFrame(uint64(n)); s.Frame != uint64(n) {
				t.Errorf("asked for frame %d, got %d", n, s.Frame)
			}
		}
	})
}
