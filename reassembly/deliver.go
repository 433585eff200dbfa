package reassembly

import "h2scope/capture/segment"

// data takes the octets of a segment that begins at off.
func (c *Conn) data(of Half, s *segment.Segment, off int64, h Handler) {
	f := &c.half[of]
	payload, end := s.Payload, off+int64(s.Length)
	if f.finSet && end > f.fin {
		c.stats.Half[of].AfterFINBytes += uint64(end - max(off, f.fin))
		if off >= f.fin {
			return
		}
		end = f.fin
		payload = payload[:min(int64(len(payload)), end-off)]
	}
	if off != f.end || f.next != f.end {
		c.classify(of, s, off, end, payload)
	}
	if end > f.end {
		f.end, f.endTime, f.endBirth = end, s.Time, birthOf(s)
		if f.sampleEnd == 0 {
			f.sampleEnd, f.sampleTime = end, s.Time
		}
	}
	if end <= f.next {
		return
	}
	if off < f.next {
		payload = payload[min(int64(len(payload)), f.next-off):]
		off = f.next
	}
	if off > f.next {
		c.hold(of, s, off, payload, end, h)
		return
	}
	origin := originOf(s)
	if r := f.reorder; r != nil {
		if r.len() > 0 {
			origin.missed = r.since
		}
		c.fill(of, off, payload, end, origin, h)
		return
	}
	if len(payload) > 0 {
		c.chunk(of, payload, origin, h)
	}
	if f.next < end {
		c.gap(of, end, Snaplen, h)
	}
}

// fill hands on payload, which begins where the half stands, around the
// pieces that are held inside it: they came first.
func (c *Conn) fill(of Half, off int64, payload []byte, end int64, origin origin, h Handler) {
	f := &c.half[of]
	r := f.reorder
	have := off + int64(len(payload))
	for f.next < have {
		upTo := have
		if p := r.first(); p != nil {
			upTo = min(upTo, p.off)
		}
		if f.next < upTo {
			c.chunk(of, payload[f.next-off:upTo-off], origin, h)
		}
		c.drainPieces(of, h)
	}
	r.cutEnd = max(r.cutEnd, end)
	c.drain(of, h)
}

// hold keeps what came before its turn, and declares the first hole a gap
// where that is too much.
func (c *Conn) hold(of Half, s *segment.Segment, off int64, payload []byte, end int64, h Handler) {
	f := &c.half[of]
	if f.reorder == nil {
		f.reorder = c.pool.reorder()
	}
	r := f.reorder
	if r.len() == 0 {
		r.since = c.now().Time
	}
	cutEnd := int64(0)
	if off+int64(len(payload)) < end {
		cutEnd = end
	}
	r.put(c.pool, off, payload, cutEnd, originOf(s))
	for r.octets > c.limits.HeldOctets || r.len() > c.limits.HeldSegments {
		c.pass(of, r.first().off, h)
	}
}

// drain hands on the pieces whose turn it is, and declares what was cut.
func (c *Conn) drain(of Half, h Handler) {
	f := &c.half[of]
	r := f.reorder
	for {
		c.drainPieces(of, h)
		if r.cutEnd <= f.next {
			return
		}
		to := r.cutEnd
		if p := r.first(); p != nil {
			to = min(to, p.off)
		}
		c.gap(of, to, Snaplen, h)
	}
}

// drainPieces hands on the pieces whose turn it is.
func (c *Conn) drainPieces(of Half, h Handler) {
	f := &c.half[of]
	r := f.reorder
	for p := r.first(); p != nil && p.off <= f.next; p = r.first() {
		r.pop()
		if p.end() > f.next {
			c.chunk(of, p.data[f.next-p.off:], p.origin, h)
		}
		r.cutEnd = max(r.cutEnd, p.cutEnd)
		r.since = c.now().Time
		c.pool.drop(p)
	}
}

// pass moves a half to the offset to: what is held up to there is handed on,
// what is lacking is declared.
func (c *Conn) pass(of Half, to int64, h Handler) {
	f := &c.half[of]
	for f.next < to {
		upTo := to
		if f.reorder != nil {
			if p := f.reorder.first(); p != nil {
				upTo = min(upTo, p.off)
			}
		}
		if acked := min(upTo, f.ackedData()); acked > f.next {
			c.gap(of, acked, CaptureLoss, h)
		}
		if f.next < upTo {
			c.gap(of, upTo, Missing, h)
		}
		if f.reorder != nil {
			c.drain(of, h)
		}
	}
}

// chunk hands on data, which begins where the half stands.
func (c *Conn) chunk(of Half, data []byte, origin origin, h Handler) {
	f := &c.half[of]
	// Field by field: every field is set, and a literal would be copied.
	k := &c.pool.chunk
	k.Half, k.Offset = of, uint64(f.next)
	k.Packet, k.Time = c.stats.Last.Packet, c.stats.Last.Time
	k.OctetsPacket, k.OctetsTime, k.MissedSince = origin.packet, origin.time, origin.missed
	k.Acked = 0
	if origin.acks {
		k.Acked = c.ackedBy(of, origin.ack)
	}
	k.Data = data
	f.next += int64(len(data))
	h.Chunk(k)
}

// gap declares the octets up to the offset to as lacking.
func (c *Conn) gap(of Half, to int64, cause Cause, h Handler) {
	f, now, st := &c.half[of], c.now(), &c.stats.Half[of]
	if to <= f.next {
		return
	}
	g := &c.pool.gap
	*g = Gap{
		Half: of, Offset: uint64(f.next), Length: uint64(to - f.next), Cause: cause,
		Packet: now.Packet, Time: now.Time,
	}
	st.Gaps++
	st.GapBytes += g.Length
	if f.gapTo != f.next {
		f.gapFrom = f.next
	}
	f.gapTo, f.next = to, to
	h.Gap(g)
}
