package reassembly

import (
	"encoding/binary"

	"h2scope/capture/segment"
)

// A birth is what a segment tells of when it was sent, beside the others of its
// half. A lost segment that is sent again comes as soon as a reordered one does:
// where the round trip is short, only this tells them apart.
type birth struct {
	stamp      uint32 // the TSval of its TCP timestamps (RFC 7323, Section 3.2)
	id         uint16 // its IP identification, which most senders count up
	stamped    bool
	identified bool
}

func birthOf(s *segment.Segment) (b birth) {
	b.stamp, b.stamped = timestamp(s.Header)
	b.id, b.identified = s.IPID, identified(s)
	return b
}

// timestamp is the TSval of a TCP header. Nearly all stacks put the option first,
// behind two that fill up.
func timestamp(header []byte) (value uint32, ok bool) {
	o := options(header)
	if len(o) >= 12 && o[0] == optNop && o[1] == optNop && o[2] == optTimestamps && o[3] == 10 {
		return binary.BigEndian.Uint32(o[4:]), true
	}
	for len(o) > 0 {
		kind, data, rest := nextOption(o)
		if kind == optTimestamps && len(data) == 8 {
			return binary.BigEndian.Uint32(data), true
		}
		o = rest
	}
	return 0, false
}

// near is how far two identifications may be apart to be counted up from one to
// the other: those of some senders are random.
const near = 1 << 10

// compare is positive where b was sent after o, negative where before, and 0 where
// nothing tells.
func (b *birth) compare(o *birth) int {
	if b.stamped && o.stamped && b.stamp != o.stamp {
		return int(int32(b.stamp - o.stamp))
	}
	if d := int(int16(b.id - o.id)); b.identified && o.identified && max(d, -d) < near {
		return d
	}
	return 0
}
