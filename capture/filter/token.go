package filter

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

type tokenKind uint8

const (
	tokenEnd      tokenKind = iota
	tokenOperator           // ( ) [ ] : and the operators, text says which
	tokenWord               // a word of the language
	tokenNumber             // value
	tokenIPv4               // dotted: two to four parts
	tokenIPv6               // address
	tokenMAC                // mac
	tokenName               // anything else: a name of a port, a protocol, a host
)

type token struct {
	kind    tokenKind
	text    string // operators and words in their one spelling
	offset  int
	value   uint32
	address netip.Addr
	mac     [6]byte
}

// is reports whether the token is one of these operators or words.
func (t *token) is(texts ...string) bool {
	if t.kind != tokenOperator && t.kind != tokenWord {
		return false
	}
	return slices.Contains(texts, t.text)
}

// scan cuts an expression into tokens; the last is tokenEnd.
func scan(expression string) ([]token, *Error) {
	var tokens []token
	for at := 0; ; {
		for at < len(expression) && strings.IndexByte(" \t\r\n", expression[at]) >= 0 {
			at++
		}
		if at == len(expression) {
			return append(tokens, token{kind: tokenEnd, offset: at}), nil
		}
		t, length, err := scanToken(expression[at:], at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at += length
	}
}

// scanToken is the token that rest begins with, and its length. Where several
// would do the longest is taken, and of equals the first of those below.
func scanToken(rest string, offset int) (token, int, *Error) {
	if operator := leadingOperator(rest); operator != "" {
		return token{kind: tokenOperator, text: spelling(operator), offset: offset}, len(operator), nil
	}
	if rest[0] == '\\' {
		return scanEscaped(rest, offset)
	}
	name := leadingName(rest)
	if colons := leadingColons(rest); strings.Count(colons, ":") >= 2 && len(colons) >= len(name) {
		return scanColons(colons, offset)
	}
	if name == "" {
		if rest[0] == ':' {
			return token{kind: tokenOperator, text: ":", offset: offset}, 1, nil
		}
		return token{}, 0, errorAt(offset, "%q has no meaning here", leadingRune(rest))
	}
	t, err := classify(name, offset)
	return t, len(name), err
}

// operators, longer ones before their beginnings.
var operators = [...]string{
	"&&", "||", ">=", "<=", "!=", "==", "<<", ">>",
	"+", "-", "*", "/", "%", "[", "]", "!", "<", ">", "(", ")", "&", "|", "^", "=",
}

func leadingOperator(s string) string {
	for _, operator := range operators {
		if strings.HasPrefix(s, operator) {
			return operator
		}
	}
	return ""
}

// spelling is the one way in which the parser knows a word or operator.
func spelling(s string) string {
	if one, ok := spellings[s]; ok {
		return one
	}
	return s
}

// scanEscaped is a name behind a backslash, which keeps it from being a word
// of the language: ip proto \tcp.
func scanEscaped(rest string, offset int) (token, int, *Error) {
	end := strings.IndexAny(rest, " !()\n\t")
	if end < 0 {
		end = len(rest)
	}
	if end == 1 {
		return token{}, 0, errorAt(offset, "a name has to follow the backslash")
	}
	return token{kind: tokenName, text: rest[1:end], offset: offset}, end, nil
}

func leadingRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// leadingName is the longest name, number or address without colons at the
// beginning: it does not end in a hyphen or an underscore.
func leadingName(s string) string {
	end := 0
	for i := 0; i < len(s); i++ {
		if isAlphanumeric(s[i]) || i > 0 && s[i] == '.' {
			end = i + 1
		} else if i == 0 || s[i] != '-' && s[i] != '_' {
			break
		}
	}
	return s[:end]
}

func leadingColons(s string) string {
	end := 0
	for end < len(s) && (isHex(s[end]) || s[end] == ':' || s[end] == '.') {
		end++
	}
	return s[:end]
}

// scanColons is what has two colons or more: an Ethernet or IPv6 address.
func scanColons(s string, offset int) (token, int, *Error) {
	if mac, ok := parseMAC(s); ok {
		return token{kind: tokenMAC, text: s, offset: offset, mac: mac}, len(s), nil
	}
	if address, err := netip.ParseAddr(s); err == nil && address.Is6() {
		return token{kind: tokenIPv6, text: s, offset: offset, address: address}, len(s), nil
	}
	return token{}, 0, errorAt(offset, "%q is neither an IPv6 nor an Ethernet address", s)
}

// classify says what a run of letters, digits, hyphens and dots is.
func classify(s string, offset int) (token, *Error) {
	t := token{kind: tokenName, text: s, offset: offset}
	if isWord(spelling(s)) {
		t.kind, t.text = tokenWord, spelling(s)
		return t, nil
	}
	if mac, ok := parseMAC(s); ok {
		t.kind, t.mac = tokenMAC, mac
		return t, nil
	}
	if value, ok := constants[s]; ok {
		t.kind, t.value = tokenNumber, value
		return t, nil
	}
	if isNumber(s) {
		value, err := strconv.ParseUint(s, 0, 32)
		if err != nil {
			return t, errorAt(offset, "%s is not a number of 32 bits (a leading 0 makes it octal)", s)
		}
		t.kind, t.value = tokenNumber, uint32(value)
		return t, nil
	}
	if isDotted(s) {
		t.kind = tokenIPv4
	}
	return t, nil
}

func isAlphanumeric(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isNumber reports whether s is decimal, octal with a leading 0, or
// hexadecimal with a leading 0x.
func isNumber(s string) bool {
	isOne := isDigit
	if len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X") {
		s, isOne = s[2:], isHex
	}
	for i := 0; i < len(s); i++ {
		if !isOne(s[i]) {
			return false
		}
	}
	return s != ""
}

// isDotted reports whether s is two to four numbers with dots between.
func isDotted(s string) bool {
	parts := strings.Split(s, ".")
	if len(parts) < 2 || len(parts) > 4 {
		return false
	}
	for _, part := range parts {
		if !isNumber(part) {
			return false
		}
	}
	return true
}

// parseMAC reads an Ethernet address: six groups of one or two digits with
// colons, hyphens or dots between, three of four with dots, or twelve digits.
func parseMAC(s string) (mac [6]byte, ok bool) {
	groups, digits := []string{s}, 12
	for _, separator := range []string{":", "-", "."} {
		if strings.Contains(s, separator) {
			groups = strings.Split(s, separator)
		}
	}
	switch len(groups) {
	case 6:
		digits = 2
	case 3:
		digits = 4
	case 1:
	default:
		return mac, false
	}
	octets := mac[:0]
	for _, group := range groups {
		if digits == 2 && len(group) == 1 {
			group = "0" + group
		}
		if len(group) != digits || digits == 4 && !strings.Contains(s, ".") {
			return mac, false
		}
		for ; group != ""; group = group[2:] {
			value, err := strconv.ParseUint(group[:2], 16, 8)
			if err != nil {
				return mac, false
			}
			octets = append(octets, byte(value))
		}
	}
	return mac, true
}
