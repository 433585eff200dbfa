package h2decode

// continueData passes on what data holds of the DATA frame in progress, and
// returns how many octets of data that was.
func (h *half) continueData(c *Conn, data []byte, offset uint64) int {
	f := &h.frame
	n := min(len(data), int(f.header.Length-f.got))
	switch {
	case f.padding == padUnread:
		n = 1
		f.readPadding(data[0])
	case f.got < f.dataEnd:
		n = min(n, int(f.dataEnd-f.got))
		c.data(f.header.Stream, data[:n], 0, offset)
	case f.padding > 0:
		f.unclean = f.unclean || unclean(data[:n])
	}
	f.got += uint32(n)
	if f.got == f.header.Length {
		h.endData(c)
	}
	return n
}

// readPadding takes the pad length. Padding that does not fit leaves no data.
func (f *frameProgress) readPadding(length byte) {
	f.padding = int(length)
	if uint32(length) < f.header.Length {
		f.dataEnd = f.header.Length - uint32(length)
	}
}

// losePadding takes note that the pad length is lost: data is then surely what
// the longest padding would leave.
func (f *frameProgress) losePadding() {
	f.padding = padLost
	f.dataEnd = max(f.header.Length, maxPadLength) - maxPadLength
}

// maxPadLength is the greatest pad length that its octet can say.
const maxPadLength = 255

// missData passes over n octets, 1 or more, of a DATA payload that the capture
// lacks.
func (h *half) missData(c *Conn, n uint32, offset uint64) {
	f := &h.frame
	f.missing += n
	if f.padding == padUnread {
		f.losePadding()
		f.got++
		n--
		offset++
	}
	if n > 0 && f.got < f.dataEnd {
		c.data(f.header.Stream, nil, min(n, f.dataEnd-f.got), offset)
	}
	f.got += n
}

// data counts and tells data of a stream. Behind END_STREAM it is no part of
// the message.
func (c *Conn) data(stream uint32, data []byte, missing uint32, offset uint64) {
	if s := c.streams.get(stream); s != nil {
		if m := s.message(c.at.From); !m.Complete {
			m.DataBytes += uint64(len(data)) + uint64(missing)
			m.Missing += uint64(missing)
		}
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
	padded := f.header.Flags.Has(FlagPadded)
	switch {
	case f.missing > 0:
	case f.padding == padUnread: // PADDED, and no octet for the pad length
		_, _, e.Malformed = splitPadding(f.header, nil)
	case padded && f.dataEnd == 0:
		e.Malformed = padTooLong(f.header, f.padding)
	default:
		data := &c.payloads.data
		*data = DataFrame{Length: f.dataEnd, PadLength: uint8(f.padding), Padding: Padding{Padded: padded}, Unclean: f.unclean}
		if padded {
			data.Length--
		}
		e.Payload = data
	}
	c.tell()
	c.endStream(f.header, f.offset)
}
