package tui

import (
	"fmt"
	"strconv"
	"time"
)

// seconds is a time since the beginning: 12.345678.
func seconds(ns int64) string { return strconv.FormatFloat(float64(ns)/1e9, 'f', 6, 64) }

// duration is nanoseconds in few cells: 12.3ms, 1.50s, 2m03s.
func duration(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d < 0:
		return "-" + duration(-ns)
	case d == 0:
		return "0s"
	case d < time.Microsecond:
		return strconv.FormatInt(ns, 10) + "ns"
	case ns < 999_500:
		return three(float64(ns)/1e3) + "µs"
	case ns < 999_500_000:
		return three(float64(ns)/1e6) + "ms"
	case d < 100*time.Second:
		return three(d.Seconds()) + "s"
	}
	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}

// size is a number in few cells: 999, 1.23k, 12.3M.
func size(n uint64) string {
	if n < 1000 {
		return strconv.FormatUint(n, 10)
	}
	v, unit := float64(n)/1000, 0
	for ; v >= 999.5 && unit < len("kMGTPE")-1; unit++ {
		v /= 1000
	}
	return three(v) + "kMGTPE"[unit:unit+1]
}

// three is v, from 1 to below 1000, with three digits.
func three(v float64) string {
	switch {
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}
