package tui

import "h2scope/h2decode/timeline"

// A slowest finds the exchange that took longest, a few at a time.
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
		l.weigh(s.Conn(r.connection()), int(r.item))
	}
	for _, c := range s.Conns() {
		at := l.seen[c.Number()]
		for ; at < c.Exchanges() && budget > 0; at++ {
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
	if took := took(&x); !l.found || took > l.took {
		l.best, l.took, l.began, l.found = r, took, x.OpenedAt, true
	}
	if x.Live {
		l.open = append(l.open, r)
	}
}

// slowest is the exchange that took longest so far.
func (l *slowest) slowest() (r row, found bool) { return l.best, l.found }
