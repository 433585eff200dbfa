package content

import (
	"errors"
	"fmt"
)

// MaxJSONDepth is how deep arrays and objects may lie in each other to be
// indented.
const MaxJSONDepth = 512

// ErrTooLong says that JSON would be longer than the limit when indented.
var ErrTooLong = errors.New("the indented JSON would be longer than the limit")

// A JSONError is where and why octets are not JSON.
type JSONError struct {
	Offset int // in octets, from 0
	Line   int // from 1
	Column int // in octets of the line, from 1
	Reason string
}

// Error says the place and the reason.
func (e *JSONError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// IndentJSON appends src to dst with a line for each member and element,
// indented by two spaces a level. The order of members, the spelling of numbers
// and the escapes of strings stay as they are. Several values may follow each
// other, as in JSON lines and in sequences (RFC 7464).
//
// What is not JSON (RFC 8259), and what would take more than limit octets, is
// appended as it is, with a *JSONError or ErrTooLong. It reads src once and builds
// no tree.
func IndentJSON(dst, src []byte, limit int) ([]byte, error) {
	in := indenter{dst: dst, src: src, limit: len(dst) + max(limit, 0)}
	if err := in.run(); err != nil {
		return append(in.dst[:len(dst)], src...), err
	}
	return in.dst, nil
}

// An indenter copies tokens, and puts white space between them.
type indenter struct {
	dst, src []byte
	pos      int // of the next octet in src
	limit    int // of len(dst)
	open     []byte
}

func (in *indenter) run() error {
	for first := true; ; first = false {
		end := in.pos
		in.skipSpace()
		if in.pos == len(in.src) {
			if first {
				return in.fault("there is no value")
			}
			return nil
		}
		if !first {
			if in.pos == end && !isBracket(in.src[end-1]) && !isBracket(in.src[end]) {
				return in.fault("a value follows another without a space")
			}
			in.newline()
		}
		if err := in.topLevel(); err != nil {
			return err
		}
	}
}

// topLevel copies one value with all that lies in it.
func (in *indenter) topLevel() error {
	for {
		if err := in.value(); err != nil {
			return err
		}
		for more := false; !more; {
			if len(in.dst) > in.limit {
				return ErrTooLong
			}
			if len(in.open) == 0 {
				return nil
			}
			var err error
			if more, err = in.afterValue(); err != nil {
				return err
			}
		}
	}
}

// value copies a scalar, an empty array or object, or the beginning of one up to
// its first value.
func (in *indenter) value() error {
	in.skipSpace()
	for in.pos < len(in.src) && (in.src[in.pos] == '{' || in.src[in.pos] == '[') {
		c := in.src[in.pos]
		if len(in.open) == MaxJSONDepth {
			return in.fault(fmt.Sprintf("values lie more than %d deep", MaxJSONDepth))
		}
		if len(in.dst) > in.limit {
			return ErrTooLong
		}
		in.take(1)
		in.open = append(in.open, c+2) // in ASCII, } is { + 2, and ] is [ + 2
		in.skipSpace()
		if in.peek() == c+2 {
			in.open = in.open[:len(in.open)-1]
			in.take(1)
			return nil
		}
		in.newline()
		if c == '{' {
			if err := in.name(); err != nil {
				return err
			}
		}
	}
	return in.scalar()
}

// afterValue copies what follows a value inside an array or object, and reports
// whether that asks for another value.
func (in *indenter) afterValue() (more bool, err error) {
	in.skipSpace()
	closing := in.open[len(in.open)-1]
	switch in.peek() {
	case closing:
		in.open = in.open[:len(in.open)-1]
		in.newline()
		in.take(1)
		return false, nil
	case ',':
		in.take(1)
		in.newline()
		if closing == '}' {
			return true, in.name()
		}
		return true, nil
	}
	return false, in.fault(fmt.Sprintf("a comma or %q is missing", closing))
}

// name copies a member's name and the colon.
func (in *indenter) name() error {
	in.skipSpace()
	if in.peek() != '"' {
		return in.fault("a member's name is missing")
	}
	if err := in.text(); err != nil {
		return err
	}
	in.skipSpace()
	if in.peek() != ':' {
		return in.fault("a colon is missing")
	}
	in.take(1)
	in.dst = append(in.dst, ' ')
	in.skipSpace()
	return nil
}

func isBracket(c byte) bool { return c == '{' || c == '}' || c == '[' || c == ']' }

func (in *indenter) newline() {
	in.dst = append(in.dst, '\n')
	for range in.open {
		in.dst = append(in.dst, ' ', ' ')
	}
}

// take copies n octets.
func (in *indenter) take(n int) {
	in.dst = append(in.dst, in.src[in.pos:in.pos+n]...)
	in.pos += n
}

// peek is the next octet, 0 at the end: no token begins with it.
func (in *indenter) peek() byte {
	if in.pos < len(in.src) {
		return in.src[in.pos]
	}
	return 0
}

// skipSpace passes over white space; between values, record separators as well.
func (in *indenter) skipSpace() {
	for ; in.pos < len(in.src); in.pos++ {
		switch in.src[in.pos] {
		case ' ', '\t', '\r', '\n':
		case 0x1e:
			if len(in.open) > 0 {
				return
			}
		default:
			return
		}
	}
}

func (in *indenter) fault(reason string) error {
	e := &JSONError{Offset: in.pos, Line: 1, Column: 1, Reason: reason}
	if in.pos >= len(in.src) {
		e.Reason = "the octets end here: " + reason
	}
	for _, c := range in.src[:in.pos] {
		e.Column++
		if c == '\n' {
			e.Line++
			e.Column = 1
		}
	}
	return e
}
