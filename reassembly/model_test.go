package reassembly

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"h2scope/capture/segment"
)

// A model is what any observer may say: for each half a map from offset to
// the first captured copy of the octet. It checks a Conn as a Handler.
type model struct {
	octets [2]map[int64]byte
	next   [2]int64
	end    [2]int64 // of what was captured
	err    error
}

func (m *model) fail(format string, a ...any) {
	if m.err == nil {
		m.err = fmt.Errorf(format, a...)
	}
}

// capture notes the octets of a segment, as far as they can still be used.
func (m *model) capture(half Half, off int64, data []byte) {
	for i, b := range data {
		at := off + int64(i)
		if at < m.next[half] {
			continue
		}
		if _, ok := m.octets[half][at]; !ok {
			m.octets[half][at] = b
		}
		m.end[half] = max(m.end[half], at+1)
	}
}

func (m *model) Chunk(c *Chunk) {
	if int64(c.Offset) != m.next[c.Half] {
		m.fail("half %d: chunk at %d, expected %d", c.Half, c.Offset, m.next[c.Half])
	}
	for i, b := range c.Data {
		at := int64(c.Offset) + int64(i)
		if want, ok := m.octets[c.Half][at]; !ok || b != want {
			m.fail("half %d: octet %d is %d, captured was %d (%v)", c.Half, at, b, want, ok)
		}
		delete(m.octets[c.Half], at)
	}
	if other := m.end[1-c.Half] + slack; int64(c.Acked) > other {
		m.fail("half %d acknowledged %d of %d", c.Half, c.Acked, other)
	}
	m.next[c.Half] += int64(len(c.Data))
}

func (m *model) Gap(g *Gap) {
	if int64(g.Offset) != m.next[g.Half] || g.Length == 0 {
		m.fail("half %d: gap at %d+%d, expected %d", g.Half, g.Offset, g.Length, m.next[g.Half])
	}
	for at := int64(g.Offset); at < int64(g.Offset+g.Length); at++ {
		if _, ok := m.octets[g.Half][at]; ok {
			m.fail("half %d: octet %d is in a gap (%s) but was captured", g.Half, at, g.Cause)
		}
	}
	m.next[g.Half] += int64(g.Length)
}

// slack is how far a step can go beyond what was captured.
const slack = 4096

// run plays a program of six octets a step on a Conn and the model.
func run(program []byte) error {
	if len(program) < 6 {
		return nil
	}
	limits := DefaultLimits()
	mode := program[0]
	if mode&1 != 0 {
		limits.HeldOctets, limits.HeldSegments, limits.HoldTime = 600, 6, time.Second
	}
	w := newWire(&limits)
	if mode&2 != 0 {
		limits.AckPackets, limits.AckAge = 4, 2*time.Millisecond
	}
	isn := [2]uint32{0xffffff00 + uint32(program[1])*3, uint32(program[2])<<24 - 200}
	m := &model{octets: [2]map[int64]byte{{}, {}}}
	feed := func(half Half, s *segment.Segment) { w.conn.Segment(half, s, m) }
	synced := mode&4 != 0
	if synced {
		feed(0, w.make(0, isn[0], "", flags(segment.SYN)))
		feed(1, w.make(1, isn[1], "", flags(segment.SYN), ack(isn[0]+1)))
	}
	var sent [2]int64
	started := [2]bool{synced, synced}
	var last [2]*segment.Segment
	for p := program[3:]; len(p) >= 6 && m.err == nil; p = p[6:] {
		half := Half(p[0] & 1)
		if p[0]&2 != 0 && last[half] != nil { // the same packet again
			w.packet++
			dup := *last[half]
			dup.Packet = w.packet
			feed(half, &dup)
			continue
		}
		off, n := sent[half], int64(p[2])+1
		switch {
		case !started[half]: // the first octets of the half
			n, started[half] = 8, true
			off = 0
		case p[0]&4 != 0:
			off = max(0, sent[half]+int64(int8(p[1]))*4)
		}
		data := make([]byte, n)
		for i := range data {
			at := off + int64(i)
			data[i] = byte(at*7 + at>>8 + int64(half)*99)
			if p[0]&8 != 0 {
				data[i] ^= p[4] // another copy
			}
		}
		w.time += int64(p[3]) * int64(p[3]) * 20_000
		options := []opt{ipid(uint16(w.packet) | 1)}
		if p[0]&16 != 0 && started[1-half] {
			options = append(options, ack(isn[1-half]+1+uint32(sent[1-half]*int64(p[5])/255)))
		}
		s := w.make(half, isn[half]+1+uint32(off), string(data), options...)
		if p[0]&0xe0 == 0xe0 {
			s.Payload = s.Payload[:int(n)*int(p[4])/256]
		}
		m.capture(half, off, s.Payload)
		sent[half] = max(sent[half], off+n)
		feed(half, s)
		last[half] = s
		if r := w.conn.half[half].reorder; r != nil && (r.octets > limits.HeldOctets || r.len() > limits.HeldSegments) {
			m.fail("%d octets held in %d segments", r.octets, r.len())
		}
	}
	w.conn.Finish(m)
	for half := range m.octets {
		if len(m.octets[half]) > 0 {
			m.fail("half %d: %d captured octets were never handed on", half, len(m.octets[half]))
		}
		if m.next[half] < m.end[half] {
			m.fail("half %d ended at %d, captured up to %d", half, m.next[half], m.end[half])
		}
	}
	return m.err
}

// FuzzAgainstModel: octets are right, in order, each once; gaps are exactly
// what was not captured in time; both halves; limits hold.
func FuzzAgainstModel(f *testing.F) {
	for _, mode := range []byte{0, 1, 2, 3, 4, 5, 6, 7} {
		f.Add([]byte{mode, 200, 0, 0, 0, 9, 0, 0, 0, 5, 2, 40, 0, 0, 0, 1, 0, 20, 0, 0, 0, 17, 0, 3, 90, 0, 255})
	}
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 6000 {
			return
		}
		if err := run(program); err != nil {
			t.Error(err)
		}
	})
}

// TestAgainstModel is the same property on thousands of seeded programs.
func TestAgainstModel(t *testing.T) {
	runs := 3000
	if testing.Short() {
		runs = 500
	}
	for seed := range uint64(runs) {
		r := rand.New(rand.NewPCG(seed, 1))
		program := make([]byte, 3+6*(1+r.IntN(150)))
		for i := range program {
			program[i] = byte(r.Uint32())
		}
		if err := run(program); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// FuzzSegments: no header and no payload, whatever their fields, makes a Conn
// panic, wait beyond its limits, or break the order of offsets.
func FuzzSegments(f *testing.F) {
	f.Add([]byte{0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 18, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0})
	f.Fuzz(func(t *testing.T, in []byte) {
		limits := DefaultLimits()
		limits.Window = 1 << 16
		w := newWire(&limits)
		for len(in) >= 12 {
			n, half := int(in[10])*int(in[10]), Half(in[0]&1)
			s := w.make(half, be32(in[2:]), "", flags(segment.Flags(in[1])), ack(be32(in[6:])), ipid(uint16(in[11])))
			s.Flags = segment.Flags(in[1])
			s.Length = n
			s.Payload = make([]byte, n*int(in[11]&3)/3)
			s.Header[16] ^= in[0] & 2
			w.time += int64(in[0]) << 18
			w.conn.Segment(half, s, &w.tape)
			in = in[12:]
		}
		w.finish()
		if len(w.tape.broken) > 0 {
			t.Error(w.tape.broken)
		}
	})
}

func be32(b []byte) uint32 {
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}
