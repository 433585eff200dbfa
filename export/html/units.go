package html

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// duration is nanoseconds with three digits: 12.3 ms, 1.50 s, 2 m 03 s.
func duration(ns int64) string {
	switch d := time.Duration(ns); {
	case ns < 0:
		return "−" + duration(-ns)
	case ns == 0:
		return "0 s"
	case d < time.Microsecond:
		return strconv.FormatInt(ns, 10) + " ns"
	case ns < 999_500:
		return significant(float64(ns)/1e3) + " µs"
	case ns < 999_500_000:
		return significant(float64(ns)/1e6) + " ms"
	case d < 100*time.Second:
		return significant(d.Seconds()) + " s"
	default:
		return fmt.Sprintf("%d m %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
}

// size is a number of octets: 999 B, 12.3 MB.
func size(n uint64) string {
	if n < 1000 {
		return strconv.FormatUint(n, 10) + " B"
	}
	v, unit := float64(n)/1000, 0
	for ; v >= 999.5 && unit < len("kMGTPE")-1; unit++ {
		v /= 1000
	}
	return significant(v) + " " + "kMGTPE"[unit:unit+1] + "B"
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

// number is a number with its thousands apart: 1,234,567.
func number[N int | int64 | uint32 | uint64](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "−", digits[1:]
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// seconds is a time since the first packet: 12.345678.
func seconds(ns int64) string { return strconv.FormatFloat(float64(ns)/1e9, 'f', 6, 64) }

// plural is a number of things.
func plural[N int | uint64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return number(n) + " " + thing + "s"
}
