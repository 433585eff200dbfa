package har

import (
	"fmt"
	"strconv"
	"strings"

	"h2scope/export/exchange"
	"h2scope/h2decode"
	"h2scope/h2decode/content"
	"h2scope/hpack"
)

// notes become an entry's comment.
type notes struct {
	sentences []string
	unknown   int // fields whose name or value the capture does not tell
}

func (n *notes) add(notes ...string)             { n.sentences = append(n.sentences, notes...) }
func (n *notes) addf(format string, args ...any) { n.add(fmt.Sprintf(format, args...)) }

func (n *notes) String() string {
	if n.unknown > 0 {
		n.addf("of %d fields the capture does not tell the name or the value", n.unknown)
	}
	return strings.Join(n.sentences, "; ")
}

// entry is the archive's entry of an exchange.
func (w *Worker) entry(x *exchange.Exchange) *entry {
	e := &entry{
		Pageref:         pageID(x.Conn.ID()),
		ServerIPAddress: x.Conn.Server.Addr().Unmap().WithZone("").String(),
		Connection:      strconv.Itoa(int(x.Conn.Client.Port())),
		ConnectionID:    x.Conn.ID(),
		Priority:        priorityName(&x.Stream.Priority),
		ResourceType:    resourceType(x),
	}
	var n notes
	var started int64
	e.Timings, started, e.Time = timingsOf(x)
	e.Started = date(started)
	w.request(e, x, &n)
	w.response(e, x, &n)
	if x.Stream.Kind == h2decode.KindPush {
		e.Initiator = &initiator{Type: "push", URL: shownURLUnlessEmpty(x.ParentURL, w.cfg.Redact), Stream: x.Stream.Parent}
	}
	if x.Tunnel() {
		e.Tunnel = &tunneled{Sent: x.Stream.Request.DataBytes, Received: x.Stream.Response.DataBytes}
	}
	w.webSocket(e, x, &n)
	w.grpc(e, x)
	w.http2(&e.H2, x, &n)
	e.Comment = n.String()
	return e
}

func resourceType(x *exchange.Exchange) string {
	request, response := &x.Stream.Request, &x.Stream.Response
	field := func(m *h2decode.Message, name string) string { return string(m.Field(name)) }
	return content.Resource{
		Method: field(request, ":method"), Path: field(request, ":path"), Protocol: field(request, ":protocol"),
		Status: field(response, ":status"),
		Dest:   field(request, "sec-fetch-dest"), Mode: field(request, "sec-fetch-mode"), Accept: field(request, "accept"),
		RequestedWith: field(request, "x-requested-with"), AskedMethod: field(request, "access-control-request-method"),
		ContentType: field(response, "content-type"),
	}.Type()
}

// http2 tells what HAR has no words for.
func (w *Worker) http2(h *h2, x *exchange.Exchange, n *notes) {
	s := x.Stream
	h.Stream, h.Kind, h.State, h.Frames = s.ID, s.Kind.String(), s.State.String(), s.Frames
	h.HPACK = sides{x.Blocks[h2decode.Client], x.Blocks[h2decode.Server]}
	h.Wire = sides{x.Wire[h2decode.Client], x.Wire[h2decode.Server]}
	if s.Reset != nil {
		h.Reset = &resetFrame{s.Reset.From.String(), s.Reset.Code.String()}
	}
	if t := &s.Timing.Stalled; t[h2decode.StalledByStream]+t[h2decode.StalledByConnection]+t[h2decode.StalledByTCP] > 0 {
		h.Stalls = &stalls{
			milliseconds(t[h2decode.StalledByStream]), milliseconds(t[h2decode.StalledByConnection]), milliseconds(t[h2decode.StalledByTCP]),
		}
	}
	if client, server := holes(x, h2decode.Client), holes(x, h2decode.Server); client != nil || server != nil {
		h.Gaps = &gaps{client, server}
	}
	for _, fields := range s.Response.Interim {
		h.Interim = append(h.Interim, interim{statusOf(fields), w.headers(fields, n)})
	}
	if len(s.Request.Trailers)+len(s.Response.Trailers) > 0 {
		h.Trailers = &trailers{w.headers(s.Request.Trailers, n), w.headers(s.Response.Trailers, n)}
	}
	if f := s.Findings; f != (h2decode.Severities{}) {
		h.Findings = &severities{f[h2decode.SeverityError], f[h2decode.SeverityWarning], f[h2decode.SeverityInfo]}
	}
	h.Priority = h2PriorityOf(&s.Priority)
}

func h2PriorityOf(p *h2decode.StreamPriority) *h2Priority {
	if !p.HasTree && !p.HasUrgency {
		return nil
	}
	var h h2Priority
	if p.HasTree {
		dependsOn := p.Tree.DependsOn
		h.DependsOn, h.Weight, h.Exclusive = &dependsOn, p.Tree.Weight, p.Tree.Exclusive
	}
	if p.HasUrgency {
		urgency := p.Urgency
		h.Urgency, h.Incremental = &urgency, p.Incremental
	}
	return &h
}

func holes(x *exchange.Exchange, side h2decode.Side) (list []gap) {
	for _, h := range x.Bodies[side].Holes() {
		list = append(list, gap{h.Offset, h.Length})
	}
	return list
}

// statusOf is the status of an interim response, 0 where it is not known.
func statusOf(fields []hpack.Field) int {
	for _, v := range exchange.Values(fields, ":status") {
		if code, err := strconv.Atoi(v); err == nil {
			return code
		}
	}
	return 0
}
