package tui

import (
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// A compressionKey is what a compression was worked out for.
type compressionKey struct {
	conn  *timeline.Conn
	span  chart.Span
	width int
}

// A compression is how well field blocks were compressed over time: for each side
// and column of a chart, octets on the wire of octets of fields; -1 where there
// was no block.
type compression [2][]float64

// compressionSample is how many frames of a column are looked at, from its
// beginning on.
const compressionSample = 256

// compression is that of the visible time.
func (m *Model) compression(c *timeline.Conn, width int) compression {
	return m.memo.compression.get(compressionKey{c, m.Span, width}, func() compression { return sampleCompression(c, m.Span, width) })
}

func sampleCompression(c *timeline.Conn, s chart.Span, width int) (out compression) {
	out = compression{make([]float64, width), make([]float64, width)}
	n := c.FrameAt(s.From - 1)
	for x := range width {
		var wire, section [2]uint64
		last := c.FrameAt(s.Time(x+1, width) - 1)
		for i := n + 1; i <= min(last, n+compressionSample); i++ {
			if f := c.Frame(i); f.Block {
				wire[f.From] += uint64(f.BlockWire)
				section[f.From] += uint64(f.Section)
			}
		}
		for side := range out {
			out[side][x] = -1
			if section[side] > 0 {
				out[side][x] = float64(wire[side]) / float64(section[side])
			}
		}
		n = max(n, last)
	}
	return out
}

// drawCompression draws both sides' compression over time, one above the other.
func (m *Model) drawCompression(c *cells.Canvas, conn *timeline.Conn) {
	area := c.Sub(windowMargin+1, 0, c.W-windowMargin-1, c.H-1)
	ratios := m.compression(conn, area.W)
	height := area.H / 2
	for side, ratio := range ratios {
		style := sideStyle(h2decode.Side(side))
		if height > 1 {
			c.Right(windowMargin, side*height, cells.Guide, "100%")
		}
		c.Right(windowMargin, (side+1)*height-1, style, h2decode.Side(side).String())
		part := area.Sub(0, side*height, area.W, height)
		chart.Heights(part, ratio, style, m.glyphs())
		m.drawCursor(part)
	}
	chart.Axis(c.Sub(windowMargin+1, c.H-1, area.W, 1), m.Span, m.zero())
}
