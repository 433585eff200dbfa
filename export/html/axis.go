package html

import (
	"strconv"
	"time"
)

// A span is a stretch of time in nanoseconds since 1970-01-01 UTC.
type span struct{ From, To int64 }

// at is where a time lies on an axis of a width.
func (s span) at(t int64, width int) int {
	part := float64(t-s.From) / float64(max(1, s.To-s.From))
	return int(min(max(part, 0), 1) * float64(width))
}

// A tick is a place on an axis and what it is called.
type tick struct {
	At      int
	Percent string // of the axis
	Name    string
}

// ticks cut the span into up to n parts, at round times since zero.
func (s span) ticks(zero int64, width, n int) (all []tick) {
	step := niceStep(max(1, s.To-s.From), int64(n))
	first := (s.From - zero) / step * step
	for t := first; t <= s.To-zero; t += step {
		at := s.at(zero+t, width)
		if t >= s.From-zero && at <= width*95/100 { // there is room for a name
			all = append(all, tick{at, strconv.Itoa(100*at/width) + "%", moment(t, step, s.To-zero)})
		}
	}
	return all
}

// moment is a time as precise as a step asks, in the unit that suits the largest
// of its axis: 635.2 ms.
func moment(t, step, largest int64) string {
	unit, name := int64(1), "ns"
	switch largest = max(largest, step); {
	case largest >= int64(time.Second):
		unit, name = int64(time.Second), "s"
	case largest >= int64(time.Millisecond):
		unit, name = int64(time.Millisecond), "ms"
	case largest >= int64(time.Microsecond):
		unit, name = int64(time.Microsecond), "µs"
	}
	digits := 0
	for part := unit; part > step && part > 1; part /= 10 {
		digits++
	}
	return strconv.FormatFloat(float64(t)/float64(unit), 'f', digits, 64) + " " + name
}

// niceStep is the least of 1, 2 and 5 times a power of ten that cuts a width into
// no more than n parts.
func niceStep(width, n int64) int64 {
	for step := int64(1); ; step *= 10 {
		for _, m := range [...]int64{1, 2, 5} {
			if width/(step*m) <= n || step*m > 1e17 {
				return step * m
			}
		}
	}
}
