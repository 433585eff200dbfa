package html

import (
	"strconv"
	"strings"
	"unicode"

	"h2scope/h2decode/printable"
)

// duration is nanoseconds with three digits: 12.3 ms, 1.50 s, 2 m 03 s.
func duration(ns int64) string {
	return strings.Replace(spaced(printable.Duration(ns)), "-", "−", 1)
}

// size is a number of octets: 999 B, 12.3 MB.
func size(n uint64) string { return spaced(printable.Size(n) + "B") }

// spaced sets numbers and units apart.
func spaced(s string) string {
	var b strings.Builder
	last := ' '
	for _, r := range s {
		if unicode.IsDigit(last) && unicode.IsLetter(r) || unicode.IsLetter(last) && unicode.IsDigit(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
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
