package printable_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"h2scope/h2decode/printable"
)

func ExampleAppend() {
	value := []byte("ok\x1b]0;owned\x07 \u202egpj.exe")
	fmt.Println(string(printable.Append(nil, value)))
	// Output: ok\x1b]0;owned\x07 \u202egpj.exe
}

func TestAppend(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"ASCII stays", "GET /a?b=c HTTP", "GET /a?b=c HTTP"},
		{"empty", "", ""},
		{"backslash is doubled", `C:\x1b`, `C:\\x1b`},
		{"escape sequence", "\x1b[2J", `\x1b[2J`},
		{"tab, newline, return", "a\tb\nc\r", `a\tb\nc\r`},
		{"NUL and DEL", "\x00\x7f", `\x00\x7f`},
		{"C1 in UTF-8: CSI", "\u009b2J", `\u009b2J`},
		{"C1 as an octet", "\x9b2J", `\x9b2J`},
		{"invalid UTF-8", "a\xff\xc3", `a\xff\xc3`},
		{"overlong form", "\xc0\x9b", `\xc0\x9b`},
		{"surrogate half", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"replacement character that was sent", "\ufffd", "\ufffd"},
		{"bidi override", "a\u202eb", `a\u202eb`},
		{"bidi isolates", "\u2066\u2069", `\u2066\u2069`},
		{"zero-width space and joiner", "\u200b\u200d", `\u200b\u200d`},
		{"soft hyphen, byte order mark", "\u00ad\ufeff", `\u00ad\ufeff`},
		{"no-break space", "a\u00a0b", `a\u00a0b`},
		{"line separator", "\u2028", `\u2028`},
		{"tag characters", "\U000e0041", `\U000e0041`},
		{"Hangul filler", "\u3164", `\u3164`},
		{"variation selector", "\ufe0f", `\ufe0f`},
		{"braille blank", "\u2800", `\u2800`},
		{"private use", "\ue000", `\ue000`},
		{"letters of any script", "größe 東京 שלום e\u0301", "größe 東京 שלום e\u0301"},
		{"emoji", "🚀", "🚀"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(printable.Append(nil, []byte(tt.in))); got != tt.want {
				t.Errorf("Append: %q, want %q", got, tt.want)
			}
			if got := printable.String(tt.in); got != tt.want {
				t.Errorf("String: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAppendKeepsDst(t *testing.T) {
	if got := string(printable.AppendString([]byte("a\n"), "b\n")); got != "a\nb\\n" {
		t.Errorf("got %q", got)
	}
}

func TestAppendAllocates(t *testing.T) {
	dst := make([]byte, 0, 256)
	src := []byte("text/html; charset=\x1b größe \xff")
	if n := testing.AllocsPerRun(100, func() { dst = printable.Append(dst[:0], src) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// FuzzAppend holds that nothing that acts gets through, and that the octets can
// be read back.
func FuzzAppend(f *testing.F) {
	for _, seed := range []string{"", "plain", "\x1b[31m", `\x1b`, "\u202e\u2069", "\xff\xfe", "é\u0301", "\U000e0001\ue000"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got := string(printable.Append(nil, src))
		if !utf8.ValidString(got) {
			t.Fatalf("%q gives invalid UTF-8: %q", src, got)
		}
		for _, r := range got {
			if unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) || r == 0x7f || !printable.Safe(r) {
				t.Fatalf("%q lets %U through", src, r)
			}
		}
		if back := readBack(t, got); back != string(src) {
			t.Fatalf("%q reads back as %q", got, back)
		}
	})
}

// readBack undoes Append: its escapes are Go's.
func readBack(t *testing.T, s string) string {
	var out strings.Builder
	for s != "" {
		if s[0] != '\\' {
			out.WriteByte(s[0])
			s = s[1:]
			continue
		}
		r, isRune, rest, err := strconv.UnquoteChar(s, 0)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if isRune {
			out.WriteRune(r)
		} else {
			out.WriteByte(byte(r))
		}
		s = rest
	}
	return out.String()
}

func BenchmarkAppend(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"ascii", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"},
		{"mixed", "filename=größe-東京.txt\x1b[0m"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			src, dst := []byte(bb.text), make([]byte, 0, 512)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				dst = printable.Append(dst[:0], src)
			}
		})
	}
}
