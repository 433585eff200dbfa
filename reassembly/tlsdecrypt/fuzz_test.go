package tlsdecrypt

import (
	"bytes"
	"fmt"
	"testing"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A judge sees that a half's plaintext has no hole that is not told, and that
// its records are among those that were sent, in their order.
type judge struct {
	t      *testing.T
	offset [2]uint64
	sent   map[string]int // content to place in order; nil: anything may come
	last   [2]int
}

func (j *judge) Chunk(c *reassembly.Chunk) {
	if c.Offset != j.offset[c.Half] || len(c.Data) == 0 {
		j.t.Fatalf("half %d: %d octets at %d, want them at %d", c.Half, len(c.Data), c.Offset, j.offset[c.Half])
	}
	j.offset[c.Half] += uint64(len(c.Data))
	if c.Acked > j.offset[c.Half.Other()]+1 { // one more: of what was not opened
		j.t.Fatalf("half %d acknowledges %d octets of %d", c.Half, c.Acked, j.offset[c.Half.Other()])
	}
	if j.sent != nil {
		n, ok := j.sent[string(c.Data)]
		if !ok || n <= j.last[c.Half] {
			j.t.Fatalf("half %d: record %q after %d", c.Half, c.Data, j.last[c.Half])
		}
		j.last[c.Half] = n
	}
}

func (j *judge) Gap(g *reassembly.Gap) {
	if g.Offset != j.offset[g.Half] || g.Length == 0 {
		j.t.Fatalf("half %d: gap of %d at %d, want it at %d", g.Half, g.Length, g.Offset, j.offset[g.Half])
	}
	j.offset[g.Half] += g.Length
}

// FuzzRecords feeds any octets: those of both halves in turn, in pieces. A zero
// length of a piece is a gap.
func FuzzRecords(f *testing.F) {
	var client, server []byte
	for _, fl := range simple {
		if fl.half == 0 {
			client = append(client, unhex(f, fl.octets)...)
		} else {
			server = append(server, unhex(f, fl.octets)...)
		}
	}
	f.Add(client, server, []byte{200, 255, 0, 3})
	f.Add(server, client, []byte{255})
	f.Add(client[:300], server[95:], []byte{50, 0})
	f.Add([]byte{22, 3, 3, 0, 0, 22, 3, 3, 0, 1, 1}, []byte{0x80, 46, 1, 3, 1}, []byte{1})
	f.Add([]byte{23, 3, 3, 0, 40, 20, 3, 3, 0, 1, 1}, []byte{21, 3, 1, 0, 2, 2, 40}, []byte{9})
	store := keylog.NewStore()
	if _, err := store.Add([]byte(simpleSecrets), "log"); err != nil {
		f.Fatal(err)
	}
	limits := DefaultLimits()
	limits.Work, limits.Held, limits.Records = 1<<20, 1<<12, 64
	f.Fuzz(func(t *testing.T, client, server, cuts []byte) {
		if len(cuts) == 0 {
			return
		}
		for _, final := range []bool{true, false} {
			c := New(Config{Keys: store, KeysFinal: final, Limits: &limits}, &judge{t: t})
			halves, offset := [2][]byte{client, server}, [2]uint64{}
			for n := 0; len(halves[0])+len(halves[1]) > 0; n++ {
				half := reassembly.Half(n & 1)
				size := min(int(cuts[n%len(cuts)]), len(halves[half]))
				at := offset[half]
				offset[half] += uint64(size)
				if cuts[n%len(cuts)] == 0 {
					c.Gap(&reassembly.Gap{Half: half, Offset: at, Length: 40})
					offset[half] += 40
					size = min(40, len(halves[half]))
				} else if size > 0 {
					c.Chunk(&reassembly.Chunk{Half: half, Offset: at, Acked: offset[half.Other()], Data: halves[half][:size]})
				}
				halves[half] = halves[half][size:]
				if n > 1<<16 {
					break
				}
			}
			c.Finish()
			if i := c.Info(); i.Decrypted == Full != (i.Reason == "") {
				t.Fatalf("%v because of %q", i.Decrypted, i.Reason)
			}
		}
	})
}

// FuzzDecrypt changes, loses and cuts octets of a good connection: what is told
// is always what was sent, in order.
func FuzzDecrypt(f *testing.F) {
	f.Add(uint8(0), []byte{})
	f.Add(uint8(1), []byte{1, 200, 50, 0, 3, 10, 2, 100, 1})
	f.Add(uint8(2), []byte{1, 250, 250})
	f.Add(uint8(4), []byte{2, 0, 9, 1, 90, 255})
	f.Fuzz(func(t *testing.T, suite uint8, edits []byte) {
		fg := newForge(suites13[int(suite)%len(suites13)].id)
		j := &judge{t: t, sent: map[string]int{}}
		fg.start(t, "nothing")
		fg.conn = New(Config{Keys: fg.conn.cfg.Keys, KeysFinal: true}, j)
		fg.handshake()
		var octets []byte
		for n := range 40 {
			text := fmt.Sprintf("%d %s", n, bytes.Repeat([]byte("x"), n*n%97))
			j.sent[text] = n + 1
			octets = append(octets, fg.data(serverAP, text)...)
		}
		for len(edits) >= 3 && len(octets) > 0 {
			n := min(int(edits[1])*4, len(octets))
			switch edits[0] % 3 {
			case 0: // whole
				fg.send(1, octets[:n])
			case 1: // lost
				if n > 0 {
					fg.lose(1, n)
				}
			case 2: // changed
				if n > 0 {
					octets[int(edits[2])%n] ^= 1 + edits[2]
					fg.send(1, octets[:n])
				}
			}
			octets, edits = octets[n:], edits[3:]
		}
		fg.send(1, octets)
		fg.conn.Finish()
	})
}
