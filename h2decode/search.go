package h2decode

import (
	"math"
	"slices"

	"h2scope/h2decode/resync"
)

var roles = [...]resync.Role{Client: resync.Client, Server: resync.Server}

// beginSearch makes the half look for the boundary of a frame in what follows.
func (h *half) beginSearch(c *Conn) {
	cfg := resync.Config{Side: roles[h.side], Stream: func(id uint32) resync.Knowledge { return h.knows(c, id) }}
	cfg.MaxFrameSize, cfg.MaxData = h.longest(c)
	cfg.Answered = func(stream uint32, from, to uint64) bool { return h.answered(c, stream, from, to) }
	h.finder = resync.New[Chunk](cfg)
	h.used = [len(h.used)]uint32{}
}

// lost reports that the half is not in step.
func (h *half) lost() bool { return h.finder != nil || h.skip > 0 }

// search looks for a boundary, and goes on from there with what was held. That
// is worked off as if it came now, from the packets that it came from.
func (h *half) search(c *Conn, data []byte, offset uint64) {
	if id := resync.HeadersStream(data); id != 0 {
		h.note(id, offset, c.at.Acked)
	}
	f := h.finder
	f.Widen(h.longest(c))
	if c.at.Acked > c.halves[h.side.Other()].seen { // it knew more than is known here
		f.Expect(0)
	}
	if !f.Chunk(data, offset, c.at) {
		return
	}
	now := c.at
	h.endSearch()
	f.Replay(func(data []byte, offset uint64, at Chunk) {
		c.at = at
		h.last = arrivalOf(&at)
		h.regain(c)
		h.octets(c, data, offset)
	})
	c.at = now
}

// endSearch counts the octets that the search passed over.
func (h *half) endSearch() {
	if h.finder != nil {
		h.gap.Skipped += h.finder.Passed()
		h.finder = nil
	}
}

// longest is how long a frame of the half can be, and how long DATA, as
// resync.Config has them.
func (h *half) longest(c *Conn) (frame, data uint32) {
	frame, _ = c.greatest(h.side.Other(), SettingMaxFrameSize)
	if !h.bounded {
		return frame, 0
	}
	switch w := c.window[h.side].Octets; {
	case w <= 0:
		return frame, resync.NoData
	case w < math.MaxUint32:
		return frame, uint32(w)
	}
	return frame, 0
}

// greatest is the greatest value that a setting of owner can have in force. Its
// acknowledgments may have been missed, but no announcement; else it is 0, and
// not known.
func (c *Conn) greatest(owner Side, id SettingID) (value uint32, known bool) {
	_, value, known = c.Setting(owner, id)
	if !known && (!c.Complete(owner) || c.halves[owner].settings.unread) {
		return 0, false
	}
	return value, true
}

// knows is what is known of a stream that the half may have sent a frame on.
func (h *half) knows(c *Conn, id uint32) resync.Knowledge {
	peer := &c.halves[h.side.Other()]
	switch s := c.streams.get(id); {
	case opener(id) == peer.side && !h.heard(c, s, id):
		return resync.Impossible
	case s != nil || slices.Contains(peer.used[:], id):
		return resync.InUse
	}
	return resync.NothingKnown
}

// heard reports whether the half can have heard of a stream of its peer's. Where
// all that its TCP has acknowledged was seen, the stream's first frame is in that.
func (h *half) heard(c *Conn, s *stream, id uint32) bool {
	peer := &c.halves[h.side.Other()]
	acked := c.at.Acked
	if peer.missed || acked == 0 || acked > peer.seen {
		return true
	}
	if s != nil {
		return s.offset < acked
	}
	return id <= c.streams.newest[peer.side]
}

// use notes a stream that the half sent a frame on, while its peer's frames are
// looked for.
func (h *half) use(id uint32) {
	if id != 0 && h.used[0] != id {
		copy(h.used[1:], h.used[:])
		h.used[0] = id
	}
}

// A sentHeaders is a HEADERS frame that a half sent, or began a segment with
// while frames were looked for.
type sentHeaders struct {
	stream uint32
	offset uint64
	acked  uint64 // what the half had had of its peer
}

// note keeps a HEADERS frame for the time when the peer's frames are looked for:
// a gap is known as one long after it.
func (h *half) note(stream uint32, offset, acked uint64) {
	h.sent[h.sentN%uint(len(h.sent))] = sentHeaders{stream, offset, acked}
	h.sentN++
}

// answered is resync.Config.Answered.
func (h *half) answered(c *Conn, stream uint32, from, to uint64) bool {
	for _, sent := range c.halves[h.side.Other()].sent {
		if sent.stream == stream && from <= sent.acked && sent.acked <= to && sent.offset < c.at.Acked {
			return true
		}
	}
	return false
}
