package tui

import (
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// windowsView is the flow-control windows over time, of the connection and of the
// selected stream, with the stalls on them shaded; below, a table of stalls.
type windowsView struct{}

func (windowsView) rows(m *Model) (rowSource, bool) { return m.stalls(), true }

// sideOf is the side whose sending a tab is about: the server's comes first.
func sideOf(tab int) h2decode.Side {
	if tab == 1 {
		return h2decode.Client
	}
	return h2decode.Server
}

func sideTab(s h2decode.Side) int {
	if s == h2decode.Client {
		return 1
	}
	return 0
}

// tableHeight is how many lines the table of stalls has, its head included: those
// that it needs, up to a third.
func (windowsView) tableHeight(m *Model, h int) int {
	return max(3, min(h/3, len(m.Lists[Windows].rows)+1))
}

// flowAside is from which width on both directions stand beside each other.
const flowAside = 160

// layout is how many lines the charts have, and the notes between them and the
// table.
func (v windowsView) layout(m *Model, conn *timeline.Conn, w, h int) (charts int, notes []line) {
	notes = v.noteLines(m, conn, w, h)
	return max(0, h-v.tableHeight(m, h)-len(notes)), notes
}

// timeAt is the time at a cell of the charts.
func (v windowsView) timeAt(m *Model, x, y int) (t int64, found bool) {
	conn, size := m.conn(), m.bodySize()
	if conn == nil {
		return 0, false
	}
	height, _ := v.layout(m, conn, size.W, size.H)
	width := size.W
	if size.W >= flowAside {
		width = (size.W+1)/2 - 1
		if x > width {
			x, width = x-width-1, size.W-width-1
		}
	}
	return m.timeIn(m.Span, x-windowMargin-1, width-windowMargin-1, y > 0 && y < height)
}

// listArea is where the rows of the table of stalls are.
func (v windowsView) listArea(m *Model) (top, lines int) {
	h := m.bodySize().H
	lines = v.tableHeight(m, h) - 1
	return h - lines, lines
}

func (v windowsView) draw(m *Model, c *cells.Canvas) {
	conn := m.conn()
	if conn == nil {
		return
	}
	below := v.tableHeight(m, c.H)
	height, notes := v.layout(m, conn, c.W, c.H)
	charts := c.Sub(0, 0, c.W, height)
	if c.W >= flowAside {
		parts := columns(charts, 2)
		m.drawWindows(parts[0], conn, h2decode.Server, m.Tab[Windows] == 0)
		m.drawWindows(parts[1], conn, h2decode.Client, m.Tab[Windows] == 1)
	} else {
		m.drawWindows(charts, conn, sideOf(m.Tab[Windows]), true)
	}
	drawLines(c.Sub(0, charts.H, c.W, len(notes)), notes, 0)
	v.table(m, c.Sub(0, c.H-below, c.W, below))
}

func (windowsView) table(m *Model, c *cells.Canvas) {
	l := m.stallList()
	if len(l.rows) == 0 && !m.Busy {
		c = m.drawPane(c, "stalls", false)
		if m.Filter != nil {
			c.Text(0, 0, cells.Plain, "no stall is on a stream that passes the filter")
			return
		}
		c.Text(0, 0, cells.Good, "no sender had to wait for a window")
		return
	}
	l.show(c.H - 1)
	t := table{columns: stallColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return m.stallLine(r) }}
	t.draw(c, &l)
}

func (v windowsView) act(m *Model, b Binding) bool {
	l := &m.Lists[Windows]
	*l = m.stallList()
	if m.moveList(l, b, v.tableHeight(m, m.bodySize().H)-1) {
		m.chooseStall(l)
		return true
	}
	switch b.Command {
	case Enter:
		m.openStall(l)
	case PinStream:
		m.pin()
	case NextPane, PreviousTab:
		m.Tab[Windows] = 1 - m.Tab[Windows]
	case NextChange:
		m.stepWindow(sideOf(m.Tab[Windows]), 1)
	case PreviousChange:
		m.stepWindow(sideOf(m.Tab[Windows]), -1)
	default:
		return false
	}
	return true
}
