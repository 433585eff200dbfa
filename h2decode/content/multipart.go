package content

import (
	"bytes"
	"strings"
)

// MaxParts is how many parts of one multipart content are told apart.
const MaxParts = 10_000

// A Part is one part of multipart content: RFC 2046, Section 5.1.
type Part struct {
	// Header are the part's fields in their order, with names in lower case.
	Header []Parameter
	// Data are the part's octets. They lie in the content that was given.
	Data []byte
}

// Field is the value of the first field with that name, in lower case.
func (p *Part) Field(name string) string {
	value, _ := parameter(p.Header, name)
	return value
}

// ParseMultipart cuts content of any multipart type at its boundary. The parts
// before a fault are given, a last one that is cut off too; trouble says in a
// sentence what is wrong, or is empty. Line ends without a carriage return are
// understood.
func ParseMultipart(body []byte, boundary string) (parts []Part, trouble string) {
	if boundary == "" {
		return nil, "the multipart content has no boundary"
	}
	delimiter := []byte("--" + boundary)
	_, rest, last, found := cutDelimiter(body, delimiter)
	if !found {
		return nil, "the multipart content does not have its boundary in it"
	}
	for !last {
		var octets []byte
		octets, rest, last, found = cutDelimiter(rest, delimiter)
		if len(parts) == MaxParts {
			return parts, "the multipart content has more parts than are shown"
		}
		parts = append(parts, parsePart(octets))
		if !found {
			return parts, "the multipart content is not closed by its boundary"
		}
	}
	return parts, ""
}

// cutDelimiter gives what stands before the first line that begins with the
// delimiter, without the line end, which belongs to the delimiter; and what
// follows that line. The last delimiter ends with two hyphens.
func cutDelimiter(body, delimiter []byte) (before, after []byte, last, found bool) {
	for from := 0; ; {
		i := bytes.Index(body[from:], delimiter)
		if i < 0 {
			return body, nil, true, false
		}
		start := from + i
		from = start + len(delimiter)
		if start > 0 && body[start-1] != '\n' {
			continue
		}
		rest := body[from:]
		last = bytes.HasPrefix(rest, []byte("--"))
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		if !last && (!ended || len(bytes.Trim(line, " \t\r")) > 0) {
			continue // a longer boundary, which begins with this one
		}
		return trimLineEnd(body[:start]), after, last, true
	}
}

// trimLineEnd takes one line end off.
func trimLineEnd(b []byte) []byte {
	b, cut := bytes.CutSuffix(b, []byte("\n"))
	if cut {
		b = bytes.TrimSuffix(b, []byte("\r"))
	}
	return b
}

// parsePart cuts a part at its first empty line. Without one there are only
// fields.
func parsePart(octets []byte) Part {
	var p Part
	for len(octets) > 0 {
		line, rest, _ := bytes.Cut(octets, []byte("\n"))
		octets = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			break
		}
		name, value, ok := strings.Cut(string(line), ":")
		switch n := len(p.Header); {
		case line[0] == ' ' || line[0] == '\t': // a folded line
			if n > 0 && len(p.Header[n-1].Value) < maxFolded {
				p.Header[n-1].Value += " " + strings.Trim(string(line), " \t")
			}
		case ok && n < maxPartFields:
			p.Header = append(p.Header, Parameter{strings.ToLower(strings.Trim(name, " \t")), strings.Trim(value, " \t")})
		}
	}
	p.Data = octets
	return p
}

// maxPartFields is how many fields of one part are kept, maxFolded from what
// length on, in octets, no more lines are added to a field.
const (
	maxPartFields = 100
	maxFolded     = 8 << 10
)

// param is the part as a form has it: RFC 7578, Section 4.2. A file name may be
// escaped by percent signs, as browsers do for quotes and line ends, or stand
// in filename* (RFC 8187).
func (p *Part) param() Param {
	disposition := p.Field("content-disposition")
	_, rest, _ := strings.Cut(disposition, ";")
	list := parseParameters(rest)
	name, _ := parameter(list, "name")
	fileName, isFile := parameter(list, "filename")
	if extended, ok := parameter(list, "filename*"); ok {
		if name, ok := extendedValue(extended); ok {
			fileName, isFile = name, true
		}
	}
	param := Param{
		Name: formEscapes.Replace(name), FileName: formEscapes.Replace(fileName),
		ContentType: p.Field("content-type"), IsFile: isFile,
	}
	if isFile {
		param.Data = p.Data
	} else {
		param.Value = string(p.Data)
	}
	return param
}

// extendedValue reads charset'language'text: RFC 8187, Section 3.2.1.
func extendedValue(s string) (string, bool) {
	charset, rest, _ := strings.Cut(s, "'")
	_, escaped, ok := strings.Cut(rest, "'")
	e := encodingOfLabel(strings.ToLower(charset))
	if !ok || e == nil {
		return "", false
	}
	text, _ := e.decode([]byte(PercentDecode(escaped)))
	return string(text), true
}

// formEscapes are the three that the HTML Standard, Section 4.10.22.8 has for
// names in multipart/form-data.
var formEscapes = strings.NewReplacer("%0A", "\n", "%0D", "\r", "%22", `"`)
