package protobuf

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"h2scope/h2decode/content"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A tree of a message with everything in it, as text and as JSON.
func TestGoldenTree(t *testing.T) {
	octets := message{}.varint(1, 0).varint(1, 1).varint(2, 1<<53+1).varint(3, ^uint64(0)).
		fixed32(4, 0x40490fdb).fixed32(5, 1).fixed64(6, 0x400921fb54442d18).fixed64(7, 1<<40).
		bytes(8, "text with \"quotes\", a tab\t and é").bytes(9, "\x00\x01\xfe\xff").bytes(10, "").
		bytes(11, string(message{}.varint(1, 7).bytes(2, "inside").bytes(3, string(message{}.varint(1, 300).bytes(2, "\xff"))))).
		group(12, message{}.varint(1, 1).group(2, message{}.bytes(3, "deep"))).
		bytes(13, "\x01\x02\x03\xac\x02")
	octets = append(octets, 0x08) // a tag without a value
	tree := Parse(octets)
	compact, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	indented, err := content.IndentJSON(nil, compact, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "tree.txt", tree.AppendText(nil))
	golden(t, "tree.json", append(indented, '\n'))
}

// The schema of the tests, read without a schema.
func TestGoldenDescriptors(t *testing.T) {
	golden(t, "descriptors.txt", Parse(greeter(t)).AppendText(nil))
}

// golden compares with a file of testdata, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is different (-update writes it anew):\n%s", path, got)
	}
}
