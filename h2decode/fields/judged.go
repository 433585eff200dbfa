package fields

import (
	"slices"

	"h2scope/h2decode"
)

// judged is what a judge remembers of a connection.
type judged struct {
	beginning h2decode.Connection // what ConnectionOpened tells
	verdict   Verdict             // of the best of its streams and frames
	streams   map[uint32]Verdict  // of the best frame of each open one

	// For a second pass.
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
		c = &judged{
			beginning: h2decode.Connection{Number: number},
			streams:   make(map[uint32]Verdict), streamAnswers: make(map[uint32]Answers),
			frameFound: make(map[uint64][]Found), streamFound: make(map[uint32][]Found),
		}
		j.conns[number] = c
	}
	return c
}

// remember notes what was found. Live, frames are not judged again.
func (c *judged) remember(e *h2decode.Finding, live bool) {
	f := Found{e.Rule, e.Severity}
	if !slices.Contains(c.found, f) {
		c.found = append(c.found, f)
	}
	if e.Frame != 0 && !live {
		c.frameFound[e.Frame] = append(c.frameFound[e.Frame], f)
	}
	if e.Stream != 0 && !slices.Contains(c.streamFound[e.Stream], f) {
		c.streamFound[e.Stream] = append(c.streamFound[e.Stream], f)
	}
}
