package csv

import "h2scope/h2decode"

var streamColumns = []string{
	"conn", "stream", "kind", "parent", "state", "opened", "closed",
	"method", "scheme", "authority", "path", "protocol", "status", "content_type",
	"request_bytes", "response_bytes", "request_complete", "response_complete", "missing_bytes",
	"blocked_ms", "send_ms", "wait_ms", "receive_ms", "total_ms",
	"stalled_stream_window_ms", "stalled_connection_window_ms", "stalled_tcp_ms",
	"reset_from", "reset_error_code", "frames", "urgency", "incremental", "weight",
	"findings_error", "findings_warning", "findings_info",
}

// streamEvent is the row of a stream that is over.
func (r *row) streamEvent(e h2decode.Event) {
	closed, ok := e.(*h2decode.StreamClosed)
	if !ok {
		return
	}
	s := closed.Stream
	r.uint(closed.Conn)
	r.uint(uint64(s.ID))
	r.name(s.Kind.String())
	r.uintIf(s.Kind == h2decode.KindPush && s.Parent != 0, uint64(s.Parent))
	r.name(s.State.String())
	r.time(s.OpenedAt)
	r.time(s.ClosedAt)
	for _, pseudo := range [...]string{":method", ":scheme", ":authority", ":path", ":protocol"} {
		r.field(s.Request.Fields, pseudo)
	}
	r.field(s.Response.Fields, ":status")
	r.field(s.Response.Fields, "content-type")
	r.uint(s.Request.DataBytes)
	r.uint(s.Response.DataBytes)
	r.bool(s.Request.Complete && !s.Request.Lossy)
	r.bool(s.Response.Complete && !s.Response.Lossy)
	r.uint(s.Request.Missing + s.Response.Missing)
	r.timing(&s.Timing)
	if s.Reset != nil {
		r.name(s.Reset.From.String())
		r.name(s.Reset.Code.String())
	} else {
		r.next()
		r.next()
	}
	r.uint(s.Frames)
	r.priority(&s.Priority)
	for _, severity := range [...]h2decode.Severity{h2decode.SeverityError, h2decode.SeverityWarning, h2decode.SeverityInfo} {
		r.uint(s.Findings[severity])
	}
}

// timing is the phases of an exchange, as far as they were seen.
func (r *row) timing(t *h2decode.Timing) {
	p := t.Phases()
	seen := t.Asked()
	r.duration(t.Blocked > 0, t.Blocked)
	r.duration(seen && p.Seen > 0, p.Send)
	r.duration(seen && p.Seen > 1, p.Wait)
	r.duration(seen && p.Seen > 2, p.Receive)
	r.duration(seen, p.Total)
	for _, cause := range [...]h2decode.StallCause{h2decode.StalledByStream, h2decode.StalledByConnection, h2decode.StalledByTCP} {
		r.duration(t.Stalled[cause] > 0, t.Stalled[cause])
	}
}

func (r *row) priority(p *h2decode.StreamPriority) {
	r.uintIf(p.HasUrgency, uint64(p.Urgency))
	if p.HasUrgency {
		r.bool(p.Incremental)
	} else {
		r.next()
	}
	r.uintIf(p.HasTree, uint64(p.Tree.Weight))
}
