package tui

import (
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// A slowest finds the exchange that someone waited for longest, a few at a time.
// What is long because it goes on for as long as both sides like counts less: of a
// tunnel, and of an answer that has begun and has no end in the capture (a stream
// of events, say), only what was waited for it to begin and for windows.
type slowest struct {
	seen   map[uint64]int // how many exchanges of a connection were looked at
	open   []row          // those that may yet take longer
	best   row
	took   int64 // nanoseconds
	began  int64
	found  bool
	behind *timeline.Snapshot
}

// look looks at up to budget more exchanges and at those that are open, and
// reports whether that was all.
func (l *slowest) look(s *timeline.Snapshot, budget int) (done bool) {
	if l.behind == s {
		return true
	}
	if l.seen == nil {
		l.seen = make(map[uint64]int)
	}
	open := l.open
	l.open = nil
	for _, r := range open {
		if c := s.Conn(r.connection()); c != nil {
			l.weigh(c, int(r.item))
		}
	}
	for _, c := range s.Conns() {
		at := c.NextExchange(l.seen[c.Number()])
		for ; at < c.Exchanges() && budget > 0; at = c.NextExchange(at + 1) {
			budget--
			l.weigh(c, at)
		}
		l.seen[c.Number()] = at
		if budget == 0 {
			return false
		}
	}
	l.behind = s
	return true
}

func (l *slowest) weigh(c *timeline.Conn, i int) {
	x := c.Exchange(i)
	r := row{uint32(c.Number()), uint32(i)}
	if took := waitedFor(c, &x); !l.found || took > l.took {
		l.best, l.took, l.began, l.found = r, took, x.OpenedAt, true
	}
	if x.Live {
		l.open = append(l.open, r)
	}
}

// waitedFor is how long someone may have waited for an exchange.
func waitedFor(c *timeline.Conn, x *timeline.Exchange) int64 {
	t := &x.Timing
	begun := max(0, t.FinalResponse-t.Request)
	for _, stalled := range t.Stalled {
		begun += stalled
	}
	switch {
	case x.Kind == h2decode.KindConnect, x.Kind == h2decode.KindExtendedConnect:
		return begun
	case !unended(x):
		return took(c, x)
	case t.FinalResponse != 0:
		return begun
	case c.Totals().Frames[h2decode.Server] == 0: // its side was not seen
		return 0
	}
	return took(c, x)
}

// slowest is the exchange that took longest so far.
func (l *slowest) slowest() (r row, found bool) { return l.best, l.found }
