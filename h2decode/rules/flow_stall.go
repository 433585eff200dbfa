package rules

import (
	"time"

	"h2scope/h2decode"
)

// Thresholds of the rules about windows that are not reopened in time, in
// nanoseconds of packet time.
const (
	longShut = int64(10 * time.Second) // a shut window with DATA pending
	starving = int64(time.Second)      // a stream that others wait for
)

// maxScans is how often all streams of a connection are looked at for these
// rules. Beyond it they are not judged: crafted traffic would make it costly.
const maxScans = 1000

// A starvation is what is watched to see who waits for whom. Arrays are by the
// side that sends the DATA.
type starvation struct {
	shut    [2]int64  // when the connection's window was used up last
	sent    [2]uint64 // where the last DATA ended
	holder  [2]holder
	crumb   [2]crumb
	blocked [2]blocked
	scans   int
	long    [2]uint64 // the frame that shut the connection's window in the last long closure that was told
}

// A holder is a stream whose unread octets held the connection's window shut.
type holder struct {
	stream  uint32
	unread  int64
	since   int64 // when the window was shut
	was     bool  // there is one
	already bool  // it was told
}

// A crumb is a WINDOW_UPDATE that opened a window by next to nothing.
type crumb struct {
	origin              h2decode.Origin
	frame               uint64
	stream              uint32
	increment, capacity int64
}

// A blocked stream is one that was shut for long.
type blocked struct {
	stall    h2decode.Stall
	priority h2decode.StreamPriority
	was      bool
}

// data is told of DATA that is not empty.
func (s *starvation) data(j *Judge, f *h2decode.FrameDecoded) {
	s.sent[f.From] = end(f)
	if c := &s.crumb[f.From]; c.frame != 0 && (c.stream == 0 || c.stream == f.Header.Stream) && f.Time-c.origin.Time < starving {
		finding := j.finding("FC-10", c.origin,
			[]h2decode.Evidence{{Name: "increment", Number: c.increment}, {Name: "capacity", Number: c.capacity}},
			"WINDOW_UPDATE by %d opens a shut window of %d octets for a sender that waits", c.increment, c.capacity)
		finding.Frame, finding.Stream = c.frame, c.stream
		c.frame = 0
	}
	if b := &s.blocked[f.From]; b.was && f.Header.Stream != b.stall.Stream {
		j.checkHeldUp(f, b)
	}
}

// update is told of WINDOW_UPDATE.
func (s *starvation) update(j *Judge, f *h2decode.FrameDecoded, increment int64) {
	id, sender := f.Header.Stream, f.From.Other()
	w, connection := &f.Windows.Connection, f.Windows.Connection
	if id != 0 {
		w = &f.Windows.Stream
	}
	switch c, capacity := &s.crumb[sender], j.conn.Capacity(id, sender); {
	case !knew(f, s.sent[sender]): // it did not know that the window is shut
	case w.Known && w.Octets <= increment && increment*100 < capacity:
		*c = crumb{f.Origin, f.Number, id, increment, capacity}
	case c.stream == id && w.Octets*100 >= capacity:
		c.frame = 0
	}
	switch {
	case !connection.Known || f.Time-s.shut[sender] < starving:
	case id == 0 && connection.Octets > 0 && connection.Octets <= increment:
		s.find(j, sender)
	case id != 0 && connection.Octets <= 0 && w.Known:
		s.renew(sender).note(id, j.conn.Capacity(id, sender)-w.Octets+increment)
	}
}

// renew is the holder of the last closure of the connection's window.
func (s *starvation) renew(sender h2decode.Side) *holder {
	h := &s.holder[sender]
	if h.since != s.shut[sender] {
		*h = holder{since: s.shut[sender]}
	}
	return h
}

// note takes a stream for the holder where more of it is unread.
func (h *holder) note(id uint32, unread int64) {
	if unread > h.unread {
		h.stream, h.unread, h.was = id, unread, true
	}
}

// scan says whether all streams may be looked at once more.
func (s *starvation) scan(j *Judge, rule string) bool {
	if s.scans++; s.scans > maxScans {
		j.skip(rule)
	}
	return s.scans <= maxScans
}

// find looks for the stream with the most octets that have not been read.
func (s *starvation) find(j *Judge, sender h2decode.Side) {
	h := s.renew(sender)
	if !s.scan(j, "FC-09") {
		return
	}
	for id, w := range j.conn.OpenWindows(sender) {
		if w.Known {
			h.note(id, j.conn.Capacity(id, sender)-w.Octets)
		}
	}
}

