package reassembly

import "h2scope/capture/segment"

// An opening is where a half of a flow began, as far as was seen.
type opening struct {
	begin seq // of its first octet
	how   knowledge
}

// A knowledge says how an opening is known, the best last.
type knowledge uint8

const (
	unseen   knowledge = iota
	fromACK            // the other side's first ACK
	fromData           // its first segment, which was no SYN
	fromSYN
)

// note learns from s, which half sent, where the halves began.
func (f *flow) note(half Half, s *segment.Segment) {
	if s.Flags.Has(segment.SYN) && f.delayed(half, s) {
		return
	}
	o, peer := &f.half[half], &f.half[half.Other()]
	switch {
	case s.Flags.Has(segment.SYN) && o.how < fromSYN:
		*o = opening{seq(s.Seq) + 1, fromSYN}
	case o.how < fromData && s.Flags&(segment.SYN|segment.RST) == 0:
		*o = opening{seq(s.Seq), fromData}
	}
	if peer.how == unseen && s.Flags&(segment.ACK|segment.RST) == segment.ACK {
		*peer = opening{seq(s.Ack), fromACK}
	}
}

// reused reports whether s, a SYN or SYN-ACK of half, begins a new connection
// on the flow: its sequence number is neither that of this connection's own
// SYN, which may come late or again, nor that of the connection before.
func (f *flow) reused(half Half, s *segment.Segment) bool {
	begin := seq(s.Seq) + 1
	o, peer := f.half[half], f.half[half.Other()]
	switch {
	case f.delayed(half, s):
		return false
	case o.how == fromSYN:
		return begin != o.begin
	case o.how != unseen:
		return !late(o.begin, begin)
	case s.Flags.Has(segment.ACK) && peer.how == fromSYN:
		return !late(seq(s.Ack), peer.begin) // SYN may carry data, which it acknowledges
	}
	return false // both open at once (RFC 9293, Section 3.5), or nothing speaks against it
}

// delayed reports whether s is a SYN of the connection before, which was
// delayed on its way.
func (f *flow) delayed(half Half, s *segment.Segment) bool {
	return f.before[half] == opening{seq(s.Seq) + 1, fromSYN}
}

// late reports whether a SYN at begin fits a half whose first captured octet
// was first: the capture may have the first octets in any order.
func late(first, begin seq) bool {
	d := first.minus(begin)
	return 0 <= d && d <= lateSYN
}

// replace makes f a new connection that half opened.
func (f *flow) replace(conn uint64, half Half) {
	was := f.half
	if half == 1 { // its sender is half 0 now
		was[0], was[1] = was[1], was[0]
		f.low = f.low.Other()
	}
	f.before, f.half, f.conn = was, [2]opening{}, conn
}
