package filter

import (
	"fmt"
	"strings"
)

// An Error is an expression that is not understood, or that does not suit a
// link type.
type Error struct {
	Offset  int // of the place in the expression, in octets; its length where the end is the trouble
	Message string
}

// Error is the message with the place.
func (e *Error) Error() string { return fmt.Sprintf("at offset %d: %s", e.Offset, e.Message) }

// Show is the expression with a caret below the place and the message:
//
//	tcp prot 80
//	    ^ "prot" is not …
//
// Control characters of the expression are shown as spaces, so that the caret
// stays in its column.
func (e *Error) Show(expression string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, expression)
	at := min(max(e.Offset, 0), len(expression))
	column := len([]rune(expression[:at]))
	return clean + "\n" + strings.Repeat(" ", column) + "^ " + e.Message
}

func errorAt(offset int, format string, args ...any) *Error {
	return &Error{Offset: offset, Message: fmt.Sprintf(format, args...)}
}
