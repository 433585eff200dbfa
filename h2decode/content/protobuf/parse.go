package protobuf

import (
	"fmt"
	"math"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// The limits of a tree. What lies deeper is shown as octets.
const (
	MaxDepth = 32
	MaxNodes = 10_000
)

// Parse reads a message without a schema. It gives the fields before a fault, and
// always ends: time is bounded by the length times MaxDepth.
func Parse(octets []byte) *Tree {
	p := parser{left: MaxNodes}
	t := &Tree{}
	var fault string
	var at int
	t.Fields, at, fault = p.fields(octets, 0)
	if t.Fields == nil {
		t.Fields = []Node{} // an array in JSON
	}
	if fault != "" {
		t.Trouble = fmt.Sprintf("octet %d: %s", at, fault)
	} else if p.cut {
		t.Trouble = fmt.Sprintf("the message has more than %d fields: not all are shown", MaxNodes)
	}
	return t
}

type parser struct {
	left int // nodes that may still be made
	cut  bool
}

// fields reads fields to the end of the octets, or to the first fault, and says
// at which octet that is.
func (p *parser) fields(octets []byte, depth int) (nodes []Node, at int, fault string) {
	for rest := octets; len(rest) > 0; {
		at = len(octets) - len(rest)
		number, wire, n := protowire.ConsumeTag(rest)
		if n < 0 {
			return nodes, at, "there is no tag of a field"
		}
		size := protowire.ConsumeFieldValue(number, wire, rest[n:])
		if size < 0 {
			return nodes, at, fmt.Sprintf("the value of field %d is cut, or is none", number)
		}
		if p.left == 0 {
			p.cut = true
			return nodes, at, ""
		}
		p.left--
		node := Node{Field: int32(number)}
		p.value(&node, wire, rest[n:n+size], depth)
		nodes = append(nodes, node)
		rest = rest[n+size:]
	}
	return nodes, len(octets), ""
}

// value reads a value that is known to be whole.
func (p *parser) value(node *Node, wire protowire.Type, value []byte, depth int) {
	switch wire {
	case protowire.VarintType:
		node.Kind = Varint
		node.Number, _ = protowire.ConsumeVarint(value)
	case protowire.Fixed32Type:
		number, _ := protowire.ConsumeFixed32(value)
		node.Kind, node.Number = Fixed32, uint64(number)
		if isSensible(float64(math.Float32frombits(number))) {
			node.Kind = Float
		}
	case protowire.Fixed64Type:
		node.Kind = Fixed64
		node.Number, _ = protowire.ConsumeFixed64(value)
		if isSensible(math.Float64frombits(node.Number)) {
			node.Kind = Double
		}
	case protowire.BytesType:
		octets, _ := protowire.ConsumeBytes(value)
		p.delimited(node, octets, depth)
	case protowire.StartGroupType:
		node.Kind = Group
		octets, _ := protowire.ConsumeGroup(protowire.Number(node.Field), value)
		node.Octets = octets
		if depth+1 < MaxDepth {
			node.Fields, _, _ = p.fields(octets, depth+1)
		} else {
			node.Kind = Bytes
		}
	}
}

// delimited guesses what length-delimited octets are: see the package's text.
func (p *parser) delimited(node *Node, octets []byte, depth int) {
	node.Octets, node.Kind = octets, Bytes
	isText, isPrintable := textual(octets)
	switch {
	case isPrintable && (len(octets) == 0 || octets[0] != '\n'):
		node.Kind = String
	case depth+1 < MaxDepth && isMessage(octets):
		node.Kind = Message
		node.Fields, _, _ = p.fields(octets, depth+1)
	case isText:
		node.Kind = String
	}
}

// isMessage reports whether octets are fields to their end.
func isMessage(octets []byte) bool {
	for len(octets) > 0 {
		_, _, n := protowire.ConsumeField(octets)
		if n < 0 {
			return false
		}
		octets = octets[n:]
	}
	return true
}

// textual reports whether octets are UTF-8 without binary control characters, and
// whether all of it, line ends and tabs aside, can be printed.
func textual(octets []byte) (isText, isPrintable bool) {
	isPrintable = true
	for len(octets) > 0 {
		r, size := utf8.DecodeRune(octets)
		switch {
		case r == utf8.RuneError && size == 1:
			return false, false
		case r == '\n' || r == '\r' || r == '\t':
		case r < ' ' || r == 0x7f:
			return false, false
		default:
			isPrintable = isPrintable && unicode.IsPrint(r)
		}
		octets = octets[size:]
	}
	return true, isPrintable
}

// isSensible reports whether bits are likely to be a floating-point number: 0, or
// one between a millionth of a millionth and a million millions. Small integers
// and identifiers are not, as floating-point numbers.
func isSensible(f float64) bool {
	f = math.Abs(f)
	return f == 0 || f >= 1e-12 && f <= 1e12
}
