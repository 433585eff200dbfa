package tlsdecrypt

import "h2scope/reassembly"

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
		h.messages.take(h, body, m.Packet)
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
		if is, known := h.c.client(h); known && !is && version != 0 && !h.c.shake.full && h.stats.Lost.Octets == 0 {
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
		h.messages.take(h, content, m.Packet)
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
			Packet: m.Packet, Time: m.Time, OctetsPacket: m.OctetsPacket, OctetsTime: m.OctetsTime, MissedSince: m.MissedSince,
			Acked: h.other().acknowledged(m.Acked), Data: content,
		}
		h.plain += uint64(len(content))
		h.marks.add(end, h.plain)
		if cur := h.keys.current; cur != nil && cur.epoch == early {
			c.info.EarlyOctets = h.plain
		}
		c.next.Chunk(&c.chunk)
	}
}
