package text

import (
	"strconv"

	"h2scope/h2decode/printable"
)

// size is a number of octets in few cells: 999, 1.23k, 12.3M.
func size(n uint64) string { return printable.Size(n) }

// octets is size with its unit, for sentences: 999 B, 12.3 MB.
func octets(n uint64) string {
	s := size(n)
	if last := s[len(s)-1]; last > '9' {
		return s[:len(s)-1] + " " + string(last) + "B"
	}
	return s + " B"
}

// duration is nanoseconds in few cells: 12.3ms, 1.50s, 2m03s.
func duration(ns int64) string { return printable.Duration(ns) }

// count is "1 gap", "2 gaps".
func count(n uint64, noun string) string {
	s := strconv.FormatUint(n, 10) + " " + noun
	if n != 1 {
		s += "s"
	}
	return s
}
