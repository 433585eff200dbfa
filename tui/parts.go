package tui

import (
	"strconv"
	"strings"

	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// A line is text in parts of different styles, safe to show.
type line []cell

// plainLine is a line of one style.
func plainLine(style cells.Style, text string) line { return line{{text, style}} }

// drawLines writes lines from top on, and says in the last one that there are
// more.
func drawLines(c *cells.Canvas, lines []line, top int) {
	top = min(top, max(0, len(lines)-c.H))
	for y := 0; y < c.H && top+y < len(lines); y++ {
		x := 0
		for _, part := range lines[top+y] {
			x = c.Text(x, y, part.style, printable.Truncate(part.text, max(0, c.W-x)))
		}
	}
}

// wrap cuts text that is safe to show into lines of so many cells: behind a
// space where the last third of a line has one.
func wrap(text string, width int) []string {
	width = max(4, width)
	if len(text) <= width {
		return []string{text}
	}
	var lines []string
	begin, used, space, rest := 0, 0, 0, 0 // rest: cells behind the last space
	for i, r := range text {
		w := 1
		if r >= 0x80 {
			w = printable.Width(string(r))
		}
		if used+w > width {
			cut := i
			if space > begin && rest <= width/3 {
				cut = space
			} else {
				rest = 0
			}
			lines = append(lines, text[begin:cut])
			begin, used = cut, rest
		}
		used += w
		rest += w
		if r == ' ' {
			space, rest = i+1, 0
		}
	}
	return append(lines, text[begin:])
}

// drawPane draws the head of a part of a view, and gives the canvas below it.
// That which has the keys stands out.
func (m *Model) drawPane(c *cells.Canvas, title string, active bool) *cells.Canvas {
	style := cells.Heading
	if active {
		style = cells.Title
		title = "[" + title + "]" // also without colours
	}
	x := c.Text(0, 0, style, printable.Truncate(" "+title+" ", c.W))
	for ; x < c.W; x++ {
		c.Set(x, 0, m.glyphs().Horizontal, cells.Guide)
	}
	return c.Sub(0, 1, c.W, c.H-1)
}

// drawPanes names the parts of a view of which only one is shown, in one line,
// and gives the canvas below it.
func (m *Model) drawPanes(c *cells.Canvas, names []string, shown int) *cells.Canvas {
	x := 0
	for i, name := range names {
		style := cells.Faint
		if i == shown {
			style, name = cells.Title, "["+name+"]"
		}
		x = c.Text(x, 0, style, printable.Truncate(name, max(0, c.W-x))) + 2
	}
	for ; x < c.W; x++ {
		c.Set(x, 0, m.glyphs().Horizontal, cells.Guide)
	}
	return c.Sub(0, 1, c.W, c.H-1)
}

// columns cuts a canvas into n columns with a space between.
func columns(c *cells.Canvas, n int) []*cells.Canvas {
	parts := make([]*cells.Canvas, n)
	for i := range parts {
		from, to := i*(c.W+1)/n, (i+1)*(c.W+1)/n
		parts[i] = c.Sub(from, 0, to-from-1, c.H)
	}
	return parts
}

// panes is how many parts of a view a width has room for.
func panes(width int) int {
	switch {
	case width < 120:
		return 1
	case width < 200:
		return 2
	}
	return 3
}

// pad fills text up with spaces to so many cells.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-printable.Width(text)))
}

// plural is a number and a noun, which takes an s where the number is not 1.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// counted is a number in few cells and a noun, which takes an s where the number
// is not 1.
func counted(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return size(n) + " " + noun + "s"
}

// bounded is where a move to a place comes to, from 0 to the last; it says where
// it could not move.
func (m *Model) bounded(what string, from, to, last int) int {
	to = max(0, min(to, last))
	if to == from && to == 0 {
		m.say("this is the first " + what)
	}
	if to == from && to > 0 || last <= 0 {
		m.say("this is the last " + what)
	}
	return to
}
