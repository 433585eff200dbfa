package curl

import (
	"bytes"
	"slices"
	"strings"

	"h2scope/export/exchange"
	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/content"
	"h2scope/hpack"
)

// maxArgument is how long content may be to stand on the command line, in
// octets: Linux allows 128 KiB for a word.
const maxArgument = 32 << 10

// command builds what repeats the request, or says why there is no such command.
func (w *worker) command(x *exchange.Exchange) (c *command, reason string) {
	s, m := x.Stream, &x.Stream.Request
	address, known := x.URL()
	switch {
	case s.Kind == h2decode.KindPush:
		return nil, "the server pushed it unasked"
	case s.Kind == h2decode.KindConnect || s.Kind == h2decode.KindExtendedConnect:
		return nil, "it is a tunnel"
	case !known || m.Incomplete || m.Omitted > 0:
		return nil, "the capture lacks a part of the request's fields"
	case hasInvalid(address):
		return nil, "its address has octets that no address can have"
	}
	for i := range m.Fields {
		if m.Fields[i].Trust() != hpack.Exact {
			return nil, "a field of the request is not certain"
		}
	}
	if reason := incomplete(x); reason != "" {
		return nil, reason
	}
	c = new(command)
	c.words = []string{"--http2"}
	if strings.HasPrefix(address, "http:") {
		c.words[0] = "--http2-prior-knowledge"
	}
	c.words = append(c.words, "--globoff", "--path-as-is")
	w.method(c, x)
	w.fields(c, x)
	w.content(c, x)
	if len(m.Trailers) > 0 {
		c.note("the request's trailers are left out: curl sends none")
	}
	shown, _ := w.cfg.Redact.URL(address)
	c.option("--url", shown)
	return c, ""
}

// incomplete says what of the request's content is not there.
func incomplete(x *exchange.Exchange) string {
	m, b := &x.Stream.Request, x.Bodies[h2decode.Client]
	switch {
	case !m.Complete:
		return "the request's end was not seen"
	case b.Lost() > 0:
		return "the capture lacks octets of its content"
	case b.Omitted()+b.Unheld > 0:
		return "its content is longer than --max-body"
	case b.Length() != m.DataBytes:
		return "its content was not gathered"
	}
	return ""
}

func (w *worker) method(c *command, x *exchange.Exchange) {
	m := &x.Stream.Request
	switch method := string(m.Field(":method")); {
	case method == "HEAD" && m.DataBytes == 0:
		c.words = append(c.words, "--head")
	case method == "GET" && m.DataBytes == 0, method == "POST" && m.DataBytes > 0:
	default:
		c.option("--request", method)
	}
}

// added are the fields that curl adds by itself: they are taken away where the
// request has none.
var added = []string{"user-agent", "accept"}

func (w *worker) fields(c *command, x *exchange.Exchange) {
	m := &x.Stream.Request
	var cookies []string
	for i := range m.Fields {
		name, value := string(m.Fields[i].Name), string(m.Fields[i].Value)
		switch {
		case strings.HasPrefix(name, ":"), name == "content-length", name == "host" && m.Field(":authority") != nil:
		case !isToken(name) || hasInvalid(value):
			c.note("a field is left out: its name or value has octets that no field can have")
		case name == "cookie":
			cookies = append(cookies, value)
		default:
			w.field(c, name, value)
		}
	}
	if len(cookies) > 0 { // RFC 9113, Section 8.2.3
		w.field(c, "cookie", strings.Join(cookies, "; "))
	}
	for _, name := range added {
		if m.Field(name) == nil {
			c.option("--header", name+":")
		}
	}
	if m.DataBytes > 0 && m.Field("content-type") == nil {
		c.option("--header", "content-type:")
	}
	if m.Field("accept-encoding") != nil {
		c.words = append(c.words, "--compressed")
	}
}

func (w *worker) field(c *command, name, value string) {
	value, redacted := w.cfg.Redact.Field(name, value)
	if redacted {
		c.note("%s is %s", name, redact.Mark)
	}
	if strings.TrimSpace(value) == "" {
		c.option("--header", name+";") // curl's way to send an empty one
		return
	}
	c.option("--header", name+": "+value)
}

// content adds the request's content. What is short and printable stands on the
// command line; all else comes from printf, since a word can't hold NUL.
func (w *worker) content(c *command, x *exchange.Exchange) {
	octets := x.Bodies[h2decode.Client].Octets()
	if len(octets) == 0 {
		return
	}
	if shown, changed := w.shown(x, octets); changed {
		octets = shown
		c.note("parameters of the content are %s", redact.Mark)
	}
	if s := string(octets); len(s) <= maxArgument && isPrintable(s) {
		c.option("--data-raw", s) // --data would read a file where content begins with @
		return
	}
	c.input = printf(string(octets))
	c.words = append(c.words, "--data-binary @-")
}

// shown is the request's content as it may be shown, and whether that is another:
// a form without the values of its credentials, multipart content with one not at
// all.
func (w *worker) shown(x *exchange.Exchange, octets []byte) ([]byte, bool) {
	if w.cfg.Redact == nil {
		return octets, false
	}
	c := x.Content(h2decode.Client, w.cfg.MaxBody)
	params, _ := content.ParseParams(c.Octets, c.Type)
	secret := slices.ContainsFunc(params, func(p content.Param) bool {
		_, hidden := w.cfg.Redact.Param(p.Name, p.Value)
		return hidden
	})
	if !secret {
		return octets, false
	}
	if form, ok := w.cfg.Redact.Form(string(octets)); ok && len(c.Decoded) == 0 && c.Type.Subtype == "x-www-form-urlencoded" {
		return []byte(form), true
	}
	return []byte(redact.Mark), true
}

// isToken reports whether a field's name can be sent: RFC 9110, Section 5.6.2.
func isToken(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return name != ""
}

// hasInvalid reports octets that no value can have: RFC 9113, Section 8.2.1.
func hasInvalid(value string) bool { return bytes.ContainsAny([]byte(value), "\x00\r\n") }
