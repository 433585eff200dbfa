package content

import "bytes"

// scalar copies a string, a number or a literal name.
func (in *indenter) scalar() error {
	switch c := in.peek(); {
	case c == '"':
		return in.text()
	case c == '-' || c >= '0' && c <= '9':
		return in.number()
	}
	for _, name := range [...]string{"true", "false", "null"} {
		if bytes.HasPrefix(in.src[in.pos:], []byte(name)) {
			in.take(len(name))
			return nil
		}
	}
	return in.fault("a value is missing")
}

// text copies a string: RFC 8259, Section 7.
func (in *indenter) text() error {
	start := in.pos
	for in.pos++; in.pos < len(in.src); in.pos++ {
		switch c := in.src[in.pos]; {
		case c == '"':
			in.pos++
			in.dst = append(in.dst, in.src[start:in.pos]...)
			return nil
		case c < ' ':
			return in.fault("a control character stands in a string")
		case c == '\\':
			if !in.skipEscape() {
				return in.fault("an escape is not one of JSON's")
			}
		}
	}
	return in.fault("a string is not closed")
}

// skipEscape goes from a backslash to the last octet of its escape.
func (in *indenter) skipEscape() bool {
	in.pos++
	switch in.peek() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		for range 4 {
			in.pos++
			if _, ok := unhex(in.peek()); !ok {
				return false
			}
		}
		return true
	}
	return false
}

// number copies a number: RFC 8259, Section 6.
func (in *indenter) number() error {
	start := in.pos
	if in.peek() == '-' {
		in.pos++
	}
	if in.peek() == '0' {
		in.pos++
	} else if !in.skipDigits() {
		return in.fault("a digit is missing")
	}
	if in.peek() == '.' {
		in.pos++
		if !in.skipDigits() {
			return in.fault("a digit is missing behind the point")
		}
	}
	if in.peek()|0x20 == 'e' {
		in.pos++
		if c := in.peek(); c == '+' || c == '-' {
			in.pos++
		}
		if !in.skipDigits() {
			return in.fault("a digit is missing in the exponent")
		}
	}
	in.dst = append(in.dst, in.src[start:in.pos]...)
	return nil
}

func (in *indenter) skipDigits() bool {
	start := in.pos
	for c := in.peek(); c >= '0' && c <= '9'; c = in.peek() {
		in.pos++
	}
	return in.pos > start
}

// unhex is the value of a hexadecimal digit.
func unhex(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
