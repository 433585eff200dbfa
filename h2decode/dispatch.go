package h2decode

import "bytes"

// decode decodes a payload, as far as it is at hand, tells of the frame, and
// lets it take effect. The frame's event has been begun.
func (h *half) decode(c *Conn, payload []byte) {
	h.read(c, payload)
	c.tell()
	h.apply(c)
}

// read decodes a payload, and what it holds of a field block, into the frame's
// event.
func (h *half) read(c *Conn, payload []byte) {
	e := &c.frameEvent
	header := e.Header
	payload = payload[:min(len(payload), c.cfg.Limits.payload(header.Type))]
	whole := len(payload) == int(header.Length)
	if whole {
		e.Payload, e.Malformed = c.payloads.parse(header, payload)
	} else {
		c.readPrefix(payload)
	}
	switch p := e.Payload.(type) {
	case *HeadersFrame:
		h.openBlock(c, header.Stream, p.Fragment, whole)
	case *PushPromiseFrame:
		h.openBlock(c, p.Promised, p.Fragment, whole)
	case *ContinuationFrame:
		h.continueBlock(c, p.Fragment, whole)
	case nil:
		if header.Type == TypeHeaders || header.Type == TypePushPromise {
			h.section.abandon()
			h.table.MissedBlocks() // its fragment could not be found
		}
	}
}

// readPrefix decodes a payload of which only the front is at hand. That is not
// judged, and only what can stand without its end is read: the beginning of a
// field block, and octets that mean nothing here.
func (c *Conn) readPrefix(p []byte) {
	e := &c.frameEvent
	limit := c.cfg.Limits.payload(e.Header.Type)
	switch {
	case e.Header.Type == TypeHeaders:
		if e.Payload, _ = c.payloads.parse(e.Header, p); e.Payload == nil {
			c.payloads.headers = HeadersFrame{}
			e.Payload = &c.payloads.headers
		}
	case e.Header.Type == TypePushPromise, e.Header.Type == TypeContinuation,
		!e.Header.Type.Known() && e.Missing == 0:
		e.Payload, _ = c.payloads.parse(e.Header, p)
	}
	if e.Missing == 0 && e.Header.Type.Known() {
		e.Malformed = frameError(EnhanceYourCalm, "payload of more than %d octets: not decoded further", limit)
	}
}

// tell lets the frame move windows, gives it its number and tells of it.
func (c *Conn) tell() {
	if t := c.frameEvent.Header.Type; t == TypeData || t == TypeWindowUpdate {
		c.moveWindows()
	}
	c.frames++
	c.frameEvent.Number = c.frames
	e := &c.frameEvent
	if h := &c.halves[e.From]; h.back == nowhere {
		h.back = e.Offset
	}
	if c.halves[e.From.Other()].lost() {
		c.halves[e.From].use(e.Header.Stream)
	}
	if e.Header.Type == TypeHeaders {
		c.halves[e.From].note(e.Header.Stream, e.Offset, e.Acked)
	}
	if s := c.streams.get(e.Header.Stream); s != nil {
		s.Frames++
		s.Timing.End = c.now()
		c.holdTCP(s, e.From)
	}
	c.sink.Event(e)
}

// apply lets the frame that was told take effect.
func (h *half) apply(c *Conn) {
	e := &c.frameEvent
	if c.print.gathering && h.side == Client {
		c.print.add(e)
	}
	switch p := e.Payload.(type) {
	case *HeadersFrame:
		c.openStream(e.Header.Stream, e.Offset)
		if p.HasPriority && h.side == Client {
			c.streams.setTree(e.Header.Stream, p.Priority)
		}
	case *PushPromiseFrame:
		c.reserveStream(e.Header.Stream, p.Promised, e.Offset)
	case *PriorityFrame:
		if h.side == Client {
			c.streams.setTree(e.Header.Stream, *p)
		}
	case *PriorityUpdateFrame:
		if h.side == Client {
			c.streams.updateUrgency(p.Prioritized, p.FieldValue)
		}
	case *RSTStreamFrame:
		c.resetStream(e.Header.Stream, &Reset{From: h.side, Code: p.Code, Packet: e.Packet, Time: e.Time}, e.Offset)
	case *SettingsFrame:
		h.applySettings(c, p)
	case *GoAwayFrame:
		h.applyGoAway(c, p)
	case *AltSvcFrame:
		c.applyAltSvc(p)
	case nil:
		h.applyUnread(c)
	}
	if e.Block != nil {
		c.endBlock(h, e.Block, e.Offset)
	}
}

// applyGoAway keeps a copy of what the frame says: it is told at the end.
func (h *half) applyGoAway(c *Conn, p *GoAwayFrame) {
	e := &c.frameEvent
	c.goAway[h.side] = &GoAway{
		Packet: e.Packet, Time: e.Time, LastStream: p.LastStream, Code: p.Code,
		DebugData: bytes.Clone(p.DebugData),
	}
}

// applyUnread lets a frame take effect whose header says enough, though its
// payload could not be read.
func (h *half) applyUnread(c *Conn) {
	e := &c.frameEvent
	switch {
	case e.Header.Type == TypeRSTStream && e.Missing > 0: // its code is not known
		c.resetStream(e.Header.Stream, nil, e.Offset)
	case e.Header.Type == TypeSettings && !e.Header.Flags.Has(FlagAck):
		h.announce(c, announcement{incomplete: true, sentAt: e.Time})
	}
}
