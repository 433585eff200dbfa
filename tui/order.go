package tui

import (
	"cmp"
	"slices"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// An orderKey is what a list is ordered by: the number, and where that is the
// same the text.
type orderKey struct {
	number int64
	text   string
}

// A columnOrder is how a list is ordered by a column.
type columnOrder struct {
	// key is that of a row.
	key func(c *timeline.Conn, item int) orderKey
	// greatest says that the greatest come first, since they are looked for.
	greatest bool
}

// orders are those of the columns that a list can be ordered by, by view and
// the head of the column.
var orders = [viewCount]map[string]columnOrder{
	Connections: {
		"conn":    {key: func(c *timeline.Conn, _ int) orderKey { return orderKey{number: int64(c.Number())} }},
		"client":  {key: func(c *timeline.Conn, _ int) orderKey { return orderKey{text: c.Opened().Client.String()} }},
		"server":  {key: func(c *timeline.Conn, _ int) orderKey { return orderKey{text: c.Opened().Server.String()} }},
		"name":    {key: func(c *timeline.Conn, _ int) orderKey { return orderKey{text: connectionName(c)} }},
		"streams": {key: func(c *timeline.Conn, _ int) orderKey { return count(c.Totals().Exchanges) }, greatest: true},
		"frames":  {key: func(c *timeline.Conn, _ int) orderKey { return both(c.Totals().Frames) }, greatest: true},
		"sent":    {key: func(c *timeline.Conn, _ int) orderKey { return count(sent(c, h2decode.Client)) }, greatest: true},
		"recv":    {key: func(c *timeline.Conn, _ int) orderKey { return count(sent(c, h2decode.Server)) }, greatest: true},
		"time":    {key: func(c *timeline.Conn, _ int) orderKey { return orderKey{number: c.Clock() - c.Opened().Time} }, greatest: true},
		"trouble": {key: func(c *timeline.Conn, _ int) orderKey { return orderKey{number: troubles(c)} }, greatest: true},
	},
	Streams: {
		"conn":   {key: func(c *timeline.Conn, _ int) orderKey { return orderKey{number: int64(c.Number())} }},
		"stream": {key: ofExchange(func(x *timeline.Exchange) int64 { return int64(x.ID) })},
		"method": {key: ofField(h2decode.Client, ":method")},
		"status": {key: ofField(h2decode.Server, ":status")},
		"type":   {key: ofField(h2decode.Server, "content-type")},
		"size":   {key: ofExchange(func(x *timeline.Exchange) int64 { return int64(x.Response.DataBytes) }), greatest: true},
		"wait":   {key: ofExchange(func(x *timeline.Exchange) int64 { return x.Timing.FinalResponse - x.Timing.Request }), greatest: true},
		"took":   {key: ofTook, greatest: true},
		"state":  {key: func(c *timeline.Conn, i int) orderKey { x := c.Exchange(i); return orderKey{text: stateCell(&x).text} }, greatest: true},
		"path":   {key: ofField(h2decode.Client, ":path")},
	},
	Frames: {
		"conn":   {key: func(c *timeline.Conn, _ int) orderKey { return orderKey{number: int64(c.Number())} }},
		"frame":  {key: ofFrame(func(f *timeline.Frame) int64 { return int64(f.Number) })},
		"packet": {key: ofFrame(func(f *timeline.Frame) int64 { return int64(f.Packet) })},
		"time":   {key: ofFrame(func(f *timeline.Frame) int64 { return f.Time })},
		"stream": {key: ofFrame(func(f *timeline.Frame) int64 { return int64(f.Header.Stream) })},
		"type":   {key: ofFrame(func(f *timeline.Frame) int64 { return int64(f.Header.Type) })},
		"length": {key: ofFrame(func(f *timeline.Frame) int64 { return int64(f.Header.Length) }), greatest: true},
		"flags":  {key: ofFrame(func(f *timeline.Frame) int64 { return int64(f.Header.Flags) })},
	},
	Findings: {
		"conn":     {key: ofFinding(func(f *h2decode.Finding) orderKey { return count(f.Conn) })},
		"packet":   {key: ofFinding(func(f *h2decode.Finding) orderKey { return count(f.Packet) })},
		"stream":   {key: ofFinding(func(f *h2decode.Finding) orderKey { return count(uint64(f.Stream)) })},
		"severity": {key: ofFinding(severityKey), greatest: true},
		"rule":     {key: ofFinding(func(f *h2decode.Finding) orderKey { return orderKey{text: f.Rule} })},
		"by":       {key: ofFinding(func(f *h2decode.Finding) orderKey { return orderKey{number: int64(f.From)} })},
		"what":     {key: ofFinding(func(f *h2decode.Finding) orderKey { return orderKey{text: f.Message} })},
	},
}

func count(n uint64) orderKey   { return orderKey{number: int64(n)} }
func both(n [2]uint64) orderKey { return count(n[0] + n[1]) }

func ofExchange(get func(*timeline.Exchange) int64) func(*timeline.Conn, int) orderKey {
	return func(c *timeline.Conn, i int) orderKey {
		x := c.Exchange(i)
		return orderKey{number: get(&x)}
	}
}

func ofTook(c *timeline.Conn, i int) orderKey {
	x := c.Exchange(i)
	return orderKey{number: took(c, &x)}
}

func ofField(side h2decode.Side, name string) func(*timeline.Conn, int) orderKey {
	return func(c *timeline.Conn, i int) orderKey {
		x := c.Exchange(i)
		return orderKey{text: value(c.Fields(&x, side).Fields, name)}
	}
}

func ofFrame(get func(*timeline.Frame) int64) func(*timeline.Conn, int) orderKey {
	return func(c *timeline.Conn, number int) orderKey {
		f := c.Frame(uint64(number))
		return orderKey{number: get(&f)}
	}
}

func ofFinding(get func(*h2decode.Finding) orderKey) func(*timeline.Conn, int) orderKey {
	return func(c *timeline.Conn, i int) orderKey {
		f := c.Finding(i)
		return get(&f)
	}
}

// severityKey puts what follows from another finding behind all others.
func severityKey(f *h2decode.Finding) orderKey {
	if f.Consequence {
		return orderKey{number: -1}
	}
	return orderKey{number: int64(f.Severity)}
}

// An Order is a list that is to be put in order, which takes too long to be done
// between two keys: its rows, and what they are ordered by.
type Order struct {
	View     ViewID
	Snapshot *timeline.Snapshot
	rows     []row
	sort     int
	reverse  bool
	key      func(c *timeline.Conn, item int) orderKey
	greatest bool
}

// Do puts the rows in order. It may be called by any goroutine. Rows that are
// equal stay in order of connection and item.
func (o Order) Do() Order {
	type keyed struct {
		row
		key orderKey
	}
	all := make([]keyed, len(o.rows))
	for i, r := range o.rows {
		all[i] = keyed{r, o.key(o.Snapshot.Conn(r.connection()), int(r.item))}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		by := cmp.Or(cmp.Compare(a.key.number, b.key.number), strings.Compare(a.key.text, b.key.text))
		if o.greatest != o.reverse {
			by = -by
		}
		return cmp.Or(by, cmp.Compare(a.conn, b.conn), cmp.Compare(a.item, b.item))
	})
	for i := range all {
		o.rows[i] = all[i].row
	}
	return o
}

