package redact

import (
	"bytes"
	"unicode/utf8"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// A Renderer makes records of events, as export.Records does.
type Renderer interface {
	Event(dst []byte, e h2decode.Event) []byte
}

// Records is r without the values of fields that p takes out: r is told events
// whose fields have been replaced, and the members that show them are followed by
// "redacted":true. A nil Policy gives r itself.
func (p *Policy) Records(r Renderer) Renderer {
	if p == nil {
		return r
	}
	return &records{policy: p, next: r}
}

type records struct {
	policy *Policy
	next   Renderer
	fields []hpack.Field // of the event in work
}

// Event passes the event on without what is taken out of it.
func (r *records) Event(dst []byte, e h2decode.Event) []byte {
	r.fields = r.fields[:0]
	begin, changed := len(dst), false
	switch was := e.(type) {
	case *h2decode.FrameDecoded:
		if was.Block == nil {
			break
		}
		frame, block := *was, *was.Block
		block.Fields, changed = r.replace(block.Fields)
		frame.Block = &block
		e = &frame
	case *h2decode.StreamClosed:
		closed, s := *was, *was.Stream
		request, inRequest := r.message(s.Request)
		response, inResponse := r.message(s.Response)
		s.Request, s.Response = request, response
		closed.Stream, changed = &s, inRequest || inResponse
		e = &closed
	}
	dst = r.next.Event(dst, e)
	if !changed {
		return dst
	}
	return append(dst[:begin], flag(dst[begin:])...)
}

// Unmatched passes on an event that a filter keeps from the records.
func (r *records) Unmatched(e h2decode.Event) {
	if next, is := r.next.(interface{ Unmatched(h2decode.Event) }); is {
		next.Unmatched(e)
	}
}

// message is m without what is taken out of its field sections.
func (r *records) message(m h2decode.Message) (h2decode.Message, bool) {
	var any, changed bool
	m.Fields, any = r.replace(m.Fields)
	m.Trailers, changed = r.replace(m.Trailers)
	any = any || changed
	interim := make([][]hpack.Field, len(m.Interim))
	for i := range m.Interim {
		interim[i], changed = r.replace(m.Interim[i])
		any = any || changed
	}
	m.Interim = interim
	return m, any
}

// replace is fields without what is taken out; fields themselves where that is
// nothing.
func (r *records) replace(fields []hpack.Field) ([]hpack.Field, bool) {
	changed := false
	for i := range fields {
		shown, redacted := r.policy.Field(string(fields[i].Name), string(fields[i].Value))
		if !redacted || fields[i].ValueTrust == hpack.Unknown {
			continue
		}
		if !utf8.ValidString(shown) { // in base64 the mark could not be seen
			shown = Mark
		}
		if !changed {
			begin := len(r.fields)
			r.fields = append(r.fields, fields...)
			fields, changed = r.fields[begin:len(r.fields):len(r.fields)], true
		}
		fields[i].Value = []byte(shown)
	}
	return fields, changed
}

// flag adds "redacted":true behind each member of rendered records that shows a
// mark: those of fields, and the path of a stream.
func flag(rendered []byte) []byte {
	var out []byte
	for {
		at := bytes.Index(rendered, []byte(Mark))
		if at < 0 {
			return append(out, rendered...)
		}
		end := at + len(Mark)
		for end < len(rendered) && rendered[end] != '"' {
			if rendered[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end+1, len(rendered))
		out = append(out, rendered[:end]...)
		out = append(out, `,"redacted":true`...)
		rendered = rendered[end:]
	}
}
