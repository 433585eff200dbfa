package tui

import (
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// bar is an exchange on a time axis. Where no answer came at all, that is waited
// for to the end of what was seen.
func bar(c *timeline.Conn, x *timeline.Exchange) chart.Bar {
	b := chart.Bar{Segments: c.Segments(x)}
	if x.Reset != nil {
		b.Reset = x.Reset.Time
	}
	if !x.Live && unanswered(x) {
		from := x.OpenedAt
		for _, s := range b.Segments {
			from = max(from, s.To)
		}
		b.Segments = append(b.Segments, timeline.Segment{From: from, To: c.Clock(), Kind: timeline.SegmentWait})
	}
	return b
}

// drawBar draws the exchange of a row on the time axis.
func (m *Model) drawBar(c *cells.Canvas, r row) {
	conn := m.Snapshot.Conn(r.connection())
	x := conn.Exchange(int(r.item))
	b := bar(conn, &x)
	chart.Waterfall(c, &b, m.Span, m.glyphs())
}

// drawCursor draws the time cursor, and the mark, over a chart.
func (m *Model) drawCursor(c *cells.Canvas) {
	for _, line := range [...]struct {
		at    int64
		r     rune
		style cells.Style
	}{{m.Marked, m.glyphs().Mark, cells.Mark}, {m.Time, m.glyphs().Cursor, cells.Cursor}} {
		if line.at == 0 {
			continue
		}
		x := m.Span.Column(line.at, c.W)
		for y := range c.H {
			if c.At(x, y).Rune == ' ' {
				c.Set(x, y, line.r, line.style)
			}
		}
	}
}

// legendWide is from which width on the legend has its names in full.
const legendWide = 120

// drawLegend names the parts of the bars.
func (m *Model) drawLegend(c *cells.Canvas) {
	g := m.glyphs()
	stalled := [...]timeline.SegmentKind{timeline.SegmentStalledStream, timeline.SegmentStalledConnection, timeline.SegmentStalledTCP}
	names := [...]string{"stream", "conn", "TCP"}
	space, receive, lead, pushed := 1, "recv", "stalled:", "push"
	if c.W >= legendWide {
		names = [...]string{"stream window", "connection window", "TCP"}
		space, receive, lead, pushed = 2, "receive", "stalled on:", "pushed"
	}
	x := 0
	put := func(r rune, style cells.Style, name string) {
		c.Set(x, 0, r, style)
		x = c.Text(x+2, 0, cells.Faint, name) + space
	}
	for i, name := range [...]string{"blocked", "send", "wait", receive} {
		r, style := g.Segment(timeline.SegmentBlocked + timeline.SegmentKind(i))
		put(r, style, name)
	}
	x = c.Text(x, 0, cells.Faint, lead) + 1
	for i, kind := range stalled {
		r, style := g.Segment(kind)
		put(r, style, names[i])
	}
	put(g.Reset, cells.Reset, "reset")
	put(g.Push, cells.Push, pushed)
}
