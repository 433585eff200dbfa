package h2decode

// miss takes note of missing octets.
func (h *half) miss(c *Conn, g *Gap) {
	if g.Length == 0 {
		return
	}
	if h.gap.Bytes == 0 {
		h.gap = GapFound{Origin: c.origin(g.Offset), Cause: g.Cause}
	}
	h.gap.Bytes += g.Length
	h.seen = g.Offset + g.Length
	if h.lost {
		return
	}
	inside := uint64(0)
	if f := &h.frame; f.active {
		inside = min(g.Length, uint64(f.header.Length-f.got))
		h.missInside(c, uint32(inside), g.Offset)
	}
	if inside < g.Length { // else the frame's length says where the next begins
		h.loseSync(c)
	}
}

// missInside passes over n octets of the payload in progress. Where that ends
// the frame, it ended in the last packet that gave any of it.
func (h *half) missInside(c *Conn, n uint32, offset uint64) {
	f := &h.frame
	if f.header.Type == TypeData {
		h.missData(c, n, offset)
	} else {
		f.got += n
		f.missing += n
	}
	if f.got == f.header.Length {
		declared := c.at
		c.at.Packet, c.at.OctetsPacket = h.last.packet, h.last.octetsPacket
		c.at.Time, c.at.Late = h.last.time, h.last.late
		h.end(c)
		c.at = declared
	}
}

// loseSync gives up what cannot outlive the loss of frame boundaries: field
// blocks may have been among what is lost.
func (h *half) loseSync(c *Conn) {
	h.lost, h.missed = true, true
	c.forgetWindows()
	for side := range c.halves {
		c.halves[side].settings.doubt()
	}
	h.gap.Skipped += uint64(h.unread())
	h.partialN = 0
	h.preface = prefaceDone
	h.section.abandon()
	h.table.MissedBlocks()
}

// unread is how many octets came that are less than a preface, a frame header
// or the frame in progress.
func (h *half) unread() int {
	n := h.partialN + max(h.preface, 0)
	if f := &h.frame; f.active {
		n += HeaderLength + int(f.got-f.missing)
	}
	return n
}

// regain tells of the gap behind which octets came that are in step.
func (h *half) regain(c *Conn) {
	if h.gap.Bytes != 0 && !h.lost {
		h.gap.Resynced = c.at.Packet
		c.tellGap(h)
	}
}

// finish tells of the gap behind which the half never was in step.
func (h *half) finish(c *Conn) {
	if h.gap.Bytes != 0 {
		c.tellGap(h)
	}
}

func (c *Conn) tellGap(h *half) {
	gap := h.gap
	h.gap = GapFound{}
	c.gaps++
	c.sink.Event(&gap)
}
