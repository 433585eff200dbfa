package tui

import (
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// hpackView is the field block at the cursor, field by field, beside both sides'
// tables as they were then; above, how well blocks were compressed over time.
type hpackView struct{ plain }

// The panes, of which those that there is room for are shown.
const (
	blockPane = iota
	clientTable
	serverTable
	hpackPanes
)

var hpackPaneNames = [hpackPanes]string{"field block", "client's table", "server's table"}

// blockAtCursor is the last frame up to the cursor that ended a field block, or,
// where there is none, the first behind it; 0: none.
func (m *Model) blockAtCursor(c *timeline.Conn) uint64 {
	before := m.memo.blockBefore(c, m.Frame)
	if before == 0 {
		return blockBeside(c, m.Frame, 1)
	}
	return before
}

// hpackShown are the panes that are shown.
func (m *Model) hpackShown(from h2decode.Side) []int {
	switch panes(m.Size.W) {
	case 1:
		return []int{m.Pane[HPACK]}
	case 2:
		table := clientTable + int(from)
		if m.Pane[HPACK] != blockPane {
			table = m.Pane[HPACK]
		}
		return []int{blockPane, table}
	}
	return []int{blockPane, clientTable, serverTable}
}

// chartHeight is how many lines the chart has, without its head.
func (hpackView) chartHeight(h int) int { return min(10, h/5) | 1 }

// timeAt is the time at a cell of the chart.
func (v hpackView) timeAt(m *Model, x, y int) (t int64, found bool) {
	size := m.bodySize()
	return m.timeIn(m.Span, x-windowMargin-1, size.W-windowMargin-1, y > 0 && y <= v.chartHeight(size.H))
}

func (v hpackView) draw(m *Model, c *cells.Canvas) {
	conn := m.conn()
	if conn == nil {
		return
	}
	chartHeight := v.chartHeight(c.H)
	top := m.drawPane(c.Sub(0, 0, c.W, chartHeight+1), "octets on the wire for those of field sections (RFC 9113, Section 6.5.2), in %", false)
	m.drawCompression(top, conn)
	rest := c.Sub(0, chartHeight+1, c.W, c.H-chartHeight-1)
	at := m.blockAtCursor(conn)
	if at == 0 {
		rest.Text(0, 0, cells.Faint, "there is no field block on this connection")
		return
	}
	f := conn.Frame(at)
	shown := m.hpackShown(f.From)
	if len(shown) == 1 {
		rest = m.drawPanes(rest, hpackPaneNames[:], m.Pane[HPACK])
	}
	for i, area := range columns(rest, len(shown)) {
		pane := shown[i]
		active := pane == m.Pane[HPACK]
		title, lines := v.pane(m, conn, &f, pane, area.W)
		scroll := 0
		if active {
			scroll = m.Scroll[HPACK]
		}
		drawLines(m.drawPane(area, title, active), lines, scroll)
	}
}

// pane is the title and the lines of a pane.
func (hpackView) pane(m *Model, c *timeline.Conn, f *timeline.Frame, pane, width int) (string, []line) {
	if pane == blockPane {
		return m.blockTitle(c, f), m.blockLines(c, f, width)
	}
	side := h2decode.Side(pane - clientTable)
	frame := f.Number
	if m.Frame > frame {
		frame = m.Frame
	}
	return tableTitle(c, side, frame), tableLines(c, side, frame, f, width)
}

func (v hpackView) act(m *Model, b Binding) bool {
	c := m.conn()
	if c == nil {
		return false
	}
	switch b.Command {
	case NextPane:
		m.Pane[HPACK], m.Scroll[HPACK] = (m.Pane[HPACK]+1)%hpackPanes, 0
	case PreviousTab:
		m.Pane[HPACK], m.Scroll[HPACK] = (m.Pane[HPACK]+hpackPanes-1)%hpackPanes, 0
	case NextChange:
		m.stepBlock(c, 1)
	case PreviousChange:
		m.stepBlock(c, -1)
	case Enter:
		if n := m.blockAtCursor(c); n != 0 {
			m.setCursor(c, n)
			m.goTo(Frames)
			return true
		}
		return false
	default:
		return v.scroll(m, c, b)
	}
	return true
}

// scroll scrolls the chosen pane.
func (v hpackView) scroll(m *Model, c *timeline.Conn, b Binding) bool {
	h := m.bodySize().H
	page := h - v.chartHeight(h) - 2
	if panes(m.Size.W) == 1 {
		page-- // for the names of the panes
	}
	by, known := scrollStep(b.Command, page)
	n := m.blockAtCursor(c)
	if !known || n == 0 {
		return false
	}
	f := c.Frame(n)
	width := (m.Size.W+1)/panes(m.Size.W) - 1
	_, lines := v.pane(m, c, &f, m.Pane[HPACK], width)
	m.Scroll[HPACK] = m.bounded("line", m.Scroll[HPACK], m.Scroll[HPACK]+by, len(lines)-page)
	return true
}

// stepBlock moves the clock to the next field block, or the one before. Every
// change of a table is one.
func (m *Model) stepBlock(c *timeline.Conn, by int) {
	n := blockBeside(c, m.Frame, by)
	if n == 0 {
		m.say("there is no field block further on")
		return
	}
	m.setCursor(c, n)
	m.Scroll[HPACK] = 0
	m.chooseStreamOf()
	m.reveal()
}
