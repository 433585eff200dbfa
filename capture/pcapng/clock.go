package pcapng

import (
	"math"
	"math/bits"
)

// A Resolution is an if_tsresol: the negative exponent of ten, or with the
// highest bit set of two, of a timestamp's unit in seconds.
type Resolution uint8

// The usual resolutions. Any value is valid.
const (
	Microseconds Resolution = 6 // where a file says nothing
	Nanoseconds  Resolution = 9
)

// A Clock turns the timestamps of an interface into nanoseconds since
// 1970-01-01 UTC.
type Clock struct {
	resolution Resolution
	offset     int64 // seconds

	// A timestamp t is t*mul/div>>shift nanoseconds; what is lost is below
	// a nanosecond. mul is at most 1e9, so t*mul has at most 94 bits.
	mul, div uint64
	shift    uint8

	// offset in nanoseconds, a signed 128-bit number.
	offsetHi, offsetLo uint64
}

// NewClock makes the clock for an if_tsresol and an if_tsoffset in seconds.
func NewClock(r Resolution, offset int64) Clock {
	c := Clock{resolution: r, offset: offset, mul: 1e9, div: 1}
	switch exp := int(r & 0x7f); {
	case r&0x80 != 0:
		c.shift = uint8(exp)
	case exp <= 9:
		c.mul = power10(9 - exp)
	case exp-9 <= 19:
		c.mul, c.div = 1, power10(exp-9)
	default: // 2^64 units are less than a nanosecond
		c.mul = 0
	}
	magnitude := uint64(offset)
	if offset < 0 {
		magnitude = -magnitude
	}
	c.offsetHi, c.offsetLo = bits.Mul64(magnitude, 1e9)
	if offset < 0 {
		var borrow uint64
		c.offsetLo, borrow = bits.Sub64(0, c.offsetLo, 0)
		c.offsetHi, _ = bits.Sub64(0, c.offsetHi, borrow)
	}
	return c
}

// power10 is 10^n for n up to 19.
func power10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

// Resolution is the clock's if_tsresol.
func (c *Clock) Resolution() Resolution { return c.resolution }

// Offset is the clock's if_tsoffset in seconds.
func (c *Clock) Offset() int64 { return c.offset }

// Nanoseconds converts a timestamp. A time outside of what an int64 can say,
// which is the years 1678 to 2261, is the nearest that it can say, and ok is
// false.
func (c *Clock) Nanoseconds(t uint64) (ns int64, ok bool) {
	hi, lo := bits.Mul64(t, c.mul)
	switch {
	case c.shift != 0:
		hi, lo = shiftRight(hi, lo, c.shift)
	case c.div != 1:
		lo /= c.div // mul is 1 or 0: hi is 0
	}
	lo, carry := bits.Add64(lo, c.offsetLo, 0)
	hi, _ = bits.Add64(hi, c.offsetHi, carry)
	switch {
	case hi == 0 && lo <= math.MaxInt64, hi == math.MaxUint64 && lo > math.MaxInt64:
		return int64(lo), true
	case int64(hi) < 0:
		return math.MinInt64, false
	}
	return math.MaxInt64, false
}

func shiftRight(hi, lo uint64, n uint8) (uint64, uint64) {
	if n >= 64 {
		return 0, hi >> (n - 64)
	}
	return hi >> n, lo>>n | hi<<(64-n)
}
