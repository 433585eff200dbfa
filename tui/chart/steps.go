package chart

import (
	"slices"

	"h2scope/tui/cells"
)

// A Point is a value from a time on, until the next point.
type Point struct {
	Time  int64
	Value int64
	Known bool // false: the value means nothing
}

// A Column is what a value was in a stretch of time.
type Column struct {
	Min, Max, Last int64
	Known          bool // it was known at some time of the stretch
}

// Columns cuts a span into n stretches, and says what the value was in each.
// Points are in order of time; before the first of them nothing is known, nor
// from until on. Its cost is that of the points in the span.
func Columns(points []Point, s Span, n int, until int64) []Column {
	columns := make([]Column, n)
	at := after(points, s.From) - 1 // the point in force
	for i := range columns {
		begin, end := s.Time(i, n), s.Time(i+1, n)
		if begin >= until {
			break
		}
		col := &columns[i]
		if at >= 0 {
			col.add(points[at])
		}
		for at+1 < len(points) && points[at+1].Time < end {
			at++
			col.add(points[at])
		}
	}
	return columns
}

// after is the index of the first point behind a time.
func after(points []Point, t int64) int {
	i, _ := slices.BinarySearchFunc(points, t, func(p Point, t int64) int {
		if p.Time <= t {
			return -1
		}
		return 1
	})
	return i
}

func (col *Column) add(p Point) {
	switch {
	case !p.Known:
	case !col.Known:
		*col = Column{p.Value, p.Value, p.Value, true}
	default:
		col.Min, col.Max, col.Last = min(col.Min, p.Value), max(col.Max, p.Value), p.Value
	}
}

// A Shade is a stretch of time that stands out.
type Shade struct {
	From, To int64
	Rune     rune
	Style    cells.Style
}

// Steps draws values over time, from the least (0 where none is below) at the
// bottom to the greatest at the top. columns are two for each of the canvas. A
// dot stands where the value was; where it changed, dots join the two.
func Steps(c *cells.Canvas, columns []Column, style cells.Style, g *Glyphs) {
	lowest, highest := Range(columns)
	rows := c.H * dotsHigh
	row := func(v int64) int {
		return rows - 1 - int((v-lowest)*int64(rows-1)/max(1, highest-lowest))
	}
	d := newDots(c.W, c.H)
	var last *Column
	for x := range columns {
		col := &columns[x]
		if !col.Known {
			last = nil
			continue
		}
		from, to := col.Min, col.Max
		if last != nil {
			from, to = min(from, last.Last), max(to, last.Last)
		}
		d.column(x, row(from), row(to))
		last = col
	}
	d.put(c, style, g)
}

// Shades draws shades over the whole height, from left to right as time goes.
func Shades(c *cells.Canvas, shades []Shade, s Span) {
	for i := range shades {
		shades[i].draw(c, s)
	}
}

func (s *Shade) draw(c *cells.Canvas, span Span) {
	if s.To <= span.From || s.From >= span.To {
		return
	}
	from, to := max(0, span.Column(s.From, c.W)), min(c.W-1, span.Column(s.To, c.W))
	for x := from; x <= to; x++ {
		for y := range c.H {
			c.Set(x, y, s.Rune, s.Style)
		}
	}
}

// Range is from which value to which the axis of a chart goes: from 0, or the
// least value where that is below, to the greatest.
func Range(columns []Column) (lowest, highest int64) {
	for i := range columns {
		if columns[i].Known {
			lowest, highest = min(lowest, columns[i].Min), max(highest, columns[i].Max)
		}
	}
	return lowest, highest
}
