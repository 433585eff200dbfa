package h2decode

import (
	"bytes"
	"maps"
	"slices"
)

// openStream is told that side c.at.From sent HEADERS on a stream. Only what a
// peer may open becomes a stream; anything else stays a frame.
func (c *Conn) openStream(id uint32, offset uint64) {
	s := c.streams.get(id)
	switch {
	case s == nil && c.at.From == Client && id%2 == 1 && id > c.streams.newest[Client]:
		s = c.addStream(id, KindRequest, Client)
		c.step(s, headers, offset)
	case s != nil && s.State == Reserved && c.at.From == Server:
		c.step(s, pushed, offset)
	}
}

// reserveStream is told of a PUSH_PROMISE.
func (c *Conn) reserveStream(parent, id uint32, offset uint64) {
	if c.at.From != Server || id%2 == 1 || id <= c.streams.newest[Server] {
		return
	}
	s := c.addStream(id, KindPush, Server)
	s.Parent = parent
	s.asked = true
	s.Request.Complete = true
	c.step(s, promise, offset)
}

func (c *Conn) addStream(id uint32, kind Kind, opener Side) *stream {
	s := c.streams.add(id, opener)
	s.Kind = kind
	s.OpenedAt, s.OpenedPacket = c.at.Time, c.at.Packet
	if e := &c.frameEvent; e.FirstPacket != 0 {
		s.OpenedAt, s.OpenedPacket = e.FirstTime, e.FirstPacket
	}
	s.Frames = 1
	return s
}

// endBlock is told of a whole field block: it is a field section of a message.
func (c *Conn) endBlock(h *half, b *Block, offset uint64) {
	if h.side == Server && !h.section.push {
		c.scanAlternatives(b)
	}
	s := c.streams.get(b.Stream)
	if s == nil {
		return
	}
	if h.section.push {
		c.keepSection(s, &s.Request, b)
		return
	}
	c.addSection(s, h.side, b)
	if h.section.end {
		c.endHalf(s, h.side, offset)
	}
}

// addSection puts a field section in its place: RFC 9113, Section 8.1.
func (c *Conn) addSection(s *stream, side Side, b *Block) {
	m := s.message(side)
	begun := &s.asked
	if side == Server {
		begun = &s.answered
	}
	switch {
	case *begun:
		if c.cfg.Messages {
			m.Trailers = append(m.Trailers, s.keep(b.Fields)...)
		}
	case side == Server && isInterim(b):
		if c.cfg.Messages && len(m.Interim) < maxInterim {
			m.Interim = append(m.Interim, s.keep(b.Fields))
		}
	default:
		*begun = true
		if side == Client {
			s.classify(b)
		}
		c.keepSection(s, m, b)
	}
}

// maxInterim is how many interim responses of one stream are kept.
const maxInterim = 100

func (c *Conn) keepSection(s *stream, m *Message, b *Block) {
	if c.cfg.Messages {
		m.Fields = s.keep(b.Fields)
	}
}

// isInterim reports a status of 100 to 199 (RFC 9110, Section 15.2).
func isInterim(b *Block) bool {
	status := fieldValue(b.Fields, ":status")
	return len(status) == 3 && status[0] == '1'
}

// classify reads from the request what kind of exchange it begins.
func (s *stream) classify(b *Block) {
	if string(fieldValue(b.Fields, ":method")) == "CONNECT" {
		s.Kind = KindConnect
		if fieldValue(b.Fields, ":protocol") != nil {
			s.Kind = KindExtendedConnect
		}
	}
	if !s.Priority.HasUrgency { // a PRIORITY_UPDATE that came before wins (RFC 9218, Section 7)
		if value := fieldValue(b.Fields, "priority"); value != nil {
			s.Priority.setUrgency(value)
		}
	}
}

// endStream is told of a DATA frame's END_STREAM.
func (c *Conn) endStream(h FrameHeader, offset uint64) {
	if h.Flags.Has(FlagEndStream) {
		if s := c.streams.get(h.Stream); s != nil {
			c.endHalf(s, c.at.From, offset)
		}
	}
}

func (c *Conn) endHalf(s *stream, side Side, offset uint64) {
	s.message(side).Complete = true
	in := endClient
	if side == Server {
		in = endServer
	}
	c.step(s, in, offset)
}

func (c *Conn) resetStream(id uint32, code ErrorCode, offset uint64) {
	s := c.streams.get(id)
	if s == nil {
		return
	}
	s.Reset = &Reset{From: c.at.From, Code: code, Packet: c.at.Packet, Time: c.at.Time}
	c.step(s, reset, offset)
}

// step moves a stream, and tells of it; a stream that is closed is told whole
// and forgotten.
func (c *Conn) step(s *stream, in input, offset uint64) {
	old := s.State
	s.State = old.next(in)
	if s.State == old {
		return
	}
	changed := &c.changedEvent
	c.setOrigin(&changed.Origin, offset)
	changed.Stream, changed.Old, changed.New = s.ID, old, s.State
	c.sink.Event(changed)
	if s.State == Closed {
		s.Closed, s.ClosedAt = true, c.at.Time
		closed := &c.closedEvent
		closed.Origin, closed.Stream = changed.Origin, &s.Stream
		c.sink.Event(closed)
		c.streams.remove(s)
	}
}

// finishStreams tells of the streams that the connection's end left open.
func (c *Conn) finishStreams() {
	for _, id := range slices.Sorted(maps.Keys(c.streams.open)) {
		s := c.streams.open[id]
		o := c.origin(0)
		o.From = opener(id)
		c.sink.Event(&StreamClosed{Origin: o, Stream: &s.Stream})
	}
	clear(c.streams.open)
}

// scanAlternatives looks for an Alt-Svc field in a response.
func (c *Conn) scanAlternatives(b *Block) {
	if c.altSeen {
		return
	}
	for i := range b.Fields {
		if f := &b.Fields[i]; len(f.Name) == len("alt-svc") && string(f.Name) == "alt-svc" {
			c.seeAlternative(f.Value)
		}
	}
}

// seeAlternative tells of the first value that names HTTP/3 (RFC 9114, Section
// 3.1.1), drafts included.
func (c *Conn) seeAlternative(value []byte) {
	if c.altSeen || !bytes.Contains(value, []byte("h3")) {
		return
	}
	c.altSeen = true
	c.sink.Event(&AlternativeSeen{Origin: c.origin(c.frameEvent.Offset), Value: value})
}
