package h2decode

import (
	"cmp"
	"slices"

	"h2scope/hpack"
)

// openStream is told that side c.at.From sent HEADERS on a stream. Only what a
// peer may open becomes a stream; anything else stays a frame.
func (c *Conn) openStream(id uint32, offset uint64) {
	s := c.streams.get(id)
	switch {
	case s == nil && c.at.From == Client && id%2 == 1 && id > c.streams.newest[Client]:
		s = c.addStream(id, KindRequest, Client)
		s.Response.Lossy = c.halves[Server].mayHaveAnswered(c)
		c.slots.opened(s)
		c.step(s, headers, offset)
	case s != nil && s.State == Reserved && c.at.From == Server:
		c.step(s, pushed, offset)
	}
}

// openAnswered makes a stream of a response whose request was not seen, or is
// shown after it: nothing is known of the request but that there was one.
// Identifiers must rise, as those of requests do: a stream may also be unknown
// because it is over.
func (c *Conn) openAnswered(b *Block, offset uint64) *stream {
	t := &c.streams
	if b.Stream%2 == 0 || b.Stream <= max(t.newest[Client], t.answered) || !c.requestUnseen() || !b.has(":status") {
		return nil
	}
	newest := t.newest[Client]
	s := c.addStream(b.Stream, KindRequest, Client)
	t.newest[Client], t.answered = newest, b.Stream
	t.unseen++
	s.offset, s.Timing.RequestUnseen = 0, true
	s.Request.Lossy, s.Response.Lossy = true, c.halves[Server].missed
	s.window[Client].Known, s.window[Server].Known = false, false
	c.step(s, headers, offset)
	return s
}

// requestUnseen reports whether the server can have heard a request that was not
// seen before the octets in work.
func (c *Conn) requestUnseen() bool {
	client := &c.halves[Client]
	return client.missed || client.seen == 0 || c.at.Acked > client.seen
}

// has reports whether the section has a field, whatever its value. Trailers have
// no pseudo-header fields (RFC 9113, Section 8.1).
func (b *Block) has(name string) bool {
	return slices.ContainsFunc(b.Fields, func(f hpack.Field) bool {
		return string(f.Name) == name && f.NameTrust == hpack.Exact
	})
}

// completeRequest takes the request of a stream that was known from its response.
func (c *Conn) completeRequest(s *stream) {
	t, e := &c.streams, &c.frameEvent
	t.newest[Client] = max(t.newest[Client], s.ID)
	t.unseen--
	s.offset, s.Timing.RequestUnseen = e.Offset, false
	s.Timing.Request, s.OpenedPacket = s.headersAt(c), c.at.Packet
	if e.FirstPacket != 0 {
		s.OpenedPacket = e.FirstPacket
	}
	s.OpenedAt = s.Timing.Request
	c.slots.changed(c, s, Idle)
}

// reserveStream is told of a PUSH_PROMISE.
func (c *Conn) reserveStream(parent, id uint32, offset uint64) {
	if c.at.From != Server || id%2 == 1 || id <= c.streams.newest[Server] {
		return
	}
	s := c.addStream(id, KindPush, Server)
	s.Parent = parent
	s.Request.Complete = true
	c.step(s, promise, offset)
}

// addStream makes a stream, in the place of the oldest where there are too
// many.
func (c *Conn) addStream(id uint32, kind Kind, opener Side) *stream {
	e := &c.frameEvent
	if c.streams.full() {
		oldest := c.streams.oldest()
		oldest.Evicted = true
		c.slots.evicted(oldest)
		c.halves[Client].severed, c.halves[Server].severed = true, true
		c.tellClosed(oldest, e.Offset)
		c.streams.remove(oldest)
	}
	s := c.streams.add(id, opener)
	s.Kind, s.offset = kind, e.Offset
	s.OpenedAt, s.OpenedPacket = c.delivered(), c.at.Packet
	if e.FirstPacket != 0 {
		s.OpenedAt, s.OpenedPacket = e.FirstTime, e.FirstPacket
	}
	s.Frames = 1
	s.Timing.Request, s.Timing.End = s.OpenedAt, c.now()
	c.openWindows(s)
	return s
}

// endBlock is told of a whole field block: it is a field section of a message.
func (c *Conn) endBlock(h *half, b *Block, offset uint64) {
	facts := h.memo.factsOf(b)
	if h.side == Server && !h.section.push && facts.altSvc {
		c.scanAlternatives(b)
	}
	s := c.streams.get(b.Stream)
	if s == nil && h.side == Server && !h.section.push {
		s = c.openAnswered(b, offset)
	}
	if s != nil {
		if h.section.push {
			c.promiseRequest(s, h.side, b)
		} else {
			c.addSection(s, h.side, b, facts, h.section.end)
		}
		if h.section.end {
			c.endHalf(s, h.side, offset)
		}
	}
	h.section.release()
}

// promiseRequest takes the field section of a PUSH_PROMISE: the request that
// the server answers unasked. A promise that reserved nothing has none.
func (c *Conn) promiseRequest(s *stream, side Side, b *Block) {
	if side == Server && s.Kind == KindPush && !s.asked {
		s.asked = true
		s.Request.Fields = c.keep(s, &s.Request, b)
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
	m := s.message(side)
	if !m.Complete {
		m.Complete = true
		s.wait[side].begun = false
		s.Timing.ended(side, c.now())
	}
	in := endClient
	if side == Server {
		in = endServer
	}
	c.step(s, in, offset)
}

// resetStream is told of an RST_STREAM; r is nil where its code is not known.
func (c *Conn) resetStream(id uint32, r *Reset, offset uint64) {
	if s := c.streams.get(id); s != nil {
		s.Reset = r
		peer := c.at.From.Other() // may not have heard of it
		c.halves[peer].severed = c.halves[peer].severed || !s.message(peer).Complete
		c.breakWait(s, Client)
		c.breakWait(s, Server)
		c.step(s, reset, offset)
	}
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
	c.slots.changed(c, s, old)
	if s.State == Closed {
		s.Closed, s.ClosedAt = true, c.delivered()
		closed := &c.closedEvent
		closed.Origin, closed.Stream = changed.Origin, &s.Stream
		c.sink.Event(closed)
		c.streams.remove(s)
	}
}

// finishStreams tells of the streams that the connection's end left open.
func (c *Conn) finishStreams() {
	var open []*stream
	for s := range c.streams.all {
		open = append(open, s)
	}
	slices.SortFunc(open, func(a, b *stream) int { return cmp.Compare(a.ID, b.ID) })
	for _, s := range open {
		c.breakWait(s, Client)
		c.breakWait(s, Server)
		c.tellClosed(s, 0)
		c.streams.remove(s)
	}
}

// tellClosed tells of a stream that did not close.
func (c *Conn) tellClosed(s *stream, offset uint64) {
	o := c.origin(offset)
	o.From = opener(s.ID)
	c.sink.Event(&StreamClosed{Origin: o, Stream: &s.Stream})
}
