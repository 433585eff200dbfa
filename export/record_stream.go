package export

import (
	"h2scope/h2decode"
	"h2scope/hpack"
)

// stream tells what happened on a stream.
func (w *writer) stream(e *h2decode.StreamClosed) {
	s := e.Stream
	w.begin("stream")
	w.uint("conn", e.Conn)
	w.uint("stream", uint64(s.ID))
	w.name("kind", s.Kind.String())
	if s.Kind == h2decode.KindPush && s.Parent != 0 {
		w.uint("parent", uint64(s.Parent))
	}
	w.name("state", s.State.String())
	w.timeUnlessZero("opened", s.OpenedAt)
	w.timeUnlessZero("closed", s.ClosedAt)
	for _, pseudo := range requestPseudoFields {
		w.exact(pseudo[1:], s.Request.Fields, pseudo)
	}
	w.status(s.Response.Fields)
	w.message("request", &s.Request)
	w.message("response", &s.Response)
	w.timing(&s.Timing)
	w.streamPriority(&s.Priority)
	if s.Reset != nil {
		w.object("reset")
		w.name("from", s.Reset.From.String())
		w.name("error_code", s.Reset.Code.String())
		w.endObject()
	}
	if s.Findings != (h2decode.Severities{}) {
		w.severities("findings", &s.Findings)
	}
	w.end()
}

// requestPseudoFields are the pseudo-header fields of a request (RFC 9113,
// Section 8.3.1 and RFC 8441, Section 4); the keys are their names.
var requestPseudoFields = [...]string{":method", ":scheme", ":authority", ":path", ":protocol"}

// status writes the response's status as a number where it is one (RFC 9110,
// Section 15: three digits), else as it stood.
func (w *writer) status(fields []hpack.Field) {
	for i := range fields {
		if f := &fields[i]; string(f.Name) == ":status" && f.Trust() == hpack.Exact {
			if n, ok := statusCode(f.Value); ok {
				w.uint("status", uint64(n))
			} else {
				w.text("status", f.Value)
			}
			return
		}
	}
}

func statusCode(value []byte) (code int, ok bool) {
	if len(value) != 3 || value[0] == '0' {
		return 0, false
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		code = 10*code + int(c-'0')
	}
	return code, true
}

func (w *writer) message(key string, m *h2decode.Message) {
	w.object(key)
	if len(m.Fields) > 0 {
		w.fields("fields", m.Fields)
	}
	if len(m.Interim) > 0 {
		w.array("interim")
		for _, fields := range m.Interim {
			w.object("")
			w.fields("fields", fields)
			w.endObject()
		}
		w.endArray()
	}
	if len(m.Trailers) > 0 {
		w.fields("trailers", m.Trailers)
	}
	w.uint("data_bytes", m.DataBytes)
	w.exact("content_type", m.Fields, "content-type")
	w.bool("complete", m.Complete)
	w.endObject()
}

// streamPriority writes what is known of the priorities of RFC 7540 and of
// RFC 9218.
func (w *writer) streamPriority(p *h2decode.StreamPriority) {
	if !p.HasTree && !p.HasUrgency {
		return
	}
	w.object("priority")
	if p.HasTree {
		w.tree(&p.Tree)
	}
	if p.HasUrgency {
		w.uint("urgency", uint64(p.Urgency))
		w.bool("incremental", p.Incremental)
	}
	w.endObject()
}
