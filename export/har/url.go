package har

import (
	"strings"

	"h2scope/export/redact"
)

// uri is an address as RFC 3986 has it: what can't stand in one is
// percent-encoded, a percent sign that begins no escape too.
func uri(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	var b strings.Builder
	b.WriteString(scheme)
	b.WriteString("://")
	escape(&b, rest[:end], true)
	escape(&b, rest[end:], false)
	return b.String()
}

// escape writes what may stand in a URI as it is. Brackets may in an authority
// only.
func escape(b *strings.Builder, s string, authority bool) {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]),
			c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z',
			strings.IndexByte("-._~:/?#@!$&'()*+,;=", c) >= 0,
			authority && (c == '[' || c == ']'):
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// shownURL is an address as it may be shown. The mark is percent-encoded in it,
// as brackets can't stand in a URI.
func shownURL(address string, policy *redact.Policy) string {
	shown, _ := policy.URL(address)
	scheme, rest, _ := strings.Cut(shown, "://")
	if after, ok := strings.CutPrefix(rest, redact.Mark+"@"); ok { // an authority's brackets are those of IPv6
		shown = scheme + "://redacted@" + after
	}
	return uri(shown)
}

func shownURLUnlessEmpty(address string, policy *redact.Policy) string {
	if address == "" {
		return ""
	}
	return shownURL(address, policy)
}
