package h2decode

import "h2scope/hpack"

// What a sink may ask the connection about during an event. While a frame is
// told, it has not taken effect yet: all is as it was before, but for the
// flow-control windows, which the event has as they are after.

// Stream is the stream that is open (or reserved) under id, nil where there is
// none. It is borrowed: valid during the event.
func (c *Conn) Stream(id uint32) *Stream {
	if s := c.streams.get(id); s != nil {
		return &s.Stream
	}
	return nil
}

// OpenStreams is how many streams are followed now, those not counted whose
// request was not seen: some may be over.
func (c *Conn) OpenStreams() int { return c.streams.open.Len() - c.streams.unseen }

// Newest is the greatest identifier that a stream of the given side was opened
// or reserved with; 0: none yet.
func (c *Conn) Newest(side Side) uint32 { return c.streams.newest[side] }

// Setting is what the owner's setting limits its peer to: from the least to the
// greatest of the value in force and those that wait for their acknowledgment.
// While a SETTINGS frame is unacknowledged, nobody but the peer knows which of
// them it goes by. known is false where the value in force, or one that waits,
// was not seen; so it is, too, where the octets in work are the peer's and its TCP
// has acknowledged more of the owner's than have come.
func (c *Conn) Setting(owner Side, id SettingID) (least, greatest uint32, known bool) {
	s := &c.halves[owner].settings
	v, known := s.value(id)
	least, greatest = v, v
	for i := range s.pending {
		a := &s.pending[i]
		known = known && !a.incomplete
		for _, setting := range a.values {
			if setting.ID == id {
				least, greatest = min(least, setting.Value), max(greatest, setting.Value)
			}
		}
	}
	return least, greatest, known && s.forgotten == 0 && !c.ahead(owner.Other())
}

// ahead reports that the octets in work are those of a side, and that its TCP has
// acknowledged octets of its peer's that have not come: what these changed, it may
// go by already.
func (c *Conn) ahead(side Side) bool {
	return c.at.From == side && c.at.Acked > c.halves[side.Other()].seen
}

// Pending is how many SETTINGS frames of owner wait for their acknowledgment.
func (c *Conn) Pending(owner Side) int {
	s := &c.halves[owner].settings
	return len(s.pending) + s.forgotten
}

// Complete says that all of a side's octets were seen so far, from the
// connection's first on, but for those inside the payload of DATA: that no
// frame of it can have been missed.
func (c *Conn) Complete(side Side) bool { return !c.halves[side].missed }

// Seen is where the octets of a side end that have come so far, those that the
// capture lacks counted. What its peer's TCP has acknowledged beyond them is
// still to come.
func (c *Conn) Seen(side Side) uint64 { return c.halves[side].seen }

// A BegunFrame is a frame whose header has come and whose end has not.
type BegunFrame struct {
	Origin  // Packet and Time are where it began
	Header  FrameHeader
	Missing uint32 // payload octets so far that the capture lacks
}

// Begun is the frame that a side has begun, where there is one. When the
// connection is over it is the one that was cut.
func (c *Conn) Begun(side Side) (b BegunFrame, ok bool) {
	f := &c.halves[side].frame
	if !f.active {
		return b, false
	}
	o := Origin{Conn: c.cfg.Conn, From: side, Packet: f.packet, Time: f.time, Offset: f.offset}
	return BegunFrame{o, f.header, f.missing}, true
}

// SectionSize is the size of the field section that the frame in work ended, as
// SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113, Section 6.5.2), with the
// fields that a limit kept out.
func (c *Conn) SectionSize(side Side) uint64 {
	if b := c.frameEvent.Block; b != nil && c.frameEvent.From == side {
		return b.Size
	}
	return c.halves[side].table.SectionSize()
}

// Table is the HPACK table that a side's encoder fills. It must not be changed.
func (c *Conn) Table(side Side) *hpack.Table { return c.halves[side].table.Table() }
