package content

import (
	"strconv"
	"strings"
	"time"
)

// parseCookieDate reads a date as RFC 6265, Section 5.1.1 does: the tokens of a
// time, a day, a month and a year, in any order, whatever stands between them.
func parseCookieDate(s string) (time.Time, bool) {
	var d cookieDate
	for token := range strings.FieldsFuncSeq(s, isDateDelimiter) {
		d.take(token)
	}
	if d.found != allFound || d.day < 1 || d.day > 31 || d.year < 1601 || d.hour > 23 || d.minute > 59 || d.second > 59 {
		return time.Time{}, false
	}
	t := time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, 0, time.UTC)
	return t, t.Day() == d.day // there is no 31 February
}

// isDateDelimiter is delimiter of that section's grammar.
func isDateDelimiter(r rune) bool {
	switch {
	case r == '\t', r >= ' ' && r <= '/', r >= ';' && r <= '@', r >= '[' && r <= '`', r >= '{' && r <= '~':
		return true
	}
	return false
}

type cookieDate struct {
	year, day, hour, minute, second int
	month                           time.Month
	found                           uint8
}

// What was found of a date.
const (
	foundTime = 1 << iota
	foundDay
	foundMonth
	foundYear
	allFound = foundTime | foundDay | foundMonth | foundYear
)

// take tries a token for the first of those that are missing, in the order of
// the algorithm.
func (d *cookieDate) take(token string) {
	number, digits := leadingNumber(token)
	switch {
	case d.found&foundTime == 0 && d.takeTime(token):
		d.found |= foundTime
	case d.found&foundDay == 0 && (digits == 1 || digits == 2):
		d.day = number
		d.found |= foundDay
	case d.found&foundMonth == 0 && d.takeMonth(token):
		d.found |= foundMonth
	case d.found&foundYear == 0 && digits >= 2 && digits <= 4:
		d.year = fullYear(number)
		d.found |= foundYear
	}
}

// fullYear adds the century that two digits leave out.
func fullYear(year int) int {
	switch {
	case year >= 70 && year <= 99:
		return year + 1900
	case year <= 69:
		return year + 2000
	}
	return year
}

func (d *cookieDate) takeTime(token string) bool {
	hour, rest, ok1 := strings.Cut(token, ":")
	minute, second, ok2 := strings.Cut(rest, ":")
	h, n1 := leadingNumber(hour)
	m, n2 := leadingNumber(minute)
	s, n3 := leadingNumber(second)
	if !ok1 || !ok2 || n1 != len(hour) || n2 != len(minute) || !oneOrTwo(n1) || !oneOrTwo(n2) || !oneOrTwo(n3) {
		return false
	}
	d.hour, d.minute, d.second = h, m, s
	return true
}

func oneOrTwo(n int) bool { return n == 1 || n == 2 }

func (d *cookieDate) takeMonth(token string) bool {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if len(token) < 3 {
		return false
	}
	i := strings.Index(names, strings.ToLower(token[:3]))
	if i < 0 || i%3 != 0 {
		return false
	}
	d.month = time.Month(i/3 + 1)
	return true
}

// leadingNumber is the number that a token begins with, and its digits; five
// digits and more are no number of a date.
func leadingNumber(token string) (number, digits int) {
	for digits < len(token) && token[digits] >= '0' && token[digits] <= '9' {
		digits++
	}
	if digits > 4 {
		return 0, digits
	}
	number, _ = strconv.Atoi(token[:digits])
	return number, digits
}
