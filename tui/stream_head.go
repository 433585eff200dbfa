package tui

import (
	"fmt"

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
	text := c.Explain(x)
	if text == "" {
		text = "it took no time"
	}
	lines := wrap(printable.String(text), width)
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
	v := x.Timing.Phases()
	phases := fmt.Sprintf("send %s  wait %s  receive %s ", duration(v.Send), duration(v.Wait), duration(v.Receive))
	col = c.Text(0, c.H-2, cells.Label, phases)
	bar := chart.Bar{Segments: conn.Segments(x)}
	if x.Reset != nil {
		bar.Reset = x.Reset.Time
	}
	chart.Waterfall(c.Sub(col, c.H-2, c.W-col, 1), &bar, exchangeSpan(conn, x), m.glyphs())
	col = 0
	for tab, name := range streamTabNames {
		style := cells.Faint
		if tab == m.Tab[Stream] {
			style, name = cells.Title, "["+name+"]"
		}
		col = c.Text(col, c.H-1, style, name) + 2
	}
	c.Text(col, c.H-1, cells.Key, "[ ]")
}

// kindText is what is special about an exchange.
func kindText(x *timeline.Exchange) string {
	text := ""
	switch x.Kind {
	case h2decode.KindRequest:
	case h2decode.KindPush:
		text = fmt.Sprintf("pushed on stream %d", x.Parent)
	default:
		text = x.Kind.String()
	}
	if x.Reset != nil {
		text += fmt.Sprintf(" reset by the %s: %s", x.Reset.From, x.Reset.Code)
	}
	return text
}

// exchangeSpan is the time of an exchange.
func exchangeSpan(c *timeline.Conn, x *timeline.Exchange) chart.Span {
	s := chart.Span{From: x.OpenedAt, To: x.Timing.End + 1}
	if x.Timing.Request != 0 {
		s.From = min(s.From, x.Timing.Request)
	}
	s.From -= x.Timing.Blocked
	if x.Live {
		s.To = c.Clock() + 1
	}
	s.To = max(s.To, s.From+1)
	return s
}
