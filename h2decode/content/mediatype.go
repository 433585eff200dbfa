package content

import "strings"

// A MediaType is the value of Content-Type: RFC 9110, Section 8.3.1.
type MediaType struct {
	// Type, Subtype and Suffix are in lower case: "application", "ld+json" and
	// "json". Suffix is the structured syntax suffix of RFC 6839, or empty.
	Type, Subtype, Suffix string

	// Parameters are in the field's order, with their names in lower case.
	Parameters []Parameter
}

// A Parameter is a name with a value, unquoted.
type Parameter struct{ Name, Value string }

// ParseMediaType reads a value of Content-Type. What follows a fault among the
// parameters is left out. It reports false where there is no type at all.
func ParseMediaType(value string) (MediaType, bool) {
	essence, rest, _ := strings.Cut(value, ";")
	kind, subtype, ok := strings.Cut(strings.ToLower(strings.Trim(essence, " \t\r\n")), "/")
	if !ok || !isToken(kind) || !isToken(subtype) {
		return MediaType{}, false
	}
	m := MediaType{Type: kind, Subtype: subtype, Parameters: parseParameters(rest)}
	if i := strings.LastIndexByte(subtype, '+'); i >= 0 {
		m.Suffix = subtype[i+1:]
	}
	return m, true
}

// String is the type without its parameters: "text/html", or "" for the zero
// MediaType.
func (m MediaType) String() string {
	if m.Type == "" {
		return ""
	}
	return m.Type + "/" + m.Subtype
}

// Parameter is the value of the first parameter with that name, in lower case.
func (m MediaType) Parameter(name string) (string, bool) { return parameter(m.Parameters, name) }

func parameter(list []Parameter, name string) (string, bool) {
	for _, p := range list {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// IsJSON reports whether the type is JSON, alone, with a suffix, or as lines and
// sequences.
func (m MediaType) IsJSON() bool {
	switch m.Subtype {
	case "json", "x-json", "x-ndjson", "ndjson", "jsonl", "x-jsonlines", "json-seq", "manifest+json":
		return m.Type == "application" || m.Type == "text"
	}
	return m.Suffix == "json" || m.Suffix == "json-seq"
}

// IsText reports whether content of the type is text, whatever its octets.
// Without a type, or with application/octet-stream, ask [LooksLikeText].
func (m MediaType) IsText() bool {
	switch {
	case m.Type == "text" || m.IsJSON() || m.Suffix == "xml" || m.Suffix == "yaml":
		return true
	case m.Type == "application":
		return textApplications[m.Subtype]
	}
	return false
}

// textApplications are the subtypes of application that are text.
var textApplications = map[string]bool{
	"ecmascript": true, "graphql": true, "javascript": true, "json5": true,
	"rtf": true, "sql": true, "toml": true, "x-ecmascript": true,
	"x-javascript": true, "x-mpegurl": true, "vnd.apple.mpegurl": true, "x-pem-file": true,
	"x-sh": true, "x-www-form-urlencoded": true, "x-yaml": true, "xml": true, "xml-dtd": true,
	"yaml": true,
}

// MaxSniff is how many octets at the beginning tell whether content of no known
// type is text: the resource header of the MIME Sniffing Standard, Section 5.2.
const MaxSniff = 1445

// LooksLikeText reports whether content is text by its octets: there are none
// that the MIME Sniffing Standard (Section 3) calls binary, or there is a byte
// order mark. No octets are no text.
func LooksLikeText(body []byte) bool {
	if encoding, _ := byteOrderMark(body); encoding != nil {
		return true
	}
	body = body[:min(len(body), MaxSniff)]
	for _, c := range body {
		if c < ' ' && c != '\t' && c != '\n' && c != '\f' && c != '\r' && c != 0x1b {
			return false
		}
	}
	return len(body) > 0
}

// parseParameters reads `; name=value; name="a \"quoted\" value"`, up to the
// first fault.
func parseParameters(s string) []Parameter {
	var list []Parameter
	for {
		s = strings.TrimLeft(s, "; \t\r\n")
		name, rest, ok := strings.Cut(s, "=")
		name = strings.ToLower(strings.TrimRight(name, " \t"))
		if !ok || !isToken(name) {
			return list
		}
		rest = strings.TrimLeft(rest, " \t")
		var value string
		if strings.HasPrefix(rest, `"`) {
			value, rest = unquote(rest[1:])
			_, s, _ = strings.Cut(rest, ";")
		} else {
			value, s, _ = strings.Cut(rest, ";")
			value = strings.TrimRight(value, " \t\r\n")
		}
		list = append(list, Parameter{name, value})
	}
}

// unquote reads a quoted-string behind its first quote. Only a quote and a
// backslash are taken for escaped: file names of Windows come with bare
// backslashes.
func unquote(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// isToken is token of RFC 9110, Section 5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
