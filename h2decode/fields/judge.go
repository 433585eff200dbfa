package fields

import (
	"slices"

	"h2scope/h2decode"
)

// A Judge applies a filter to the events of connections, and remembers what
// matched: so that a stream matches where one of its frames does, and a
// connection where one of its streams or frames does.
//
// It is for one goroutine. It keeps a verdict for each open stream, and for a
// second pass what Filter.Answers says of each stream and what was found of it.
type Judge struct {
	filter *Filter
	live   bool
	conns  map[uint64]*judged
	first  map[uint64]*judged // what a first pass left; nil in that
	asked  Subject            // kept here, since it would escape from each call

	// What of its parts a subject needs to be judged, and whether findings are
	// asked for.
	streamFrames, connFrames, connStreams, findings bool
}

// NewJudge gives a judge for a first pass, or the only one.
func NewJudge(f *Filter) *Judge {
	return &Judge{
		filter: f, conns: make(map[uint64]*judged),
		streamFrames: f.asks(Frame, Stream), connFrames: f.asks(Frame, Conn), connStreams: f.asks(Stream, Conn),
		findings: slices.ContainsFunc(f.relations, func(r *relation) bool { return r.field.findings }),
	}
}

// NewLiveJudge gives a judge for what cannot be read twice: it judges by what is
// known, takes what is not known yet for absent, and never says Unknown.
func NewLiveJudge(f *Filter) *Judge {
	j := NewJudge(f)
	j.live = true
	return j
}

// Again gives a judge for a second pass over the same events, which uses what
// this one has learnt and never says Unknown. This one must not be given events
// any more; several may be made of it.
func (j *Judge) Again() *Judge {
	again := NewJudge(j.filter)
	again.first = j.conns
	return again
}

// Event judges the frame, stream, connection or finding that an event tells of.
// Other events are not filtered: of them it says True.
func (j *Judge) Event(e h2decode.Event) Verdict {
	switch e := e.(type) {
	case *h2decode.ConnectionOpened:
		c := j.conn(e.Conn)
		c.beginning.Client, c.beginning.Server, c.beginning.Opened = e.Client, e.Server, e.Time
	case *h2decode.FrameDecoded:
		return j.frame(e)
	case *h2decode.StreamClosed:
		return j.stream(e)
	case *h2decode.Finding:
		return j.finding(e)
	case *h2decode.ConnectionClosed:
		return j.connection(e)
	}
	return True
}

// subject is one of the connection, on a stream, 0 for none; it lasts until the
// next. past is what the first pass left.
func (j *Judge) subject(number uint64, stream uint32) (s *Subject, c, past *judged) {
	c = j.conn(number)
	s = &j.asked
	*s = Subject{Conn: c.beginning, Now: j.live, FoundAll: j.live}
	past = j.first[number]
	if past == nil {
		past = &nothing
	}
	if j.first != nil {
		s.Now, s.FoundAll = true, true
		s.Answers = past.answers.With(past.streamAnswers[stream])
	}
	return s, c, past
}

func (j *Judge) frame(e *h2decode.FrameDecoded) Verdict {
	s, c, past := j.subject(e.Conn, e.Header.Stream)
	s.Frame = e
	s.Found = past.frameFound[e.Number]
	v := j.filter.Match(s)
	if j.connFrames {
		c.verdict = max(c.verdict, v)
	}
	if id := e.Header.Stream; j.streamFrames && v > c.streams[id] {
		put(&c.streams, id, v)
	}
	return v
}

func (j *Judge) stream(e *h2decode.StreamClosed) Verdict {
	id := e.Stream.ID
	s, c, past := j.subject(e.Conn, id)
	s.Stream, s.StreamOver = e.Stream, true
	s.Found = past.streamFound[id]
	switch {
	case j.live:
		s.Found = c.streamFound[id]
		delete(c.streamFound, id)
	case j.first == nil && j.filter.answers > 0:
		put(&c.streamAnswers, id, c.streamAnswers[id].With(j.filter.Answers(s)))
	}
	v := j.filter.Match(s)
	if j.connStreams {
		c.verdict = max(c.verdict, v)
	}
	v = max(v, c.streams[id])
	delete(c.streams, id)
	return v
}

func (j *Judge) finding(e *h2decode.Finding) Verdict {
	s, c, _ := j.subject(e.Conn, e.Stream)
	s.Finding = e
	if j.findings && j.first == nil {
		c.remember(e, j.live)
	}
	return j.filter.Match(s)
}

func (j *Judge) connection(e *h2decode.ConnectionClosed) Verdict {
	s, c, past := j.subject(e.Number, 0)
	s.Conn, s.ConnOver = e.Connection, true
	s.Found, s.FoundAll = past.found, true
	if j.first == nil {
		s.Found = c.found
	}
	v := max(j.filter.Match(s), c.verdict)
	if j.live || j.first != nil {
		delete(j.conns, e.Number)
		return v
	}
	c.answers = j.filter.Answers(s)
	c.over()
	return v
}
