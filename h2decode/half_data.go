package h2decode

// continueData passes on what data holds of the DATA frame in progress, and
// returns how many octets of data that was.
func (h *half) continueData(c *Conn, data []byte, offset uint64) int {
	f := &h.frame
	n := min(len(data), int(f.header.Length-f.got))
	if f.padding < 0 {
		f.padding = int(data[0])
		f.badPad = uint32(f.padding) >= f.header.Length
		f.got++
		n = 1
	} else if end := h.dataEnd(); f.got < end {
		n = min(n, int(end-f.got))
		c.data(f.header.Stream, data[:n], 0, offset)
		f.got += uint32(n)
	} else {
		f.got += uint32(n)
	}
	if f.got == f.header.Length {
		h.endData(c)
	}
	return n
}

// dataEnd is how far in the payload its data reaches. Padding that does not
// fit leaves no data.
func (h *half) dataEnd() uint32 {
	f := &h.frame
	if f.badPad || f.padding < 0 {
		return 0
	}
	return f.header.Length - uint32(f.padding)
}

// missData passes over n octets of a DATA payload that the capture lacks.
func (h *half) missData(c *Conn, n uint32, offset uint64) {
	f := &h.frame
	end := h.dataEnd()
	if f.padding < 0 { // the pad length is lost: how much was data stays unknown
		f.padding = 0
		end = 0
	}
	if f.got < end {
		c.data(f.header.Stream, nil, min(n, end-f.got), offset)
	}
	f.got += n
	f.missing += n
	if f.got == f.header.Length {
		h.endData(c)
	}
}

// data counts and tells data of a stream.
func (c *Conn) data(stream uint32, data []byte, missing uint32, offset uint64) {
	if s := c.streams.get(stream); s != nil {
		m := s.message(c.at.From)
		m.DataBytes += uint64(len(data)) + uint64(missing)
		m.Missing += uint64(missing)
	}
	if c.cfg.Data {
		c.dataEvent = DataDecoded{Origin: c.origin(offset), Stream: stream, Data: data, Missing: missing}
		c.sink.Event(&c.dataEvent)
	}
}

// endData tells of a DATA frame whose payload has been passed.
func (h *half) endData(c *Conn) {
	f := h.frame
	h.describe(c)
	e := &c.frameEvent
	switch {
	case f.missing > 0:
	case f.padding < 0: // PADDED, and no octet for the pad length
		_, _, e.Malformed = splitPadding(f.header, nil)
	case f.badPad:
		e.Malformed = padTooLong(f.header, f.padding)
	default:
		c.payloads.data = DataFrame{
			Length: f.header.Length - uint32(f.padding), PadLength: uint8(f.padding),
			Padding: Padding{Padded: f.header.Flags.Has(FlagPadded)},
		}
		if c.payloads.data.Padding.Padded {
			c.payloads.data.Length--
		}
		e.Payload = &c.payloads.data
	}
	c.tell()
	c.endStream(f.header, f.offset)
}
