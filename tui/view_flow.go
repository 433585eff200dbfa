package tui

import (
	"fmt"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
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

func (v windowsView) draw(m *Model, c *cells.Canvas) {
	conn := m.conn()
	if conn == nil {
		return
	}
	below := v.tableHeight(m, c.H)
	notes := v.noteLines(m, conn, c)
	charts := c.Sub(0, 0, c.W, c.H-below-len(notes))
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
		m.drawPane(c, "stalls", false).Text(0, 0, cells.Good, "no sender had to wait for a window")
		return
	}
	l.show(c.H - 1)
	t := table{columns: stallColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return m.stallLine(r) }}
	t.draw(c, &l)
}

// windowMargin is how many columns the values at the axis have.
const windowMargin = 7

// drawWindows draws the windows for what a side sends: the connection's above
// the stream's, on one time axis.
func (m *Model) drawWindows(c *cells.Canvas, conn *timeline.Conn, side h2decode.Side, active bool) {
	c = m.drawPane(c, fmt.Sprintf("what the %s may send, connection %d", side, m.Conn), active)
	state := m.state()
	bands := c.Sub(0, 0, c.W, c.H-1)
	above := bands.H / 2
	m.drawWindow(bands.Sub(0, 0, c.W, above), conn, side, 0, state)
	if m.Stream != 0 {
		m.drawWindow(bands.Sub(0, above, c.W, bands.H-above), conn, side, m.Stream, state)
	}
	chart.Axis(c.Sub(windowMargin+1, c.H-1, c.W-windowMargin-1, 1), m.Span, m.zero())
}

// drawWindow draws one window: a line that says what it is now, and the chart.
func (m *Model) drawWindow(c *cells.Canvas, conn *timeline.Conn, side h2decode.Side, stream uint32, state *timeline.State) {
	if c.H < 2 {
		return
	}
	name, now, shades := "connection", state.Windows[side], m.connectionShades(conn, side)
	if stream != 0 {
		at, _ := state.Stream(stream)
		name, now, shades = fmt.Sprintf("stream %d", stream), at.Windows[side], m.streamShades(conn, stream, side)
	}
	x := c.Text(windowMargin+1, 0, sideStyle(side), name)
	x = c.Text(x, 0, cells.Value, ": "+nowText(now))
	c.Text(x+2, 0, cells.Faint, longestText(shades))
	area := c.Sub(windowMargin+1, 1, c.W-windowMargin-1, c.H-1)
	s := m.window(conn, side, stream)
	columns := chart.Columns(s.points, m.Span, 2*area.W, s.until)
	chart.Shades(area, shades, m.Span)
	m.drawInstant(area)
	chart.Steps(area, columns, sideStyle(side), m.glyphs())
	lowest, highest := chart.Range(columns)
	c.Right(windowMargin, 1, cells.Guide, signedSize(highest))
	c.Right(windowMargin, c.H-1, cells.Guide, signedSize(lowest))
	for y := 1; y < c.H; y++ {
		c.Set(windowMargin, y, m.glyphs().Vertical, cells.Guide)
	}
}

// drawInstant draws the time cursor and the mark over what was shaded.
func (m *Model) drawInstant(c *cells.Canvas) {
	for _, t := range [...]int64{m.Marked, m.Time} {
		x := m.Span.Column(t, c.W)
		for y := range c.H {
			if t != 0 {
				c.Set(x, y, ' ', cells.Plain)
			}
		}
	}
	m.drawCursor(c)
}

// nowText is a window at the instant.
func nowText(w h2decode.Window) string {
	if !w.Known {
		return "not known at the cursor"
	}
	return strconv.FormatInt(w.Octets, 10) + " octets at the cursor"
}

func longestText(shades []chart.Shade) string {
	if len(shades) == 0 {
		return ""
	}
	var longest int64
	for _, s := range shades {
		longest = max(longest, s.To-s.From)
	}
	return fmt.Sprintf("%s, the longest %s", plural(len(shades), "stall"), duration(longest))
}

func signedSize(v int64) string {
	if v < 0 {
		return "-" + size(uint64(-v))
	}
	return size(uint64(v))
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
