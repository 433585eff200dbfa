package export

import (
	"h2scope/export/exchange"
	"h2scope/h2decode"
	"h2scope/hpack"
)

// stream tells what happened on a stream, and what was measured of it.
func (w *writer) stream(e *h2decode.StreamClosed, measure *exchange.Measure) {
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
	w.message(h2decode.Client, &s.Request, measure)
	w.message(h2decode.Server, &s.Response, measure)
	w.timing(&s.Timing)
	w.streamPriority(&s.Priority)
	if s.Reset != nil {
		w.object("reset")
		w.name("from", s.Reset.From.String())
		w.name("error_code", s.Reset.Code.String())
		w.endObject()
	}
	if measure.Call != nil {
		w.grpc(measure)
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

// messageKeys are the keys of what each side sent.
var messageKeys = [...]string{h2decode.Client: "request", h2decode.Server: "response"}

func (w *writer) message(from h2decode.Side, m *h2decode.Message, measure *exchange.Measure) {
	w.object(messageKeys[from])
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
	if measure.Decoded[from] {
		w.uint("body_bytes", measure.BodyBytes[from])
	}
	w.exact("content_type", m.Fields, "content-type")
	w.bool("complete", m.Complete && !m.Lossy)
	w.endObject()
}

// grpc writes what is known of a call.
func (w *writer) grpc(measure *exchange.Measure) {
	call := measure.Call
	w.object("grpc")
	if call.Method != "" {
		w.text("service", []byte(call.Service))
		w.text("method", []byte(call.Method))
	}
	if call.HasStatus {
		w.uint("status", uint64(call.Status.Code))
	}
	if call.Status.Message != "" {
		w.text("message", []byte(call.Status.Message))
	}
	for from, key := range [...]string{h2decode.Client: "requests", h2decode.Server: "responses"} {
		if measure.Counted[from] {
			w.uint(key, uint64(measure.Messages[from]))
		}
	}
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
