package tlsdecrypt

import (
	"slices"

	"h2scope/reassembly"
)

// A loss is what was lost since the last opened record.
type loss struct {
	active bool
	from   uint64 // offset in the ciphertext
	cause  reassembly.Cause
	packet uint64
	time   int64
	key    *key   // the current one before it
	number uint64 // of the next record under it
}

// lose notes that records are lost from m on.
func (h *half) lose(m *reassembly.Chunk, cause reassembly.Cause) {
	if h.loss.active {
		return
	}
	h.loss = loss{active: true, from: m.Offset, cause: cause, packet: m.Packet, time: m.Time, key: h.keys.current}
	if h.loss.key != nil {
		h.loss.number = h.loss.key.number
	}
}

// gapped is told that octets are missing.
func (h *half) gapped(p *piece) {
	h.stats.Lost.Octets += p.gap
	if h.skip >= p.gap {
		h.skip -= p.gap
		return
	}
	p.Chunk.Data = nil
	m := p.Chunk
	if len(h.buf) > 0 && h.mode == framed {
		m.Offset = h.start
	}
	inside := h.skip == 0 && h.mode == framed && len(h.buf) >= headerLen &&
		uint64(recordLen(h.buf)-len(h.buf)) >= p.gap
	h.skip = 0
	switch {
	case inside: // only this record is lost, and its end is known
		h.skip = uint64(recordLen(h.buf)-len(h.buf)) - p.gap
		h.missed(&m, p.cause)
	case h.mode == opaque:
		h.stats.Unframed += uint64(len(h.buf))
	default:
		h.begun = true
		h.lose(&m, p.cause)
		h.mode = lost
		h.messages.reset()
	}
	h.c.pool.put(h.buf)
	h.buf = nil
}

// missed is told that a record begun in buf can't be completed.
func (h *half) missed(m *reassembly.Chunk, cause reassembly.Cause) {
	typ := ContentType(h.buf[0])
	h.begun = true
	h.messages.reset()
	if h.sealed || typ == ApplicationData {
		h.lose(m, cause)
		h.keys.missed()
	}
}

// derail is told that no record begins where one should.
func (h *half) derail(p *piece) {
	switch {
	case h.begun:
		h.blame(NotTLS)
		h.lose(&p.Chunk, reassembly.Missing)
		h.mode = lost
	case isSSLv2(p.Data):
		h.begun = true
		h.giveUp(SSLv2)
	default:
		h.join()
	}
}

// join looks for records in a half that does not begin with a handshake.
func (h *half) join() {
	h.begun, h.joined = true, true
	h.mode = lost
}

// scan searches a record that can be opened.
func (h *half) scan(p *piece) {
	if s := &h.c.shake; h.keys.none() && (h.sealed || s.hasClientRandom || s.version != 0 && s.version < versionTLS13) {
		if reason := h.prepare(); reason != "" {
			h.abandon(reason)
			return
		}
		if h.waits != forNothing {
			return
		}
	}
	if len(h.buf) == 0 {
		h.buf = h.c.pool.get()
		h.start, h.acked = p.Offset, p.Acked
	}
	h.last = p.Chunk
	h.buf = append(h.buf, p.Data...)
	p.advance(len(p.Data))
	h.resume()
}

// resume goes on with a record that is found in buf, and what is behind it.
func (h *half) resume() {
	at, found := h.search()
	if !found {
		if h.trim(at); len(h.buf) <= 16 {
			h.acked = h.last.Acked
		}
		return
	}
	h.mode = framed
	if at >= 16 {
		h.keys.follow(h.buf[:at])
	}
	h.last.Acked = h.acked
	h.last.Offset, h.last.Data = h.start+uint64(at), h.buf[at:]
	h.buf = nil
	h.redo = &piece{Chunk: h.last}
	h.last.Data = nil
}

// searchRest searches what is left at the end, where a record may not be
// complete that stood in the way of others.
func (h *half) searchRest() {
	if h.mode == lost && len(h.buf) > 0 {
		h.resume()
		h.c.keep(h, piece{})
	}
}

// prepare finds keys for a search, where they can be known.
func (h *half) prepare() Reason {
	reason := h.establish(nil)
	h.keys.exact = false
	return reason
}

// abandon ends a search.
func (h *half) abandon(r Reason) {
	h.stats.Unframed += uint64(len(h.buf))
	h.c.pool.put(h.buf)
	h.buf = nil
	h.giveUp(r)
}

// trim forgets what is before a place in buf but for the block that TLS 1.0 may
// need.
func (h *half) trim(at int) {
	if h.mode == opaque {
		h.stats.Unframed += uint64(len(h.buf))
		h.c.pool.put(h.buf)
		h.buf = nil
		return
	}
	if at -= 16; at > 0 {
		h.buf = append(h.buf[:0], h.buf[at:]...)
		h.start += uint64(at)
	}
}

