package content

import (
	"bytes"
	"strings"
	"testing"
)

// hostile are contents that a careless reader spends its time or its memory on,
// made of n octets or about as many.
var hostile = map[string]func(n int) []byte{
	"brackets":           func(n int) []byte { return bytes.Repeat([]byte("["), n) },
	"closed brackets":    func(n int) []byte { return bytes.Repeat([]byte("[]"), n/2) },
	"quotes":             func(n int) []byte { return bytes.Repeat([]byte(`"`), n) },
	"backslashes":        func(n int) []byte { return bytes.Repeat([]byte(`\`), n) },
	"ampersands":         func(n int) []byte { return bytes.Repeat([]byte("a&"), n/2) },
	"percent signs":      func(n int) []byte { return bytes.Repeat([]byte("%"), n) },
	"semicolons":         func(n int) []byte { return bytes.Repeat([]byte("; a=b"), n/5) },
	"delimiters":         func(n int) []byte { return bytes.Repeat([]byte("--b\n"), n/4) },
	"almost delimiters":  func(n int) []byte { return bytes.Repeat([]byte("\n--bx"), n/5) },
	"hyphens":            func(n int) []byte { return bytes.Repeat([]byte("-"), n) },
	"folded lines":       func(n int) []byte { return append([]byte("--b\na: b\n"), bytes.Repeat([]byte(" \n"), n/2)...) },
	"invalid UTF-8":      func(n int) []byte { return bytes.Repeat([]byte{0xff}, n) },
	"surrogates":         func(n int) []byte { return append([]byte{0xff, 0xfe}, bytes.Repeat([]byte{0x00, 0xd8}, n/2)...) },
	"meta":               func(n int) []byte { return bytes.Repeat([]byte("<meta charset"), n/13) },
	"members of gzip":    func(n int) []byte { return bytes.Repeat(emptyMember, n/len(emptyMember)) },
	"frames of zstd":     func(n int) []byte { return bytes.Repeat([]byte("\x28\xb5\x2f\xfd\x20\x00\x01\x00\x00"), n/9) },
	"skippable frames":   func(n int) []byte { return bytes.Repeat([]byte("\x50\x2a\x4d\x18\x00\x00\x00\x00"), n/8) },
	"metablocks of br":   func(n int) []byte { return bytes.Repeat([]byte("\x06"), n) },
	"stored blocks":      func(n int) []byte { return bytes.Repeat([]byte("\x00\x00\x00\xff\xff"), n/5) },
	"the header of zlib": func(n int) []byte { return bytes.Repeat([]byte("\x78\x9c"), n/2) },
	"chunks of snappy": func(n int) []byte {
		return append([]byte(snappyMark), bytes.Repeat([]byte("\xfe\x00\x00\x00"), n/4)...)
	},
	"a large JSON string": func(n int) []byte { return []byte(`"` + strings.Repeat("x", n) + `"`) },
}

// emptyMember is RFC 1952's smallest.
var emptyMember = []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00")

// readAll gives content to everything that takes any.
func readAll(body []byte) {
	for _, coding := range []string{"gzip", "deflate", "br", "zstd", "snappy", "gzip, gzip, gzip"} {
		Decode(nil, body, coding, 1<<20)
	}
	for _, contentType := range []string{"text/html", "text/plain; charset=utf-16be", "application/json", string(body)} {
		m, _ := ParseMediaType(contentType)
		DecodeText(body, m)
	}
	LooksLikeText(body)
	IndentJSON(nil, body, 1<<20)
	ParseForm(body)
	ParseQuery("?" + string(body))
	ParseCookies(string(body))
	ParseSetCookie(string(body))
	ParseMultipart(body, "b")
	ParseParams(body, MediaType{Type: "multipart", Subtype: "form-data", Parameters: []Parameter{{"boundary", "b"}}})
}

// Nothing panics, and memory grows no faster than what comes in: four times the
// octets take no more than some six times the memory.
func TestHostileContent(t *testing.T) {
	for name, content := range hostile {
		small := allocated(func() { readAll(content(20_000)) })
		large := allocated(func() { readAll(content(80_000)) })
		if large > 6*small+16<<20 {
			t.Errorf("%s: %d octets are allocated for 20,000 and %d for 80,000", name, small, large)
		}
	}
}

// The same for a field value, which is what media types and cookies stand in.
func TestHostileMediaTypes(t *testing.T) {
	for _, value := range []string{
		"a/b" + strings.Repeat(";", 100_000),
		"a/b" + strings.Repeat("; x=\"", 100_000),
		"a/b; x=\"" + strings.Repeat(`\"`, 100_000),
		"a/b" + strings.Repeat("; x=y", 100_000),
		strings.Repeat("a/", 100_000),
		strings.Repeat("+", 100_000),
		"a/" + strings.Repeat("+", 100_000),
	} {
		octets := allocated(func() {
			m, _ := ParseMediaType(value)
			m.Parameter("charset")
			Resource{ContentType: value}.Type()
		})
		if octets > 64<<20 {
			t.Errorf("%.20s: %d octets are allocated", value, octets)
		}
	}
}
