package timeline

import (
	"slices"

	"h2scope/h2decode"
)

// stall is a stall as it is kept.
type stall struct {
	h2decode.Stall
	prev uint32 // the one before it on its stream, an index from 1
}

func (t *track) stalled(e *h2decode.Stall) {
	t.totals.Stalls++
	s := stall{Stall: *e}
	if open, followed := t.open[e.Stream]; followed {
		x := t.exchangeAt(int(open.index))
		s.prev = x.lastStall
		x.lastStall = uint32(t.stalls.len()) + 1
	}
	t.stalls.add(s)
}

// Stalls is how many stalls there were, those that were forgotten included.
func (c *Conn) Stalls() int { return c.stalls.len() }

// FirstStall is the index of the first stall that is kept; Stalls: none is.
func (c *Conn) FirstStall() int { return c.stalls.begin() }

// Stall is the i-th stall, 0 ≤ i < Stalls, in the order in which they were over. Of
// one before FirstStall nothing is known.
func (c *Conn) Stall(i int) (s h2decode.Stall) {
	if i >= c.stalls.begin() {
		s = c.stalls.at(i).Stall
	}
	return s
}

// StallsOf are the stalls of an exchange that are kept, in the order in which they
// were over.
func (c *Conn) StallsOf(x *Exchange) []h2decode.Stall {
	var stalls []h2decode.Stall
	for i := x.lastStall; i > c.stalls.first; {
		s := c.stalls.at(int(i) - 1)
		stalls = append(stalls, s.Stall)
		i = s.prev
	}
	slices.Reverse(stalls)
	return stalls
}

func (t *track) found(e *h2decode.Finding, limit int) {
	if !e.Consequence {
		t.totals.Findings[e.Severity]++
	}
	if t.findings.len()-t.findings.begin() >= limit {
		t.totals.Unkept++
		return
	}
	t.findings.add(kept(e))
}

// kept is a copy of a finding that shares no memory with it.
func kept(e *h2decode.Finding) h2decode.Finding {
	f := *e
	f.Evidence = slices.Clone(e.Evidence)
	if e.Answer != nil {
		answer := *e.Answer
		f.Answer = &answer
	}
	return f
}

// ofCapture is the scope of findings that are about no connection alone. They are
// told at the capture's end, under the number of a connection that had a part in
// it, which may be that of another recorder and over.
const ofCapture = "capture"

// Findings is how many findings were kept, those that were forgotten since
// included; Totals says how many there were.
func (c *Conn) Findings() int { return c.findings.len() }

// FirstFinding is the index of the first finding that is kept; Findings: none is.
func (c *Conn) FirstFinding() int { return c.findings.begin() }

// Finding is the i-th finding, 0 ≤ i < Findings, in the order in which they were
// told. Of one before FirstFinding nothing is known. What it points to must not be
// changed.
func (c *Conn) Finding(i int) (f h2decode.Finding) {
	if i >= c.findings.begin() {
		f = *c.findings.at(i)
	}
	return f
}

// Gaps are the gaps, in the order in which they were told.
func (c *Conn) Gaps() []h2decode.GapFound { return c.gaps.kept() }
