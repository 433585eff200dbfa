package timeline

import (
	"encoding/binary"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// An Exchange is a stream as h2decode tells it when it closes, or as it was at
// the time of the snapshot where it is open. The messages of the Stream have no
// fields: [Conn.Fields] has them.
type Exchange struct {
	h2decode.Stream
	Index  int    // from 0, in order of opening
	Live   bool   // it was still followed when the snapshot was taken
	Opened uint64 // the number of the frame that opened or reserved it; 0: an HTTP/1.1 request did
	First  uint64 // its first frame, which is a PUSH_PROMISE's where it was promised; 0: none
	Last   uint64 // its last frame, 0: none

	sections  [2]messageRefs
	lastStall uint32
}

// Fields are the field sections of a message, as in h2decode.Message. Octets of
// names and values are shared and must not be changed.
type Fields struct {
	Fields   []hpack.Field
	Interim  [][]hpack.Field
	Trailers []hpack.Field
}

// messageRefs say where the field sections of a message are.
type messageRefs struct{ fields, interim, trailers ref }

// exchange is an Exchange as it is kept: 168 octets.
type exchange struct {
	id, parent uint32
	opened     uint32 // frame numbers
	first      uint32
	last       uint32
	frames     uint32
	lastStall  uint32 // these are indexes from 1, 0 for none
	reset      uint32
	delays     uint32
	findings   uint32

	packet                               uint64
	request, requestEnd                  int64
	response, finalResponse, responseEnd int64
	end, closed                          int64

	messages [2]message

	dependsOn uint32
	weight    uint16
	marks     exchangeMarks
	urgency   uint8
	kind      h2decode.Kind
	state     h2decode.State
}

type message struct {
	messageRefs
	holes  uint32 // index from 1
	octets uint64
}

// holes are what few messages have.
type holes struct {
	missing uint64
	omitted int
}

// delays are what few exchanges have.
type delays struct {
	blocked int64
	stalled [3]int64
}

type exchangeMarks uint16

const (
	requestComplete exchangeMarks = 1 << iota
	responseComplete
	requestIncomplete
	responseIncomplete
	hasTree
	hasUrgency
	incremental
	evicted
	requestUnseen
)

func (x *exchange) is(m exchangeMarks) bool { return x.marks&m != 0 }

func (x *exchange) mark(m exchangeMarks, on bool) {
	if on {
		x.marks |= m
	}
}

// setStream takes over what the decoder tells of a stream that is over.
func (r *record) setStream(x *exchange, s *h2decode.Stream, a *archive) {
	x.parent, x.kind, x.state = s.Parent, s.Kind, s.State
	x.packet, x.closed, x.frames = s.OpenedPacket, s.ClosedAt, uint32(s.Frames)
	x.marks = 0
	x.mark(evicted, s.Evicted)
	x.setTiming(&s.Timing)
	if t := &s.Timing; t.Blocked != 0 || t.Stalled != [3]int64{} {
		r.delays.add(delays{t.Blocked, t.Stalled})
		x.delays = uint32(r.delays.len())
	}
	x.setPriority(&s.Priority)
	r.setMessage(&x.messages[h2decode.Client], &s.Request, a)
	r.setMessage(&x.messages[h2decode.Server], &s.Response, a)
	x.mark(requestComplete, s.Request.Complete)
	x.mark(responseComplete, s.Response.Complete)
	x.mark(requestIncomplete, s.Request.Incomplete)
	x.mark(responseIncomplete, s.Response.Incomplete)
	if s.Reset != nil {
		r.resets.add(*s.Reset)
		x.reset = uint32(r.resets.len())
	}
	if s.Findings != (h2decode.Severities{}) {
		r.severities.add(s.Findings)
		x.findings = uint32(r.severities.len())
	}
}

func (x *exchange) setTiming(t *h2decode.Timing) {
	x.request, x.requestEnd = t.Request, t.RequestEnd
	x.response, x.finalResponse, x.responseEnd = t.Response, t.FinalResponse, t.ResponseEnd
	x.end = t.End
	x.mark(requestUnseen, t.RequestUnseen)
}

func (x *exchange) setPriority(p *h2decode.StreamPriority) {
	x.dependsOn, x.weight, x.urgency = p.Tree.DependsOn, uint16(p.Tree.Weight), p.Urgency
	if p.Tree.Exclusive {
		x.dependsOn |= reserved
	}
	x.mark(hasTree, p.HasTree)
	x.mark(hasUrgency, p.HasUrgency)
	x.mark(incremental, p.Incremental)
}

func (r *record) setMessage(m *message, from *h2decode.Message, a *archive) {
	lost := m.keep(from, a)
	m.octets = from.DataBytes
	if omitted := from.Omitted + lost; from.Missing != 0 || omitted != 0 {
		r.holes.add(holes{from.Missing, omitted})
		m.holes = uint32(r.holes.len())
	}
}

// keep archives the sections of a message, and says how many fields there was
// no room for.
func (m *message) keep(from *h2decode.Message, a *archive) (lost int) {
	section := func(fields []hpack.Field) ref {
		at := a.keep(fields)
		if at == 0 {
			lost += len(fields)
		}
		return at
	}
	m.fields, m.trailers = section(from.Fields), section(from.Trailers)
	if len(from.Interim) == 0 {
		return lost
	}
	b := binary.AppendUvarint(nil, uint64(len(from.Interim)))
	for _, fields := range from.Interim {
		b = binary.AppendUvarint(b, uint64(section(fields)))
	}
	m.interim = a.intern(b)
	return lost
}

// Exchanges is how many streams the connection has had so far, those that were
// forgotten included.
func (c *Conn) Exchanges() int { return c.exchanges.len() }

// Exchange is the i-th stream of the connection, 0 ≤ i < Exchanges, in order of
// opening. Of one that was forgotten nothing is known but its index.
func (c *Conn) Exchange(i int) Exchange {
	if live, found := c.findLive(i); found {
		return c.live[live]
	}
	x := Exchange{}
	if stored := c.exchangeAt(i); stored != nil {
		x = c.exchange(stored)
	}
	x.Index = i
	return x
}

// ExchangeOf is the exchange on a stream.
func (c *Conn) ExchangeOf(stream uint32) (x Exchange, found bool) {
	i, found := c.indexOf(stream)
	if found {
		x = c.Exchange(i)
	}
	return x, found
}

// Fields decodes the fields of what a side sent in an exchange.
func (c *Conn) Fields(x *Exchange, side h2decode.Side) (f Fields) {
	refs := &x.sections[side]
	f.Fields, f.Trailers = c.sections.section(refs.fields), c.sections.section(refs.trailers)
	if refs.interim != 0 {
		p := c.sections.from(refs.interim)
		for range number(&p) {
			f.Interim = append(f.Interim, c.sections.section(ref(number(&p))))
		}
	}
	return f
}
