package fields

import (
	"slices"

	"h2scope/h2decode"
)

// judged is what a judge remembers of a connection.
type judged struct {
	beginning *h2decode.Connection // what ConnectionOpened tells; nil when it is over
	verdict   Verdict              // of the best of its streams and frames
	streams   map[uint32]Verdict   // of the best frame of each open one

	// For a second pass, each of them nil as long as there is nothing: of a
	// capture with many connections they are what is kept.
	answers       Answers            // of the connection, when it is over
	streamAnswers map[uint32]Answers // of its streams that are over
	found         []Found            // each once
	frameFound    map[uint64][]Found // by the frame's number
	streamFound   map[uint32][]Found
}

// nothing stands for a connection that a first pass has not seen.
var nothing judged

func (j *Judge) conn(number uint64) *judged {
	c := j.conns[number]
	if c == nil {
		c = new(judged)
		j.conns[number] = c
	}
	if c.beginning == nil {
		c.beginning = &h2decode.Connection{Number: number}
	}
	return c
}

// over forgets what no second pass asks for.
func (c *judged) over() { c.beginning, c.streams = nil, nil }

// put sets a member of a map that may not be there yet.
func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[k] = v
}

// remember notes what was found. Live, frames are not judged again.
func (c *judged) remember(e *h2decode.Finding, live bool) {
	f := Found{e.Rule, e.Severity}
	if !slices.Contains(c.found, f) {
		c.found = append(c.found, f)
	}
	if e.Frame != 0 && !live {
		put(&c.frameFound, e.Frame, append(c.frameFound[e.Frame], f))
	}
	if e.Stream != 0 && !slices.Contains(c.streamFound[e.Stream], f) {
		put(&c.streamFound, e.Stream, append(c.streamFound[e.Stream], f))
	}
}
