package tui

import (
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// streamsView is the waterfall: each exchange as a line of facts and a bar. Where
// there is room, all about the selected one stands below.
type streamsView struct{}

var streamColumns = []column{
	{head: "conn", width: 4, right: true, wide: 44},
	{head: "stream", width: 6, right: true},
	{head: "method", width: 7, wide: 52},
	{head: "status", width: 6, right: true},
	{head: "type", width: 10, wide: 70},
	{head: "size", width: 5, right: true},
	{head: "wait", width: 6, right: true, wide: 62},
	{head: "took", width: 7, right: true},
	{head: "state", width: 18, wide: 96},
	{head: "path"},
}

func (streamsView) rows(m *Model) (rowSource, bool) { return m.exchanges(), true }

// listWidth is how much of the width the facts have; the bars have the rest.
func (streamsView) listWidth(w int) int {
	if w < 100 {
		return w/2 + 2
	}
	if w < 160 {
		return w / 2
	}
	return w * 11 / 20
}

// headLines is how many lines the headline has.
const headLines = 2

// aboutLines is how many lines all about the selected exchange has, its border
// included; 0 on low screens.
func (streamsView) aboutLines(h int) int {
	const enough = 30
	if h < enough {
		return 0
	}
	return h / 4
}

// listArea is where the rows are: below the headline and the head, above the
// legend and what is said of the selected one.
func (v streamsView) listArea(m *Model) (top, lines int) {
	size := m.bodySize()
	top = headLines + 1
	return top, max(0, size.H-top-1-v.aboutLines(size.H))
}

// axis is the time axis of the bars: the column at which it begins, and its
// width.
func (v streamsView) axis(m *Model) (left, width int) {
	w := m.bodySize().W
	left = v.listWidth(w) + 1
	return left, w - left
}

// timeAt is the time at a cell of the bars.
func (v streamsView) timeAt(m *Model, x, y int) (t int64, found bool) {
	left, width := v.axis(m)
	top, lines := v.listArea(m)
	return m.timeIn(m.Span, x-left, width, y >= top-1 && y < top+lines)
}

func (v streamsView) draw(m *Model, c *cells.Canvas) {
	l := m.Lists[Streams]
	top, lines := v.listArea(m)
	l.show(lines)
	left, width := v.axis(m)
	m.headline(c.Sub(0, 0, c.W, top-1))
	t := table{columns: streamColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return m.streamLine(r) }}
	t.draw(c.Sub(0, top-1, left-1, lines+1), &l)
	if len(l.rows) == 0 {
		m.drawEmpty(c.Sub(0, top, c.W, lines), "stream")
		return
	}
	bars := c.Sub(left, top-1, width, lines+1)
	chart.Axis(bars.Sub(0, 0, bars.W, 1), m.Span, m.zero())
	for y := 1; y < bars.H && l.top+y-1 < len(l.rows); y++ {
		m.drawBar(bars.Sub(0, y, bars.W, 1), l.rows[l.top+y-1])
	}
	m.drawCursor(bars)
	m.drawLegend(c.Sub(0, top+lines, c.W, 1))
	if conn, x, found := m.exchange(); found && v.aboutLines(c.H) > 0 {
		drawFacts(c.Sub(0, top+lines+1, c.W, c.H-top-lines-1), m.exchangeFacts(conn, &x))
	}
}

func (v streamsView) act(m *Model, b Binding) bool {
	l := &m.Lists[Streams]
	_, lines := v.listArea(m)
	switch {
	case m.moveList(l, b, lines):
		m.chooseRow(l)
	case b.Command == Enter:
		m.goTo(Stream)
	case b.Command == PinStream:
		m.pin()
	default:
		return false
	}
	return true
}
