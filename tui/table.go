package tui

import (
	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// A column of a list.
type column struct {
	head  string
	width int // cells; the last column has what is left
	right bool
	// wide is from how many cells of the screen on it is shown.
	wide int
}

// A cell of a list.
type cell struct {
	text  string
	style cells.Style
}

// A table shows the part of a list that fits.
type table struct {
	columns []column
	sort    int // the column that it is ordered by, from 1; 0: none
	reverse bool
	// line gives the cells of a row, as many as there are columns.
	line func(r row) []cell
}

// layout is where the shown columns stand and how wide they are: -1 for one
// that is not shown.
func (t *table) layout(width int) []int {
	widths := make([]int, len(t.columns))
	used := 0
	for i, col := range t.columns {
		widths[i] = col.width
		if width < col.wide {
			widths[i] = -1
			continue
		}
		used += col.width + 1
	}
	if last := len(t.columns) - 1; t.columns[last].width == 0 {
		widths[last] = max(0, width-used+1)
	}
	return widths
}

// draw shows a head and the rows of a list from its top on, and scrolls the list
// so that its selection is among them.
func (t *table) draw(c *cells.Canvas, l *list) {
	widths := t.layout(c.W)
	heads := make([]cell, len(t.columns))
	for i, col := range t.columns {
		heads[i] = cell{col.head, cells.Heading}
		if i+1 == t.sort {
			heads[i].text += map[bool]string{false: "↓", true: "↑"}[t.reverse]
		}
	}
	t.put(c.Sub(0, 0, c.W, 1), heads, widths, false)
	view := *l
	view.show(c.H - 1)
	for y := 1; y < c.H && view.top+y-1 < len(l.rows); y++ {
		r := l.rows[view.top+y-1]
		t.put(c.Sub(0, y, c.W, 1), t.line(r), widths, l.chosen && r == l.selected)
	}
}

// put writes one line.
func (t *table) put(c *cells.Canvas, line []cell, widths []int, selected bool) {
	var add cells.Style
	if selected {
		add = cells.Selected
		c.Fill(cells.Cell{Rune: ' ', Style: add})
	}
	x := 0
	for i, width := range widths {
		if width < 0 {
			continue
		}
		text := printable.Truncate(line[i].text, width)
		if t.columns[i].right {
			c.Right(x+width, 0, line[i].style|add, text)
		} else {
			c.Text(x, 0, line[i].style|add, text)
		}
		x += width + 1
	}
}
