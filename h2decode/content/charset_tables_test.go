package content

import (
	"math/rand/v2"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// The Encoding Standard's index-windows-1252, from 0x80.
var indexWindows1252 = [32]rune{
	0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
	0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
}

func TestEveryOctetOfWindows1252(t *testing.T) {
	for i := range 256 {
		want := rune(i)
		if i >= 0x80 && i < 0xa0 {
			want = indexWindows1252[i-0x80]
		}
		text, replaced := decodeWindows1252([]byte{byte(i)})
		if got, size := utf8.DecodeRune(text); got != want || size != len(text) || replaced != 0 {
			t.Errorf("0x%02x: %U, want %U", i, got, want)
		}
	}
}

// The labels of the Encoding Standard, Section 4.2.
func TestLabels(t *testing.T) {
	for label, want := range map[string]*encoding{
		"utf-8": utf8Encoding, "utf8": utf8Encoding, "unicode-1-1-utf-8": utf8Encoding,
		"utf-16": utf16LE, "utf-16le": utf16LE, "ucs-2": utf16LE, "unicode": utf16LE, "utf-16be": utf16BE, "unicodefffe": utf16BE,
		"windows-1252": windows1252, "cp1252": windows1252, "latin1": windows1252, "iso-8859-1": windows1252, "iso_8859-1:1987": windows1252,
		"us-ascii": windows1252, "ascii": windows1252, "l1": windows1252,
		"iso-8859-15": nil, "shift_jis": nil, "gbk": nil, "euc-kr": nil, "koi8-r": nil, "utf-32": nil, "utf-7": nil, "": nil,
	} {
		if got := encodingOfLabel(label); got != want {
			t.Errorf("%q: %+v", label, got)
		}
	}
}

// UTF-16 of any characters, in both orders, with and without a mark.
func TestUTF16RoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		text := make([]rune, r.IntN(50))
		for i := range text {
			for text[i] = r.Int32N(utf8.MaxRune + 1); !utf8.ValidRune(text[i]) || text[i] == 0xfeff || text[i] == 0xfffe; {
				text[i] = r.Int32N(utf8.MaxRune + 1)
			}
		}
		var little, big []byte
		for _, unit := range utf16.Encode(text) {
			little = append(little, byte(unit), byte(unit>>8))
			big = append(big, byte(unit>>8), byte(unit))
		}
		for charset, octets := range map[string][]byte{"utf-16le": little, "utf-16be": big} {
			m := MediaType{Type: "text", Subtype: "plain", Parameters: []Parameter{{"charset", charset}}}
			got := DecodeText(octets, m)
			if string(got.UTF8) != string(text) || got.Charset != charset || got.Replaced > 0 {
				t.Fatalf("%s: %q, want %q", charset, got.UTF8, string(text))
			}
		}
		got := DecodeText(append([]byte{0xfe, 0xff}, big...), MediaType{})
		if string(got.UTF8) != string(text) || got.From != "bom" {
			t.Fatalf("with a mark: %q, want %q", got.UTF8, string(text))
		}
	}
}
