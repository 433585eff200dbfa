package har

import (
	"strconv"
	"time"
)

// milliseconds are nanoseconds that are written as milliseconds with up to six
// decimals, negative ones as -1: HAR's word for what is not known or not
// applicable.
type milliseconds int64

// notSeen is a time that is not known.
const notSeen milliseconds = -1

// MarshalJSON writes the number.
func (m milliseconds) MarshalJSON() ([]byte, error) {
	if m < 0 {
		return []byte("-1"), nil
	}
	return decimal(int64(m), 6), nil
}

// seconds are nanoseconds that are written as seconds.
type seconds int64

// MarshalJSON writes the number.
func (s seconds) MarshalJSON() ([]byte, error) { return decimal(max(0, int64(s)), 9), nil }

// decimal writes v with its last digits behind the point, without zeros at the
// end. v is 0 or more.
func decimal(v int64, digits int) []byte {
	b := strconv.AppendInt(nil, v, 10)
	for len(b) <= digits {
		b = append([]byte{'0'}, b...)
	}
	point := len(b) - digits
	b = append(b[:point:point], append([]byte{'.'}, b[point:]...)...)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}

// date is a time as HAR has it: ISO 8601, with the microseconds that captures
// have as a rule.
func date(ns int64) string {
	return time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000000Z")
}
