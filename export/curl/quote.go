package curl

import (
	"strings"
	"unicode/utf8"

	"h2scope/h2decode/printable"
)

// Quote is a word for a POSIX shell (XCU, Section 2.2): the octets of s, none of
// which is NUL or the last a line feed. What could act on a terminal is written
// as octal escapes of printf.
func Quote(s string) string {
	if isPrintable(s) {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return `"$(` + printf(s) + `)"`
}

func isPrintable(s string) bool {
	for _, r := range s {
		if !printable.Safe(r) {
			return false
		}
	}
	return utf8.ValidString(s)
}

// printf is the command that writes the octets of s: all of them, NUL too.
func printf(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString("printf '")
	if strings.HasPrefix(s, "-") { // else it would be an option
		b.WriteString(`\055`)
		s = s[1:]
	}
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\'':
			b.WriteString(`'\''`)
		case r == '%':
			b.WriteString("%%")
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\n':
			b.WriteString(`\n`)
		case (r != utf8.RuneError || size > 1) && printable.Safe(r):
			b.WriteString(s[:size])
		default:
			for _, c := range []byte(s[:size]) {
				b.Write([]byte{'\\', '0' + c>>6, '0' + c>>3&7, '0' + c&7})
			}
		}
		s = s[size:]
	}
	b.WriteByte('\'')
	return b.String()
}
