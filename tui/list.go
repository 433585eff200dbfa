package tui

import (
	"cmp"
	"slices"

	"h2scope/h2decode/timeline"
)

// A row names what a line of a list is about.
type row struct {
	conn, item uint32 // item by list: an index of an exchange or finding, the number of a frame
	time       int64  // when it began: lists are in that order
}

func (r row) connection() uint64 { return uint64(r.conn) }

// A list is the state of one: which rows it has, in which order, and which is
// selected. Rows are added as the capture grows; the selection is a row, not a
// line, so that nothing moves it but the user.
type list struct {
	rows     []row
	selected row
	chosen   bool // there is a selection
	top      int  // the first line that is shown
	sort     int  // the column it is ordered by; 0: as it came
	reverse  bool
	seen     []seen // how far each connection has been looked at
	next     int    // in seen: where to go on
}

// seen is how many items of a connection have been looked at.
type seen struct {
	conn uint64
	n    int
}

// A source of rows: what of a connection a list may show.
type rowSource struct {
	count func(c *timeline.Conn) int
	// keep says whether item i is shown.
	keep func(c *timeline.Conn, i int) bool
	// row is the item of row i, and its time.
	row func(c *timeline.Conn, i int) (item uint32, time int64)
}

// gather looks at up to budget more items of the snapshot, and reports whether
// that was all. Connections are looked at one after the other; what comes of
// that is put in its place by time.
func (l *list) gather(s *timeline.Snapshot, src rowSource, budget int) (done bool) {
	l.admit(s)
	before := len(l.rows)
	done = l.look(s, src, budget)
	if len(l.rows) > before && l.sort == 0 {
		l.merge(before)
	}
	return done
}

// look looks at up to budget more items.
func (l *list) look(s *timeline.Snapshot, src rowSource, budget int) (done bool) {
	for range len(l.seen) {
		if l.next >= len(l.seen) {
			l.next = 0
		}
		at := &l.seen[l.next]
		c := s.Conn(at.conn)
		for n := src.count(c); at.n < n; at.n++ {
			if budget == 0 {
				return false
			}
			budget--
			if src.keep(c, at.n) {
				item, time := src.row(c, at.n)
				l.rows = append(l.rows, row{uint32(at.conn), item, time})
			}
		}
		l.next++
	}
	return true
}

// merge puts the rows behind the first n among them, in order of time. What
// grows at its end is in place already.
func (l *list) merge(n int) {
	added := l.rows[n:]
	slices.SortFunc(added, inTime)
	if n == 0 || inTime(l.rows[n-1], added[0]) <= 0 {
		return
	}
	from, _ := slices.BinarySearchFunc(l.rows[:n], added[0], inTime)
	behind, fresh := slices.Clone(l.rows[from:n]), slices.Clone(added)
	for at := from; at < len(l.rows); at++ {
		if len(fresh) == 0 || len(behind) > 0 && inTime(behind[0], fresh[0]) <= 0 {
			l.rows[at], behind = behind[0], behind[1:]
		} else {
			l.rows[at], fresh = fresh[0], fresh[1:]
		}
	}
}

func inTime(a, b row) int {
	return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.conn, b.conn), cmp.Compare(a.item, b.item))
}

// admit takes note of connections that are new.
func (l *list) admit(s *timeline.Snapshot) {
	conns := s.Conns()
	if len(conns) == len(l.seen) {
		return
	}
	known := make(map[uint64]bool, len(l.seen))
	for _, at := range l.seen {
		known[at.conn] = true
	}
	for _, c := range conns {
		if !known[c.Number()] {
			l.seen = append(l.seen, seen{conn: c.Number()})
		}
	}
}

// clear forgets the rows, so that they are gathered anew; the selection stays.
func (l *list) clear() { l.rows, l.seen, l.next = nil, nil, 0 }

// at is the line of the selected row, -1 where it is not in the list.
func (l *list) at() int {
	if !l.chosen {
		return -1
	}
	return slices.Index(l.rows, l.selected)
}

// choose selects a line, the nearest that there is.
func (l *list) choose(line int) {
	if len(l.rows) == 0 {
		return
	}
	l.selected, l.chosen = l.rows[min(max(0, line), len(l.rows)-1)], true
}

// move selects a line so far from the one that is selected.
func (l *list) move(by int) {
	at := l.at()
	if at < 0 {
		at = min(l.top, len(l.rows)-1)
		by = 0
	}
	l.choose(at + by)
}

// show scrolls so that the selected line is among height lines.
func (l *list) show(height int) {
	if at := l.at(); at >= 0 {
		l.top = min(max(l.top, at-height+1), at)
	}
	l.top = max(0, min(l.top, len(l.rows)-height))
}

// order sorts the rows by a key; equal rows stay in order of connection and
// item.
func (l *list) order(key func(row) int64, descending bool) {
	type keyed struct {
		row
		key int64
	}
	all := make([]keyed, len(l.rows))
	for i, r := range l.rows {
		all[i] = keyed{r, key(r)}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		by := cmp.Compare(a.key, b.key)
		if descending {
			by = -by
		}
		return cmp.Or(by, cmp.Compare(a.conn, b.conn), cmp.Compare(a.item, b.item))
	})
	l.rows = make([]row, len(all))
	for i := range all {
		l.rows[i] = all[i].row
	}
}
