package h2decode

import "math"

// miss takes note of missing octets.
func (h *half) miss(c *Conn, g *Gap) {
	if g.Length == 0 {
		return
	}
	h.beginGap(GapFound{Origin: c.origin(g.Offset), Cause: g.Cause})
	h.gap.Bytes += g.Length
	h.seen = g.Offset + g.Length
	switch f := &h.frame; {
	case h.finder != nil:
		h.finder.Gap()
	case h.skip > 0:
		h.missSkipped(c, g)
	case f.active:
		h.missPayload(c, g)
	default:
		h.missHeader(c, g)
	}
}

// missPayload takes note of a gap that begins in a payload. Where it ends, the
// frame's length still says where the next begins, if the gap's length is certain.
func (h *half) missPayload(c *Conn, g *Gap) {
	f := &h.frame
	rest := uint64(f.header.Length - f.got)
	end := g.Offset + rest
	if !g.Estimated {
		rest = min(rest, g.Length)
	}
	h.missInside(c, uint32(rest), g.Offset)
	if g.Estimated || end < h.seen {
		enough := h.beforeData(c)
		h.loseSync(c)
		h.beginSearch(c)
		h.expectNext(g, h.seen-end, enough)
	}
	if g.Estimated && end > h.seen {
		h.finder.Expect(end)
	}
}

// missHeader takes note of a gap that begins before a payload. A header whose
// first octets came has told how long its frame is: all of it is passed over.
func (h *half) missHeader(c *Conn, g *Gap) {
	n := uint64(h.partialN)
	known := n >= 3 && !g.Estimated
	length := uint64(h.partial[0])<<16 | uint64(h.partial[1])<<8 | uint64(h.partial[2])
	enough := h.beforeData(c)
	h.loseSync(c)
	if known {
		h.skip = HeaderLength + length - n
		h.missSkipped(c, g)
		return
	}
	h.beginSearch(c)
	h.expectNext(g, n+g.Length, enough)
}

// missSkipped takes note of a gap in a frame that is passed over.
func (h *half) missSkipped(c *Conn, g *Gap) {
	if g.Length > h.skip || g.Estimated {
		h.skip = 0
		h.beginSearch(c)
	} else {
		h.skip -= g.Length
	}
}

// The least that HEADERS take: of a request two indexed fields, of a response
// one (RFC 9113, Sections 8.3 and 8.5; RFC 7541, Section 6.1).
const (
	minRequest  = HeaderLength + 2
	minResponse = HeaderLength + 1
)

// beforeData is how many octets a half sends, at least, before those that lie in
// DATA: the frame header and, where no message of its that is known goes on, what
// begins one. It is asked before sync is lost.
func (h *half) beforeData(c *Conn) uint64 {
	least := uint64(math.MaxUint64)
	if h.side == Client {
		least = minRequest + HeaderLength
	}
	if h.severed || h.side == Client && h.missed || h.side == Server && c.halves[Client].missed {
		return HeaderLength
	}
	for s := range c.streams.all {
		switch {
		case s.message(h.side).Complete:
		case h.side == Server && s.answer == noAnswer && !h.missed:
			least = minResponse + HeaderLength
		default:
			return HeaderLength
		}
	}
	return least
}

// expectNext makes the end of a gap the place where a header is likely, where
// the gap had too few octets for more than whole frames.
func (h *half) expectNext(g *Gap, unknown, enough uint64) {
	if !g.Estimated && unknown < enough {
		h.finder.Expect(h.seen)
	}
}

// beginGap begins a gap, unless one is open: nothing shows that the half was in
// step between the two.
func (h *half) beginGap(gap GapFound) {
	if !h.gapped {
		h.gap, h.gapped = gap, true
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
	if f.header.Type == TypeWindowUpdate {
		c.halves[h.side.Other()].bounded = false
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
// blocks may have been among what is lost, and all that changes windows and
// settings.
func (h *half) loseSync(c *Conn) {
	peer := &c.halves[h.side.Other()]
	h.missed, h.back = true, nowhere
	h.doubtMessages(c)
	h.bounded, peer.bounded = h.bounded || c.window[h.side].Known, false
	c.forgetWindows()
	h.settings.doubt()
	peer.settings.doubtAcknowledgments()
	h.gap.Skipped += uint64(h.unread())
	h.partialN = 0
	h.preface = prefaceDone
	h.section.abandon()
	h.doubtTable(c)
}

// nowhere is half.back until a frame is read behind those missed.
const nowhere = math.MaxUint64

// doubtMessages takes note that frames of each message may be lost that the half
// has not ended.
func (h *half) doubtMessages(c *Conn) {
	for s := range c.streams.all {
		if m := s.message(h.side); !m.Complete {
			m.Lossy = true
		}
	}
}

// mayHaveAnswered reports whether frames of the half that answer the frame in
// work may be lost: none are of what it had sent before, as its peer's TCP has
// acknowledged.
func (h *half) mayHaveAnswered(c *Conn) bool {
	return h.missed && c.frameEvent.Acked < h.back
}

// doubtTable takes note that field blocks may be lost, and acknowledgments of
// the peer's SETTINGS_HEADER_TABLE_SIZE, from which on the table may be larger.
func (h *half) doubtTable(c *Conn) {
	if size, known := c.greatest(h.side.Other(), SettingHeaderTableSize); known {
		h.table.SetMaxTableSize(size)
	} else {
		h.table.SetMaxTableSize(math.MaxUint32)
	}
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

// join is told of the half's first octets. What was passed over before it was
// known that they are HTTP/2's, and what is passed over until a frame begins, is
// as a gap.
func (h *half) join(c *Conn, offset uint64) {
	if h.lost() || c.cfg.Late && offset > 0 {
		h.beginGap(GapFound{Origin: c.origin(0), Skipped: offset})
	}
}

// regain tells of the gap behind which octets came that are in step.
func (h *half) regain(c *Conn) {
	if h.gapped && !h.lost() {
		h.gap.Resynced = c.at.Packet
		c.tellGap(h)
	}
}

// finish tells of the gap behind which the half never was in step.
func (h *half) finish(c *Conn) {
	h.endSearch()
	if h.gapped {
		c.tellGap(h)
	}
}

// tellGap tells of a gap, unless nothing is lost by it.
func (c *Conn) tellGap(h *half) {
	gap := h.gap
	h.gap, h.gapped = GapFound{}, false
	if gap.Bytes > 0 || gap.Skipped > 0 {
		c.gaps++
		c.sink.Event(&gap)
	}
}
