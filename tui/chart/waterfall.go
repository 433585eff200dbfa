package chart

import (
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// A Bar is an exchange on the waterfall.
type Bar struct {
	Segments []timeline.Segment
	Reset    int64 // when RST_STREAM ended it; 0: none did
}

// Waterfall draws one bar over one line. A segment that is shorter than a
// column is drawn where nothing longer is.
func Waterfall(c *cells.Canvas, b *Bar, s Span, g *Glyphs) {
	for pass := range 2 {
		for _, segment := range b.Segments {
			from, to := s.Column(segment.From, c.W), s.Column(segment.To, c.W)
			short := to == from
			if short != (pass == 0) {
				continue
			}
			r, style := g.Segment(segment.Kind)
			for x := max(0, from); x < min(c.W, max(to, from+1)); x++ {
				c.Set(x, 0, r, style)
			}
		}
	}
	if b.Reset != 0 {
		c.Set(min(s.Column(b.Reset, c.W), c.W-1), 0, g.Reset, cells.Reset)
	}
}

// Segment is how a kind of segment is drawn.
func (g *Glyphs) Segment(k timeline.SegmentKind) (rune, cells.Style) {
	switch k {
	case timeline.SegmentBlocked:
		return g.Blocked, cells.Blocked
	case timeline.SegmentSend:
		return g.Send, cells.Send
	case timeline.SegmentWait:
		return g.Wait, cells.Wait
	case timeline.SegmentReceive:
		return g.Receive, cells.Receive
	case timeline.SegmentStalledStream:
		return g.StallStream, cells.StallStream
	case timeline.SegmentStalledConnection:
		return g.StallConnection, cells.StallConnection
	}
	return g.StallTCP, cells.StallTCP
}
