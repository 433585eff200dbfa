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
		x := t.exchanges.at(int(open.index))
		s.prev = x.lastStall
		x.lastStall = uint32(t.stalls.len()) + 1
	}
	t.stalls.add(s)
}

// Stalls is how many stalls there were.
func (c *Conn) Stalls() int { return c.stalls.len() }

// Stall is the i-th stall, 0 ≤ i < Stalls, in the order in which they were over.
func (c *Conn) Stall(i int) h2decode.Stall { return c.stalls.at(i).Stall }

// StallsOf are the stalls of an exchange, in the order in which they were over.
func (c *Conn) StallsOf(x *Exchange) []h2decode.Stall {
	var stalls []h2decode.Stall
	for i := x.lastStall; i != 0; {
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
	if t.findings.len() >= limit {
		t.totals.Unkept++
		return
	}
	f := *e
	f.Evidence = slices.Clone(e.Evidence)
	if e.Answer != nil {
		answer := *e.Answer
		f.Answer = &answer
	}
	t.findings.add(f)
}

// Findings is how many findings are kept; Totals says how many there were.
func (c *Conn) Findings() int { return c.findings.len() }

// Finding is the i-th finding, 0 ≤ i < Findings, in the order in which they were
// told. What it points to must not be changed.
func (c *Conn) Finding(i int) h2decode.Finding { return *c.findings.at(i) }

// Gaps are the gaps, in the order in which they were told.
func (c *Conn) Gaps() []h2decode.GapFound { return c.gaps.slice(0, c.gaps.len()) }
