package timeline

import (
	"cmp"
	"slices"

	"h2scope/h2decode"
)

// exchange makes an Exchange of what is kept.
func (r *record) exchange(x *exchange) Exchange {
	s := h2decode.Stream{
		ID: x.id, Kind: x.kind, Parent: x.parent, State: x.state,
		Closed: x.state == h2decode.Closed, Evicted: x.is(evicted),
		OpenedAt: x.request, ClosedAt: x.closed, OpenedPacket: x.packet,
		Timing: h2decode.Timing{
			Request: x.request, RequestUnseen: x.is(requestUnseen), RequestEnd: x.requestEnd,
			Response: x.response, FinalResponse: x.finalResponse, ResponseEnd: x.responseEnd, End: x.end,
		},
		Priority: x.priority(),
		Frames:   uint64(x.frames),
	}
	if x.delays != 0 {
		d := r.delays.at(int(x.delays) - 1)
		s.Timing.Blocked, s.Timing.Stalled = d.blocked, d.stalled
	}
	r.message(&s.Request, &x.messages[h2decode.Client])
	r.message(&s.Response, &x.messages[h2decode.Server])
	s.Request.Complete, s.Response.Complete = x.is(requestComplete), x.is(responseComplete)
	s.Request.Incomplete, s.Response.Incomplete = x.is(requestIncomplete), x.is(responseIncomplete)
	if x.reset != 0 {
		reset := *r.resets.at(int(x.reset) - 1)
		s.Reset = &reset
	}
	if x.findings != 0 {
		s.Findings = *r.severities.at(int(x.findings) - 1)
	}
	return x.frame(s)
}

// frame puts the stream between the frames that it has.
func (x *exchange) frame(s h2decode.Stream) Exchange {
	return Exchange{
		Stream: s, Opened: uint64(x.opened), First: uint64(x.first), Last: uint64(x.last),
		sections:  [2]messageRefs{x.messages[0].messageRefs, x.messages[1].messageRefs},
		lastStall: x.lastStall,
	}
}

func (x *exchange) priority() (p h2decode.StreamPriority) {
	if x.is(hasTree) {
		p.HasTree = true
		p.Tree = h2decode.PriorityFrame{
			Exclusive: x.dependsOn&reserved != 0, DependsOn: x.dependsOn &^ reserved, Weight: int(x.weight),
		}
	}
	if x.is(hasUrgency) {
		p.HasUrgency, p.Urgency, p.Incremental = true, x.urgency, x.is(incremental)
	}
	return p
}

func (r *record) message(m *h2decode.Message, stored *message) {
	m.DataBytes = stored.octets
	if stored.holes != 0 {
		h := r.holes.at(int(stored.holes) - 1)
		m.Missing, m.Omitted = h.missing, h.omitted
	}
}

// liveExchange is a stream as it is now. Of what the decoder has only plain
// values are copied; its fields are archived once.
func (t *track) liveExchange(index int, a *archive) Exchange {
	x := t.exchangeAt(index)
	var s h2decode.Stream
	var now *h2decode.Stream
	if t.decoder != nil {
		now = t.decoder.Stream(x.id)
	}
	if now == nil {
		s = t.exchange(x).Stream
	} else {
		s = *now
		x.messages[h2decode.Client].refresh(&now.Request, a)
		x.messages[h2decode.Server].refresh(&now.Response, a)
		for _, m := range []*h2decode.Message{&s.Request, &s.Response} {
			m.Fields, m.Interim, m.Trailers = nil, nil, nil
		}
	}
	live := x.frame(s)
	live.Index, live.Live = index, true
	return live
}

// refresh archives the message anew where it has got more sections or trailers.
func (m *message) refresh(from *h2decode.Message, a *archive) {
	c := &a.sections
	if c.count(m.fields) != len(from.Fields) || c.count(m.interim) != len(from.Interim) || c.count(m.trailers) != len(from.Trailers) {
		m.keep(from, a)
	}
}

// findLive is where in live the exchange of an index is.
func (c *Conn) findLive(index int) (int, bool) {
	return slices.BinarySearchFunc(c.live, index, func(x Exchange, index int) int { return cmp.Compare(x.Index, index) })
}

// indexOf is the index of the exchange on a stream. Identifiers of one side only
// rise, so they are searched among those.
func (r *record) indexOf(stream uint32) (int, bool) {
	ids := &r.byOpener[opener(stream)]
	i := ids.search(func(o *opened) bool { return o.stream >= stream })
	if i < ids.len() && ids.at(i).stream == stream {
		return int(ids.at(i).index), true
	}
	for i := range r.outliving {
		if o := &r.outliving[i]; o.exchange.id == stream {
			return int(o.index), true
		}
	}
	return 0, false
}

// opened says which exchange is on a stream.
type opened struct{ stream, index uint32 }

// opener is the side whose identifiers a stream's is among (RFC 9113, Section
// 5.1.1).
func opener(stream uint32) h2decode.Side {
	if stream%2 == 0 {
		return h2decode.Server
	}
	return h2decode.Client
}
