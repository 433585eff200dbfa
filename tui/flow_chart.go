package tui

import (
	"fmt"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// leastBand is how many lines the chart of a window has at least, its head
// included.
const leastBand = 3

// windowMargin is how many columns the values at the axis have.
const windowMargin = 7

// drawWindows draws the windows for what a side sends: the connection's above
// those of the selected stream and of the pinned ones, on one time axis.
func (m *Model) drawWindows(c *cells.Canvas, conn *timeline.Conn, side h2decode.Side, active bool) {
	title := fmt.Sprintf("octets that the %s may send, connection %d", side, m.Conn)
	streams := append([]uint32{0}, m.compared()...)
	if fit := max(1, (c.H-2)/leastBand); len(streams) > fit {
		title += fmt.Sprintf(", no room for %s", plural(len(streams)-fit, "pinned stream"))
		streams = streams[:fit]
	}
	c = m.drawPane(c, title, active)
	state := m.state()
	for i, stream := range streams {
		from, to := i*(c.H-1)/len(streams), (i+1)*(c.H-1)/len(streams)
		m.drawWindow(c.Sub(0, from, c.W, to-from), conn, side, stream, state, "")
	}
	chart.Axis(c.Sub(windowMargin+1, c.H-1, c.W-windowMargin-1, 1), m.Span, m.zero())
}

// drawWindow draws one window: a line that says what it is now, behind a lead,
// and the chart.
func (m *Model) drawWindow(c *cells.Canvas, conn *timeline.Conn, side h2decode.Side, stream uint32, state *timeline.State, lead string) {
	if c.H < 2 {
		return
	}
	name, now, shades := "connection", state.Windows[side], m.connectionShades(conn, side)
	if stream != 0 {
		at, _ := state.Stream(stream)
		name, now, shades = fmt.Sprintf("stream %d", stream), at.Windows[side], m.streamShades(conn, stream, side)
	}
	x := c.Text(windowMargin+1, 0, sideStyle(side), lead+name)
	x = c.Text(x, 0, cells.Value, ": "+nowText(now))
	m.drawShadesHead(c, x+2, shades)
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

// drawShadesHead names the shades of a chart: on which window senders stood
// still, how often and how long.
func (m *Model) drawShadesHead(c *cells.Canvas, x int, shades []chart.Shade) {
	for cause, name := range [...]string{
		h2decode.StalledByStream: "own window", h2decode.StalledByConnection: "connection", h2decode.StalledByTCP: "TCP",
	} {
		r, style := stallLook(h2decode.StallCause(cause), m.glyphs())
		n, longest := 0, int64(0)
		for _, s := range shades {
			if s.Rune == r {
				n, longest = n+1, max(longest, s.To-s.From)
			}
		}
		text := fmt.Sprintf("%s: %s, %s", name, plural(n, "stall"), duration(longest))
		if n > 1 {
			text = fmt.Sprintf("%s: %s, up to %s", name, plural(n, "stall"), duration(longest))
		}
		if x+2+printable.Width(text) > c.W {
			text = name + " " + duration(longest)
		}
		if n > 0 {
			c.Set(x, 0, r, style)
			x = c.Text(x+2, 0, cells.Faint, printable.Truncate(text, max(0, c.W-x-2))) + 2
		}
	}
}

func signedSize(v int64) string {
	if v < 0 {
		return "-" + size(uint64(-v))
	}
	return size(uint64(v))
}
