package content

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A Text is content decoded to characters.
type Text struct {
	// UTF8 is the text in UTF-8, always valid. It is the content itself where
	// that was valid UTF-8 without a byte order mark.
	UTF8 []byte
	// Charset is the name of the encoding it was decoded from, in lower case as
	// the Encoding Standard has it: "utf-8", "utf-16le", "windows-1252"; or the
	// name that was given and is not known.
	Charset string
	// From says who named it: "bom", "parameter", "meta", or "guess".
	From string
	// Replaced counts what is no character of the encoding. Each stands as U+FFFD.
	Replaced int
	// Trouble says in a sentence what is wrong, or is empty.
	Trouble string
}

// DecodeText decodes content that is text: by its byte order mark, by the
// charset parameter of its type, by what HTML or XML says of itself at its
// beginning, or as UTF-8 where it is that, and windows-1252 where not (Encoding
// Standard, Section 4; HTML Standard, Section 13.2.3). JSON is UTF-8 (RFC 8259,
// Section 8.1).
//
// Known are UTF-8, UTF-16 in both orders, and windows-1252 with what is part of
// it: ISO-8859-1 and US-ASCII. Text in another encoding is decoded as UTF-8 is,
// and Trouble says so. The result takes at most three times the octets of body.
func DecodeText(body []byte, m MediaType) Text {
	if e, n := byteOrderMark(body); e != nil {
		return e.text(body[n:], "bom")
	}
	if label, ok := m.Parameter("charset"); ok && label != "" {
		return decodeLabelled(body, label, "parameter")
	}
	if label := declaredCharset(body, m); label != "" {
		return decodeLabelled(body, label, "meta")
	}
	if !m.IsJSON() && !validUTF8(body) {
		return windows1252.text(body, "guess")
	}
	return utf8Encoding.text(body, "guess")
}

// validUTF8 allows for a character that the end of the octets cuts.
func validUTF8(body []byte) bool {
	for cut := range min(utf8.UTFMax, len(body)+1) {
		head, tail := body[:len(body)-cut], body[len(body)-cut:]
		if utf8.Valid(head) && (cut == 0 || !utf8.FullRune(tail)) {
			return true
		}
	}
	return false
}

func decodeLabelled(body []byte, label, from string) Text {
	label = strings.ToLower(strings.Trim(label, " \t\r\n\f'\""))
	e := encodingOfLabel(label)
	if e == nil {
		t := utf8Encoding.text(body, from)
		t.Charset = label
		t.Trouble = fmt.Sprintf("the charset %q is not known: the text was read as UTF-8", label)
		return t
	}
	if from == "meta" && strings.HasPrefix(e.name, "utf-16") {
		e = utf8Encoding // as the HTML Standard's prescan has it: it could not have been read otherwise
	}
	return e.text(body, from)
}

// An encoding decodes octets to UTF-8 and counts what is no character.
type encoding struct {
	name   string
	decode func(src []byte) (text []byte, replaced int)
}

func (e *encoding) text(body []byte, from string) Text {
	t := Text{Charset: e.name, From: from}
	t.UTF8, t.Replaced = e.decode(body)
	if t.Replaced > 0 {
		t.Trouble = fmt.Sprintf("octets that are no characters of %s were replaced: %d times", e.name, t.Replaced)
	}
	return t
}

// The encodings that are known.
var (
	utf8Encoding = &encoding{"utf-8", decodeUTF8}
	utf16LE      = &encoding{"utf-16le", func(src []byte) ([]byte, int) { return decodeUTF16(src, 0) }}
	utf16BE      = &encoding{"utf-16be", func(src []byte) ([]byte, int) { return decodeUTF16(src, 1) }}
	windows1252  = &encoding{"windows-1252", decodeWindows1252}
)

// encodingOfLabel is the table of the Encoding Standard, Section 4.2, as far as
// it leads to these encodings; nil for other labels.
func encodingOfLabel(label string) *encoding {
	switch label {
	case "utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8":
		return utf8Encoding
	case "utf-16", "utf-16le", "ucs-2", "iso-10646-ucs-2", "csunicode", "unicode", "unicodefeff":
		return utf16LE
	case "utf-16be", "unicodefffe":
		return utf16BE
	case "windows-1252", "cp1252", "x-cp1252", "iso-8859-1", "iso8859-1", "iso88591", "iso_8859-1", "iso_8859-1:1987",
		"iso-ir-100", "latin1", "l1", "csisolatin1", "ibm819", "cp819", "us-ascii", "ascii", "ansi_x3.4-1968":
		return windows1252
	}
	return nil
}

// byteOrderMark is the encoding that the content begins with, and the mark's
// length.
func byteOrderMark(body []byte) (*encoding, int) {
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		return utf8Encoding, 3
	case bytes.HasPrefix(body, []byte("\xfe\xff")):
		return utf16BE, 2
	case bytes.HasPrefix(body, []byte("\xff\xfe")):
		return utf16LE, 2
	}
	return nil, 0
}

func decodeUTF8(src []byte) ([]byte, int) {
	if utf8.Valid(src) {
		return src, 0
	}
	var dst []byte
	replaced := 0
	for len(src) > 0 {
		r, size := utf8.DecodeRune(src)
		if r == utf8.RuneError && size == 1 {
			replaced++
		}
		dst = utf8.AppendRune(dst, r)
		src = src[size:]
	}
	return dst, replaced
}

// decodeUTF16 reads units whose high octet is the first or the second of two.
// RFC 2781, Section 2.2.
func decodeUTF16(src []byte, low int) (dst []byte, replaced int) {
	dst = make([]byte, 0, len(src))
	unit := func(i int) rune { return rune(src[i+1-low])<<8 | rune(src[i+low]) }
	for ; len(src) >= 2; src = src[2:] {
		r := unit(0)
		if utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(src) >= 4 {
				pair = utf16.DecodeRune(r, unit(2))
			}
			if r = pair; r == utf8.RuneError {
				replaced++
			} else {
				src = src[2:]
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	if len(src) > 0 {
		dst = utf8.AppendRune(dst, utf8.RuneError)
		replaced++
	}
	return dst, replaced
}

func decodeWindows1252(src []byte) ([]byte, int) {
	dst := make([]byte, 0, len(src)+len(src)/8)
	for _, c := range src {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = windows1252High[c-0x80]
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst, 0
}

// windows1252High is what 0x80 to 0x9f stand for. The five that Microsoft left
// free are control characters, as the Encoding Standard has them.
var windows1252High = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}
