package printable

import (
	"strconv"
	"time"
)

// Size is a number in few cells, with three digits: 999, 1.23k, 12.3M.
func Size(n uint64) string {
	if n < 1000 {
		return strconv.FormatUint(n, 10)
	}
	v, unit := float64(n)/1000, 0
	for ; v >= 999.5 && unit < len("kMGTPE")-1; unit++ {
		v /= 1000
	}
	return significant(v) + "kMGTPE"[unit:unit+1]
}

// significant is v, from 1 to below 1000, with three digits.
func significant(v float64) string {
	switch {
	case v < 9.995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	case v < 99.95:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// Duration is nanoseconds in few cells: 12.3ms, 1.50s, 2m03s.
func Duration(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d < 0:
		return "-" + Duration(-ns)
	case d == 0:
		return "0s"
	case d < time.Microsecond:
		return strconv.FormatInt(ns, 10) + "ns"
	case ns < 999_500:
		return significant(float64(ns)/1e3) + "µs"
	case ns < 999_500_000:
		return significant(float64(ns)/1e6) + "ms"
	case d < 100*time.Second:
		return significant(d.Seconds()) + "s"
	case d < 100*time.Minute:
		return whole(d, time.Minute, "m", time.Second, "s")
	case d < 100*time.Hour:
		return whole(d, time.Hour, "h", time.Minute, "m")
	}
	return whole(d, 24*time.Hour, "d", time.Hour, "h")
}

// whole is d in two units, the second with two digits.
func whole(d, big time.Duration, bigName string, small time.Duration, smallName string) string {
	rest := strconv.Itoa(int(d % big / small))
	if len(rest) == 1 {
		rest = "0" + rest
	}
	return strconv.Itoa(int(d/big)) + bigName + rest + smallName
}
