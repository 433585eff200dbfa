package h2decode

// lostSync is where a half is out of step: nothing is known of where its frames
// begin.
type lostSync struct {
	active  bool
	offset  uint64
	bytes   uint64
	skipped uint64
	cause   GapCause
	packet  uint64
	time    int64
}

// gap passes over missing octets.
func (h *half) gap(c *Conn, g *Gap) {
	if h.lost.active {
		h.lost.bytes += g.Length
		return
	}
	h.regain(c)
	f := &h.frame
	inside := uint64(0)
	if f.active {
		inside = min(g.Length, uint64(f.header.Length-f.got))
		h.miss(c, uint32(inside), g.Offset)
	}
	if inside == g.Length { // the frame's length says where the next begins
		h.pendingGap = GapFound{Origin: c.origin(g.Offset), Bytes: g.Length, Cause: g.Cause}
		return
	}
	h.loseSync(c)
	h.lost = lostSync{
		active: true, offset: g.Offset, bytes: g.Length, cause: g.Cause,
		packet: g.Packet, time: g.Time,
	}
}

// miss passes over n octets of the payload in progress.
func (h *half) miss(c *Conn, n uint32, offset uint64) {
	f := &h.frame
	if f.header.Type == TypeData {
		h.missData(c, n, offset)
		return
	}
	f.got += n
	f.missing += n
	if f.got == f.header.Length {
		h.end(c)
	}
}

// loseSync gives up what cannot outlive the loss of frame boundaries: field
// blocks may have been among what is lost.
func (h *half) loseSync(c *Conn) {
	h.partialN = 0
	h.frame.active = false
	h.preface = prefaceDone
	h.section.abandon()
	h.table.MissedBlocks()
}

// regain tells of a gap behind which octets came that are in step.
func (h *half) regain(c *Conn) {
	if h.pendingGap.Bytes == 0 {
		return
	}
	gap := h.pendingGap
	h.pendingGap = GapFound{}
	gap.Resynced = c.at.Packet
	c.tellGap(&gap)
}

func (h *half) finish(c *Conn) {
	switch {
	case h.lost.active:
		l := &h.lost
		c.tellGap(&GapFound{
			Origin: Origin{Conn: c.cfg.Conn, From: h.side, Packet: l.packet, Time: l.time, Offset: l.offset},
			Bytes:  l.bytes, Skipped: l.skipped, Cause: l.cause,
		})
	case h.pendingGap.Bytes != 0:
		gap := h.pendingGap
		c.tellGap(&gap)
	}
}

func (c *Conn) tellGap(gap *GapFound) {
	c.gaps++
	c.sink.Event(gap)
}
