package fields

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("differs from %s (write it anew with -update):\n%s", file, got)
	}
}

func TestMarkdownPage(t *testing.T) {
	var page bytes.Buffer
	if err := WriteMarkdown(&page); err != nil {
		t.Fatal(err)
	}
	golden(t, "fields.md", page.Bytes())
	for _, f := range All() {
		if !strings.Contains(page.String(), "| `"+f.Name+"` | "+f.Type.String()) {
			t.Errorf("%s is not on the page", f.Name)
		}
	}
}

// Every error shows the place and says what was expected, and a word that is
// nearly right is suggested.
func TestErrors(t *testing.T) {
	expressions := []string{
		// Names.
		"http2.streamd == 1",
		"http2.typ == 1",
		"http2.flags.end_headers",
		"path contains x",
		"http2.header.nmae == x",
		"nothing.like.this == 1",
		"http2.headers.x_id == 7",
		"ip.scr == 192.0.2.1",
		// What stands where.
		"== 1",
		"http2.type ==",
		"http2.type == ,",
		"http2.type 1",
		"http2.type adn tcp",
		"http2.type == 1 http2.type == 2",
		"http2.type == 1 == 2",
		"http2.type == 1 and",
		"and http2",
		"not",
		"(http2",
		"http2)",
		"()",
		"http2 AND tcp",
		"http2 ? tcp",
		"http2.type == 1;",
		"tcp.srcport == tcp.dstport",
		// Operators.
		"http2.type === 1",
		"http2.type !== 1",
		"http2.type ~= 1",
		"http2.type = 1",
		"http2 | tcp",
		"http2.length contains 1",
		"http2.type matches HEADERS",
		"http2.flags.end_stream > 0",
		"h2.late in {1}",
		"h2.late < 1",
		"h2.path & 1",
		"ip.src < 192.0.2.0/24",
		"http2.type not == 1",
		"h2.late not in {1}",
		// Literals.
		"http2.length == many",
		`http2.length == "5"`,
		"http2.length == 99999999999999999999",
		"http2.type == HEADRES",
		"http2.type == SOMETHING",
		"http2.rst_stream.error == CANCELED",
		"h2.state == opened",
		"h2.from == nobody",
		"http2.flags.end_stream == yes",
		"h2.late == maybe",
		"ip.src == example.org",
		"ip.src == 192.0.2.0/33",
		"ip.src == 2001:db8::1",
		"ipv6.dst == 192.0.2.0/24",
		"h2.duration > 5 parsecs",
		"h2.duration > 5parsecs",
		`frame.time > "yesterday"`,
		"frame.time_epoch > 1.0000000001",
		"http2.ping == 1:2",
		"http2.ping == xyz",
		`h2.path == "no end`,
		`h2.path == r"no end`,
		`h2.path == "\q"`,
		`h2.path matches "("`,
		`h2.path matches "a**"`,
		"h2.path matches",
		// Sets and keys.
		"http2.type in 1",
		"http2.type in {}",
		"http2.type in {1 2}",
		"http2.type in {1, 2",
		"http2.type in {5..1}",
		"http2.type in {1..}",
		"ip.src in {192.0.2.0/24..192.0.3.0}",
		"http2.header[x-id]",
		`http2.header[""]`,
		`http2.header["x-id"`,
		`http2.type["x-id"]`,
		`http2.header == "x"`,
		// The caret counts characters, not octets.
		"h2.path == \"é\u4e16\" and\thttp2.typ",
		strings.Repeat("(", 300),
		strings.Repeat("not ", 300) + "http2",
		"http2" + strings.Repeat(" ", MaxExpression),
		strings.Repeat("h2.status == 200 or ", 65) + "h2.status == 200",
	}
	var shown strings.Builder
	for _, expression := range expressions {
		_, err := Compile(expression)
		if err == nil {
			t.Errorf("%q is accepted", expression)
			continue
		}
		e := err.(*Error)
		if e.Offset < 0 || e.Offset > len(expression) {
			t.Errorf("%q: offset %d", expression, e.Offset)
		}
		if len(expression) > 100 {
			shown.WriteString(expression[:100] + " …\n" + e.Error() + "\n\n")
			continue
		}
		shown.WriteString(e.Show(expression) + "\n\n")
	}
	golden(t, "errors.txt", []byte(shown.String()))
}