// askOrder asks for the view's list to be put in order, if nothing else is
// asked for.
func (m *Model) askOrder() {
	l := &m.Lists[m.View]
	if l.ordering || l.sort == 0 || m.Effect.Kind != NoEffect {
		return
	}
	order := orders[m.View][columnsOf[m.View][l.sort-1].head]
	rows := append(slices.Clone(l.rows), l.fresh...)
	l.fresh, l.ordering = nil, true
	m.Effect = Effect{Kind: OrderList, Order: Order{
		View: m.View, Snapshot: m.Snapshot, rows: rows, sort: l.sort, reverse: l.reverse, key: order.key, greatest: order.greatest,
	}}
}

// ordered takes a list that was put in order, unless another order was asked
// for meanwhile.
func (m *Model) ordered(o Order) {
	l := &m.Lists[o.View]
	if !l.ordering || l.sort != o.sort || l.reverse != o.reverse {
		return
	}
	l.rows, l.ordering = o.rows, false
	if o.Snapshot.Forgotten() != m.Snapshot.Forgotten() {
		l.rows = keptRows(l.rows[:0], l.rows, o.View, m.Snapshot)
	}
	l.find()
	if l.sort == 0 {
		return
	}
	l.top = max(0, l.line-m.bodySize().H/3)
}

// sortNext orders the view's list by the next column that it can be ordered by,
// and behind the last one as it came.
func (m *Model) sortNext() {
	columns := columnsOf[m.View]
	l := &m.Lists[m.View]
	for at := l.sort + 1; at <= len(columns); at++ {
		if _, ok := orders[m.View][columns[at-1].head]; ok {
			m.sortAt(at, false)
			return
		}
	}
	m.sortAt(0, false)
}

// sortAt orders the view's list by a column, from 1; 0: as it came.
func (m *Model) sortAt(at int, reverse bool) {
	l := &m.Lists[m.View]
	l.sort, l.reverse, l.ordering = at, reverse, false
	if at == 0 {
		l.clear()
		m.say("in the order in which it came")
		m.show(m.View)
		return
	}
	m.say("by " + columnsOf[m.View][at-1].head)
	m.askOrder()
}

// sortReverse turns the order of the view's list round.
func (m *Model) sortReverse() {
	l := &m.Lists[m.View]
	if l.sort == 0 {
		m.say("s orders by a column first; then r turns that round")
		return
	}
	m.sortAt(l.sort, !l.reverse)
}

// sortBy orders the view's list by a column of a name.
func (m *Model) sortBy(name string) {
	var names []string
	for i, col := range columnsOf[m.View] {
		if _, ok := orders[m.View][col.head]; !ok {
			continue
		}
		if col.head == name {
			m.sortAt(i+1, m.Lists[m.View].sort == i+1 && !m.Lists[m.View].reverse)
			return
		}
		names = append(names, col.head)
	}
	if names == nil {
		m.warn("the " + m.View.String() + " view has no list to be ordered")
		return
	}
	m.warn("no column " + name + "; there are " + strings.Join(names, ", "))
}

// columnsOf are the columns of the views that have a list.
var columnsOf = [viewCount][]column{
	Connections: connectionColumns, Streams: streamColumns, Frames: frameColumns, Findings: findingColumns,
}
