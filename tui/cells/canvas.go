package cells

import (
	"strings"
	"unicode/utf8"

	"h2scope/h2decode/printable"
)

// A Cell is one character on the screen. The cell behind a wide one has the
// rune 0.
type Cell struct {
	Rune  rune
	Style Style
}

// A Canvas is a grid of cells, or a part of one. What is drawn outside of it
// is not drawn.
type Canvas struct {
	W, H   int
	cells  []Cell
	stride int
}

// New makes a canvas of spaces. A size below 0 is 0.
func New(w, h int) *Canvas {
	w, h = max(0, w), max(0, h)
	c := &Canvas{W: w, H: h, stride: w, cells: make([]Cell, w*h)}
	c.Fill(Cell{' ', Plain})
	return c
}

// Sub is a part of the canvas: what is drawn on it is drawn on the canvas.
func (c *Canvas) Sub(x, y, w, h int) *Canvas {
	x, y = min(max(0, x), c.W), min(max(0, y), c.H)
	w, h = min(max(0, w), c.W-x), min(max(0, h), c.H-y)
	part := &Canvas{W: w, H: h, stride: c.stride}
	if w > 0 && h > 0 {
		part.cells = c.cells[y*c.stride+x:]
	}
	return part
}

// Fill sets every cell.
func (c *Canvas) Fill(cell Cell) {
	for y := range c.H {
		for x := range c.W {
			c.cells[y*c.stride+x] = cell
		}
	}
}

// Set sets a cell.
func (c *Canvas) Set(x, y int, r rune, s Style) {
	if x >= 0 && x < c.W && y >= 0 && y < c.H {
		c.cells[y*c.stride+x] = Cell{r, s}
	}
}

// At is a cell; outside of the canvas, a space.
func (c *Canvas) At(x, y int) Cell {
	if x < 0 || x >= c.W || y < 0 || y >= c.H {
		return Cell{' ', Plain}
	}
	return c.cells[y*c.stride+x]
}

// Restyle gives a cell another style.
func (c *Canvas) Restyle(x, y int, s Style) {
	if x >= 0 && x < c.W && y >= 0 && y < c.H {
		c.cells[y*c.stride+x].Style = s
	}
}

// Text writes text from a cell on, and returns the column behind it. The text
// must be safe: what was captured goes through package printable first.
func (c *Canvas) Text(x, y int, s Style, text string) int {
	for _, r := range text {
		w := printable.Width(string(r))
		switch {
		case w == 0:
			continue
		case x+w > c.W:
			return c.W
		}
		c.Set(x, y, r, s)
		for i := 1; i < w; i++ {
			c.Set(x+i, y, 0, s)
		}
		x += w
	}
	return x
}

// Right writes text so that it ends before a column.
func (c *Canvas) Right(x, y int, s Style, text string) {
	c.Text(x-printable.Width(text), y, s, text)
}

// String is the canvas as text, without the spaces at the ends of lines: what
// golden files hold.
func (c *Canvas) String() string {
	var b strings.Builder
	for y := range c.H {
		line := make([]byte, 0, c.W)
		for x := range c.W {
			if r := c.At(x, y).Rune; r != 0 {
				line = utf8.AppendRune(line, r)
			}
		}
		b.WriteString(strings.TrimRight(string(line), " "))
		b.WriteByte('\n')
	}
	return b.String()
}
