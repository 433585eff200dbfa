package priority

import "strings"

// bareItem is RFC 9651, Section 4.2.3.1.
func (s *scanner) bareItem(value *bare) bool {
	switch c := s.peek(); {
	case c == '-' || digit(c):
		return s.number(value)
	case c == '"':
		value.kind = str
		return s.string()
	case c == '*' || alpha(c):
		value.kind = token
		return s.token()
	case c == ':':
		value.kind = bytesequence
		return s.byteSequence()
	case c == '?':
		return s.boolean(value)
	case c == '@':
		return s.date(value)
	case c == '%':
		value.kind = displayString
		return s.displayString()
	}
	return s.fail("no value")
}

const (
	maxDigits         = 15 // of an integer
	maxWholeDigits    = 12 // of a decimal, before the point
	maxFractionDigits = 3
)

// number is Section 4.2.4.
func (s *scanner) number(value *bare) bool {
	negative := s.take('-')
	if !digit(s.peek()) {
		return s.fail("no digit after a minus sign")
	}
	*value = bare{kind: integer}
	first := s.pos
	for ; digit(s.peek()); s.pos++ {
		if s.pos-first == maxDigits {
			return s.fail("an integer of more than 15 digits")
		}
		value.number = value.number*10 + int64(s.peek()-'0')
	}
	if negative {
		value.number = -value.number
	}
	if s.peek() != '.' {
		return true
	}
	if s.pos-first > maxWholeDigits {
		return s.fail("a decimal of more than 12 digits before the point")
	}
	value.kind = decimal
	s.pos++
	return s.fraction()
}

func (s *scanner) fraction() bool {
	first := s.pos
	for digit(s.peek()) {
		s.pos++
	}
	switch n := s.pos - first; {
	case n == 0:
		return s.fail("a decimal that ends with its point")
	case n > maxFractionDigits:
		s.pos = first + maxFractionDigits
		return s.fail("a decimal of more than 3 digits after the point")
	}
	return true
}

// string is Section 4.2.5.
func (s *scanner) string() bool {
	for s.pos++; !s.end(); s.pos++ {
		switch c := s.in[s.pos]; {
		case c == '"':
			s.pos++
			return true
		case c == '\\':
			s.pos++
			if c := s.peek(); c != '"' && c != '\\' {
				return s.fail(`a backslash before something else than " or \`)
			}
		case c < ' ' || c > '~':
			return s.fail("a string with something else than printable ASCII")
		}
	}
	return s.fail("a string without an end")
}

// token is Section 4.2.6.
func (s *scanner) token() bool {
	for s.pos++; tokenOctet(s.peek()); s.pos++ {
	}
	return true
}

// tokenOctet is a tchar of RFC 9110, Section 5.6.2, a colon or a slash.
func tokenOctet(c byte) bool {
	return alpha(c) || digit(c) || c != 0 && strings.IndexByte("!#$%&'*+-.^_`|~:/", c) >= 0
}

// byteSequence is Section 4.2.7. Padding may be left out, not cut.
func (s *scanner) byteSequence() bool {
	s.pos++
	first := s.pos
	for c := s.peek(); alpha(c) || digit(c) || c == '+' || c == '/'; c = s.peek() {
		s.pos++
	}
	data := s.pos - first
	for s.take('=') {
	}
	padded := s.pos - first
	switch {
	case s.end():
		return s.fail("a byte sequence without an end")
	case s.in[s.pos] != ':':
		return s.fail("a byte sequence with something else than base64")
	case data%4 == 1 || padded > data && (padded%4 != 0 || padded-data > 2):
		return s.fail("a byte sequence of a length that base64 does not have")
	}
	s.pos++
	return true
}

// boolean is Section 4.2.8.
func (s *scanner) boolean(value *bare) bool {
	s.pos++
	c := s.peek()
	if c != '0' && c != '1' {
		return s.fail("a question mark before something else than 0 or 1")
	}
	s.pos++
	*value = bare{kind: boolean, number: int64(c - '0')}
	return true
}

// date is Section 4.2.9.
func (s *scanner) date(value *bare) bool {
	s.pos++
	if c := s.peek(); c != '-' && !digit(c) {
		return s.fail("no number after an @")
	}
	if !s.number(value) {
		return false
	}
	if value.kind != integer {
		return s.fail("a date that is not an integer")
	}
	*value = bare{kind: date}
	return true
}
