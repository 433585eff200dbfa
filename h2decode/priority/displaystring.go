package priority

import (
	"strings"
	"unicode/utf8"
)

// displayString is RFC 9651, Section 4.2.10.
func (s *scanner) displayString() bool {
	if s.pos++; !s.take('"') {
		return s.fail("no quotation mark after a percent sign")
	}
	var pending [utf8.UTFMax]byte // of a character that is not whole yet
	n := 0
	for ; !s.end(); s.pos++ {
		c := s.in[s.pos]
		switch {
		case c < ' ' || c > '~':
			return s.fail("a display string with something else than printable ASCII")
		case c == '"' && n == 0:
			s.pos++
			return true
		case c == '%':
			octet, ok := s.escaped()
			if !ok {
				return s.fail("a percent sign without two lower-case hexadecimal digits")
			}
			c = octet
			s.pos += 2
		}
		pending[n] = c
		n++
		if utf8.FullRune(pending[:n]) {
			if r, size := utf8.DecodeRune(pending[:n]); r == utf8.RuneError && size == 1 {
				return s.fail("a display string that is not UTF-8")
			}
			n = 0
		}
	}
	return s.fail("a display string without an end")
}

// escaped is the octet that %xx at pos stands for.
func (s *scanner) escaped() (byte, bool) {
	if len(s.in)-s.pos < 3 {
		return 0, false
	}
	high, low := hexDigit(s.in[s.pos+1]), hexDigit(s.in[s.pos+2])
	return byte(high<<4 | low), high >= 0 && low >= 0
}

func hexDigit(c byte) int { return strings.IndexByte("0123456789abcdef", c) }
