package tlsdecrypt

import "h2scope/reassembly"

// A mode is how the octets of a half are looked at.
type mode uint8

const (
	framed mode = iota // records follow each other
	lost               // where the next record begins must be found and proved
	opaque             // records are counted, not opened
)

// A half is the state of one direction.
type half struct {
	c     *Conn
	id    reassembly.Half
	stats *SideInfo

	mode   mode
	begun  bool   // the half's first record was seen, and it begins a handshake
	sealed bool   // below TLS 1.3: behind ChangeCipherSpec
	reason Reason // the first thing that went wrong
	end    uint64 // of the ciphertext so far
	closed uint64 // where it became opaque
	skip   uint64 // octets up to a place where a record begins

	// buf is a record of which more is to come, or where it is searched for;
	// start is the offset of its first octet, acked that of its chunk.
	buf   []byte
	start uint64
	acked uint64

	queue     []piece // what waits
	waits     want
	impatient bool   // it has waited too long, and waits no more
	hunts     int    // how often the whole key log was tried
	redo      *piece // a record put together, to be looked at again

	keys     keys
	loss     loss
	messages messages

	plain uint64 // octets of plaintext, those in gaps too
	told  uint64 // records of application data that were opened
	gaps  uint64 // and the gaps that were told
	marks marks
}

func (h *half) other() *half { return &h.c.half[h.id.Other()] }

// work consumes a piece as far as it can: not if the half must wait, and not
// beyond what the other half waits for.
func (h *half) work(p *piece) {
	for !p.empty() && h.waits == forNothing && h.redo == nil && !h.c.learned {
		switch {
		case p.gap > 0:
			h.gapped(p)
			p.Offset += p.gap
			p.gap = 0
		case h.skip > 0:
			n := min(h.skip, uint64(len(p.Data)))
			h.skip -= n
			p.advance(int(n))
		case h.mode == lost:
			h.scan(p)
		case h.mode == opaque:
			h.walk(p)
		default:
			h.frame(p)
		}
		h.end = max(h.end, p.Offset)
	}
}

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

// record looks at a whole record, and reports whether it is done with it: not
// where the half must wait, or search.
func (h *half) record(rec []byte, m *reassembly.Chunk) bool {
	if !h.begun && len(rec) > headerLen {
		if !begins(rec) {
			h.join()
			return false
		}
		h.begun = true
	}
	if h.sealed || ContentType(rec[0]) == ApplicationData {
		if !h.protected(rec, m) {
			return false
		}
		h.keys.follow(rec)
		return true
	}
	return h.clear(rec, m)
}

// begins reports whether a record may be the first of a half: a hello, or an
// alert instead of one.
func begins(rec []byte) bool {
	switch body := rec[headerLen:]; ContentType(rec[0]) {
	case HandshakeContent:
		return body[0] == clientHello || body[0] == serverHello || body[0] == helloRequest
	case AlertContent:
		return len(body) == 2
	}
	return false
}

// clear looks at a record without protection. TLS 1.3 may send alerts and
// ChangeCipherSpec so at any time of the handshake.
func (h *half) clear(rec []byte, m *reassembly.Chunk) bool {
	typ, body := ContentType(rec[0]), rec[headerLen:]
	if typ == ChangeCipherSpec && !h.changeCipherSpec() {
		return false
	}
	h.stats.count(typ, len(body))
	switch typ {
	case AlertContent:
		h.alert(body, m.Packet, m.Time)
	case HandshakeContent:
		h.messages.take(h, body)
	}
	return true
}

// changeCipherSpec begins protection, but not in TLS 1.3, where it means
// nothing (RFC 8446, Appendix D.4). It reports false where the half must wait to
// know which it is.
func (h *half) changeCipherSpec() bool {
	version := h.c.shake.version
	if version == 0 && h.c.looksLike13() {
		version = versionTLS13
	}
	if version == 0 && h.wait(forHello) {
		return false
	}
	if version < versionTLS13 {
		if is, known := h.c.client(h); known && !is && version != 0 && !h.c.shake.full {
			h.c.info.Resumed = true // RFC 5246, Figure 2
		}
		h.sealed = true
		h.keys.change(traffic, 0, true)
	}
	return true
}

// protected opens a record.
func (h *half) protected(rec []byte, m *reassembly.Chunk) bool {
	if h.keys.none() {
		switch reason := h.establish(rec); {
		case h.waits != forNothing:
			return false
		case reason != "":
			h.giveUp(reason)
			h.unopened(rec)
			return true
		}
	}
	content, typ, ok := h.unseal(rec)
	if !ok {
		h.failed(rec, m)
		return true
	}
	h.opened(rec, content, typ, m)
	return true
}

// giveUp leaves the half's records closed from here on.
func (h *half) giveUp(r Reason) {
	h.mode, h.closed = opaque, h.end
	h.blame(r)
	h.c.learn() // that there is nothing to wait for
}

// blame keeps the first reason.
func (h *half) blame(r Reason) {
	if h.reason == "" {
		h.reason = r
	}
}

// opened takes the content of a record.
func (h *half) opened(rec, content []byte, typ ContentType, m *reassembly.Chunk) {
	h.stats.Opened.add(len(rec) - headerLen)
	h.stats.count(typ, len(content))
	if h.c.late {
		h.c.info.Late = true
	}
	if h.loss.active {
		h.settle(m.Offset)
	}
	switch typ {
	case ApplicationData:
		h.tell(content, m, m.Offset+uint64(len(rec)))
	case HandshakeContent:
		h.messages.take(h, content)
	case AlertContent:
		h.alert(content, m.Packet, m.Time)
	case ChangeCipherSpec: // of a renegotiation
		if h.sealed {
			h.keys.change(traffic, 0, true)
		}
	}
}

// failed passes over a record that did not authenticate.
func (h *half) failed(rec []byte, m *reassembly.Chunk) {
	if h.keys.current == nil && !h.keys.exact {
		h.stats.Passed.add(len(rec) - headerLen)
		if h.c.work <= 0 {
			h.giveUp(TrialsExhausted)
		}
		return
	}
	h.stats.Failed.add(len(rec) - headerLen)
	h.blame(RecordAuthFailed)
	h.lose(m, reassembly.Missing)
	h.keys.missed()
}

// tell gives application data to the next handler.
func (h *half) tell(content []byte, m *reassembly.Chunk, end uint64) {
	h.told++
	c := h.c
	if len(content) > 0 {
		c.chunk = reassembly.Chunk{
			Half: h.id, Offset: h.plain,
			Packet: m.Packet, Time: m.Time, OctetsPacket: m.OctetsPacket,
			Acked: h.other().marks.plain(m.Acked), Data: content,
		}
		h.plain += uint64(len(content))
		h.marks.add(end, h.plain)
		c.next.Chunk(&c.chunk)
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

// finish is told that nothing more comes.
func (h *half) finish() {
	if h.mode != lost {
		h.stats.Incomplete = uint64(len(h.buf))
	}
	h.c.pool.put(h.buf)
	h.buf = nil
	if h.loss.active && h.told > 0 {
		h.settleUnknown()
	}
}
