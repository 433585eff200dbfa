package tui

import (
	"cmp"
	"container/heap"
	"slices"

	"h2scope/h2decode/timeline"
)

// A row names what a line of a list is about. It takes 8 octets, since a
// capture can have millions.
type row struct {
	conn, item uint32 // item by list: an index of an exchange or finding, the number of a frame
}

func (r row) connection() uint64 { return uint64(r.conn) }

// A list is the state of one: which rows it has, in which order, and which is
// selected. Rows are added as the capture grows; the selection is a row, not a
// line, so that nothing moves it but the user. The rows are shared by all models
// that came of each other, and right for the newest of them.
type list struct {
	rows     []row
	fresh    []row // what came since the rows were ordered by a column
	selected row
	chosen   bool  // there is a selection
	line     int   // where it was last found
	top      int   // the first line that is shown
	sort     int   // the column it is ordered by, from 1; 0: as it came
	reverse  bool  // the other way round
	ordering bool  // the effect that orders it is under way
	columns  []int // the columns that are shown; nil: as many as fit
	seen     map[uint64]int
	sieve    sieve              // where a filter is in force that looks at frames, too
	behind   *timeline.Snapshot // of which everything has been looked at
}

// A rowSource is what of a connection a list may show.
type rowSource struct {
	count func(c *timeline.Conn) int
	// keep says whether item i is shown.
	keep func(c *timeline.Conn, i int) bool
	// row is the item of row i, and its time: lists are in that order.
	row func(c *timeline.Conn, i int) (item uint32, time int64)
	// under is the item below which an item is to stand, and that one's time; nil
	// where there are no such. Items stand below themselves.
	under func(c *timeline.Conn, i int) (item uint32, time int64)
	// next is the first item from the i-th on that is kept; nil: all are.
	next func(c *timeline.Conn, i int) int
	// sift is the filter that items pass, frames and all; nil: keep says what is
	// shown. whole says that the items are connections, and not exchanges.
	sift  Filter
	whole bool
	// cost is how much of the budget looking at an item takes; 0 is 1.
	cost int
}

// from is the first item from the i-th on that is kept.
func (src *rowSource) from(c *timeline.Conn, i int) int {
	if src.next == nil {
		return i
	}
	return src.next(c, i)
}

// A place in a list: rows are in order of time, and of connection, number and
// what stands below it where that is the same.
type placed struct {
	row
	time  int64
	under uint32
}

func inPlace(a, b placed) int {
	return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.conn, b.conn), cmp.Compare(a.under, b.under), cmp.Compare(a.item, b.item))
}

// place is the place of item i of a connection.
func (src *rowSource) place(c *timeline.Conn, i int) placed {
	item, time := src.row(c, i)
	p := placed{row: row{uint32(c.Number()), item}, time: time, under: item}
	if src.under != nil {
		p.under, p.time = src.under(c, i)
	}
	return p
}

// placeOf is the place of a row that is in the list.
func (src *rowSource) placeOf(s *timeline.Snapshot, r row) placed {
	c := s.Conn(r.connection())
	first, _ := src.row(c, 0)
	return src.place(c, int(r.item-first))
}

// gather looks at up to budget more items of the snapshot, the earliest first,
// and reports whether that was all.
func (l *list) gather(s *timeline.Snapshot, src rowSource, budget int) (done bool) {
	if l.behind == s {
		return true
	}
	var added []placed
	if src.sift != nil {
		added, done = l.sieve.look(s, &src, budget)
	} else {
		added, done = l.look(s, src, budget)
	}
	if done {
		l.behind = s
	}
	switch {
	case len(added) == 0:
	case l.sort != 0:
		for _, p := range added {
			l.fresh = append(l.fresh, p.row)
		}
	default:
		if !slices.IsSortedFunc(added, inPlace) {
			slices.SortFunc(added, inPlace)
		}
		l.merge(s, &src, added)
	}
	return done
}

// look looks at up to budget more items.
func (l *list) look(s *timeline.Snapshot, src rowSource, budget int) (added []placed, done bool) {
	if l.seen == nil {
		l.seen = make(map[uint64]int)
	}
	var queue nextItems
	for _, c := range s.Conns() {
		if n := src.from(c, l.seen[c.Number()]); n < src.count(c) {
			queue = append(queue, nextItem{c, n, src.place(c, n)})
		}
	}
	heap.Init(&queue)
	for ; len(queue) > 0 && budget > 0; budget -= max(1, src.cost) {
		next := &queue[0]
		if src.keep(next.conn, next.index) {
			added = append(added, next.place)
		}
		next.index = src.from(next.conn, next.index+1)
		l.seen[next.conn.Number()] = next.index
		if next.index >= src.count(next.conn) {
			heap.Pop(&queue)
			continue
		}
		next.place = src.place(next.conn, next.index)
		if len(queue) > 1 {
			heap.Fix(&queue, 0)
		}
	}
	return added, len(queue) == 0
}

// merge puts places, which are in order, among the rows. What grows at its end
// is in place already.
func (l *list) merge(s *timeline.Snapshot, src *rowSource, added []placed) {
	n := len(l.rows)
	from := n
	if n > 0 && inPlace(src.placeOf(s, l.rows[n-1]), added[0]) > 0 {
		from, _ = slices.BinarySearchFunc(l.rows, added[0], func(r row, p placed) int { return inPlace(src.placeOf(s, r), p) })
	}
	behind := slices.Clone(l.rows[from:])
	l.rows = l.rows[:from]
	for len(added) > 0 || len(behind) > 0 {
		if len(added) == 0 || len(behind) > 0 && inPlace(src.placeOf(s, behind[0]), added[0]) <= 0 {
			l.rows, behind = append(l.rows, behind[0]), behind[1:]
		} else {
			l.rows, added = append(l.rows, added[0].row), added[1:]
		}
	}
}

// nextItems is a heap of the next item of each connection.
type nextItems []nextItem

type nextItem struct {
	conn  *timeline.Conn
	index int
	place placed
}

func (q nextItems) Len() int           { return len(q) }
func (q nextItems) Less(i, j int) bool { return inPlace(q[i].place, q[j].place) < 0 }
func (q nextItems) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *nextItems) Push(x any)        { *q = append(*q, x.(nextItem)) }
func (q *nextItems) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// clear forgets the rows, so that they are gathered anew; the selection stays.
func (l *list) clear() {
	l.rows, l.fresh, l.seen, l.sieve, l.behind, l.ordering = nil, nil, nil, sieve{}, nil, false
}

// at is the line of the selected row, -1 where it is not in the list.
func (l *list) at() int {
	switch {
	case !l.chosen:
		return -1
	case l.line < len(l.rows) && l.rows[l.line] == l.selected:
		return l.line
	}
	return slices.Index(l.rows, l.selected)
}

// find notes where the selected row is, which at would search for each time.
func (l *list) find() { l.line = max(0, l.at()) }

// choose selects a line, the nearest that there is.
func (l *list) choose(line int) {
	if len(l.rows) == 0 {
		return
	}
	l.line = min(max(0, line), len(l.rows)-1)
	l.selected, l.chosen = l.rows[l.line], true
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
