package h2decode

import "h2scope/h2decode/idmap"

// A streamTable holds the streams of a connection that are not closed.
type streamTable struct {
	open   idmap.Map[stream]
	order  stream // the ring of those open, in the order in which they opened
	free   []*stream
	newest [2]uint32 // by side that opens them: the greatest identifier used

	answered uint32 // the greatest that is known from its response alone
	moved    uint32 // the greatest of the client's on which the server moved a window before its request was seen
	unseen   int    // open streams whose request was not seen
	opened   uint64
	hints    map[uint32]StreamPriority // of streams that are still idle
	kept     int                       // octets of fields kept, of all open streams
	limits   Limits
}

// A stream is a Stream in the making.
type stream struct {
	Stream
	asked      bool   // the request's field section was seen
	answer     answer // how far the final response's was
	octets     []byte // of the fields kept
	kept       int    // octets of the fields kept, as Limits.Fields counts them
	prev, next *stream

	window    [2]Window // by the side that sends
	wait      [2]wait   // likewise
	expected  [2]uint64 // content-length, where it is certain
	heldUntil int64     // up to when TCP's hold-ups are counted
	offset    uint64    // of the frame that opened it
}

// What of a closed stream's memory is kept for the next: for how many streams,
// and how many octets of each.
const (
	maxFreeStreams = 1 << 10
	maxFreeOctets  = 4 << 10
)

func (t *streamTable) init(limits Limits) {
	t.order.prev, t.order.next = &t.order, &t.order
	t.limits = limits
}

// get is the stream that is open under id, nil where there is none.
func (t *streamTable) get(id uint32) *stream { return t.open.Get(id) }

// all yields the streams that are open, in the order in which they opened.
func (t *streamTable) all(yield func(*stream) bool) {
	for s := t.order.next; s != &t.order; {
		next := s.next // s may go
		if !yield(s) {
			return
		}
		s = next
	}
}

// full reports that one more stream is one too many.
func (t *streamTable) full() bool { return t.open.Len() >= max(1, t.limits.Streams) }

// oldest is the stream that opened first of those open.
func (t *streamTable) oldest() *stream { return t.order.next }

// add makes a stream that was idle. opener is the side whose identifiers it
// is among.
func (t *streamTable) add(id uint32, opener Side) *stream {
	var s *stream
	if n := len(t.free); n > 0 {
		s = t.free[n-1]
		t.free = t.free[:n-1]
	} else {
		s = new(stream)
	}
	s.ID = id
	if hint, ok := t.hints[id]; ok {
		s.Priority = hint
		delete(t.hints, id)
	}
	t.open.Set(id, s)
	s.prev, s.next = t.order.prev, &t.order
	s.prev.next, s.next.prev = s, s
	t.newest[opener] = max(t.newest[opener], id)
	t.opened++
	return s
}

// remove forgets a stream, and takes its memory back.
func (t *streamTable) remove(s *stream) {
	t.open.Delete(s.ID)
	if s.Timing.RequestUnseen {
		t.unseen--
	}
	t.kept -= s.kept
	s.prev.next, s.next.prev = s.next, s.prev
	octets := s.octets[:0]
	if cap(octets) > maxFreeOctets {
		octets = nil
	}
	*s = stream{octets: octets}
	if len(t.free) < maxFreeStreams {
		t.free = append(t.free, s)
	}
}

// opener is the side whose identifiers id is among (RFC 9113, Section 5.1.1).
func opener(id uint32) Side {
	if id%2 == 0 {
		return Server
	}
	return Client
}

// message is what side sends on the stream.
func (s *stream) message(side Side) *Message {
	if side == Client {
		return &s.Request
	}
	return &s.Response
}
