package content

import (
	"bytes"
	"strings"
)

// maxPrescan is how many octets of a document are looked through for what it
// says of its encoding: HTML Standard, Section 13.2.3.2.
const maxPrescan = 1024

// declaredCharset is the encoding that HTML names in a meta element and XML in
// its declaration, or empty.
func declaredCharset(body []byte, m MediaType) string {
	head := bytes.ToLower(body[:min(len(body), maxPrescan)])
	isXML := m.Suffix == "xml" || m.Subtype == "xml"
	switch {
	case (isXML || m.Subtype == "html") && bytes.HasPrefix(head, []byte("<?xml")):
		declaration, _, _ := bytes.Cut(head, []byte("?>"))
		return charsetBehind(declaration, "encoding")
	case m.Subtype == "html":
		return metaCharset(head)
	}
	return ""
}

// metaCharset looks for charset in the meta elements, which have it as an
// attribute or inside the type in content. Comments do not count.
func metaCharset(head []byte) string {
	for {
		i := bytes.IndexByte(head, '<')
		if i < 0 {
			return ""
		}
		head = head[i:]
		end := []byte(">")
		if bytes.HasPrefix(head, []byte("<!--")) {
			end = []byte("-->")
		}
		tag, rest, _ := bytes.Cut(head, end)
		if bytes.HasPrefix(tag, []byte("<meta")) {
			if name := charsetBehind(tag, "charset"); name != "" {
				return name
			}
		}
		head = rest
	}
}

// charsetBehind is the value of `key = "value"` or `key=value` in text.
func charsetBehind(text []byte, key string) string {
	for {
		_, rest, found := bytes.Cut(text, []byte(key))
		if !found {
			return ""
		}
		text = rest
		value, isPair := strings.CutPrefix(strings.TrimLeft(string(rest), " \t\r\n\f"), "=")
		if !isPair {
			continue
		}
		value = strings.TrimLeft(value, " \t\r\n\f\"'")
		if end := strings.IndexAny(value, " \t\r\n\f\"';/>"); end >= 0 {
			value = value[:end]
		}
		return value
	}
}
