package export

import (
	"strconv"
	"time"
)

// A clock writes times. It keeps the text of the second that it wrote last,
// since most records share it with the one before.
type clock struct {
	second int64
	text   [len("2006-01-02T15:04:05.")]byte
	valid  bool
}

// append writes nanoseconds since 1970-01-01 UTC as RFC 3339 in UTC with nine
// decimals.
func (c *clock) append(dst []byte, ns int64) []byte {
	second, fraction := ns/1e9, ns%1e9
	if fraction < 0 {
		second, fraction = second-1, fraction+1e9
	}
	if second != c.second || !c.valid {
		time.Unix(second, 0).UTC().AppendFormat(c.text[:0], "2006-01-02T15:04:05.")
		c.second, c.valid = second, true
	}
	dst = append(dst, c.text[:]...)
	return append(appendFraction(dst, uint64(fraction), 9), 'Z')
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
	w.key(key)
	w.buf = append(w.buf, '"')
	w.buf = w.now.append(w.buf, ns)
	w.buf = append(w.buf, '"')
}

// duration writes nanoseconds as a number of milliseconds.
func (w *writer) duration(key string, ns int64) {
	w.key(key)
	w.buf = appendMilliseconds(w.buf, ns)
}
