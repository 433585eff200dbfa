package content

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDecodeText(t *testing.T) {
	for _, test := range []struct {
		name, body, contentType string
		text, charset, from     string
		replaced                int
		trouble                 string
	}{
		{"a byte order mark goes before the parameter", "\xef\xbb\xbfé", "text/plain; charset=latin1", "é", "utf-8", "bom", 0, ""},
		{"UTF-16LE by its mark", "\xff\xfeh\x00\xe9\x00\x3d\xd8\x00\xde", "text/plain", "hé😀", "utf-16le", "bom", 0, ""},
		{"UTF-16BE by its mark", "\xfe\xff\x00h\x00\xe9\xd8\x3d\xde\x00", "", "hé😀", "utf-16be", "bom", 0, ""},
		{"UTF-16 without order", "h\x00i\x00", "text/plain; charset=utf-16", "hi", "utf-16le", "parameter", 0, ""},
		{"UTF-16BE by its name", "\x00h\x00i", "text/plain; charset=UTF-16BE", "hi", "utf-16be", "parameter", 0, ""},
		{"lone surrogates", "\x00\xd8a\x00\x00\xdc", "text/plain; charset=utf-16le", "�a�", "utf-16le", "parameter", 2, "octets that are no characters of utf-16le were replaced: 2 times"},
		{"a high surrogate at the end", "\x00\xd8", "text/plain; charset=utf-16le", "�", "utf-16le", "parameter", 1, "octets that are no characters of utf-16le were replaced: 1 times"},
		{"half a unit", "a\x00b", "text/plain; charset=utf-16le", "a�", "utf-16le", "parameter", 1, "octets that are no characters of utf-16le were replaced: 1 times"},
		{"Latin-1 is read as its superset", "caf\xe9 \x80", "text/plain; charset=ISO-8859-1", "café €", "windows-1252", "parameter", 0, ""},
		{"windows-1252", "\x93q\x94 \x97 \x81", "text/html; charset=windows-1252", "“q” — \u0081", "windows-1252", "parameter", 0, ""},
		{"US-ASCII", "plain", "text/plain; charset=us-ascii", "plain", "windows-1252", "parameter", 0, ""},
		{"UTF-8 by its name, broken", "a\xffb\xc3", "text/plain; charset=utf-8", "a�b�", "utf-8", "parameter", 2, "octets that are no characters of utf-8 were replaced: 2 times"},
		{"an unknown charset", "\x83e", "text/plain; charset=Shift_JIS", "�e", "shift_jis", "parameter", 1, `the charset "shift_jis" is not known: the text was read as UTF-8`},
		{"a quoted charset", "x", `text/plain; charset="'utf-8'"`, "x", "utf-8", "parameter", 0, ""},
		{"meta charset", "<!-- <meta charset=utf-8> --><META Charset='latin1'>\xe9", "text/html", "<!-- <meta charset=utf-8> --><META Charset='latin1'>é", "windows-1252", "meta", 0, ""},
		{"meta http-equiv", `<meta http-equiv=Content-Type content="text/html; charset=windows-1252">` + "\x80", "text/html", `<meta http-equiv=Content-Type content="text/html; charset=windows-1252">€`, "windows-1252", "meta", 0, ""},
		{"meta can't name UTF-16", "<meta charset=utf-16>é", "text/html", "<meta charset=utf-16>é", "utf-8", "meta", 0, ""},
		{"the word alone is no declaration", "<meta name=charset><meta charset = latin1>\xe9", "text/html", "<meta name=charset><meta charset = latin1>é", "windows-1252", "meta", 0, ""},
		{"XML's declaration", `<?xml version="1.0" encoding="ISO-8859-1"?>` + "<a>\xe9</a>", "application/xml", `<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>`, "windows-1252", "meta", 0, ""},
		{"only in HTML and XML", "<meta charset=latin1>é", "text/plain", "<meta charset=latin1>é", "utf-8", "guess", 0, ""},
		{"UTF-8 by its octets", "é", "text/plain", "é", "utf-8", "guess", 0, ""},
		{"UTF-8 that is cut in a character", "é\xe2\x82", "text/plain", "é��", "utf-8", "guess", 2, "octets that are no characters of utf-8 were replaced: 2 times"},
		{"not UTF-8", "caf\xe9s", "text/plain", "cafés", "windows-1252", "guess", 0, ""},
		{"JSON is UTF-8", "\"caf\xe9s\"", "application/json", "\"caf�s\"", "utf-8", "guess", 1, "octets that are no characters of utf-8 were replaced: 1 times"},
		{"nothing", "", "text/plain", "", "utf-8", "guess", 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, _ := ParseMediaType(test.contentType)
			got := DecodeText([]byte(test.body), m)
			if string(got.UTF8) != test.text || got.Charset != test.charset || got.From != test.from || got.Replaced != test.replaced || got.Trouble != test.trouble {
				t.Errorf("%q %+v", got.UTF8, got)
			}
		})
	}
}

// What is valid already is not copied.
func TestDecodeTextOfUTF8DoesNotAllocate(t *testing.T) {
	m, _ := ParseMediaType("text/html; charset=utf-8")
	if n := testing.AllocsPerRun(100, func() { DecodeText(page, m) }); n > 0 && !raceEnabled {
		t.Errorf("%v allocations", n)
	}
}

// The HTML Standard looks at the first 1,024 octets only.
func TestCharsetIsDeclaredAtTheBeginning(t *testing.T) {
	m, _ := ParseMediaType("text/html")
	far := strings.Repeat(" ", maxPrescan) + "<meta charset=latin1>é"
	if got := DecodeText([]byte(far), m); got.From != "guess" {
		t.Errorf("%+v", got)
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add([]byte("\xff\xfeh\x00\x3d\xd8"), "text/html")
	f.Add([]byte("<?xml encoding='utf-16'?><meta charset="), "text/html")
	f.Add([]byte("caf\xe9"), "text/plain; charset=utf-16be")
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		m, _ := ParseMediaType(contentType)
		got := DecodeText(body, m)
		if !utf8.Valid(got.UTF8) || len(got.UTF8) > 3*len(body) {
			t.Fatalf("%d octets of text from %d, valid: %v", len(got.UTF8), len(body), utf8.Valid(got.UTF8))
		}
	})
}
