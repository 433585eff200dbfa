package text

import (
	"strconv"
	"time"
)

// A TimeFormat says how times are printed. The numbers are how often tcpdump's
// -t is given for it.
type TimeFormat int

// The formats.
const (
	SinceFirst TimeFormat = iota // seconds since the first packet
	NoTime
	Epoch         // seconds since 1970-01-01 UTC
	SincePrevious // seconds since the line before
	DateTime
	SinceFirstToo // tcpdump's number for SinceFirst
)

// dateTime is to the microsecond, as packets usually are.
const dateTime = "2006-01-02 15:04:05.000000"

// width is how many cells a time takes at least.
func (f TimeFormat) width() int {
	switch f {
	case NoTime:
		return 0
	case Epoch:
		return len("1700000000.000000")
	case DateTime:
		return len(dateTime)
	}
	return len("999.000000")
}

// A clock writes times.
type clock struct {
	format   TimeFormat
	location *time.Location
	first    func() int64
	previous int64
	started  bool
}

func newClock(o *Options) clock {
	c := clock{format: o.Times, location: o.Location, first: o.first}
	if c.location == nil {
		c.location = time.UTC
	}
	return c
}

// append writes a time; ns is nanoseconds since 1970-01-01 UTC.
func (c *clock) append(dst []byte, ns int64) []byte {
	switch c.format {
	case NoTime:
		return dst
	case Epoch:
		return appendSeconds(dst, ns)
	case DateTime:
		return time.Unix(0, ns).In(c.location).AppendFormat(dst, dateTime)
	case SincePrevious:
		if !c.started {
			c.previous, c.started = ns, true
		}
		dst = appendSeconds(dst, ns-c.previous)
		c.previous = ns
		return dst
	}
	return appendSeconds(dst, ns-c.first())
}

// appendSeconds writes nanoseconds as seconds with six decimals, the rest cut
// off.
func appendSeconds(dst []byte, ns int64) []byte {
	if ns < 0 {
		dst, ns = append(dst, '-'), -ns
	}
	us := uint64(ns) / 1000
	dst = strconv.AppendUint(dst, us/1e6, 10)
	dst = append(dst, ".000000"...)
	for i, rest := len(dst)-1, us%1e6; rest > 0; i, rest = i-1, rest/10 {
		dst[i] += byte(rest % 10)
	}
	return dst
}
