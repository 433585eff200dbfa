package export

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"h2scope/h2decode/printable"
)

func object(write func(w *writer)) string {
	w := writer{buf: []byte("{")}
	write(&w)
	w.endObject()
	return string(w.buf)
}

func TestText(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"ASCII", "abc", `{"k":"abc"}`},
		{"empty", "", `{"k":""}`},
		{"quote and backslash", `a"b\c`, `{"k":"a\"b\\c"}`},
		{"control characters", "\x00\t\n\x1b\x7f", `{"k":"\u0000\u0009\u000a\u001b\u007f"}`},
		{"C1", "\u009b", `{"k":"\u009b"}`},
		{"letters stay", "größe 東京", `{"k":"größe 東京"}`},
		{"bidi override", "a\u202eb", `{"k":"a\u202eb"}`},
		{"line separator", "\u2028", `{"k":"\u2028"}`},
		{"plane 14 needs a surrogate pair", "\U000e0041", `{"k":"\udb40\udc41"}`},
		{"emoji stays", "🚀", `{"k":"🚀"}`},
		{"invalid UTF-8", "a\xff", `{"k_base64":"Yf8="}`},
		{"invalid after an escape", "\n\xff", `{"k_base64":"Cv8="}`},
		{"surrogate in UTF-8", "\xed\xa0\x80", `{"k_base64":"7aCA"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := object(func(w *writer) { w.text("k", []byte(tt.in)) }); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCommas(t *testing.T) {
	got := object(func(w *writer) {
		w.uint("a", 1)
		w.object("b")
		w.endObject()
		w.array("c")
		w.name("", "x")
		w.object("")
		w.bool("y", true)
		w.endObject()
		w.array("")
		w.endArray()
		w.endArray()
		w.hex("d", []byte{0, 0xab})
		w.text("e", []byte{0xff})
	})
	const want = `{"a":1,"b":{},"c":["x",{"y":true},[]],"d":"00ab","e_base64":"/w=="}`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTextsAreAllBase64WhereOneIs(t *testing.T) {
	for in, want := range map[string]string{
		"a b":    `{"k":["a","b"]}`,
		"a \xff": `{"k_base64":["YQ==","/w=="]}`,
		"":       `{"k":[]}`,
	} {
		got := object(func(w *writer) { w.texts("k", octets(strings.Fields(in))) })
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// TestPlainPrefix puts each octet at each place of a long and a short string.
func TestPlainPrefix(t *testing.T) {
	for length := 1; length <= 20; length++ {
		for at := range length {
			for c := range 256 {
				s := []byte(strings.Repeat("~ !#[]azAZ09", 2)[:length])
				s[at] = byte(c)
				want := length
				if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
					want = at
				}
				if got := plainPrefix(s); got != want {
					t.Fatalf("plainPrefix(%q) = %d, want %d", s, got, want)
				}
			}
		}
	}
}

// FuzzText holds that every string comes back from encoding/json as it was, and
// that none can act on a terminal.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "abc", `"\`, "\x1b[2J", "é\u202e\U000e0001", "\xff", "\u2028\x7f", "🚀"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got := object(func(w *writer) { w.text("k", in) })
		var members map[string]string
		if err := json.Unmarshal([]byte(got), &members); err != nil {
			t.Fatalf("%q gives %s: %v", in, got, err)
		}
		value, isText := members["k"]
		if isText != utf8.Valid(in) {
			t.Fatalf("%q gives %s", in, got)
		}
		if !isText {
			octets, err := base64.StdEncoding.DecodeString(members["k_base64"])
			value = string(octets)
			if err != nil {
				t.Fatal(err)
			}
		}
		if value != string(in) {
			t.Fatalf("%q comes back as %q", in, value)
		}
		for _, r := range got {
			if !printable.Safe(r) {
				t.Fatalf("%q lets %U through", in, r)
			}
		}
	})
}
