package tui

import (
	"fmt"
	"maps"
	"sort"

	"h2scope/h2decode/timeline"
)

// take takes a new snapshot. forgets says that something is not kept any more.
func (m *Model) take(s *timeline.Snapshot, forgets bool) {
	if !forgets {
		m.Snapshot = s
		if c := m.conn(); c != nil && m.Frame > 0 && m.Frame < c.FirstFrame() { // none was kept, and now there is one
			m.setCursor(c, m.Frame)
		}
		return
	}
	m.Began = m.zero()
	m.Snapshot = s
	*m.memo = memo{} // it holds on to what was forgotten
	for v := range m.Lists {
		m.Lists[v].forget(s, ViewID(v))
	}
	m.slow.forget(s)
	m.tally.behind = nil
	maps.DeleteFunc(m.tally.seen, isGone(s))
	m.keepSelection()
}

// isGone says which connections are not kept.
func isGone(s *timeline.Snapshot) func(conn uint64, _ int) bool {
	return func(conn uint64, _ int) bool { return s.Conn(conn) == nil }
}

// keepSelection puts the clock, where what it is on was forgotten, on what is kept
// nearest to that, and says so unless the newest is followed anyhow.
func (m *Model) keepSelection() {
	if m.Conn == 0 {
		return
	}
	c := m.conn()
	moved := c == nil
	if moved {
		conns := m.Snapshot.Conns()
		if len(conns) == 0 {
			m.Conn, m.Stream, m.Frame = 0, 0, 0
			return
		}
		next := sort.Search(len(conns), func(i int) bool { return conns[i].Number() > m.Conn })
		c = conns[min(next, len(conns)-1)]
		m.chooseConnection(c)
	}
	if _, found := c.ExchangeOf(m.Stream); m.Stream != 0 && !found {
		moved, m.Stream = true, 0
		if first := c.NextExchange(0); first < c.Exchanges() {
			m.Stream = c.Exchange(first).ID
		}
	}
	if frame := m.Frame; frame < c.FirstFrame() && c.FirstFrame() > 1 {
		m.setCursor(c, frame)
		moved = moved || m.Frame != frame
	}
	if moved && !m.Follow && m.Touched {
		m.say("what was selected was forgotten, since memory is full; this is the nearest that is kept")
	}
}

// forget takes out the rows of what is not kept any more.
func (l *list) forget(s *timeline.Snapshot, view ViewID) {
	l.behind = nil
	maps.DeleteFunc(l.seen, isGone(s))
	maps.DeleteFunc(l.sieve.conns, func(conn uint64, _ *sifted) bool { return s.Conn(conn) == nil })
	to := len(l.rows)
	if l.sort == 0 { // the oldest stand first
		latest := lastForgotten(s)
		to = sort.Search(len(l.rows), func(i int) bool { return begins(view, s, l.rows[i]) > latest })
	}
	kept := keptRows(nil, l.rows[:to], view, s)
	from := to - len(kept)
	copy(l.rows[from:to], kept)
	l.rows = l.rows[from:]
	l.fresh = keptRows(l.fresh[:0], l.fresh, view, s)
	l.top, l.line = max(0, l.top-from), max(0, l.line-from)
	if l.chosen && !isKept(view, s.Conn(l.selected.connection()), int(l.selected.item)) {
		l.chosen = false
		l.choose(l.line)
	}
	l.find()
}

// lastForgotten is the latest time of anything that was forgotten.
func lastForgotten(s *timeline.Snapshot) int64 {
	latest := s.Forgotten().Before
	for _, c := range s.Conns() {
		_, _, upTo := c.Forgotten()
		latest = max(latest, upTo)
	}
	return latest
}

// begins is the time of a row as lists are in order of it; 0: it was forgotten.
func begins(view ViewID, s *timeline.Snapshot, r row) int64 {
	c := s.Conn(r.connection())
	if c == nil {
		return 0
	}
	switch i := int(r.item); view {
	case Streams:
		_, time := parent(c, i)
		return time
	case Frames:
		return c.Frame(uint64(i)).Time
	case Findings:
		f := c.Finding(i)
		return f.Time
	case Windows:
		return c.Stall(i).Began
	}
	return c.Opened().Time
}

// keptRows appends the rows that are kept.
func keptRows(dst, rows []row, view ViewID, s *timeline.Snapshot) []row {
	var c *timeline.Conn
	last := row{}
	for _, r := range rows {
		if c == nil || r.conn != last.conn {
			c = s.Conn(r.connection())
		}
		if last = r; isKept(view, c, int(r.item)) {
			dst = append(dst, r)
		}
	}
	return dst
}

// isKept says whether an item of a view's list is kept.
func isKept(view ViewID, c *timeline.Conn, item int) bool {
	if c == nil {
		return false
	}
	switch view {
	case Streams:
		return c.NextExchange(item) == item
	case Frames:
		return uint64(item) >= c.FirstFrame()
	case Findings:
		return item >= c.FirstFinding()
	case Windows:
		return item >= c.FirstStall()
	}
	return true
}

// forget forgets exchanges that are not kept any more; where the slowest was one
// of them, all are looked at anew.
func (l *slowest) forget(s *timeline.Snapshot) {
	l.behind = nil
	l.open = keptRows(l.open[:0], l.open, Streams, s)
	if l.found && !isKept(Streams, s.Conn(l.best.connection()), int(l.best.item)) {
		*l = slowest{}
		return
	}
	maps.DeleteFunc(l.seen, isGone(s))
}

// forgottenText says from when on things are kept; "": from the beginning.
func (m *Model) forgottenText() string {
	if m.Snapshot == nil {
		return ""
	}
	f := m.Snapshot.Forgotten()
	if f.Before == 0 {
		return ""
	}
	return fmt.Sprintf("kept from %s on (%s frames FORGOTTEN)", seconds(f.Before-m.zero()), size(f.Frames))
}
