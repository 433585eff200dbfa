package rules

import "h2scope/h2decode"

// A streamRecord is what the judge keeps of a stream that is not closed.
type streamRecord struct {
	id       uint32
	findings h2decode.Severities
	messages [2]messageRecord // by the side that sends
	next     *streamRecord    // of the free ones
}

// A closedStream is what is remembered of a stream that closed.
type closedStream struct {
	id    uint32
	ended [2]uint64 // by side: where in its octets its END_STREAM frame ended; 0: it sent none
	reset [2]uint64 // by side: where in its octets its RST_STREAM ended; 0: it sent none
}

// maxClosed is how many closed streams of each side are remembered, the newest
// by identifier. Of an older one only that it is closed is known.
const maxClosed = 1 << 10

// streams are the streams of a connection as the judge sees them.
type streams struct {
	open   map[uint32]*streamRecord
	last   *streamRecord // that was asked for last
	free   *streamRecord
	closed [2][]closedStream // by the side that opened it; a ring by identifier
}

func (s *streams) init() { s.open = make(map[uint32]*streamRecord) }

// get is the record of an open stream, nil where there is none.
func (s *streams) get(id uint32) *streamRecord {
	if s.last != nil && s.last.id == id {
		return s.last
	}
	r := s.open[id]
	if r != nil {
		s.last = r
	}
	return r
}

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
	s.open[id] = r
	s.last = r
	return r
}

// remove forgets an open stream.
func (s *streams) remove(id uint32) {
	if r := s.get(id); r != nil {
		delete(s.open, id)
		s.last = nil
		r.next, s.free = s.free, r
	}
}

// close remembers a stream as closed.
func (s *streams) close(c closedStream) {
	ring := &s.closed[opener(c.id)]
	if *ring == nil {
		*ring = make([]closedStream, maxClosed)
	}
	(*ring)[c.id/2%maxClosed] = c
}

// closedAs is what is remembered of a closed stream; nil: nothing.
func (s *streams) closedAs(id uint32) *closedStream {
	if ring := s.closed[opener(id)]; ring != nil {
		if c := &ring[id/2%maxClosed]; c.id == id {
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
