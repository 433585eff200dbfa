package opening

import (
	"bytes"
	"encoding/base64"
	"iter"
	"net/url"
	"strconv"
	"strings"
)

const whitespace = " \t\r\n" // what folding leaves inside a value

// readHead is the next message head of a half, with the empty line that ends
// it. Lines may end with LF alone (RFC 9112, Section 2.2), and empty lines before
// it are dropped. Without a whole head it is nil.
func (s *stream) readHead() []byte {
	b := s.octets()
	if s.scanned == 0 {
		s.consume(len(b) - len(bytes.TrimLeft(b, "\r\n")))
		b = s.octets()
	}
	for {
		i := bytes.IndexByte(b[s.scanned:], '\n')
		if i < 0 {
			s.scanned = len(b)
			return nil
		}
		rest := b[s.scanned+i+1:]
		switch {
		case len(rest) > 0 && rest[0] == '\n':
			return b[:len(b)-len(rest)+1]
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return b[:len(b)-len(rest)+2]
		case len(rest) == 0 || len(rest) == 1 && rest[0] == '\r':
			s.scanned += i // the end may be here
			return nil
		}
		s.scanned += i + 1
	}
}

// isTokenChar says whether c is a tchar (RFC 9110, Section 5.6.2).
func isTokenChar(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

// isHTTP1 says whether a version is HTTP/1.x.
func isHTTP1(version []byte) bool {
	return len(version) == len("HTTP/1.1") && string(version[:7]) == "HTTP/1." &&
		'0' <= version[7] && version[7] <= '9'
}

// splitRequestLine takes a request line apart at its first and its last run of
// whitespace: a target with spaces in it is invalid, and still one target.
func splitRequestLine(line []byte) (method, target, version []byte) {
	line = bytes.TrimRight(line, whitespace)
	i := bytes.IndexAny(line, " \t")
	if i < 0 {
		return line, nil, nil
	}
	method, rest := line[:i], bytes.TrimLeft(line[i:], whitespace)
	i = bytes.LastIndexAny(rest, " \t")
	if i < 0 {
		return method, nil, rest
	}
	return method, bytes.TrimRight(rest[:i], whitespace), rest[i+1:]
}

// statusCode is the code of a status line of HTTP/1.x.
func statusCode(line []byte) (code int, ok bool) {
	version, rest, _ := bytes.Cut(line, []byte{' '})
	rest = bytes.TrimLeft(rest, " \t")
	if !isHTTP1(version) || len(rest) < 3 || len(rest) > 3 && !strings.ContainsRune(whitespace, rune(rest[3])) {
		return 0, false
	}
	code, err := strconv.Atoi(string(rest[:3]))
	return code, err == nil && code >= 100
}

// fieldLines yields the field lines of a head: name and value without whitespace
// around them, folded lines (RFC 9112, Section 5.2) as one. A line without a
// colon is passed over.
func fieldLines(head []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		_, rest, _ := bytes.Cut(head, []byte{'\n'})
		for len(rest) > 0 {
			var line []byte
			line, rest = cutFolded(rest)
			name, value, ok := bytes.Cut(line, []byte{':'})
			if ok && !yield(bytes.Trim(name, whitespace), bytes.Trim(value, whitespace)) {
				return
			}
		}
	}
}

// cutFolded cuts b behind its first line that no folded line follows.
func cutFolded(b []byte) (line, rest []byte) {
	for i, c := range b {
		if c == '\n' && (i+1 == len(b) || b[i+1] != ' ' && b[i+1] != '\t') {
			return b[:i+1], b[i+1:]
		}
	}
	return b, nil
}

// unfold makes each fold of a value one space.
func unfold(value []byte) string {
	if bytes.IndexByte(value, '\n') < 0 {
		return string(value)
	}
	lines := strings.Split(string(value), "\n")
	for i := range lines {
		lines[i] = strings.Trim(lines[i], whitespace)
	}
	return strings.Join(lines, " ")
}

// copyFields copies the field lines of a head.
func copyFields(head []byte) []Field {
	var fields []Field
	for name, value := range fieldLines(head) {
		fields = append(fields, Field{Name: string(name), Value: unfold(value)})
	}
	return fields
}

// A headInfo is what a head says about its body and about what follows.
type headInfo struct {
	length    uint64
	hasLength bool
	coded     bool // Transfer-Encoding is there
	chunked   bool // and chunked is its last coding
	upgrade   bool // Upgrade is there
	h2c       bool // and names h2c
	invalid   bool // Content-Length is no number, or two of them
}

// readFields looks for the fields that matter here.
func readFields(head []byte) headInfo {
	var info headInfo
	for name, value := range fieldLines(head) {
		switch len(name) {
		case len("Upgrade"):
			if isName(name, "upgrade") {
				info.upgrade = true
				info.h2c = info.h2c || hasToken(value, "h2c")
			}
		case len("Content-Length"):
			if isName(name, "content-length") {
				info.contentLength(value)
			}
		case len("Transfer-Encoding"):
			if isName(name, "transfer-encoding") {
				info.coded = true
				info.chunked = isName(lastMember(value), "chunked")
			}
		}
	}
	return info
}

// contentLength takes a number, also said several times (RFC 9110, Section 8.6).
func (info *headInfo) contentLength(value []byte) {
	for member := range bytes.SplitSeq(value, []byte{','}) {
		n, err := strconv.ParseUint(string(bytes.Trim(member, whitespace)), 10, 63)
		if err != nil || info.hasLength && n != info.length {
			info.invalid = true
			return
		}
		info.length, info.hasLength = n, true
	}
}

// isName compares a name with one in lower case. Case folds in ASCII only:
// "chun\u212aed" is no coding.
func isName[T string | []byte](name T, lower string) bool {
	if len(name) != len(lower) {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// hasToken says whether a list has a member, in any case.
func hasToken(list []byte, lower string) bool {
	for member := range bytes.SplitSeq(list, []byte{','}) {
		if isName(bytes.Trim(member, whitespace), lower) {
			return true
		}
	}
	return false
}

// lastMember is the last member of a list.
func lastMember(list []byte) []byte {
	return bytes.Trim(list[bytes.LastIndexByte(list, ',')+1:], whitespace)
}

// newUpgrade takes over the head of a request that asks for h2c.
func newUpgrade(head, method, target, version []byte) *Upgrade {
	u := &Upgrade{
		Method: string(method), Target: string(target), Version: string(version),
		Fields: copyFields(head),
	}
	u.Path = u.Target
	settings := 0
	for _, f := range u.Fields {
		switch {
		case isName(f.Name, "host") && u.Authority == "":
			u.Authority = f.Value
		case isName(f.Name, "http2-settings"):
			settings++
			u.Settings, u.SettingsValid = decodeSettings(f.Value)
		}
	}
	if settings > 1 { // RFC 7540, Section 3.2.1: not to be upgraded
		u.Settings, u.SettingsValid = nil, false
	}
	if t, err := url.Parse(u.Target); err == nil && t.IsAbs() && t.Host != "" {
		u.Authority, u.Path = t.Host, t.RequestURI()
	}
	return u
}

// decodeSettings decodes base64url, with or without padding (RFC 7540, Section
// 3.2.1, wants it without).
func decodeSettings(s string) (payload []byte, ok bool) {
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil || len(payload)%6 != 0 {
		return nil, false
	}
	return payload, true
}
