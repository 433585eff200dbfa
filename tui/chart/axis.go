package chart

import (
	"strconv"
	"strings"
	"time"

	"h2scope/tui/cells"
)

// A Span is a stretch of time, in nanoseconds since 1970-01-01 UTC: From is in
// it, To is not.
type Span struct{ From, To int64 }

// Width is how long it is, at least 1.
func (s Span) Width() int64 { return max(1, s.To-s.From) }

// Column is in which of w columns a time lies; it may lie outside.
func (s Span) Column(t int64, w int) int {
	return int(floorDiv((t-s.From)*int64(w), s.Width()))
}

// Time is the first time that lies in a column.
func (s Span) Time(column, w int) int64 {
	return s.From + ceilDiv(int64(column)*s.Width(), int64(max(1, w)))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func ceilDiv(a, b int64) int64 { return -floorDiv(-a, b) }

// Axis writes the times of a span, since a zero, over one line.
func Axis(c *cells.Canvas, s Span, zero int64) {
	const room = 12 // columns for a label
	step := niceStep(s.Width(), max(1, c.W/room))
	for t := ceilDiv(s.From-zero, step) * step; t < s.To-zero; t += step {
		x := s.Column(zero+t, c.W)
		label := Duration(t, step)
		if x+len(label) < c.W {
			c.Set(x, 0, '|', cells.Guide)
			c.Text(x+1, 0, cells.Guide, label)
		}
	}
}

// niceStep is the least of 1, 2 and 5 times a power of ten that cuts a width
// into no more than n parts.
func niceStep(width int64, n int) int64 {
	for step := int64(1); ; step *= 10 {
		for _, m := range [...]int64{1, 2, 5} {
			if width/(step*m) < int64(n) || step*m > 1e17 {
				return step * m
			}
		}
	}
}

// Duration is nanoseconds to the precision of a step, in the unit that has few
// digits before the point: 500ms, 1.5s, 100.5ms.
func Duration(ns, step int64) string {
	unit, name := time.Nanosecond, "ns"
	switch far := max(ns, -ns, step); {
	case far >= int64(time.Second):
		unit, name = time.Second, "s"
	case far >= int64(time.Millisecond):
		unit, name = time.Millisecond, "ms"
	case far >= int64(time.Microsecond):
		unit, name = time.Microsecond, "µs"
	}
	decimals := 0
	for s := step; s < int64(unit); s *= 10 {
		decimals++
	}
	text := strconv.FormatFloat(float64(ns)/float64(unit), 'f', decimals, 64)
	if decimals > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text + name
}
