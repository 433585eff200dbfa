package h2decode

import (
	"slices"

	"h2scope/hpack"
)

// maxHints is for how many streams that are not open yet a priority is kept.
const maxHints = 1024

// A streamTable holds the streams of a connection that are not closed.
type streamTable struct {
	open   map[uint32]*stream
	last   *stream // that was looked up last: frames of a stream tend to follow one another
	free   []*stream
	newest [2]uint32 // by side that opens them: the greatest identifier used
	opened uint64
	hints  map[uint32]StreamPriority // of streams that are still idle
}

// A stream is a Stream in the making.
type stream struct {
	Stream
	answered bool // the final response's field section was seen
	asked    bool // the request's was
	kept     []byte
}

func (t *streamTable) init() { t.open = make(map[uint32]*stream) }

// get is the stream that is open under id, nil where there is none.
func (t *streamTable) get(id uint32) *stream {
	if t.last == nil || t.last.ID != id {
		s := t.open[id]
		if s == nil {
			return nil
		}
		t.last = s
	}
	return t.last
}

func (t *streamTable) countFrame(id uint32) {
	if s := t.get(id); s != nil {
		s.Frames++
	}
}

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
	kept := s.kept[:0]
	*s = stream{}
	s.ID, s.kept = id, kept
	if hint, ok := t.hints[id]; ok {
		s.Priority = hint
		delete(t.hints, id)
	}
	t.open[id] = s
	t.newest[opener] = max(t.newest[opener], id)
	t.opened++
	return s
}

func (t *streamTable) remove(s *stream) {
	delete(t.open, s.ID)
	t.last = nil
	if len(t.free) < maxHints {
		t.free = append(t.free, s)
	}
}

// setTree notes what a PRIORITY or HEADERS frame says of a stream.
func (t *streamTable) setTree(id uint32, p PriorityFrame) {
	t.prioritize(id, func(priority *StreamPriority) {
		priority.HasTree, priority.Tree = true, p
	})
}

// updateUrgency notes what a PRIORITY_UPDATE frame says of a stream.
func (t *streamTable) updateUrgency(id uint32, value []byte) {
	t.prioritize(id, func(priority *StreamPriority) { priority.setUrgency(value) })
}

func (t *streamTable) prioritize(id uint32, set func(*StreamPriority)) {
	if s := t.get(id); s != nil {
		set(&s.Priority)
		return
	}
	hint, known := t.hints[id]
	if id == 0 || id <= t.newest[opener(id)] || !known && len(t.hints) >= maxHints {
		return
	}
	set(&hint)
	if t.hints == nil {
		t.hints = make(map[uint32]StreamPriority)
	}
	t.hints[id] = hint
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

// keep copies fields into memory of the stream.
func (s *stream) keep(fields []hpack.Field) []hpack.Field {
	kept := slices.Clone(fields)
	for i := range kept {
		f := &kept[i]
		f.Name, f.Value = s.keepOctets(f.Name), s.keepOctets(f.Value)
	}
	return kept
}

// keepOctets appends to the stream's octets. Earlier slices stay valid where
// that moves them: they keep what they point to alive.
func (s *stream) keepOctets(p []byte) []byte {
	if p == nil {
		return nil
	}
	start := len(s.kept)
	s.kept = append(s.kept, p...)
	return s.kept[start:len(s.kept):len(s.kept)]
}
