package fields

import (
	"fmt"
	"strings"
)

// An Error is an expression that is not understood.
type Error struct {
	Offset  int // of the place in the expression, in octets; its length where the end is the trouble
	Message string
	// Suggestion is what may have been meant by the word at Offset; "" where
	// nothing is near.
	Suggestion string
}

// Error is the message with the place.
func (e *Error) Error() string { return fmt.Sprintf("at offset %d: %s", e.Offset, e.full()) }

// Show is the expression with a caret below the place and the message:
//
//	http2.streamd == 1
//	^ there is no field "http2.streamd"; did you mean http2.streamid?
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
	return clean + "\n" + strings.Repeat(" ", column) + "^ " + e.full()
}

func (e *Error) full() string {
	if e.Suggestion == "" {
		return e.Message
	}
	return e.Message + "; did you mean " + e.Suggestion + "?"
}

func errorAt(offset int, format string, args ...any) *Error {
	return &Error{Offset: offset, Message: fmt.Sprintf(format, args...)}
}
