package label

import (
	"strings"

	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
)

// A Label is what an exchange is called. All of it is safe to print (package
// printable); a value that is not certain ends with a question mark, and one that
// is not known is empty.
type Label struct {
	Method, Authority, Path, Status string
}

// Of is what an exchange of c is called. What the policy takes out is not in it; a
// nil policy takes out nothing.
func Of(c *timeline.Conn, x *timeline.Exchange, policy *redact.Policy) (l Label) {
	for _, f := range c.Fields(x, h2decode.Client).Fields {
		switch string(f.Name) {
		case ":method":
			l.Method = text(&f, policy)
		case ":authority":
			l.Authority = text(&f, policy)
		case ":path":
			l.Path = text(&f, policy)
		}
	}
	for _, f := range c.Fields(x, h2decode.Server).Fields {
		if string(f.Name) == ":status" {
			l.Status = text(&f, policy)
		}
	}
	return l
}

func text(f *hpack.Field, policy *redact.Policy) string {
	if f.Trust() == hpack.Unknown {
		return ""
	}
	shown, _ := policy.Field(string(f.Name), string(f.Value))
	shown = printable.String(shown)
	if f.Trust() != hpack.Exact {
		shown += "?"
	}
	return shown
}

// String is the label in one line: "GET /a?b=c 200". A request without a path,
// which is CONNECT, has its authority in its place.
func (l Label) String() string {
	target := l.Path
	if target == "" {
		target = l.Authority
	}
	words := make([]string, 0, 3)
	for _, word := range []string{l.Method, target, l.Status} {
		if word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}
