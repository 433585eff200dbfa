package h2decode

// decode decodes a payload that is at hand as a whole, or up to its hole, and
// tells of the frame. The frame's event has been begun.
func (h *half) decode(c *Conn, payload []byte) {
	e := &c.frameEvent
	header := e.Header
	if e.Missing == 0 || carriesFragment(header.Type) {
		e.Payload, e.Malformed = c.payloads.parse(header, payload)
	}
	switch p := e.Payload.(type) {
	case *HeadersFrame:
		h.openBlock(c, header, header.Stream, p.Fragment)
	case *PushPromiseFrame:
		h.openBlock(c, header, p.Promised, p.Fragment)
	case *ContinuationFrame:
		// Which stream it names does not matter to what its octets are: a block
		// is contiguous, so they can only belong to the open one.
		if h.section.active {
			h.addFragment(c, p.Fragment, header.Flags.Has(FlagEndHeaders))
		}
	}
	if carriesFragment(header.Type) && e.Payload == nil {
		h.table.MissedBlocks() // its fragment could not be found
	}
	c.tell()
	h.apply(c)
}

func carriesFragment(t Type) bool {
	return t == TypeHeaders || t == TypePushPromise || t == TypeContinuation
}

// tell gives the frame its number and tells of it.
func (c *Conn) tell() {
	c.frames++
	c.frameEvent.Number = c.frames
	c.streams.countFrame(c.frameEvent.Header.Stream)
	c.sink.Event(&c.frameEvent)
}

// apply lets the frame that was told take effect.
func (h *half) apply(c *Conn) {
	e := &c.frameEvent
	switch p := e.Payload.(type) {
	case *HeadersFrame:
		c.openStream(e.Header.Stream, e.Offset)
		if p.HasPriority {
			c.streams.setTree(e.Header.Stream, p.Priority)
		}
	case *PushPromiseFrame:
		c.reserveStream(e.Header.Stream, p.Promised, e.Offset)
	case *PriorityFrame:
		c.streams.setTree(e.Header.Stream, *p)
	case *PriorityUpdateFrame:
		if h.side == Client {
			c.streams.updateUrgency(p.Prioritized, p.FieldValue)
		}
	case *RSTStreamFrame:
		c.resetStream(e.Header.Stream, p.Code, e.Offset)
	case *SettingsFrame:
		h.applySettings(c, p)
	case *GoAwayFrame:
		c.goAway[h.side] = &GoAway{
			Packet: e.Packet, Time: e.Time, LastStream: p.LastStream, Code: p.Code,
			DebugData: append([]byte(nil), p.DebugData...),
		}
	case *AltSvcFrame:
		c.seeAlternative(p.FieldValue)
	}
	if e.Block != nil {
		c.endBlock(h, e.Block, e.Offset)
	}
}
