package opening

import (
	"bytes"
	"testing"

	"h2scope/reassembly"
)

func chunkAt(offset, packet uint64, data string) *reassembly.Chunk {
	return &reassembly.Chunk{Offset: offset, Packet: packet, OctetsPacket: packet, Time: int64(packet) * 1000, Data: []byte(data)}
}

func newStream() *stream { return &stream{gapAt: -1} }

// TestStreamBorrows: what is consumed in the call it came in is never copied,
// and what stays is.
func TestStreamBorrows(t *testing.T) {
	s := newStream()
	c := chunkAt(0, 1, "hello, world")
	s.push(c, 1)
	if &s.octets()[0] != &c.Data[0] {
		t.Error("a first chunk was copied")
	}
	s.consume(7)
	s.keep()
	c.Data[7] = 'W'
	if got := string(s.octets()); got != "world" {
		t.Errorf("kept %q", got)
	}
	s.push(chunkAt(12, 2, "!"), 2)
	if got := string(s.octets()); got != "world!" || s.offset != 7 {
		t.Errorf("%q at %d", got, s.offset)
	}
}

// TestStreamJoinsPieces: a packet told in parts is one piece; another packet, or
// one after something of the other half, is not.
func TestStreamJoinsPieces(t *testing.T) {
	s := newStream()
	s.push(chunkAt(0, 1, "a"), 1)
	s.push(chunkAt(1, 1, "b"), 2)
	s.push(chunkAt(2, 1, "c"), 4)
	s.push(chunkAt(3, 2, "d"), 5)
	late := chunkAt(4, 2, "e")
	late.OctetsPacket = 1
	s.push(late, 6)
	if len(s.pieces) != 4 {
		t.Errorf("%d pieces, want 4: %+v", len(s.pieces), s.pieces)
	}
}

// TestStreamMarks: the mark of an octet is that of its packet, also in the
// middle of a piece and over several.
func TestStreamMarks(t *testing.T) {
	s := newStream()
	s.push(chunkAt(100, 1, "abc"), 1)
	s.push(chunkAt(103, 2, "def"), 2)
	for _, step := range []struct {
		n           int
		last, first Mark
	}{
		{1, Mark{1, 1000, 100}, Mark{1, 1000, 101}},
		{3, Mark{2, 2000, 103}, Mark{2, 2000, 104}},
	} {
		s.consume(step.n)
		if s.last != step.last || s.first() != step.first {
			t.Errorf("after %d: last %+v, first %+v, want %+v", step.n, s.last, s.first(), step)
		}
	}
}

func TestStreamGaps(t *testing.T) {
	s := newStream()
	s.pushGap(&reassembly.Gap{Offset: 0, Length: 5, Packet: 1, Time: 1000}, 1)
	s.push(chunkAt(5, 2, "ab"), 2)
	s.pushGap(&reassembly.Gap{Offset: 7, Length: 3, Packet: 3, Time: 3000}, 3)
	s.push(chunkAt(10, 4, "cd"), 4)
	if len(s.octets()) != 0 || !s.cut() || s.gap() != 5 {
		t.Fatalf("first gap: %q %v %d", s.octets(), s.cut(), s.gap())
	}
	s.passGap()
	if string(s.octets()) != "ab" || !s.cut() || s.gap() != 0 || s.offset != 5 || s.last != (Mark{1, 1000, 4}) {
		t.Fatalf("behind it: %q %v %d, %d, %+v", s.octets(), s.cut(), s.gap(), s.offset, s.last)
	}
	s.consume(2)
	if s.gap() != 3 {
		t.Fatalf("second gap: %d", s.gap())
	}
	s.passGap()
	if string(s.octets()) != "cd" || s.cut() || s.offset != 10 {
		t.Errorf("behind it: %q %v %d", s.octets(), s.cut(), s.offset)
	}
}

// TestStreamReplay gives back what came, cut at what was consumed.
func TestStreamReplay(t *testing.T) {
	s := newStream()
	s.push(chunkAt(0, 1, "abc"), 1)
	s.pushGap(&reassembly.Gap{Offset: 3, Length: 2, Packet: 2, Time: 2000, Cause: reassembly.CaptureLoss}, 2)
	s.push(chunkAt(5, 3, "def"), 3)
	s.consume(1)
	l := &collector{t: t}
	for len(s.pieces) > 0 {
		s.next(l, &reassembly.Chunk{})
	}
	if !bytes.Equal(l.octets[0], []byte("bc\x00\x00def")) || l.start[0] != 1 {
		t.Errorf("replayed %q from %d", l.octets[0], l.start[0])
	}
}

func TestStreamFull(t *testing.T) {
	s := newStream()
	s.push(chunkAt(0, 1, "0123456789abcdef"), 1)
	if s.full(16) || !s.full(15) {
		t.Error("16 octets are no more than 16, and more than 15")
	}
	s.push(chunkAt(16, 2, "x"), 2)
	s.push(chunkAt(17, 3, "x"), 3)
	if s.full(24) || !s.full(23) {
		t.Error("3 pieces are as many as 24 octets may have")
	}
}
