package chart

import "h2scope/tui/cells"

// Braille characters have two columns of four dots: a cell shows eight.
const (
	dotsWide = 2
	dotsHigh = 4
)

// brailleBits are the bits of the dots in a braille character, by column and
// row (Unicode 16.0, Section 21.1).
var brailleBits = [dotsWide][dotsHigh]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

const brailleBlank = '\u2800'

// dots is a grid of dots, each one of which is set or not.
type dots struct {
	w, h int // cells
	bits []rune
}

func newDots(w, h int) *dots { return &dots{w: w, h: h, bits: make([]rune, w*h)} }

// set sets the dot in column x from the left and row y from the top.
func (d *dots) set(x, y int) {
	if x < 0 || y < 0 || x >= d.w*dotsWide || y >= d.h*dotsHigh {
		return
	}
	d.bits[y/dotsHigh*d.w+x/dotsWide] |= brailleBits[x%dotsWide][y%dotsHigh]
}

// column sets the dots of a column from one row to another, both included.
func (d *dots) column(x, from, to int) {
	for y := min(from, to); y <= max(from, to); y++ {
		d.set(x, y)
	}
}

// put draws the cells that have a dot.
func (d *dots) put(c *cells.Canvas, style cells.Style, g *Glyphs) {
	for i, bits := range d.bits {
		if bits == 0 {
			continue
		}
		r := brailleBlank + bits
		if !g.Braille {
			r = '*'
		}
		c.Set(i%d.w, i/d.w, r, style)
	}
}
