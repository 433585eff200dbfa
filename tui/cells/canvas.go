package cells

import (
	"maps"
	"slices"
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
	first  int // of cells, in those of the whole
	marks  *marks
}

// marks are the combining characters of a whole canvas, by cell. Few cells have
// any.
type marks map[int][]rune

// maxMarks is how many combining characters a cell shows; a pile of more would
// reach into the lines above and below.
const maxMarks = 4

// New makes a canvas of spaces. A size below 0 is 0.
func New(w, h int) *Canvas {
	w, h = max(0, w), max(0, h)
	c := &Canvas{W: w, H: h, stride: w, cells: make([]Cell, w*h), marks: new(marks)}
	c.Fill(Cell{' ', Plain})
	return c
}

// Sub is a part of the canvas: what is drawn on it is drawn on the canvas.
func (c *Canvas) Sub(x, y, w, h int) *Canvas {
	x, y = min(max(0, x), c.W), min(max(0, y), c.H)
	w, h = min(max(0, w), c.W-x), min(max(0, h), c.H-y)
	part := &Canvas{W: w, H: h, stride: c.stride, marks: c.marks}
	if w > 0 && h > 0 {
		part.cells = c.cells[y*c.stride+x:]
		part.first = c.first + y*c.stride + x
	}
	return part
}

// Fill sets every cell.
func (c *Canvas) Fill(cell Cell) {
	for y := range c.H {
		for x := range c.W {
			c.Set(x, y, cell.Rune, cell.Style)
		}
	}
}

// Set sets a cell.
func (c *Canvas) Set(x, y int, r rune, s Style) {
	if !c.has(x, y) {
		return
	}
	at := y*c.stride + x
	c.cells[at] = Cell{r, s}
	if *c.marks != nil {
		delete(*c.marks, c.first+at)
	}
}

func (c *Canvas) has(x, y int) bool { return x >= 0 && x < c.W && y >= 0 && y < c.H }

// At is a cell; outside of the canvas, a space.
func (c *Canvas) At(x, y int) Cell {
	if !c.has(x, y) {
		return Cell{' ', Plain}
	}
	return c.cells[y*c.stride+x]
}

// Marks are the combining characters of a cell; nil is usual.
func (c *Canvas) Marks(x, y int) []rune {
	if *c.marks == nil || !c.has(x, y) {
		return nil
	}
	return (*c.marks)[c.first+y*c.stride+x]
}

// Restyle gives a cell another style.
func (c *Canvas) Restyle(x, y int, s Style) {
	if c.has(x, y) {
		c.cells[y*c.stride+x].Style = s
	}
}

// Text writes text from a cell on, and returns the column behind it. The text
// must be safe: what was captured goes through package printable first. A
// combining character stands with the one before it, where there is none with a
// dotted circle.
func (c *Canvas) Text(x, y int, s Style, text string) int {
	last := -1 // the column of the character before
	for _, r := range text {
		w := printable.Width(string(r))
		if w == 0 && last >= 0 {
			c.combine(last, y, r)
			continue
		}
		if w == 0 {
			r, w = '◌', 1
		}
		if x+w > c.W {
			return c.W
		}
		c.Set(x, y, r, s)
		for i := 1; i < w; i++ {
			c.Set(x+i, y, 0, s)
		}
		last = x
		x += w
	}
	return x
}

func (c *Canvas) combine(x, y int, r rune) {
	if !c.has(x, y) {
		return
	}
	if *c.marks == nil {
		*c.marks = make(marks)
	}
	at := c.first + y*c.stride + x
	if len((*c.marks)[at]) < maxMarks {
		(*c.marks)[at] = append((*c.marks)[at], r)
	}
}

// Equal reports whether two whole canvases look the same.
func (c *Canvas) Equal(other *Canvas) bool {
	return c.W == other.W && c.H == other.H && slices.Equal(c.cells, other.cells) &&
		maps.EqualFunc(*c.marks, *other.marks, slices.Equal[[]rune])
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
			for _, r := range c.Marks(x, y) {
				line = utf8.AppendRune(line, r)
			}
		}
		b.WriteString(strings.TrimRight(string(line), " "))
		b.WriteByte('\n')
	}
	return b.String()
}
