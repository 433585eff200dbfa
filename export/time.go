package export

import (
	"strconv"
	"time"
)

// A clock writes times. It keeps what it wrote last, since all frames of a packet
// have its time, and most packets the second of the one before.
type clock struct {
	ns    int64
	text  [len("2006-01-02T15:04:05.000000000Z")]byte
	valid bool
}

const wholeSeconds = len("2006-01-02T15:04:05.")

// append writes nanoseconds since 1970-01-01 UTC as RFC 3339 in UTC with nine
// decimals.
func (c *clock) append(dst []byte, ns int64) []byte {
	if ns != c.ns || !c.valid {
		c.set(ns)
	}
	return append(dst, c.text[:]...)
}

func (c *clock) set(ns int64) {
	second, fraction := floorSecond(ns)
	if last, _ := floorSecond(c.ns); second != last || !c.valid {
		time.Unix(second, 0).UTC().AppendFormat(c.text[:0], "2006-01-02T15:04:05.")
	}
	c.ns, c.valid = ns, true
	appendFraction(c.text[:wholeSeconds], uint64(fraction), 9)
	c.text[len(c.text)-1] = 'Z'
}

// floorSecond divides a time into its second and the nanoseconds behind it,
// which are never negative.
func floorSecond(ns int64) (second, fraction int64) {
	if second, fraction = ns/1e9, ns%1e9; fraction < 0 {
		return second - 1, fraction + 1e9
	}
	return second, fraction
}

// appendFraction writes v with so many digits, zeros in front.
func appendFraction(dst []byte, v uint64, digits int) []byte {
	start := len(dst)
	for range digits {
		dst = append(dst, '0')
	}
	for i := len(dst) - 1; i >= start; i-- {
		dst[i] += byte(v % 10)
		v /= 10
	}
	return dst
}

// appendMilliseconds writes nanoseconds as milliseconds with up to six
// decimals.
func appendMilliseconds(dst []byte, ns int64) []byte {
	if ns < 0 {
		dst, ns = append(dst, '-'), -ns
	}
	dst = strconv.AppendUint(dst, uint64(ns)/1e6, 10)
	fraction := uint64(ns) % 1e6
	if fraction == 0 {
		return dst
	}
	dst = appendFraction(append(dst, '.'), fraction, 6)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

func (w *writer) time(key string, ns int64) {
	buf := append(appendKey(w.buf, key), '"')
	w.buf = append(w.now.append(buf, ns), '"')
}

// duration writes nanoseconds as a number of milliseconds.
func (w *writer) duration(key string, ns int64) {
	w.buf = appendMilliseconds(appendKey(w.buf, key), ns)
}
