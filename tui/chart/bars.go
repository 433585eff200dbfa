package chart

import "h2scope/tui/cells"

// Fraction draws a bar over one line: so much of its width as part is of 1. What
// is above 0 shows, be it ever so little.
func Fraction(c *cells.Canvas, part float64, style cells.Style, g *Glyphs) {
	if part <= 0 {
		return
	}
	full := min(c.W, max(1, int(part*float64(c.W)+0.5)))
	for x := range full {
		c.Set(x, 0, g.Eighths[8], style)
	}
}

// Heights draws a bar for each column of the canvas, from 0 at its foot to 1 at
// its top. A value below 0 is not known and not drawn.
func Heights(c *cells.Canvas, values []float64, style cells.Style, g *Glyphs) {
	for x, v := range values {
		if v < 0 {
			continue
		}
		eighths := min(c.H*8, max(1, int(v*float64(c.H*8)+0.5)))
		for y := range c.H {
			above := eighths - (c.H-1-y)*8
			if above > 0 {
				c.Set(x, y, g.Eighths[min(8, above)], style)
			}
		}
	}
}
