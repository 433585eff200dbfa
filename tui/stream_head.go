package tui

import (
	"fmt"
	"slices"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// streamHead is how many lines stand above the panes: three, and those that say
// where the time went.
func (m *Model) streamHead(c *timeline.Conn, x *timeline.Exchange) int {
	return 3 + len(explainLines(c, x, m.Size.W))
}

// explainLines says where the time of an exchange went, in one line or two.
func explainLines(c *timeline.Conn, x *timeline.Exchange, width int) []string {
	text := explanation(c, x)
	if text == "" {
		text = "it took no time"
	}
	lines := wrapWords(printable.String(text), width)
	return lines[:min(2, len(lines))]
}

// head says what the exchange is and where its time went.
func (streamView) head(m *Model, c *cells.Canvas, conn *timeline.Conn, x *timeline.Exchange) {
	request, response := conn.Fields(x, h2decode.Client), conn.Fields(x, h2decode.Server)
	col := c.Text(0, 0, cells.Heading, fmt.Sprintf("stream %d of connection %d", x.ID, m.Conn))
	col = c.Text(col+1, 0, cells.Value, value(request.Fields, ":method")+" "+value(request.Fields, ":path"))
	status := statusCell(x, value(response.Fields, ":status"))
	col = c.Text(col+1, 0, status.style, status.text)
	c.Text(col+1, 0, cells.Faint, kindText(x))
	for i, part := range explainLines(conn, x, c.W) {
		c.Text(0, 1+i, cells.Value, part)
	}
	col = c.Text(0, c.H-2, cells.Label, phasesText(x))
	b := bar(conn, x)
	chart.Waterfall(c.Sub(col, c.H-2, c.W-col, 1), &b, exchangeSpan(conn, x), m.glyphs())
	m.drawPanes(c.Sub(0, c.H-1, c.W, 1), streamTabNames[:], m.Tab[Stream])
}

// phasesText is how long the phases of an exchange took.
func phasesText(x *timeline.Exchange) string {
	p := x.Timing.Phases()
	if !x.Timing.Asked() {
		return "the request was not seen "
	}
	return fmt.Sprintf("send %s  wait %s  receive %s ", duration(p.Send), duration(p.Wait), duration(p.Receive))
}

// timeAt is the time at a cell of the bar above the panes, or of the chart of
// windows.
func (streamView) timeAt(m *Model, x, y int) (t int64, found bool) {
	conn, exchange, found := m.exchange()
	if !found {
		return 0, false
	}
	span, head, w := exchangeSpan(conn, &exchange), m.streamHead(conn, &exchange), m.bodySize().W
	if y < head {
		col := printable.Width(phasesText(&exchange))
		return m.timeIn(span, x-col, w-col, y == head-2)
	}
	shown := m.streamShown()
	i := slices.Index(shown, streamWindow)
	if i < 0 {
		return 0, false
	}
	from, to := i*(w+1)/len(shown)+windowMargin+1, (i+1)*(w+1)/len(shown)-1
	return m.timeIn(span, x-from, to-from, true)
}

// kindText is what is special about an exchange.
func kindText(x *timeline.Exchange) string {
	switch x.Kind {
	case h2decode.KindRequest:
		return ""
	case h2decode.KindPush:
		return fmt.Sprintf("pushed on stream %d", x.Parent)
	}
	return x.Kind.String()
}

// exchangeSpan is the time of an exchange.
func exchangeSpan(c *timeline.Conn, x *timeline.Exchange) chart.Span {
	s := chart.Span{From: x.OpenedAt, To: x.Timing.End + 1}
	if x.Timing.Request != 0 {
		s.From = min(s.From, x.Timing.Request)
	}
	s.From -= x.Timing.Blocked
	if x.Live || unanswered(x) {
		s.To = c.Clock() + 1
	}
	s.To = max(s.To, s.From+1)
	return s
}
