package text

import (
	"io"
	"slices"

	"h2scope/h2decode/printable"
)

// A column of a table.
type column struct {
	head  string
	right bool // its cells stand at the right
	// drop orders the columns that are left out where lines are too wide, the
	// lowest first; 0: never. min is how narrow a column may get where that
	// is not enough; 0: as it is.
	drop, min int
}

// A cell of a row. Its text is safe.
type cell struct {
	text  string
	style style
}

// A table lays out rows. Its last column is cut where lines are too wide.
type table struct {
	columns []column
	rows    int
	// row fills in the cells of row i, which come empty.
	row func(i int, cells []cell)
}

// gutter is the space between columns.
const gutter = 1

// flush is how many octets are gathered before they are written.
const flush = 32 << 10

// write writes the table with its head. Columns that are empty throughout are
// left out.
func (t *table) write(w io.Writer, o *Options) error {
	widths := t.widths()
	if o.Width > 0 {
		t.fit(widths, o.Width)
	}
	cells := make([]cell, len(t.columns))
	for i, c := range t.columns {
		cells[i] = cell{c.head, heading}
	}
	var l line
	buf := t.line(&l, nil, cells, widths, o)
	for i := range t.rows {
		clear(cells)
		t.row(i, cells)
		if buf = t.line(&l, buf, cells, widths, o); len(buf) >= flush {
			if _, err := w.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	_, err := w.Write(buf)
	return err
}

// widths is how wide each column is, -1 where all its cells are empty.
func (t *table) widths() []int {
	widths := make([]int, len(t.columns))
	cells := make([]cell, len(t.columns))
	for i := range t.rows {
		clear(cells)
		t.row(i, cells)
		for j := range cells {
			widths[j] = max(widths[j], printable.Width(cells[j].text))
		}
	}
	for i := range widths {
		if widths[i] == 0 && t.rows > 0 {
			widths[i] = -1
		} else {
			widths[i] = max(widths[i], len(t.columns[i].head))
		}
	}
	return widths
}

// fit leaves columns out, and makes others narrower where that is not enough,
// until the last has the room that it asks for.
func (t *table) fit(widths []int, width int) {
	last := len(t.columns) - 1
	over := func() int {
		n := min(t.columns[last].min, widths[last])
		for _, w := range widths[:last] {
			if w >= 0 {
				n += w + gutter
			}
		}
		return n - width
	}
	for _, i := range t.dropOrder() {
		if over() <= 0 {
			return
		}
		widths[i] = -1
	}
	for i, c := range t.columns[:last] {
		if n := over(); n > 0 && c.min > 0 && widths[i] > c.min {
			widths[i] = max(c.min, widths[i]-n)
		}
	}
}

// dropOrder is the columns that may be left out, in that order.
func (t *table) dropOrder() []int {
	var order []int
	for i, c := range t.columns {
		if c.drop > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return t.columns[a].drop - t.columns[b].drop })
	return order
}

func (t *table) line(l *line, dst []byte, cells []cell, widths []int, o *Options) []byte {
	l.begin(dst, o)
	last := len(cells) - 1
	for i, c := range cells[:last] {
		switch width := widths[i]; {
		case width < 0:
			continue
		case t.columns[i].right:
			l.spaces(width - printable.Width(c.text))
			l.string(c.style, c.text)
		default:
			l.left(c.style, printable.Truncate(c.text, width), width)
		}
		l.spaces(gutter)
	}
	if widths[last] >= 0 {
		l.string(cells[last].style, cells[last].text)
	}
	return l.end()
}