// search looks through buf. Where no record is proved, at is where a record that
// is not complete may begin.
func (h *half) search() (at int, found bool) {
	b := h.buf
	for at = 0; at < len(b) && h.mode == lost; at++ {
		if !h.mayBegin(b[at:]) {
			continue
		}
		if len(b)-at < headerLen || len(b)-at < recordLen(b[at:]) {
			if h.c.done {
				continue
			}
			return at, false
		}
		end := at + recordLen(b[at:])
		if !isHeader(b[end:]) {
			continue
		}
		if at >= 16 {
			h.keys.follow(b[:at])
		}
		if h.prove(b[at:end], h.start+uint64(at)) {
			return at, true
		}
		if end < len(b) { // something like a record follows, so it was one
			at = end - 1
		}
	}
	return at, false
}

// mayBegin is isHeader with what is known of protected records.
func (h *half) mayBegin(b []byte) bool {
	if !isHeader(b) {
		return false
	}
	if h.sealed {
		return len(b) < 3 || b[2] == byte(h.c.shake.version)
	}
	return b[0] == byte(ApplicationData) && (len(b) < 3 || b[2] == 3)
}

// prove tries the keys that a record at an offset may have.
func (h *half) prove(rec []byte, offset uint64) bool {
	c, k := h.c, &h.keys
	if k.none() {
		if h.hunt(rec, c.limits.Records) {
			return true
		}
		if h.hunts >= c.limits.Hunts || c.cfg.Keys == nil || c.work <= 0 {
			h.giveUp(h.strangers())
		}
		return false
	}
	n := c.limits.Records
	if h.loss.active {
		n = min(n, k.slack+(offset-h.loss.from)/(headerLen+17)+1)
	}
	if cur := k.current; cur != nil {
		if number, ok := cur.search(c.pool.trial, rec, cur.number, cur.number+n, &c.work); ok {
			cur.number = number
			return true
		}
		if k.ahead == nil {
			k.ahead = h.successors()
		}
	}
	for _, next := range slices.Concat(k.next, k.ahead) {
		hi := n
		if next.epoch != traffic {
			hi = min(hi, fewRecords)
		}
		if number, ok := next.search(c.pool.trial, rec, 0, hi, &c.work); ok {
			next.number = number
			h.adopt(next)
			return true
		}
	}
	if c.work <= 0 {
		h.blame(TrialsExhausted)
		h.giveUp(TrialsExhausted)
	}
	return false
}

// settle tells what was lost before a record that was opened.
func (h *half) settle(at uint64) {
	l, k := h.loss, h.keys.current
	h.loss = loss{}
	h.stats.Resynced++
	number := k.number - 1
	span := at - l.from
	full := uint64(1<<14 + k.overhead())
	var records uint64
	switch {
	case k == l.key:
		records = number - l.number
	case l.key != nil && l.key.epoch == traffic, k.generation > 0: // a change of keys was lost too
		records = max(number+1, (span+full-1)/full)
	default:
		records = number
	}
	h.stats.Lost.Records += records
	switch {
	case k.epoch == handshaking && h.lostEarly(&l, k) && span > endOfEarlyDataLen:
		span -= endOfEarlyDataLen
		h.tellGap(l, span, (span+full-1)/full, k.overhead())
	case k.epoch != handshaking && records > 0:
		h.tellGap(l, span, records, k.overhead())
	}
}

// endOfEarlyDataLen is the length of the record with EndOfEarlyData (RFC 8446,
// Section 4.5), and of a ChangeCipherSpec before it.
const endOfEarlyDataLen = headerLen + 4 + 1 + 16 + headerLen + 1

// lostEarly reports whether what was lost before a record of the handshake may have
// been 0-RTT data that the server accepted.
func (h *half) lostEarly(l *loss, k *key) bool {
	is, known := h.c.client(h)
	return is && known && h.c.info.EarlyData == Accepted && l.key != k && (l.key == nil || l.key.epoch == early)
}

// settleUnknown tells of a loss behind which no record was opened.
func (h *half) settleUnknown() {
	l := h.loss
	span := h.end - l.from
	overhead := headerLen + 17
	if l.key != nil {
		overhead = l.key.overhead()
	}
	h.tellGap(l, span, (span+1<<14-1)>>14, overhead)
}

// tellGap tells of a gap in the plaintext.
func (h *half) tellGap(l loss, span, records uint64, overhead int) {
	h.gaps++
	h.blame(LostInGap)
	if added := records * uint64(overhead); span > added {
		c := h.c
		c.gap = reassembly.Gap{
			Half: h.id, Offset: h.plain, Length: min(span-added, records<<14), Cause: l.cause,
			Packet: l.packet, Time: l.time,
		}
		h.plain += c.gap.Length
		c.next.Gap(&c.gap)
	}
}
