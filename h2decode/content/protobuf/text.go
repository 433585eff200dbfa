package protobuf

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// AppendText appends the tree with a line for each field, two spaces a level, as
// `protoc --decode_raw` has it:
//
//	1: 150
//	2: "testing"
//	3 {
//	  1: 18446744073709551615 # -1
//	}
//	4: 0x00ff
//
// Text is escaped to ASCII but for characters that can be printed.
func (t *Tree) AppendText(dst []byte) []byte {
	dst = appendFields(dst, t.Fields, 0)
	if t.Trouble != "" {
		dst = append(dst, "# "...)
		dst = append(dst, t.Trouble...)
		dst = append(dst, '\n')
	}
	return dst
}

func appendFields(dst []byte, fields []Node, depth int) []byte {
	for i := range fields {
		n := &fields[i]
		dst = appendIndent(dst, depth)
		dst = strconv.AppendInt(dst, int64(n.Field), 10)
		if n.Kind == Message || n.Kind == Group {
			dst = append(dst, " {\n"...)
			dst = appendFields(dst, n.Fields, depth+1)
			dst = appendIndent(dst, depth)
			dst = append(dst, "}\n"...)
			continue
		}
		dst = append(dst, ": "...)
		dst = n.appendValue(dst)
		dst = append(dst, '\n')
	}
	return dst
}

func appendIndent(dst []byte, depth int) []byte {
	for range depth {
		dst = append(dst, ' ', ' ')
	}
	return dst
}

func (n *Node) appendValue(dst []byte) []byte {
	switch n.Kind {
	case String:
		return strconv.AppendQuote(dst, string(n.Octets))
	case Bytes:
		return hex.AppendEncode(append(dst, "0x"...), n.Octets)
	case Float:
		return strconv.AppendFloat(dst, n.Float(), 'g', -1, 32)
	case Double:
		return strconv.AppendFloat(dst, n.Float(), 'g', -1, 64)
	case Fixed32, Fixed64:
		return strconv.AppendUint(append(dst, "0x"...), n.Number, 16)
	}
	dst = strconv.AppendUint(dst, n.Number, 10)
	if n.Signed() < 0 {
		dst = strconv.AppendInt(append(dst, " # "...), n.Signed(), 10)
	}
	return dst
}

// MarshalJSON gives {"field": 1, "type": "varint", "value": 150}. Integers that
// JSON's readers can't hold are strings, octets are base64, messages have "fields"
// for "value". A varint that may be negative has that as "signed".
func (n *Node) MarshalJSON() ([]byte, error) {
	out := nodeJSON{Field: n.Field, Type: n.Kind.String()}
	switch n.Kind {
	case Message, Group:
		out.Fields = &n.Fields
		if n.Fields == nil {
			out.Fields = &[]Node{}
		}
	case String:
		out.Value = string(n.Octets)
	case Bytes:
		out.Value = base64.StdEncoding.EncodeToString(n.Octets)
	case Float:
		out.Value = float32(n.Float())
	case Double:
		out.Value = n.Float()
	default:
		out.Value = exact(n.Number)
		if n.Kind == Varint && n.Signed() < 0 {
			out.Signed = n.Signed()
		}
	}
	return json.Marshal(out)
}

type nodeJSON struct {
	Field  int32   `json:"field"`
	Type   string  `json:"type"`
	Value  any     `json:"value,omitempty"`
	Signed any     `json:"signed,omitempty"`
	Fields *[]Node `json:"fields,omitempty"`
}

// exact is a number where JSON's readers can hold it, and its digits elsewhere.
func exact(n uint64) any {
	if n > 1<<53 {
		return strconv.FormatUint(n, 10)
	}
	return n
}
