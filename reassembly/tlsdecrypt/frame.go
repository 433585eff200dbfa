package tlsdecrypt

// frame takes one record, or what there is of it.
func (h *half) frame(p *piece) {
	if len(h.buf) == 0 {
		if !isHeader(p.Data) {
			h.derail(p)
			return
		}
		if len(p.Data) >= headerLen {
			if n := recordLen(p.Data); n <= len(p.Data) {
				if h.record(p.Data[:n], &p.Chunk) {
					p.advance(n)
				}
				return
			}
		}
		h.buf = h.c.pool.get()
		h.start, h.acked = p.Offset, p.Acked
	}
	last := p.Chunk
	if !h.fill(p) {
		return
	}
	// The record was complete with this chunk, but began in an earlier one.
	last.Offset, last.Acked, last.Data = h.start, h.acked, h.buf
	h.buf = nil
	if !isHeader(last.Data) || !h.record(last.Data, &last) {
		if !isHeader(last.Data) {
			h.derail(&piece{Chunk: last})
		}
		h.redo = &piece{Chunk: last}
		return
	}
	h.c.pool.put(last.Data)
}

// fill moves octets to buf, and reports whether that is now a record, or can't
// become one.
func (h *half) fill(p *piece) bool {
	for {
		want := headerLen
		if len(h.buf) >= headerLen {
			want = recordLen(h.buf)
		}
		n := min(want-len(h.buf), len(p.Data))
		h.buf = append(h.buf, p.Data[:n]...)
		p.advance(n)
		switch {
		case !isHeader(h.buf):
			return true
		case len(h.buf) < want:
			return false
		case len(h.buf) >= headerLen && len(h.buf) == recordLen(h.buf):
			return true
		}
	}
}

// walk counts a record without opening it.
func (h *half) walk(p *piece) {
	if len(h.buf) == 0 && len(p.Data) < headerLen || len(h.buf) > 0 {
		if len(h.buf) == 0 {
			h.buf = h.c.pool.get()
		}
		n := min(headerLen-len(h.buf), len(p.Data))
		h.buf = append(h.buf, p.Data[:n]...)
		p.advance(n)
		if len(h.buf) == headerLen {
			h.pass(h.buf)
			h.c.pool.put(h.buf)
			h.buf = nil
		}
		return
	}
	if h.pass(p.Data[:headerLen]) {
		p.advance(headerLen)
		return
	}
	h.stats.Unframed += uint64(len(p.Data))
	p.advance(len(p.Data))
}

// pass counts the record with that header and skips its payload.
func (h *half) pass(header []byte) bool {
	if !isHeader(header) {
		return false
	}
	n := recordLen(header) - headerLen
	h.stats.count(ContentType(header[0]), n)
	h.stats.Unopened.add(n)
	h.skip = uint64(n)
	return true
}

// unopened counts a whole record.
func (h *half) unopened(rec []byte) {
	n := len(rec) - headerLen
	h.stats.count(ContentType(rec[0]), n)
	h.stats.Unopened.add(n)
}
