package har

import (
	"encoding/base64"
	"strings"

	"h2scope/export/exchange"
	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/content"
	"h2scope/hpack"
)

// version is what HAR calls HTTP/2: Chrome writes and looks for the minor version
// too, which RFC 9113 does not have.
const version = "HTTP/2.0"

// request fills in the entry's request.
func (w *Worker) request(e *entry, x *exchange.Exchange, n *notes) {
	m := &x.Stream.Request
	r := &e.Request
	r.HTTPVersion, r.HeadersSize = version, -1
	if x.Stream.Kind == h2decode.KindUpgrade {
		r.HTTPVersion = "HTTP/1.1"
	}
	method := string(m.Field(":method"))
	if method == "" {
		method = "UNKNOWN"
		n.add("the capture lacks the request's method")
	}
	r.Method, _ = utf8Of(method)
	address, known := x.URL()
	if !known {
		n.add("the capture lacks a part of the request's address: what is known of the connection stands for it")
	}
	r.URL = shownURL(address, w.cfg.Redact)
	r.Headers = w.headers(m.Fields, n)
	r.Cookies = requestCookies(m.Fields, w.cfg.Redact)
	query, complete := content.ParseQuery(string(m.Field(":path")))
	if !complete {
		n.add("the query has more parameters than are told apart")
	}
	r.QueryString = params(query, w.cfg.Redact)
	if m.Incomplete {
		n.add("the request's field section has a hole, or could not be decoded to its end")
	}
	if m.Omitted > 0 {
		n.addf("%d fields of the request were kept out by a limit", m.Omitted)
	}
	if !x.Tunnel() && m.DataBytes > 0 {
		r.BodySize = int64(m.DataBytes)
		r.PostData = w.postData(x)
	}
}

func (w *Worker) headers(fields []hpack.Field, n *notes) []header {
	list, unknown := headers(fields, w.cfg.Redact)
	n.unknown += unknown
	return list
}

// postData is the request's content.
func (w *Worker) postData(x *exchange.Exchange) *postData {
	c := x.Content(h2decode.Client, w.cfg.MaxBody)
	p := &postData{Comment: strings.Join(c.Notes, "; ")}
	p.MimeType, _ = utf8Of(string(x.Stream.Request.Field("content-type")))
	p.Text, p.Encoding = textOf(&c)
	fields, trouble := content.ParseParams(c.Octets, c.Type)
	if trouble != "" && c.Complete {
		p.Comment = strings.Join(append(c.Notes, trouble), "; ")
	}
	p.Params = params(fields, w.cfg.Redact)
	for i := range p.Params {
		p.Redacted = p.Redacted || p.Params[i].Redacted
	}
	if !p.Redacted {
		return p
	}
	p.Text, p.Encoding = redact.Mark, ""
	if c.Type.Subtype == "x-www-form-urlencoded" {
		shown, _ := w.cfg.Redact.Form(string(c.Octets))
		p.Text, _ = utf8Of(shown)
	}
	return p
}

// textOf is content as JSON can hold it: text by its charset, and all else in
// base64. So is text whose charset would be a guess, or that is not in the one it
// names: its octets would be lost.
func textOf(c *exchange.Content) (s, encoding string) {
	if len(c.Octets) == 0 {
		return "", ""
	}
	unnamed := c.Type.Type == "" || c.Type.String() == "application/octet-stream" || c.Type.Type == "multipart"
	if c.Type.IsText() || unnamed && content.LooksLikeText(c.Octets) {
		t := content.DecodeText(c.Octets, c.Type)
		if t.Replaced == 0 && t.Trouble == "" && (t.From != "guess" || t.Charset == "utf-8") {
			return string(t.UTF8), ""
		}
	}
	return base64.StdEncoding.EncodeToString(c.Octets), "base64"
}

// response fills in the entry's response. One that did not come has HAR's words
// for that: status 0, and sizes of -1.
func (w *Worker) response(e *entry, x *exchange.Exchange, n *notes) {
	m := &x.Stream.Response
	r := &e.Response
	r.HTTPVersion, r.HeadersSize, r.Status = version, -1, x.Status()
	r.Headers = w.headers(m.Fields, n)
	r.Cookies = responseCookies(m.Fields, w.cfg.Redact)
	r.TransferSize = x.Wire[h2decode.Server]
	r.Error = failure(x)
	if location := m.Field("location"); r.Status/100 == 3 && location != nil {
		shown, _ := w.cfg.Redact.URL(string(location))
		r.RedirectURL, _ = utf8Of(shown)
	}
	if m.Incomplete {
		n.add("a field section of the response has a hole, or could not be decoded to its end")
	}
	if m.Omitted > 0 {
		n.addf("%d fields of the response were kept out by a limit", m.Omitted)
	}
	r.Content.MimeType = mimeType(m)
	switch {
	case x.Tunnel():
	case len(m.Fields) == 0 && m.DataBytes == 0:
		r.BodySize = -1
	default:
		r.BodySize = int64(m.DataBytes)
		w.content(&r.Content, x)
	}
}

const eventStream = "text/event-stream"

// mimeType is the Content-Type of a response. That of an event stream stands
// without parameters, which mean nothing there (HTML Standard, Section 9.2.6: it
// is always UTF-8): Chrome would not know it with them.
func mimeType(m *h2decode.Message) string {
	t := m.Field("content-type")
	if len(t) == 0 {
		return "x-unknown"
	}
	if parsed, _ := content.ParseMediaType(string(t)); parsed.String() == eventStream {
		return eventStream
	}
	shown, _ := utf8Of(string(t))
	return shown
}

func (w *Worker) content(b *body, x *exchange.Exchange) {
	c := x.Content(h2decode.Server, w.cfg.MaxBody)
	b.Size = c.Size
	if len(c.Decoded) > 0 && c.Complete {
		saved := int64(c.Size) - int64(c.Wire)
		b.Compression = &saved
	}
	b.Text, b.Encoding = textOf(&c)
	b.Comment = strings.Join(c.Notes, "; ")
}

// failure says why the exchange did not come to its end, "" where it did.
func failure(x *exchange.Exchange) string {
	s := x.Stream
	switch {
	case s.Response.Complete && x.Status() != 0:
		return ""
	case s.Reset != nil:
		return "reset by the " + s.Reset.From.String() + ": " + s.Reset.Code.String()
	case s.Response.Complete:
		return "the capture lacks the status of the response"
	case s.Evicted:
		return "not followed to its end: too many streams were open"
	case s.Closed:
		return "reset"
	case x.Status() == 0:
		return "no response before the connection or the capture ended"
	default:
		return "the connection or the capture ended before the response did"
	}
}
