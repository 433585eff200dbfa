package reassembly

import (
	"testing"
	"unsafe"

	"h2scope/capture/segment"
)

// discard is a handler that only counts.
type discard struct{ octets, gaps uint64 }

func (d *discard) Chunk(c *Chunk) { d.octets += uint64(len(c.Data)) }
func (d *discard) Gap(*Gap)       { d.gaps++ }

const frameOctets = 1448 // of payload in an Ethernet frame, with timestamps

// stream gives n segments of half 0 with their checksums left to the network
// card, or right ones.
func stream(n int, offloaded bool) []*segment.Segment {
	w := newWire(nil)
	payload := string(make([]byte, frameOctets))
	out := make([]*segment.Segment, n)
	for i := range out {
		out[i] = w.make(0, uint32(1+i*frameOctets), payload, ack(1), ipid(uint16(i)))
		if offloaded {
			partialSum(out[i])
		}
	}
	return out
}

// play feeds segments in the given order, for ever: next is the next one.
type play struct {
	conn     *Conn
	segments []*segment.Segment
	i        int
	h        discard
}

func (p *play) next() {
	s := p.segments[p.i]
	p.conn.Segment(0, s, &p.h)
	s.Seq += uint32(len(p.segments) * frameOctets)
	s.Time += 1e6
	if p.i++; p.i == len(p.segments) {
		p.i = 0
	}
}

func reordered(s []*segment.Segment) []*segment.Segment {
	for i := 0; i+4 <= len(s); i += 4 {
		s[i], s[i+1], s[i+2], s[i+3] = s[i+2], s[i], s[i+3], s[i+1]
	}
	return s
}

func BenchmarkInOrder(b *testing.B) {
	for _, bench := range []struct {
		name      string
		offloaded bool
	}{{"offloaded", true}, {"verified", false}} {
		b.Run(bench.name, func(b *testing.B) {
			n := 64
			if !bench.offloaded {
				n = 1 // the same segment, so that its checksum stays right
			}
			p := play{conn: NewConn(Config{}), segments: stream(n, bench.offloaded)}
			b.SetBytes(frameOctets)
			b.ReportAllocs()
			for b.Loop() {
				if !bench.offloaded { // where the half stands decides
					p.conn.half[0].start -= frameOctets
					p.segments[0].Seq = uint32(p.conn.half[0].start.plus(p.conn.half[0].next))
					p.conn.Segment(0, p.segments[0], &p.h)
					continue
				}
				p.next()
			}
		})
	}
}

func BenchmarkReordered(b *testing.B) {
	p := play{conn: NewConn(Config{}), segments: reordered(stream(64, true))}
	b.SetBytes(frameOctets)
	b.ReportAllocs()
	for b.Loop() {
		p.next()
	}
}

func BenchmarkACKs(b *testing.B) {
	p := play{conn: NewConn(Config{}), segments: stream(64, true)}
	w := newWire(nil)
	a := w.make(1, 1, "", ack(1), ipid(1))
	partialSum(a)
	b.ReportAllocs()
	for b.Loop() {
		p.next()
		a.Ack += frameOctets
		a.IPID++
		a.Time += 1e6
		p.conn.Segment(1, a, &p.h)
	}
}

// TestAllocations are the budgets: none for segments in order, none for
// reordered ones once the buffers are there.
func TestAllocations(t *testing.T) {
	for _, test := range []struct {
		name     string
		segments []*segment.Segment
	}{
		{"in order", stream(64, true)},
		{"reordered", reordered(stream(64, true))},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := play{conn: NewConn(Config{}), segments: test.segments}
			for range 256 {
				p.next()
			}
			if n := testing.AllocsPerRun(1000, p.next); n != 0 {
				t.Errorf("%v allocations a segment", n)
			}
			if p.h.octets == 0 || p.h.gaps != 0 {
				t.Errorf("%+v", p.h)
			}
		})
	}
}

// A million connections must be affordable.
func TestConnSize(t *testing.T) {
	if n := unsafe.Sizeof(Conn{}); n > 1024 {
		t.Errorf("a Conn has %d octets", n)
	}
	if n := unsafe.Sizeof(flow{}); n > 96 {
		t.Errorf("a flow has %d octets", n)
	}
}

// What a connection held goes back to the pool with Finish.
func TestFinishFrees(t *testing.T) {
	pool := NewPool()
	for range 3 {
		c := NewConn(Config{Pool: pool})
		var h discard
		for i, s := range stream(40, true) {
			if i%2 == 1 {
				c.Segment(0, s, &h)
			}
			if i%2 == 1 && i > 20 {
				s.Seq += 1 << 30
				c.Segment(0, s, &h)
			}
		}
		c.Finish(&h)
		for of := range c.half {
			f := &c.half[of]
			if f.reorder != nil || f.strays != nil || f.doubtful != nil || f.recent.slots != nil {
				t.Errorf("half %d keeps memory", of)
			}
		}
	}
	if n := len(pool.pieces); n == 0 || n > 20 {
		t.Errorf("%d pieces in the pool", n)
	}
}
