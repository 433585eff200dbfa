package tui

import "h2scope/h2decode/timeline"

// A sieve finds what passes a display filter, a few items at a time: exchanges
// that do, or one of whose frames does, or else connections that do, or one of
// whose exchanges or frames does. What has not ended is judged anew when more is
// known of it.
type sieve struct {
	conns map[uint64]*sifted
}

// sifted is how far a connection was judged.
type sifted struct {
	conn      *timeline.Conn // as it was last looked at
	passed    bool
	exchanges int // judged
	frames    int
	open      []int            // exchanges that may yet pass
	again     []int            // of these, those to be judged anew
	streams   map[int]struct{} // exchanges that passed, by index
	found     []int            // of these, those that are new
}

// What it takes of a budget to judge an item.
const (
	judgingExchange = 20
	judgingFrame    = 10
)

// look judges up to budget more, and gives what passed since.
func (v *sieve) look(s *timeline.Snapshot, src *rowSource, budget int) (added []placed, done bool) {
	if v.conns == nil {
		v.conns = make(map[uint64]*sifted)
	}
	for _, c := range s.Conns() {
		at := v.conns[c.Number()]
		if at == nil {
			at = &sifted{streams: make(map[int]struct{})}
			v.conns[c.Number()] = at
		}
		before := at.passed
		budget = at.judge(c, src, budget)
		if src.whole && at.passed && !before {
			added = append(added, src.place(c, 0))
		}
		for _, i := range at.found {
			added = append(added, src.place(c, i))
		}
		at.found = at.found[:0]
		if budget <= 0 {
			return added, false
		}
	}
	return added, true
}

// judge judges items of a connection until the budget is spent, and gives what
// is left of it.
func (at *sifted) judge(c *timeline.Conn, src *rowSource, budget int) int {
	if at.conn != c {
		at.conn, at.again, at.open = c, append(at.again, at.open...), nil
		at.passed = at.passed || src.whole && src.sift.Conn(c)
		budget -= judgingExchange
	}
	enough := func() bool { return budget <= 0 || src.whole && at.passed }
	for ; len(at.again) > 0 && !enough(); budget -= judgingExchange {
		i := at.again[0]
		at.again = at.again[1:]
		at.exchange(c, src, i)
	}
	for i := c.NextExchange(at.exchanges); i < c.Exchanges() && !enough(); i = c.NextExchange(i + 1) {
		at.exchange(c, src, i)
		at.exchanges = i + 1
		budget -= judgingExchange
	}
	if !src.sift.OfFrames() {
		return budget
	}
	at.frames = max(at.frames, int(c.FirstFrame())-1)
	for ; at.frames < c.Len() && !enough(); budget -= judgingFrame {
		at.frames++
		at.frame(c, src, uint64(at.frames))
	}
	return budget
}

// exchange judges an exchange.
func (at *sifted) exchange(c *timeline.Conn, src *rowSource, i int) {
	if c.NextExchange(i) != i { // it was forgotten
		return
	}
	x := c.Exchange(i)
	switch {
	case src.sift.Exchange(c, &x):
		at.pass(src, i)
	case x.Live:
		at.open = append(at.open, i)
	}
}

// frame judges a frame, for its connection and for the exchange that it is of.
func (at *sifted) frame(c *timeline.Conn, src *rowSource, number uint64) {
	f := c.Frame(number)
	if !src.sift.Frame(c, &f) {
		return
	}
	at.passed = true
	if x, found := c.ExchangeOf(f.Header.Stream); found {
		at.pass(src, x.Index)
	}
}

func (at *sifted) pass(src *rowSource, i int) {
	at.passed = true
	if _, known := at.streams[i]; !known && !src.whole {
		at.streams[i] = struct{}{}
		at.found = append(at.found, i)
	}
}
