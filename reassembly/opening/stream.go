package opening

import (
	"bytes"

	"h2scope/reassembly"
)

// octetsPerPiece bounds the bookkeeping of a peer that sends single octets: a
// half holds at most one piece for so many octets of its limit.
const octetsPerPiece = 8

// A piece is a run of octets, or a gap, as it came.
type piece struct {
	from  reassembly.Chunk // without Data; Offset, Packet and Time serve gaps too
	n     uint64           // octets
	order uint64           // of arrival, over both halves
	gap   bool
	cause reassembly.Cause
}

// A stream is what of one half has come and is not yet understood: a run of
// octets, perhaps a gap, more octets. The octets lie together in buf; the
// pieces say where they came from, and together cover buf exactly.
type stream struct {
	offset   uint64 // of the first octet or gap held, in the half
	buf      []byte
	borrowed bool // buf is the caller's
	pieces   []piece
	room     [1]piece // the first of pieces, without allocating
	gapAt    int      // where in buf the first gap stands; -1 without one
	scanned  int      // octets of buf in which no end of head was found
	spoken   bool     // something has come, ever
	last     Mark     // of the last octet consumed
}

// push adds a chunk, borrowing its octets where nothing else is held.
func (s *stream) push(c *reassembly.Chunk, order uint64) {
	if len(s.buf) == 0 {
		s.buf, s.borrowed = c.Data, true
	} else {
		s.buf = append(s.buf, c.Data...)
	}
	n := uint64(len(c.Data))
	if k := len(s.pieces) - 1; k >= 0 && s.pieces[k].continues(c, order) {
		s.pieces[k].n += n
		s.pieces[k].order = order
		return
	}
	p := piece{from: *c, n: n, order: order}
	p.from.Data = nil
	s.add(p)
}

// continues says that c came right after the piece and from the same packet.
func (p *piece) continues(c *reassembly.Chunk, order uint64) bool {
	return !p.gap && p.order+1 == order && p.from.Offset+p.n == c.Offset &&
		p.from.Packet == c.Packet && p.from.OctetsPacket == c.OctetsPacket &&
		p.from.Time == c.Time && p.from.Acked == c.Acked
}

// pushGap adds a gap.
func (s *stream) pushGap(g *reassembly.Gap, order uint64) {
	if s.gapAt < 0 {
		s.gapAt = len(s.buf)
	}
	s.add(piece{
		from: reassembly.Chunk{Half: g.Half, Offset: g.Offset, Packet: g.Packet, Time: g.Time},
		n:    g.Length, order: order, gap: true, cause: g.Cause,
	})
}

func (s *stream) add(p piece) {
	if len(s.pieces) == 0 {
		s.pieces = s.room[:0]
		s.offset = p.from.Offset
	}
	s.spoken = true
	s.pieces = append(s.pieces, p)
}

// octets are those before any gap.
func (s *stream) octets() []byte {
	if s.gapAt >= 0 {
		return s.buf[:s.gapAt]
	}
	return s.buf
}

// cut says that a gap stands behind octets: no more will come to them.
func (s *stream) cut() bool { return s.gapAt >= 0 }

// first is the mark of the first octet held.
func (s *stream) first() Mark { return s.pieces[0].mark(0) }

// acked is how much of the other half the sender of the first octet held had
// acknowledged.
func (s *stream) acked() uint64 { return s.pieces[0].from.Acked }

func (p *piece) mark(i uint64) Mark {
	return Mark{Packet: p.from.Packet, Time: p.from.Time, Offset: p.from.Offset + i}
}

// consume drops the first n octets.
func (s *stream) consume(n int) {
	if n == 0 {
		return
	}
	s.buf = s.buf[n:]
	s.offset += uint64(n)
	s.scanned = 0
	if s.gapAt >= 0 {
		s.gapAt -= n
	}
	for left := uint64(n); left > 0; {
		p := &s.pieces[0]
		k := min(left, p.n)
		s.last = p.mark(k - 1)
		left -= k
		p.n -= k
		p.from.Offset += k
		if p.n == 0 {
			s.pieces = s.pieces[1:]
		}
	}
}

// gap is the length of the gap that stands first, 0 without one.
func (s *stream) gap() uint64 {
	if s.gapAt != 0 {
		return 0
	}
	return s.pieces[0].n
}

// passGap drops the gap that stands first.
func (s *stream) passGap() {
	p := s.pieces[0]
	s.last = p.mark(p.n - 1)
	s.offset += p.n
	s.pieces = s.pieces[1:]
	s.gapAt = -1
	at := 0
	for _, p := range s.pieces {
		if p.gap {
			s.gapAt = at
			return
		}
		at += int(p.n)
	}
}

// dropPiece drops the first piece.
func (s *stream) dropPiece() {
	if s.gapAt == 0 {
		s.passGap()
	} else {
		s.consume(int(s.pieces[0].n))
	}
}

// drop drops all before offset.
func (s *stream) drop(offset uint64) {
	for len(s.pieces) > 0 && s.offset < offset {
		if s.pieces[0].gap || s.offset+s.pieces[0].n <= offset {
			s.dropPiece()
		} else {
			s.consume(int(offset - s.offset))
		}
	}
}

// full says that more is held than the limit lets.
func (s *stream) full(limit int) bool {
	return len(s.buf) > limit || len(s.pieces) > limit/octetsPerPiece
}

// keep makes the octets held the stream's own.
func (s *stream) keep() {
	switch {
	case len(s.buf) == 0:
		s.buf = nil
	case s.borrowed:
		s.buf = bytes.Clone(s.buf)
	}
	s.borrowed = false
}

// next gives the first piece to h, and drops it. c is there to be used.
func (s *stream) next(h reassembly.Handler, c *reassembly.Chunk) {
	p := s.pieces[0]
	if p.gap {
		s.passGap()
		h.Gap(&reassembly.Gap{
			Half: p.from.Half, Offset: p.from.Offset, Length: p.n, Cause: p.cause,
			Packet: p.from.Packet, Time: p.from.Time,
		})
		return
	}
	*c = p.from
	c.Data = s.buf[:p.n:p.n]
	s.consume(int(p.n))
	h.Chunk(c)
	c.Data = nil
}
