package timeline

import "h2scope/h2decode"

// An Ending is an RST_STREAM or GOAWAY frame and what led to it.
type Ending struct {
	Frame  uint64
	From   h2decode.Side
	Time   int64
	Stream uint32 // 0 for GOAWAY
	Code   h2decode.ErrorCode
	Known  bool // Code and LastStream could be read

	// Of GOAWAY: the debug data as far as Limits.Debug goes, and its length.
	LastStream uint32
	Debug      []byte // must not be changed
	DebugLen   int

	// Finding is the index of the finding that it answers; -1: there is none.
	// Cause is the number of the frame that it answers: that of the finding, or
	// the last that the other side had sent before it on the stream or, for
	// GOAWAY, on the connection; 0: none.
	Finding int
	Cause   uint64
}

// goaway is what of a GOAWAY frame does not fit into it.
type goaway struct {
	frame      uint32
	lastStream uint32
	length     int
	debug      []byte
}

// Endings is how many RST_STREAM and GOAWAY frames there were, those that were
// forgotten included.
func (c *Conn) Endings() int { return c.endings.len() }

// FirstEnding is the index of the first of them that is kept; Endings: none is.
func (c *Conn) FirstEnding() int { return c.endings.begin() }

// Ending is the i-th of them, FirstEnding ≤ i < Endings.
func (c *Conn) Ending(i int) Ending {
	n := *c.endings.at(i)
	f := c.frames.at(int(n) - 1)
	e := Ending{
		Frame: uint64(n), From: f.from(), Time: f.time, Known: f.is(readable),
		Stream: f.id(), Finding: -1,
	}
	if e.Known {
		e.Code = h2decode.ErrorCode(f.x)
	}
	j := c.goaways.search(func(g *goaway) bool { return g.frame >= n })
	if j < c.goaways.len() && c.goaways.at(j).frame == n {
		g := c.goaways.at(j)
		e.LastStream, e.Debug, e.DebugLen = g.lastStream, g.debug, g.length
	}
	c.ledTo(&e)
	return e
}

// ledTo finds what an ending answers.
func (c *Conn) ledTo(e *Ending) {
	for i := c.findings.begin(); i < c.findings.len(); i++ {
		if f := c.findings.at(i); f.Answer != nil && f.Answer.Frame == e.Frame {
			e.Finding, e.Cause = i, f.Frame
			return
		}
	}
	f := c.frames.at(int(e.Frame) - 1)
	if e.Stream != 0 && f.state != h2decode.Idle { // its stream is a chain
		for n := f.prev; n > c.frames.first; n = c.frames.at(int(n) - 1).prev {
			if c.frames.at(int(n)-1).from() != e.From {
				e.Cause = uint64(n)
				return
			}
		}
		return
	}
	for n := e.Frame - 1; n >= c.FirstFrame() && e.Frame-n <= maxLookBack; n-- {
		if f := c.frames.at(int(n) - 1); f.from() != e.From && (e.Stream == 0 || f.id() == e.Stream) {
			e.Cause = n
			return
		}
	}
}

// maxLookBack is how many frames are searched for a cause.
const maxLookBack = 1 << 12
