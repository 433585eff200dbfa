package rules

import (
	"h2scope/h2decode"
	"h2scope/h2decode/idmap"
)

// A streamRecord is what the judge keeps of a stream that is not closed.
type streamRecord struct {
	id       uint32
	findings h2decode.Severities
	messages [2]messageRecord // by the side that sends
	state    stateRecord
	next     *streamRecord // of the free ones
}

// A closedStream is what is remembered of a stream that closed.
type closedStream struct {
	id   uint32
	left [2]leaving // by side
	// end is, by side, where in its octets the frame ended with which it left.
	end    [2]uint64
	closer h2decode.Side // whose frame closed the stream
	// provoked says, by side, that its peer has sent on after the end what
	// may be answered by RST_STREAM.
	provoked [2]bool
	// unknown says, by side, that what the side did wrong on the stream may not
	// have been seen.
	unknown [2]bool
	// upgraded says that the stream began with the Upgrade; unfollowed, that
	// a limit ended the watch over it before it closed.
	upgraded, unfollowed bool
}

// A leaving says how a side has left a stream.
type leaving uint8

const (
	stayed leaving = iota // the peer's RST_STREAM ended it
	ended                 // by END_STREAM
	reset                 // by RST_STREAM
)

// How many closed streams of each side are remembered, by identifier, where the
// latest takes the place of those before. Memory grows with need.
const (
	minClosed = 1 << 4
	maxClosed = 1 << 10
)

// streams are the streams of a connection as the judge sees them.
type streams struct {
	open   idmap.Map[streamRecord]
	free   *streamRecord
	closed [2][]closedStream // by the side that opened it; a ring by identifier
	// forgotten is, by the side that opened it, the greatest identifier of a
	// stream that closed and is not remembered.
	forgotten [2]uint32
}

// get is the record of an open stream, nil where there is none.
func (s *streams) get(id uint32) *streamRecord { return s.open.Get(id) }

// add is the record of a stream, a new one where there is none.
func (s *streams) add(id uint32) *streamRecord {
	if r := s.get(id); r != nil {
		return r
	}
	r := s.free
	if r == nil {
		r = new(streamRecord)
	} else {
		s.free = r.next
		*r = streamRecord{}
	}
	r.id = id
	s.open.Set(id, r)
	return r
}

// remove forgets an open stream.
func (s *streams) remove(id uint32) {
	if r := s.get(id); r != nil {
		s.open.Delete(id)
		r.next, s.free = s.free, r
	}
}

// close gives the place in which a stream is remembered as closed. Of two
// streams that share one the later stays.
func (s *streams) close(id uint32) *closedStream {
	side := opener(id)
	for {
		ring := s.closed[side]
		if len(ring) > 0 {
			c := &ring[id/2%uint32(len(ring))]
			switch {
			case c.id == 0 || c.id == id:
				*c = closedStream{id: id}
				return c
			case len(ring) < maxClosed:
			case c.id < id:
				s.forgotten[side] = max(s.forgotten[side], c.id)
				*c = closedStream{id: id}
				return c
			default:
				s.forgotten[side] = max(s.forgotten[side], id)
				return new(closedStream)
			}
		}
		s.grow(side)
	}
}

// grow makes room for twice as many closed streams. No two share a place that
// did not before.
func (s *streams) grow(side h2decode.Side) {
	old := s.closed[side]
	ring := make([]closedStream, max(minClosed, 2*len(old)))
	for _, c := range old {
		if c.id != 0 {
			ring[c.id/2%uint32(len(ring))] = c
		}
	}
	s.closed[side] = ring
}

// closedAs is what is remembered of a closed stream; nil: nothing.
func (s *streams) closedAs(id uint32) *closedStream {
	if ring := s.closed[opener(id)]; len(ring) > 0 {
		if c := &ring[id/2%uint32(len(ring))]; c.id == id {
			return c
		}
	}
	return nil
}

// opener is the side whose identifiers id is among (RFC 9113, Section 5.1.1).
func opener(id uint32) h2decode.Side {
	if id%2 == 0 {
		return h2decode.Server
	}
	return h2decode.Client
}

// end is where in its sender's octets a frame ends.
func end(f *h2decode.FrameDecoded) uint64 {
	return f.Offset + h2decode.HeaderLength + uint64(f.Header.Length)
}

// knew says that the sender of a frame had received, as its TCP acknowledged,
// what ends at an offset of its peer's octets: so that it could not break a rule
// unknowingly.
func knew(f *h2decode.FrameDecoded, end uint64) bool { return f.Acked >= end }
