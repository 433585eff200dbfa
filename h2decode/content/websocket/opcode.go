package websocket

import "fmt"

// An Opcode says what a frame carries: RFC 6455, Section 5.2.
type Opcode uint8

// The opcodes that are defined.
const (
	Continuation Opcode = 0x0
	Text         Opcode = 0x1
	Binary       Opcode = 0x2
	Close        Opcode = 0x8
	Ping         Opcode = 0x9
	Pong         Opcode = 0xa
)

// String is the opcode's name in lower case.
func (o Opcode) String() string {
	switch o {
	case Continuation:
		return "continuation"
	case Text:
		return "text"
	case Binary:
		return "binary"
	case Close:
		return "close"
	case Ping:
		return "ping"
	case Pong:
		return "pong"
	}
	return fmt.Sprintf("opcode(%#x)", uint8(o))
}

// IsControl reports whether frames of the opcode may stand between the fragments
// of a message: RFC 6455, Section 5.5.
func (o Opcode) IsControl() bool { return o&0x8 != 0 }

// isReserved reports whether RFC 6455 leaves the opcode undefined.
func (o Opcode) isReserved() bool { return o > Binary && o < Close || o > Pong }
