package body_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"h2scope/tui/body"
)

func zipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

func message(octets ...byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(octets))), octets...)
}

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name  string
		m     body.Message
		kind  string
		lines []string // nil: it is no text
		notes int
	}{
		{"nothing", body.Message{ContentType: "text/html", Whole: true}, "octets", nil, 0},
		{"text", body.Message{Octets: []byte("a\r\nb\tc\n"), ContentType: "text/plain"}, "text", []string{"a", "b    c"}, 0},
		{"text without a type", body.Message{Octets: []byte("hello")}, "text", []string{"hello"}, 0},
		{"text of another charset", body.Message{Octets: []byte("caf\xe9"), ContentType: "text/plain; charset=latin1"}, "text, windows-1252", []string{"café"}, 0},
		{"octets", body.Message{Octets: []byte{0, 1, 2}, ContentType: "image/png"}, "octets", nil, 0},
		{"JSON is indented", body.Message{Octets: []byte(`{"a":[1]}`), ContentType: "application/json"}, "JSON", []string{"{", `  "a": [`, "    1", "  ]", "}"}, 0},
		{"JSON that is cut is text", body.Message{Octets: []byte(`{"a":`), ContentType: "application/json"}, "JSON", []string{`{"a":`}, 1},
		{"gzip is undone", body.Message{Octets: zipped("hello"), ContentType: "text/plain", Encoding: "gzip", Whole: true}, "text", []string{"hello"}, 1},
		{"gzip that is cut gives what is there", body.Message{Octets: zipped(strings.Repeat("hello ", 9))[:30], ContentType: "text/plain", Encoding: "gzip"}, "", nil, -1},
		{"a coding that is not known", body.Message{Octets: []byte{0, 1}, Encoding: "rot13"}, "octets", nil, 1},
		{"gRPC", body.Message{Octets: append(message(0x08, 0x96, 0x01), message(0x12, 2, 'h', 'i')...), ContentType: "application/grpc"}, "gRPC",
			[]string{"message 1: 3 octets", "  1: 150", "message 2: 4 octets", `  2: "hi"`}, 0},
		{"escapes do not reach the terminal", body.Message{Octets: []byte("\x1b[2Jgone\u202e"), ContentType: "text/plain"}, "text", []string{`\x1b[2Jgone\u202e`}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := body.Read(test.m)
			if test.notes < 0 {
				return // that it ends is enough
			}
			if got.Kind != test.kind || !slices.Equal(got.Lines, test.lines) || len(got.Notes) != test.notes {
				t.Errorf("got %s %q, notes %q", got.Kind, got.Lines, got.Notes)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("text"), "text/plain", "")
	f.Add(zipped("{}"), "application/json", "gzip")
	f.Add(message(8, 1), "application/grpc", "")
	f.Fuzz(func(t *testing.T, octets []byte, contentType, encoding string) {
		for _, l := range body.Read(body.Message{Octets: octets, ContentType: contentType, Encoding: encoding}).Lines {
			if strings.ContainsAny(l, "\x1b\n\r\t") {
				t.Errorf("%q", l)
			}
		}
	})
}

func ExampleRead() {
	text := body.Read(body.Message{Octets: []byte(`{"answer":42}`), ContentType: "application/json", Whole: true})
	fmt.Println(text.Kind)
	fmt.Println(strings.Join(text.Lines, "\n"))
	// Output:
	// JSON
	// {
	//   "answer": 42
	// }
}
