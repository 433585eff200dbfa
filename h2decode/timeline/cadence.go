package timeline

import (
	"slices"

	"h2scope/h2decode"
)

// A Cadence is how a side opens a window of its peer again.
type Cadence struct {
	Updates  int    // WINDOW_UPDATE frames
	Octets   uint64 // by which they lifted the window, together
	Median   uint32 // octets of an update
	Interval int64  // nanoseconds from one update to the next: the median
	First    int64  // times
	Last     int64
}

// Cadence is that of the updates for what sender sends, of a stream or, with
// stream 0, of the connection.
func (c *Conn) Cadence(sender h2decode.Side, stream uint32) (k Cadence) {
	var increments []uint32
	var times []int64
	for n := range c.FramesOf(stream) {
		f := c.frames.at(int(n) - 1)
		if f.kind() != h2decode.TypeWindowUpdate || f.sender() != sender || !f.is(readable) {
			continue
		}
		increments, times = append(increments, f.y), append(times, f.time)
		k.Octets += uint64(f.y)
	}
	if k.Updates = len(times); k.Updates == 0 {
		return k
	}
	k.First, k.Last = times[0], times[len(times)-1]
	for i := len(times) - 1; i > 0; i-- {
		times[i] -= times[i-1]
	}
	k.Median, k.Interval = median(increments), median(times[1:])
	return k
}

// median is the middle of the values, which it sorts; 0 where there are none.
func median[T uint32 | int64](values []T) T {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}
