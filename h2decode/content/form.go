package content

import "strings"

// MaxParams is how many parameters of a query or a form are told apart.
const MaxParams = 10_000

// A Param is a name with a value: of a query, of a form, or a part of
// multipart/form-data. Names and values are octets as they were sent, without
// their coding; UTF-8 as a rule, but nothing says so.
type Param struct {
	Name, Value string

	// FileName and ContentType are those of a part. IsFile says that the part named
	// a file, be the name empty: its octets are in Data then, and not in Value.
	// Data lies in the content that was given.
	FileName, ContentType string
	IsFile                bool
	Data                  []byte
}

// ParseQuery reads the query of a path (what stands behind the first question
// mark, without the fragment), or nothing where there is none. More than
// MaxParams parameters are cut, which complete reports.
func ParseQuery(path string) (params []Param, complete bool) {
	path, _, _ = strings.Cut(path, "#")
	if _, query, ok := strings.Cut(path, "?"); ok {
		return ParseForm([]byte(query))
	}
	return nil, true
}

// ParseForm reads application/x-www-form-urlencoded, as the URL Standard,
// Section 5.1 does: nothing is an error, and a percent sign that begins no escape
// stands for itself. More than MaxParams parameters are cut, which complete
// reports.
func ParseForm(body []byte) (params []Param, complete bool) {
	for pair := range strings.SplitSeq(string(body), "&") {
		if pair == "" {
			continue
		}
		if len(params) == MaxParams {
			return params, false
		}
		name, value, _ := strings.Cut(pair, "=")
		params = append(params, Param{Name: unescapeForm(name), Value: unescapeForm(value)})
	}
	return params, true
}

func unescapeForm(s string) string {
	return PercentDecode(strings.ReplaceAll(s, "+", " "))
}

// PercentDecode undoes the escapes of RFC 3986, Section 2.1. A percent sign that
// begins none stays as it is.
func PercentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			high, ok1 := unhex(s[i+1])
			low, ok2 := unhex(s[i+2])
			if ok1 && ok2 {
				out = append(out, high<<4|low)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// ParseParams reads the parameters that a request's content of that type holds:
// of a form, or of multipart/form-data. Other types have none. Trouble says in a
// sentence what is missing or wrong.
func ParseParams(body []byte, m MediaType) (params []Param, trouble string) {
	switch m.String() {
	case "application/x-www-form-urlencoded":
		params, complete := ParseForm(body)
		if !complete {
			trouble = "the form has more parameters than are shown"
		}
		return params, trouble
	case "multipart/form-data":
		boundary, _ := m.Parameter("boundary")
		parts, trouble := ParseMultipart(body, boundary)
		for i := range parts {
			params = append(params, parts[i].param())
		}
		return params, trouble
	}
	return nil, ""
}
