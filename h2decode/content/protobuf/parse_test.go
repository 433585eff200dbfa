package protobuf

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// message builds octets of fields.
type message []byte

func (m message) varint(field protowire.Number, v uint64) message {
	return protowire.AppendVarint(protowire.AppendTag(m, field, protowire.VarintType), v)
}

func (m message) bytes(field protowire.Number, v string) message {
	return protowire.AppendString(protowire.AppendTag(m, field, protowire.BytesType), v)
}

func (m message) fixed32(field protowire.Number, v uint32) message {
	return protowire.AppendFixed32(protowire.AppendTag(m, field, protowire.Fixed32Type), v)
}

func (m message) fixed64(field protowire.Number, v uint64) message {
	return protowire.AppendFixed64(protowire.AppendTag(m, field, protowire.Fixed64Type), v)
}

func (m message) group(field protowire.Number, inside message) message {
	m = append(protowire.AppendTag(m, field, protowire.StartGroupType), inside...)
	return protowire.AppendTag(m, field, protowire.EndGroupType)
}

func TestGuesses(t *testing.T) {
	for _, test := range []struct {
		name       string
		octets     message
		text, json string
	}{
		{"nothing", nil, "", `{"fields":[]}`},
		// The examples of "Encoding" in the protobuf documentation.
		{"a varint", message{}.varint(1, 150), "1: 150\n", `{"fields":[{"field":1,"type":"varint","value":150}]}`},
		{"a string", message{}.bytes(2, "testing"), "2: \"testing\"\n", `{"fields":[{"field":2,"type":"string","value":"testing"}]}`},
		{"a message", message{}.bytes(3, string(message{}.varint(1, 150))), "3 {\n  1: 150\n}\n",
			`{"fields":[{"field":3,"type":"message","fields":[{"field":1,"type":"varint","value":150}]}]}`},
		{"packed numbers", message{}.bytes(6, "\x03\x8e\x02\x9e\xa7\x05"), "6: 0x038e029ea705\n", `{"fields":[{"field":6,"type":"bytes","value":"A44CnqcF"}]}`},

		{"a negative number", message{}.varint(1, ^uint64(0)), "1: 18446744073709551615 # -1\n",
			`{"fields":[{"field":1,"type":"varint","value":"18446744073709551615","signed":-1}]}`},
		{"zero", message{}.varint(1, 0), "1: 0\n", `{"fields":[{"field":1,"type":"varint","value":0}]}`},
		{"a float", message{}.fixed32(1, 0x3fc00000), "1: 1.5\n", `{"fields":[{"field":1,"type":"float","value":1.5}]}`},
		{"a float that is short in 32 bits only", message{}.fixed32(1, 0x3dcccccd), "1: 0.1\n", `{"fields":[{"field":1,"type":"float","value":0.1}]}`},
		{"a double", message{}.fixed64(1, 0xc004000000000000), "1: -2.5\n", `{"fields":[{"field":1,"type":"double","value":-2.5}]}`},
		{"a fixed32", message{}.fixed32(1, 7), "1: 0x7\n", `{"fields":[{"field":1,"type":"fixed32","value":7}]}`},
		{"a fixed64", message{}.fixed64(1, 0xffffffffffffffff), "1: 0xffffffffffffffff\n", `{"fields":[{"field":1,"type":"fixed64","value":"18446744073709551615"}]}`},
		{"a group", message{}.group(4, message{}.varint(1, 1).group(2, nil)), "4 {\n  1: 1\n  2 {\n  }\n}\n",
			`{"fields":[{"field":4,"type":"group","fields":[{"field":1,"type":"varint","value":1},{"field":2,"type":"group","fields":[]}]}]}`},

		{"an empty string", message{}.bytes(1, ""), "1: \"\"\n", `{"fields":[{"field":1,"type":"string","value":""}]}`},
		{"text that is also fields", message{}.bytes(1, "0A"), "1: \"0A\"\n", `{"fields":[{"field":1,"type":"string","value":"0A"}]}`},
		{"a message that is also text", message{}.bytes(1, string(message{}.bytes(1, strings.Repeat("x", 32)))), "1 {\n  1: \"" + strings.Repeat("x", 32) + "\"\n}\n",
			`{"fields":[{"field":1,"type":"message","fields":[{"field":1,"type":"string","value":"` + strings.Repeat("x", 32) + `"}]}]}`},
		{"text of several lines", message{}.bytes(1, "\nline\n"), "1: \"\\nline\\n\"\n", `{"fields":[{"field":1,"type":"string","value":"\nline\n"}]}`},
		{"text that acts on a terminal", message{}.bytes(1, "\u202ex\u200b"), "1: \"\\u202ex\\u200b\"\n", "{\"fields\":[{\"field\":1,\"type\":\"string\",\"value\":\"\u202ex\u200b\"}]}"},
		{"octets", message{}.bytes(1, "\x00\xff"), "1: 0x00ff\n", `{"fields":[{"field":1,"type":"bytes","value":"AP8="}]}`},
		{"the largest field number", message{}.varint(1<<29-1, 1), "536870911: 1\n", `{"fields":[{"field":536870911,"type":"varint","value":1}]}`},

		{"cut in a value", message{}.varint(1, 1).bytes(2, "cut")[:5], "1: 1\n# octet 2: the value of field 2 is cut, or is none\n",
			`{"fields":[{"field":1,"type":"varint","value":1}],"trouble":"octet 2: the value of field 2 is cut, or is none"}`},
		{"field number 0", message("\x00\x01"), "# octet 0: there is no tag of a field\n", `{"fields":[],"trouble":"octet 0: there is no tag of a field"}`},
		{"a wire type that is none", message("\x0f"), "# octet 0: the value of field 1 is cut, or is none\n", `{"fields":[],"trouble":"octet 0: the value of field 1 is cut, or is none"}`},
		{"the end of a group that never began", message("\x0c"), "# octet 0: the value of field 1 is cut, or is none\n",
			`{"fields":[],"trouble":"octet 0: the value of field 1 is cut, or is none"}`},
	} {
		tree := Parse(test.octets)
		if text := string(tree.AppendText(nil)); text != test.text {
			t.Errorf("%s: %q, want %q", test.name, text, test.text)
		}
		got, err := json.Marshal(tree)
		var want, compact bytes.Buffer
		if err != nil || json.Compact(&compact, got) != nil {
			t.Fatal(err)
		}
		if err := json.Compact(&want, []byte(strings.ReplaceAll(test.json, "\nline\n", `\nline\n`))); err != nil {
			t.Fatal(err)
		}
		if compact.String() != want.String() {
			t.Errorf("%s: %s, want %s", test.name, got, test.json)
		}
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[uint64]int64{0: 0, 1: -1, 2: 1, 4294967295: -2147483648} {
		if n := (Node{Number: v}); n.Zigzag() != want {
			t.Errorf("%d: %d", v, n.Zigzag())
		}
	}
}

func TestTreesAreLimited(t *testing.T) {
	var many message
	for range MaxNodes + 1 {
		many = many.varint(1, 1)
	}
	if tree := Parse(many); len(tree.Fields) != MaxNodes || tree.Trouble == "" {
		t.Errorf("%d fields, %q", len(tree.Fields), tree.Trouble)
	}
	var deep message
	for range 3 * MaxDepth {
		deep = message{}.bytes(1, string(deep.varint(2, 1)))
	}
	depth := 0
	for tree := Parse(deep); len(tree.Fields) > 0; depth++ {
		tree = &Tree{Fields: tree.Fields[0].Fields}
	}
	if depth != MaxDepth {
		t.Errorf("%d levels", depth)
	}
	groups := message(strings.Repeat("\x0b", 5000) + strings.Repeat("\x0c", 5000))
	if tree := Parse(groups); len(tree.Fields) != 1 {
		t.Errorf("%d fields, %q", len(tree.Fields), tree.Trouble)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(message{}.varint(1, 150).bytes(2, "testing").fixed32(3, 7).fixed64(4, 8)))
	f.Add([]byte(message{}.group(1, message{}.bytes(2, string(message{}.varint(1, 1))))))
	f.Add([]byte("\x0b\x0b\x0c\x0c\x0a\xff"))
	f.Fuzz(func(t *testing.T, octets []byte) {
		tree := Parse(octets)
		text := tree.AppendText(nil)
		if !bytes.Equal(text, Parse(octets).AppendText(nil)) {
			t.Fatal("the same octets in two ways")
		}
		if _, err := json.Marshal(tree); err != nil {
			t.Fatal(err)
		}
		if _, _, n := protowire.ConsumeField(octets); n < 0 && len(octets) > 0 && len(tree.Fields) > 0 {
			t.Fatalf("fields where there are none: %s", text)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	var octets message
	for range 100 {
		octets = octets.varint(1, 150).bytes(2, "a name").bytes(3, string(message{}.varint(1, 1).bytes(2, "\x00\xff")))
	}
	b.SetBytes(int64(len(octets)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(octets)
	}
}
