package tui

import (
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// drawStreamWindow is the windows of the stream over the time of the exchange:
// of those sides that sent DATA, and the connection's of the side that waited.
func (m *Model) drawStreamWindow(c *cells.Canvas, conn *timeline.Conn, x *timeline.Exchange) {
	local := *m // another span, for this chart
	local.Span = exchangeSpan(conn, x)
	state := m.state()
	sides := []h2decode.Side{h2decode.Server, h2decode.Client}
	if x.Request.DataBytes == 0 {
		sides = sides[:1]
	}
	height := (c.H - 1) / (2 * len(sides))
	for i, side := range sides {
		lead := ""
		if len(sides) > 1 {
			lead = side.String() + "'s "
		}
		part := c.Sub(0, 2*i*height, c.W, 2*height)
		local.drawWindow(part.Sub(0, 0, c.W, height), conn, side, x.ID, state, lead)
		local.drawWindow(part.Sub(0, height, c.W, height), conn, side, 0, state, lead)
	}
	chart.Axis(c.Sub(windowMargin+1, c.H-1, c.W-windowMargin-1, 1), local.Span, local.Span.From)
}
