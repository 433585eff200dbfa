package printable

import (
	"unicode"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// Append appends src to dst in the form that the package describes. It does
// not allocate where dst has room.
func Append(dst, src []byte) []byte {
	for len(src) > 0 {
		n := plainPrefix(src)
		dst = append(dst, src[:n]...)
		if src = src[n:]; len(src) == 0 {
			break
		}
		r, size := utf8.DecodeRune(src)
		switch {
		case r < utf8.RuneSelf || r == utf8.RuneError && size == 1:
			dst = appendOctet(dst, src[0])
		case Safe(r):
			dst = append(dst, src[:size]...)
		default:
			dst = appendRune(dst, r)
		}
		src = src[size:]
	}
	return dst
}

// AppendString is [Append] for a string.
func AppendString(dst []byte, src string) []byte { return Append(dst, []byte(src)) }

// String is s in the form that the package describes; s itself where nothing
// in it needs a change.
func String(s string) string {
	if plainPrefix([]byte(s)) == len(s) {
		return s
	}
	return string(AppendString(nil, s))
}

// Safe reports whether a character above U+007F, or a printable one of ASCII,
// can be shown as it is.
func Safe(r rune) bool {
	return unicode.IsPrint(r) &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		r != brailleBlank
}

// brailleBlank is a symbol by its category, and empty.
const brailleBlank = 0x2800

// plainPrefix is how many octets of p are ASCII that stays as it is.
func plainPrefix(p []byte) int {
	for i, c := range p {
		if c < ' ' || c >= 0x7f || c == '\\' {
			return i
		}
	}
	return len(p)
}

// appendOctet writes a backslash, a control character of ASCII or an octet that
// is no part of a character.
func appendOctet(dst []byte, c byte) []byte {
	switch c {
	case '\\':
		return append(dst, `\\`...)
	case '\t':
		return append(dst, `\t`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	}
	return append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&0xf])
}

func appendRune(dst []byte, r rune) []byte {
	dst = append(dst, '\\')
	shift := 12
	if r <= 0xffff {
		dst = append(dst, 'u')
	} else {
		dst = append(dst, 'U')
		shift = 28
	}
	for ; shift >= 0; shift -= 4 {
		dst = append(dst, hexDigits[r>>shift&0xf])
	}
	return dst
}
