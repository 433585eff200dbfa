package reassembly

import "h2scope/capture/segment"

// classify counts a segment that does not simply follow: octets sent before
// make it a retransmission, octets behind later ones out of order.
func (c *Conn) classify(of Half, s *segment.Segment, off, end int64, payload []byte) {
	f, st, now := &c.half[of], &c.stats.Half[of], c.now()
	if off < 0 {
		st.EarlyBytes += uint64(min(end, 0) - off)
	}
	if lo, hi := max(off, f.gapFrom), min(end, f.gapTo); lo < hi {
		st.LateBytes += uint64(hi - lo)
	}
	again := off < f.next
	if r := f.reorder; r != nil && !again {
		again = r.overlap(off, end)
	}
	if r := f.reorder; r != nil {
		if at, found := r.differs(off, payload); found {
			st.Conflicts++
			if c.obs != nil {
				c.obs.Conflict(of, at, now)
			}
		}
	}
	switch {
	case off >= f.end: // ahead: it leaves a hole, others will come late
	case again || c.sentAgain(f, s):
		c.retransmitted(of, off, end)
	default:
		st.OutOfOrder++
	}
}

// sentAgain reports whether a segment with octets that were missing was sent after
// the one with the last octets, and not overtaken by it.
func (c *Conn) sentAgain(f *half, s *segment.Segment) bool {
	b := birthOf(s)
	if order := b.compare(&f.endBirth); order != 0 {
		return order > 0
	}
	return c.now().Time-f.endTime > c.reorderTime()
}

// reorderTime is how long a segment may come behind later ones and still be
// out of order, where nothing else tells. Retransmissions take a round trip at least.
func (c *Conn) reorderTime() int64 {
	if c.stats.InitialRTT > 0 {
		return int64(c.stats.InitialRTT)
	}
	return reorderTime
}

func (c *Conn) retransmitted(of Half, off, end int64) {
	f := &c.half[of]
	c.stats.Half[of].Retransmissions++
	if off < f.sampleEnd {
		f.sampleEnd = 0 // Karn: which copy would the ACK be for?
	}
	if c.obs != nil {
		c.obs.Retransmitted(of, off, end-off, c.now())
	}
}

// probe counts a segment of at most one octet that stands one before the end
// of all that was sent: a keep-alive, or a probe of a closed window. Such an
// octet is garbage or known. It reports whether the segment is done with.
func (c *Conn) probe(of Half, off int64, length int) bool {
	f, peer, st := &c.half[of], &c.half[of.Other()], &c.stats.Half[of]
	if off != f.end-1 || off >= f.next {
		// A probe of a closed window may also carry the next octet.
		if length == 1 && peer.closed && off < f.next && off >= f.acked {
			st.WindowProbes++
			return true
		}
		return false
	}
	switch {
	case peer.closed:
		st.WindowProbes++
	case length == 0 || !peer.acks || f.acked >= f.end:
		st.KeepAlives++
	default:
		return false
	}
	return true
}

// announceWindow follows the receive window that a half announces.
func (c *Conn) announceWindow(of Half, s *segment.Segment) {
	f := &c.half[of]
	f.window = uint32(s.Window)
	if f.scaled && c.half[of.Other()].scaled {
		f.window <<= f.scale
	}
	if shut := s.Window == 0; shut != f.closed && f.acks {
		c.shut(of, shut)
	}
}

func (c *Conn) shut(of Half, closed bool) {
	c.half[of].closed = closed
	if closed {
		c.stats.Half[of].ZeroWindows++
	}
	switch {
	case c.obs == nil:
	case closed:
		c.obs.ReceiverClosed(of, c.now())
	default:
		c.obs.ReceiverOpened(of, c.now())
	}
}
