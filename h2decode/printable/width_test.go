package printable_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"h2scope/h2decode/printable"
)

func ExampleTruncate() {
	fmt.Println(printable.Truncate("/static/js/application.js", 12))
	fmt.Println(printable.Truncate("東京都庁", 6))
	// Output:
	// /static/js/…
	// 東京…
}

func TestWidth(t *testing.T) {
	tests := []struct {
		name, in string
		want     int
	}{
		{"empty", "", 0},
		{"ASCII", "abc", 3},
		{"accents in one character", "größe", 5},
		{"a combining accent takes none", "e\u0301", 1},
		{"ideographs take two", "東京", 4},
		{"Hangul", "한국", 4},
		{"fullwidth letters", "ＡＢ", 4},
		{"halfwidth katakana", "ｱｲ", 2},
		{"emoji", "🚀", 2},
		{"Hebrew", "שלום", 4},
		{"the ellipsis", printable.Ellipsis, 1},
		{"invalid octets", "\xff\xff", 2},
		{"the replacement character", "\ufffd", 1},
		{"plane 2", "\U00020000", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := printable.Width(tt.in); got != tt.want {
				t.Errorf("Width(%q) = %d, want %d", tt.in, got, tt.want)
			}
		})
	}
}

func TestTruncate(t *testing.T) {
	tests := []struct {
		name, in string
		cells    int
		want     string
	}{
		{"fits", "abc", 3, "abc"},
		{"one too many", "abcd", 3, "ab…"},
		{"one cell", "abcd", 1, "…"},
		{"none", "abcd", 0, ""},
		{"negative", "abcd", -2, ""},
		{"empty into none", "", 0, ""},
		{"a wide character is not halved", "東京都", 4, "東…"},
		{"wide ones fit", "東京", 4, "東京"},
		{"an accent stays with its letter", "ae\u0301bcd", 3, "ae\u0301…"},
		{"invalid octets", "\xff\xff\xff", 2, "\xff…"},
		{"an accent more octets than cells", "e\u0301e\u0301", 2, "e\u0301e\u0301"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := printable.Truncate(tt.in, tt.cells); got != tt.want {
				t.Errorf("Truncate(%q, %d) = %q, want %q", tt.in, tt.cells, got, tt.want)
			}
		})
	}
}

func FuzzTruncate(f *testing.F) {
	f.Add("plain text", 4)
	f.Add("東京e\u0301\u0301", 3)
	f.Add("\xff\xfe\ufffd", 2)
	f.Fuzz(func(t *testing.T, s string, cells int) {
		if cells > 1<<16 || cells < -1<<16 {
			return
		}
		s = printable.String(s)
		got := printable.Truncate(s, cells)
		if w := printable.Width(got); w > max(cells, 0) && got != s {
			t.Fatalf("Truncate(%q, %d) = %q takes %d cells", s, cells, got, w)
		}
		if !utf8.ValidString(got) {
			t.Fatalf("Truncate(%q, %d) = %q", s, cells, got)
		}
		if got != s && !strings.HasPrefix(s, strings.TrimSuffix(got, printable.Ellipsis)) {
			t.Fatalf("Truncate(%q, %d) = %q", s, cells, got)
		}
	})
}
