package reassembly

import (
	"sort"

	"h2scope/capture/segment"
)

// An origin is the packet that octets lay in, and what its sender had heard.
type origin struct {
	packet uint64
	time   int64
	ack    seq
	acks   bool  // ack is valid
	missed int64 // since when octets behind these were held; 0: none were
}

func originOf(s *segment.Segment) origin {
	return origin{packet: s.Packet, time: s.Time, ack: seq(s.Ack), acks: s.Flags.Has(segment.ACK)}
}

// A piece is a run of octets that came before its turn.
type piece struct {
	off    int64
	data   []byte // a copy; may be empty where the capture cut all of it
	cutEnd int64  // where the segment ended on the wire, if it was cut; else 0
	origin
}

func (p *piece) end() int64 { return p.off + int64(len(p.data)) }

// An ackMark is an ACK for octets that the capture lacks so far.
type ackMark struct {
	upTo   int64  // acknowledged: all octets before this offset
	packet uint64 // count of the connection's packets at that time
	time   int64
}

// A reorder is what a half waits with: pieces in order of offset, whose data
// do not overlap, and the ACKs whose age is watched.
type reorder struct {
	pieces []*piece
	head   int   // of the first piece still held
	octets int   // in pieces
	since  int64 // time of the packet since which the first piece waits
	cutEnd int64 // octets up to here were cut, as far as no piece has them
	marks  []ackMark
}

func (r *reorder) len() int { return len(r.pieces) - r.head }

func (r *reorder) idle() bool { return r.len() == 0 && len(r.marks) == 0 }

// first is the piece with the lowest offset; nil: none.
func (r *reorder) first() *piece {
	if r.head == len(r.pieces) {
		return nil
	}
	return r.pieces[r.head]
}

// pop removes the first piece.
func (r *reorder) pop() *piece {
	p := r.pieces[r.head]
	r.pieces[r.head] = nil
	r.head++
	r.octets -= len(p.data)
	switch {
	case r.head == len(r.pieces):
		r.pieces, r.head = r.pieces[:0], 0
	case r.head >= 64 && r.head*2 >= len(r.pieces):
		n := copy(r.pieces, r.pieces[r.head:])
		clear(r.pieces[n:])
		r.pieces, r.head = r.pieces[:n], 0
	}
	return p
}

// insert puts p before the piece at i.
func (r *reorder) insert(i int, p *piece) {
	r.octets += len(p.data)
	r.pieces = append(r.pieces, nil)
	copy(r.pieces[i+1:], r.pieces[i:])
	r.pieces[i] = p
}

// search is the index of the first piece that ends behind off.
func (r *reorder) search(off int64) int {
	n := len(r.pieces)
	if r.head == n || r.pieces[n-1].end() <= off {
		return n
	}
	return r.head + sort.Search(n-r.head, func(i int) bool {
		return r.pieces[r.head+i].end() > off
	})
}

// put holds those octets of data, which begin at off, that no piece has: the
// first copy wins. cutEnd is where the segment ended on the wire if that is
// behind data, else 0.
func (r *reorder) put(pool *Pool, off int64, data []byte, cutEnd int64, from origin) {
	end := off + int64(len(data))
	pos, i := off, r.search(off)
	for ; i < len(r.pieces) && r.pieces[i].off < end; i++ {
		if next := r.pieces[i]; pos < next.off {
			r.insert(i, pool.hold(pos, data[pos-off:next.off-off], from))
			i++
		}
		pos = max(pos, r.pieces[i].end())
	}
	if pos < end || pos < cutEnd {
		last := pool.hold(pos, data[min(pos, end)-off:], from)
		last.cutEnd = cutEnd
		r.insert(i, last)
	}
}

// overlap reports whether octets between off and end are held.
func (r *reorder) overlap(off, end int64) bool {
	i := r.search(off)
	for ; i < len(r.pieces) && r.pieces[i].off < end; i++ {
		if len(r.pieces[i].data) > 0 {
			return true
		}
	}
	return false
}

// differs finds the first octet of data that is held with another value.
func (r *reorder) differs(off int64, data []byte) (at int64, found bool) {
	end := off + int64(len(data))
	for i := r.search(off); i < len(r.pieces) && r.pieces[i].off < end; i++ {
		p := r.pieces[i]
		for o := max(off, p.off); o < min(end, p.end()); o++ {
			if data[o-off] != p.data[o-p.off] {
				return o, true
			}
		}
	}
	return 0, false
}

// watch notes that octets up to upTo were acknowledged and are lacking. When
// there are too many ACKs to watch, the newest two become one.
func (r *reorder) watch(m ackMark) {
	if len(r.marks) == maxMarks {
		r.marks[maxMarks-1] = m
		return
	}
	r.marks = append(r.marks, m)
}

// unwatch forgets the oldest n ACKs.
func (r *reorder) unwatch(n int) {
	r.marks = r.marks[:copy(r.marks, r.marks[n:])]
}
