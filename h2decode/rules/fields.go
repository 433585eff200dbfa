package rules

import (
	"bytes"
	"strconv"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// pseudo is a set of pseudo-header fields.
type pseudo uint8

const (
	pseudoMethod pseudo = 1 << iota
	pseudoScheme
	pseudoAuthority
	pseudoPath
	pseudoProtocol
	pseudoStatus
	pseudoUndefined
)

const (
	requestPseudo = pseudoMethod | pseudoScheme | pseudoAuthority | pseudoPath | pseudoProtocol
	pseudoCount   = 7
)

var pseudoNames = [pseudoCount]string{":method", ":scheme", ":authority", ":path", ":protocol", ":status", ""}

// A section is what a field section says, as far as the rules ask.
type section struct {
	sure   bool // all of it was seen, with certainty
	sound  bool // as a request it was looked at, and breaks no rule
	pseudo pseudo
	values [pseudoCount][]byte // of the pseudo-header fields, the first of each
	method method
	status int // 0: none that is a number

	host      []byte
	hasHost   bool
	length    uint64
	hasLength bool
}

func (s *section) has(p pseudo) bool { return s.pseudo&p != 0 }

// value is that of the first pseudo-header field of its name.
func (s *section) value(p pseudo) []byte {
	for i := range s.values {
		if p == 1<<i {
			return s.values[i]
		}
	}
	return nil
}

// read takes the fields of the block in work, and holds each against the rules
// about fields. Trailers and push requests have no others.
func (s *section) read(j *Judge, f *h2decode.FrameDecoded, whole bool) {
	*s = section{sure: whole}
	regular := false
	tainted := &j.checks.messages.tainted[f.From]
	for i := range f.Block.Fields {
		field := &f.Block.Fields[i]
		if field.Trust() != hpack.Exact {
			s.sure = false
			continue
		}
		if (field.Representation != hpack.Indexed || *tainted) && !j.checkField(field) {
			*tainted = *tainted || field.Representation == hpack.Incremental
			if len(field.Name) == 0 {
				continue
			}
		}
		if len(field.Name) > 0 && field.Name[0] == ':' {
			s.addPseudo(j, field, regular)
			continue
		}
		regular = true
		s.addRegular(j, field)
	}
}

// addPseudo takes a pseudo-header field.
func (s *section) addPseudo(j *Judge, field *hpack.Field, regular bool) {
	at := pseudoIndex(field.Name)
	p := pseudo(1) << at
	switch {
	case p == pseudoUndefined:
		if !s.has(p) {
			j.broke("HD-09", text("name", field.Name), "the pseudo-header field %q is not defined", field.Name)
		}
	case s.has(p):
		j.broke("HD-08", text("name", field.Name), "%s stands more than once", field.Name)
	case regular:
		j.broke("HD-07", text("name", field.Name), "%s stands behind a regular field", field.Name)
	}
	if s.has(p) {
		return
	}
	s.pseudo |= p
	s.values[at] = field.Value
	switch p {
	case pseudoMethod:
		s.method = methodOf(field.Value)
	case pseudoStatus:
		s.status = statusOf(field.Value)
	}
}

func pseudoIndex(name []byte) int {
	switch string(name) {
	case ":method":
		return 0
	case ":scheme":
		return 1
	case ":authority":
		return 2
	case ":path":
		return 3
	case ":protocol":
		return 4
	case ":status":
		return 5
	}
	return 6
}

func methodOf(value []byte) method {
	switch string(value) {
	case "HEAD":
		return headMethod
	case "CONNECT":
		return connectMethod
	case "OPTIONS":
		return optionsMethod
	}
	return otherMethod
}

// statusOf is a status code of three digits, else 0 (RFC 9110, Section 15).
func statusOf(value []byte) int {
	if len(value) != 3 || value[0] < '1' {
		return 0
	}
	n := 0
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// addRegular takes a field that is no pseudo-header field. Which rules it is
// about is seen from the length of its name first.
func (s *section) addRegular(j *Judge, field *hpack.Field) {
	switch len(field.Name) {
	case 2:
		if string(field.Name) == "te" && string(field.Value) != "trailers" {
			j.broke("HD-06", text("value", field.Value), "te is %q; only \"trailers\" is allowed", field.Value)
		}
	case 4:
		if string(field.Name) == "host" && !s.hasHost {
			s.host, s.hasHost = field.Value, true
		}
	case 6:
		if string(field.Name) == "cookie" && len(field.Value) < shortCookie {
			checkSecret(j, field)
		}
	case 13:
		if string(field.Name) == "authorization" {
			checkSecret(j, field)
		}
	case 14:
		if string(field.Name) == "content-length" {
			s.addLength(j, field.Value)
		}
	case 7, 10, 16, 17:
		if connectionSpecific(field.Name) {
			j.broke("HD-05", text("name", field.Name), "the connection-specific field %q stands in HTTP/2", field.Name)
		}
	}
}

// connectionSpecific reports whether HTTP/2 forbids a field (RFC 9113, Section
// 8.2.2).
func connectionSpecific(name []byte) bool {
	switch string(name) {
	case "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade":
		return true
	}
	return false
}

// shortCookie is below how many octets a cookie is short enough to be guessed
// octet by octet: what Firefox and nghttp2 take.
const shortCookie = 20

// checkSecret tells of a secret that could be guessed from how well it is
// compressed (RFC 7541, Section 7.1.3).
func checkSecret(j *Judge, field *hpack.Field) {
	if field.Representation == hpack.Incremental || field.Representation == hpack.WithoutIndexing {
		j.broke("HD-30", text("name", field.Name), "%s stands as %s, not as never-indexed", field.Name, field.Representation)
	}
}

// addLength takes a content-length. A list of equal values is one (RFC 9110,
// Section 8.6).
func (s *section) addLength(j *Judge, value []byte) {
	for item := range bytes.SplitSeq(value, []byte{','}) {
		item = bytes.Trim(item, " \t")
		n, err := strconv.ParseUint(string(item), 10, 63)
		switch {
		case err != nil || item[0] == '+' || item[0] == '-':
			j.broke("HD-26", text("value", value), "content-length %q is not a number", value)
			s.hasLength = false
			return
		case s.hasLength && n != s.length:
			j.broke("HD-26", []h2decode.Evidence{{Name: "first", Number: int64(s.length)}, {Name: "other", Number: int64(n)}},
				"content-length is %d and %d", s.length, n)
			return
		}
		s.length, s.hasLength = n, true
	}
}

// checkField holds a name and a value against RFC 9113, Section 8.2.1, and
// reports whether they keep it.
func (j *Judge) checkField(field *hpack.Field) bool {
	nameOK, valueOK := j.checkName(field.Name), j.checkValue(field)
	return nameOK && valueOK
}

func (j *Judge) checkName(name []byte) bool {
	worst := classToken
	for i, c := range name {
		class := nameClasses[c]
		if c == ':' && i == 0 {
			class = classToken
		}
		worst = max(worst, class)
	}
	switch {
	case len(name) == 0:
		j.broke("HD-33", nil, "a field name is empty")
	case worst == classForbidden:
		j.broke("HD-02", text("name", name), "the field name %q has an octet that is not allowed in one", name)
	case worst == classUpper:
		j.broke("HD-01", text("name", name), "the field name %q has an uppercase letter", name)
	case worst == classSeparator || string(name) == ":":
		j.broke("HD-33", text("name", name), "the field name %q is not a token", name)
	default:
		return true
	}
	return false
}

// The classes of octets in a field name, the worst last.
const (
	classToken     uint8 = iota // RFC 9110, Section 5.6.2
	classSeparator              // not of a token
	classUpper
	classForbidden // RFC 9113, Section 8.2.1
)

// nameClasses has the class of each octet.
var nameClasses = func() (table [256]uint8) {
	for c := range table {
		switch {
		case c <= 0x20 || c >= 0x7f || c == ':':
			table[c] = classForbidden
		case 'A' <= c && c <= 'Z':
			table[c] = classUpper
		case bytes.IndexByte([]byte(`"(),/;<=>?@[\]{}`), byte(c)) >= 0:
			table[c] = classSeparator
		}
	}
	return table
}()

func (j *Judge) checkValue(field *hpack.Field) bool {
	v := field.Value
	switch {
	case len(v) == 0:
		return true
	case bytes.IndexByte(v, 0) >= 0 || bytes.IndexByte(v, '\r') >= 0 || bytes.IndexByte(v, '\n') >= 0:
		j.broke("HD-03", text("name", field.Name), "the value of %q has NUL, CR or LF", field.Name)
	case blank(v[0]) || blank(v[len(v)-1]):
		j.broke("HD-04", text("name", field.Name), "the value of %q starts or ends with white space", field.Name)
	default:
		return true
	}
	return false
}

func blank(c byte) bool { return c == ' ' || c == '\t' }

func text(name string, value []byte) []h2decode.Evidence {
	if len(value) == 0 {
		return nil
	}
	return []h2decode.Evidence{{Name: name, Text: string(value[:min(len(value), maxQuoted)])}}
}

// maxQuoted is how many octets of a name or value stand in a finding.
const maxQuoted = 256
