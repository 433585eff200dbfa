package protobuf

import (
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// A Kind is what a field's value is taken for.
type Kind uint8

// The kinds of values.
const (
	Varint  Kind = iota // in Number
	Fixed32             // in Number
	Fixed64             // in Number
	Float               // of 32 bits, in Number
	Double              // of 64 bits, in Number
	String              // in Octets
	Bytes               // in Octets
	Message             // in Fields; Octets are all of it
	Group               // in Fields
)

// String is the name that text and JSON use.
func (k Kind) String() string {
	return [...]string{"varint", "fixed32", "fixed64", "float", "double", "string", "bytes", "message", "group"}[k]
}

// A Node is one field of a message.
type Node struct {
	Field  int32 // the field number
	Kind   Kind
	Number uint64 // as it stood, without sign
	Octets []byte // borrowed from what was parsed
	Fields []Node
}

// Signed is the varint as int32 or int64: negative numbers take ten octets.
func (n *Node) Signed() int64 { return int64(n.Number) }

// Zigzag is the varint as sint32 or sint64.
func (n *Node) Zigzag() int64 { return protowire.DecodeZigZag(n.Number) }

// Float is the value of a Float or a Double.
func (n *Node) Float() float64 {
	if n.Kind == Float {
		return float64(math.Float32frombits(uint32(n.Number)))
	}
	return math.Float64frombits(n.Number)
}

// A Tree is what was read of a message.
type Tree struct {
	Fields []Node `json:"fields"`
	// Trouble says in a sentence where and why the octets are no message, or that
	// a limit cut the tree; or it is empty.
	Trouble string `json:"trouble,omitempty"`
}
