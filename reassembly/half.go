package reassembly

import "h2scope/capture/segment"

// A half is what is known of one direction. Offsets are int64 here, since
// sequence numbers before the first octet map to negative ones.
type half struct {
	start   seq // of offset 0
	lastAck seq // newest ACK field that this half sent
	firstAk seq // the first one: where the other half was then

	begun  bool // start is known
	syn    bool // by a SYN of this half
	acks   bool // lastAck and firstAk are valid
	closed bool // it announced a receive window of 0
	finSet bool // fin is known
	scaled bool // its SYN had a window scale option
	scale  uint8
	mss    uint16 // that its SYN announced: the other half's segments are at most this long; 0: unknown
	window uint32 // that it announced, scaled

	next     int64 // octets before it are passed: handed on or a gap
	end      int64 // octets before it were sent, as far as captured
	endTime  int64 // when end became known
	endBirth birth // of the segment that told
	fin      int64 // where its FIN stands
	acked    int64 // octets before it were acknowledged by the other side

	sampleEnd  int64 // an ACK up to here gives a round trip; 0: none awaited
	sampleTime int64

	gapFrom, gapTo int64 // the newest gap: late octets are told by it

	reorder *reorder // nil while all is in order
	recent  recent
	tallies []tally // one for each interface

	doubtful *aside // segments whose checksum is wrong and not judged
	strays   *aside // segments out of window that may yet be confirmed
}

// begin says that offset 0 has sequence number q.
func (f *half) begin(q seq) { f.start, f.begun = q, true }

// untouched reports whether no octet and no gap has come yet.
func (f *half) untouched() bool { return f.next == 0 && f.end == 0 && f.reorder == nil }

// offset maps q to an offset: the one within 2 GiB of what comes next.
func (f *half) offset(q seq) int64 { return f.next + q.minus(f.start.plus(f.next)) }

// known is the offset that the half is known to reach to: a FIN, or data, or
// what was acknowledged.
func (f *half) known() int64 {
	if f.finSet {
		return f.fin
	}
	return max(f.end, f.ackedData())
}

// ackedData is how many octets the other side acknowledged. An ACK one past
// the end of all that was sent is taken for that of a FIN: FIN takes a
// sequence number too (RFC 9293, Section 3.4).
func (f *half) ackedData() int64 {
	switch {
	case f.finSet:
		return min(f.acked, f.fin)
	case f.acked == f.end+1:
		return f.end
	}
	return f.acked
}

// announce takes over the options and the window of a SYN (RFC 9293, Section
// 3.2; RFC 7323, Section 2.2: the window of a SYN is never scaled).
func (f *half) announce(s *segment.Segment) {
	f.window = uint32(s.Window)
	for o := options(s.Header); len(o) > 0; {
		kind, value, rest := nextOption(o)
		switch {
		case kind == optMSS && len(value) == 2:
			f.mss = uint16(value[0])<<8 | uint16(value[1])
		case kind == optWindowScale && len(value) == 1:
			f.scaled, f.scale = true, min(value[0], 14)
		}
		o = rest
	}
}

// TCP option kinds (RFC 9293, Section 3.2; RFC 7323).
const (
	optEnd         = 0
	optNop         = 1
	optMSS         = 2
	optWindowScale = 3
	optTimestamps  = 8
)

// options are the option octets of a TCP header.
func options(header []byte) []byte {
	if len(header) < 20 {
		return nil
	}
	return header[20:]
}

// nextOption takes one option off o. What cannot be parsed ends the options.
func nextOption(o []byte) (kind byte, value, rest []byte) {
	switch {
	case o[0] == optEnd:
		return optEnd, nil, nil
	case o[0] == optNop:
		return optNop, nil, o[1:]
	case len(o) < 2 || o[1] < 2 || int(o[1]) > len(o):
		return optEnd, nil, nil
	}
	return o[0], o[2:o[1]], o[o[1]:]
}
