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
	// wide is from how many cells of the list on it is shown.
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

// gutter is how many cells stand in front of a line: they mark the one that is
// selected, also without colours.
const gutter = 1

// A stripe is where a column stands.
type stripe struct{ column, width int }

// layout is which columns are shown, and how wide: those that were chosen, else
// those that fit. The last has what is left.
func (t *table) layout(width int, chosen []int) []stripe {
	var stripes []stripe
	left := width - gutter
	show := func(i int) {
		w := t.columns[i].width
		if w == 0 {
			w = max(0, left)
		}
		stripes = append(stripes, stripe{i, w})
		left -= w + 1
	}
	if chosen != nil {
		for _, i := range chosen {
			show(i)
		}
		return stripes
	}
	for i, col := range t.columns {
		if width >= col.wide {
			show(i)
		}
	}
	return stripes
}

// draw shows a head and the rows of a list from its top on, scrolled so that its
// selection is among them.
func (t *table) draw(c *cells.Canvas, l *list) {
	stripes := t.layout(c.W, l.columns)
	heads := make([]cell, len(t.columns))
	for i, col := range t.columns {
		heads[i] = cell{col.head, cells.Heading}
		if i+1 == t.sort {
			heads[i].text += map[bool]string{false: "*", true: "^"}[t.reverse]
		}
	}
	t.put(c.Sub(0, 0, c.W, 1), heads, stripes, false)
	view := *l
	view.show(c.H - 1)
	for y := 1; y < c.H && view.top+y-1 < len(l.rows); y++ {
		r := l.rows[view.top+y-1]
		t.put(c.Sub(0, y, c.W, 1), t.line(r), stripes, l.chosen && r == l.selected)
	}
}

// put writes one line.
func (t *table) put(c *cells.Canvas, line []cell, stripes []stripe, selected bool) {
	var add cells.Style
	if selected {
		add = cells.Selected
		c.Fill(cells.Cell{Rune: ' ', Style: add})
		c.Set(0, 0, '>', add)
	}
	x := gutter
	for _, s := range stripes {
		text := printable.Truncate(line[s.column].text, min(s.width, c.W-x))
		if t.columns[s.column].right {
			c.Right(x+s.width, 0, line[s.column].style|add, text)
		} else {
			c.Text(x, 0, line[s.column].style|add, text)
		}
		x += s.width + 1
	}
}
