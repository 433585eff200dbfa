package fields

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A kind is what sort of token stands at a place.
type kind uint8

const (
	endToken kind = iota
	wordToken
	textToken // in quotes
	symbolToken
)

// A token is a part of an expression.
type token struct {
	kind        kind
	text        string // as it stands; of text what is between the quotes, escapes replaced
	offset, end int    // octets of the expression
}

// is reports whether the token is one of these symbols or words.
func (t *token) is(texts ...string) bool {
	for _, text := range texts {
		if t.text == text && (t.kind == symbolToken || t.kind == wordToken) {
			return true
		}
	}
	return false
}

// String is how messages name the token.
func (t *token) String() string {
	if t.kind == endToken {
		return "the end"
	}
	return strconv.Quote(t.text)
}

type lexer struct {
	expression string
	at         int
}

// symbols are those that the language has, longer ones before their beginnings.
// Those in refused are recognised to be refused with a reason.
var symbols = [...]string{
	"===", "!==", "==", "!=", "<=", ">=", "&&", "||", "~=", "..", "<", ">", "!", "~", "&", "=", "|",
	"(", ")", "{", "}", "[", "]", ",",
}

var refused = map[string]string{
	"===": `"===" is not an operator here; == holds where any value is equal`,
	"!==": `"!==" is not an operator here; != holds where all values differ`,
	"~=":  `"~=" is not an operator here; not … == … holds where no value is equal`,
	"=":   `"=" is not an operator; == compares`,
	"|":   `"|" is not an operator; || is or`,
}

// next gives the next token.
func (l *lexer) next() (token, error) {
	for l.at < len(l.expression) && strings.IndexByte(" \t\r\n", l.expression[l.at]) >= 0 {
		l.at++
	}
	rest := l.expression[l.at:]
	switch {
	case rest == "":
		return token{kind: endToken, offset: l.at, end: l.at}, nil
	case rest[0] == '"':
		return l.quoted()
	case strings.HasPrefix(rest, `r"`) || strings.HasPrefix(rest, `R"`):
		return l.raw()
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			if reason := refused[s]; reason != "" {
				return token{}, errorAt(l.at, "%s", reason)
			}
			return l.take(symbolToken, s, len(s)), nil
		}
	}
	n := wordLength(rest)
	if n == 0 {
		r, _ := utf8.DecodeRuneInString(rest)
		return token{}, errorAt(l.at, "%q means nothing here; text stands in quotes", r)
	}
	return l.take(wordToken, rest[:n], n), nil
}

// take makes a token of the next n octets.
func (l *lexer) take(k kind, text string, n int) token {
	t := token{kind: k, text: text, offset: l.at, end: l.at + n}
	l.at = t.end
	return t
}

// wordLength is how many octets belong to a name, number or address. Two dots
// end it: they are those of a range.
func wordLength(s string) int {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letter && strings.IndexByte("_-+.:/%", c) < 0 || strings.HasPrefix(s[i:], "..") {
			return i
		}
	}
	return len(s)
}

// raw reads r"…", in which a backslash is a backslash.
func (l *lexer) raw() (token, error) {
	body := l.expression[l.at+2:]
	n := strings.IndexByte(body, '"')
	if n < 0 {
		return token{}, errorAt(l.at, "the text has no closing quote")
	}
	return l.take(textToken, body[:n], n+3), nil
}

// quoted reads "…" with the escapes of C.
func (l *lexer) quoted() (token, error) {
	rest := l.expression[l.at:]
	var b strings.Builder
	for i := 1; i < len(rest); {
		switch c := rest[i]; c {
		case '"':
			return l.take(textToken, b.String(), i+1), nil
		case '\\':
			n := unescape(&b, rest[i:])
			if n == 0 {
				return token{}, errorAt(l.at+i, `%s is not an escape; a backslash is \\, or stands alone in r"…"`, rest[i:min(i+2, len(rest))])
			}
			i += n
		default:
			b.WriteByte(c)
			i++
		}
	}
	return token{}, errorAt(l.at, "the text has no closing quote")
}

// unescape writes what the escape at the beginning of s stands for, and gives
// its length; 0 where it is none. \x and octal numbers are octets, \u and \U
// code points.
func unescape(b *strings.Builder, s string) int {
	if strings.HasPrefix(s, `\0`) && (len(s) < 4 || !isOctal(s[2]) || !isOctal(s[3])) {
		b.WriteByte(0)
		return 2
	}
	r, multibyte, tail, err := strconv.UnquoteChar(s, '"')
	switch {
	case err != nil:
		return 0
	case multibyte:
		b.WriteRune(r)
	default:
		b.WriteByte(byte(r))
	}
	return len(s) - len(tail)
}

func isOctal(c byte) bool { return '0' <= c && c <= '7' }
