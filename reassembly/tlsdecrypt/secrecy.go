package tlsdecrypt

import (
	"fmt"
	"io"
)

// Nothing that holds keys can be printed, whatever the verb: fmt would follow
// pointers into them.

// Format shows no secret.
func (Conn) Format(f fmt.State, _ rune) { redact(f) }

// Format shows no secret.
func (*Sessions) Format(f fmt.State, _ rune) { redact(f) }

// Format shows no secret.
func (key) Format(f fmt.State, _ rune) { redact(f) }

// Format shows no secret.
func (keys) Format(f fmt.State, _ rune) { redact(f) }

// redact is what is printed instead. A failing writer is its owner's to notice.
func redact(w io.Writer) { _, _ = io.WriteString(w, "[secret]") }