// checkStall holds a stall against the rules, when it is over.
func (j *Judge) checkStall(e *h2decode.Stall) {
	s := &j.checks.streams.starved
	switch e.Cause {
	case h2decode.StalledByStream:
		if e.Waited > longShut {
			j.tellLong(e, e.Stream, "stream")
		}
		if e.Waited >= starving {
			j.noteBlocked(e)
		}
	case h2decode.StalledByConnection:
		s.blocked[e.From].was = false // the others had to wait, too
		if e.Waited >= starving && j.checkStarved(e) {
			return
		}
		if e.Waited > longShut && (e.BeganFrame == 0 || s.long[e.From] != e.BeganFrame) {
			s.long[e.From] = e.BeganFrame
			j.tellLong(e, 0, "connection")
		}
	}
}

// tellLong tells of a window that its receiver kept shut for long.
func (j *Judge) tellLong(e *h2decode.Stall, id uint32, whose string) {
	at := e.Origin
	at.From = e.From.Other()
	f := j.finding("FC-08", at,
		[]h2decode.Evidence{{Name: "window", Number: e.Window}, {Name: "waited", Number: e.Waited}, {Name: "stalled_stream", Number: int64(e.Stream)}},
		"the %s kept the %s's window shut for %s while DATA waited on stream %d", at.From, whose, seconds(e.Waited), e.Stream)
	f.Stream, f.Frame = id, e.EndedFrame
}

func seconds(ns int64) time.Duration { return time.Duration(ns).Round(time.Millisecond) }

// checkStarved tells of a stream that was not read, and so shut the connection's
// window, while another waited. Half of the window's capacity shows that it was
// that stream's doing.
func (j *Judge) checkStarved(e *h2decode.Stall) bool {
	s := &j.checks.streams.starved
	if e.EndedFrame == 0 {
		s.find(j, e.From) // nothing has opened it yet
	}
	h, capacity := &s.holder[e.From], j.conn.Capacity(0, e.From)
	if !h.was || h.stream == e.Stream || h.since > e.Ended || 2*h.unread < capacity {
		return false
	}
	if h.already {
		return true
	}
	h.already = true
	at := e.Origin
	at.From = e.From.Other()
	f := j.finding("FC-09", at,
		[]h2decode.Evidence{{Name: "unread", Number: h.unread}, {Name: "capacity", Number: capacity}, {Name: "waited", Number: e.Waited}, {Name: "stalled_stream", Number: int64(e.Stream)}},
		"the %s left %d octets of stream %d unread, which kept the connection's window shut for %s while stream %d waited",
		at.From, h.unread, h.stream, seconds(e.Waited), e.Stream)
	f.Stream, f.Frame = h.stream, e.EndedFrame
	return true
}

// noteBlocked remembers a stream that was shut, for the streams that should have
// been served in its place; where it never was opened, these are known now.
func (j *Judge) noteBlocked(e *h2decode.Stall) {
	b := &j.checks.streams.starved.blocked[e.From]
	*b = blocked{stall: *e, was: true}
	if s := j.conn.Stream(e.Stream); s != nil {
		b.priority = s.Priority
	}
	if e.EndedFrame != 0 || j.conn.Window(0, e.From).Octets <= 0 || !j.checks.streams.starved.scan(j, "FC-11") {
		return
	}
	for id, w := range j.conn.OpenWindows(e.From) {
		if s := j.conn.Stream(id); id != e.Stream && w.Known && w.Octets > 0 && j.heldUp(s, b) && s.Response.DataBytes == 0 && !s.Response.Complete {
			j.tellHeldUp(e.Origin, b, id)
			return
		}
	}
}

// checkHeldUp holds the first DATA of a stream against the stall of a stream
// that it should not have waited for.
func (j *Judge) checkHeldUp(f *h2decode.FrameDecoded, b *blocked) {
	s := j.conn.Stream(f.Header.Stream)
	if s == nil || f.Time-b.stall.Ended > longShut { // that long after, it had waited for something else
		return
	}
	first := s.Response.DataBytes <= uint64(f.Header.Length)
	if first && j.heldUp(s, b) {
		j.tellHeldUp(f.Origin, b, s.ID)
	}
}

// heldUp says that a stream of the server had been answered, and had no DATA
// yet, when another was shut for long, and was to be served after that one.
func (j *Judge) heldUp(s *h2decode.Stream, b *blocked) bool {
	t := &s.Timing
	return b.stall.From == server && t.FinalResponse != 0 && t.FinalResponse < b.stall.Ended-starving &&
		j.waitsFor(s, b.stall.Stream, b.priority)
}

// tellHeldUp tells of it once for each stall (RFC 7540, Section 5.3.1).
func (j *Judge) tellHeldUp(at h2decode.Origin, b *blocked, id uint32) {
	b.was = false
	f := j.finding("FC-11", at,
		[]h2decode.Evidence{{Name: "held_up", Number: int64(id)}, {Name: "waited", Number: b.stall.Waited}},
		"stream %d, whose window was shut for %s, held up stream %d, whose window was open", b.stall.Stream, seconds(b.stall.Waited), id)
	f.Stream, f.From = b.stall.Stream, b.stall.From
	if j.frame != nil {
		f.Frame = j.frame.Number
	}
}
