package h2decode

import (
	"cmp"
	"math"
	"slices"
)

const defaultHeaderTableSize = 4096 // RFC 9113, Section 6.5.2

// The settings that are kept for one side: known ones always, others up to
// maxUnknownSettings; and what waits for its acknowledgment up to
// maxPendingFrames SETTINGS frames with maxPendingSettings settings together,
// behind which the oldest are forgotten.
const (
	maxUnknownSettings = 64
	maxPendingFrames   = 1024
	maxPendingSettings = 4096
)

// settings are what one side announced.
type settings struct {
	inForce []Setting // acknowledged by the peer, in order of identifier
	// current is what is in force of the registered settings, by identifier:
	// frames ask for it all the time.
	current [len(settingDefaults)]uint32

	pending   []announcement
	values    int // settings in pending
	forgotten int // announcements before those pending

	// doubtful says that frames may have been missed: of the values in force
	// only those in sure, a set of identifiers, are certain.
	doubtful bool
	sure     uint16
	unread   bool // an announcement's values are not known

	// unpaired says that acknowledgments of those pending may have been missed:
	// which one the next acknowledges is certain only where one is left.
	unpaired bool

	// early is how many acknowledgments came before their SETTINGS frame did:
	// captures may show the two directions out of order.
	early       int
	earlyAcked  uint64 // what the acknowledging side had received by the last of them
	earlyOffset uint64 // of the last of them
}

// An announcement is a SETTINGS frame without ACK.
type announcement struct {
	values     []Setting
	incomplete bool // values are not known
	sentAt     int64
}

// applySettings takes a SETTINGS frame of this side: an announcement, or the
// acknowledgment of one of its peer's. Settings come into force for what the
// peer sends when the peer has acknowledged them (RFC 9113, Section 6.5.3).
func (h *half) applySettings(c *Conn, p *SettingsFrame) {
	e := &c.frameEvent
	switch {
	case e.Header.Flags.Has(FlagAck):
		h.acknowledge(c)
	case p.Len() > maxPendingSettings:
		h.announce(c, announcement{incomplete: true, sentAt: e.Time})
	default:
		values := slices.AppendSeq(make([]Setting, 0, p.Len()), p.All())
		h.announce(c, announcement{values: values, sentAt: e.Time})
	}
}

// announce puts an announcement in the queue for its acknowledgment, or in
// force where that came before: which it can only have where the peer had
// received the whole frame.
func (h *half) announce(c *Conn, a announcement) {
	s, e := &h.settings, &c.frameEvent
	s.unread = s.unread || a.incomplete
	if s.early > 0 && e.Offset+HeaderLength+uint64(e.Header.Length) <= s.earlyAcked {
		s.early--
		c.putInForce(h, a, s.earlyOffset)
		if size, known := s.value(SettingHeaderTableSize); known && s.early == 0 && !h.missed {
			c.halves[h.side.Other()].table.SetMaxTableSize(size)
		}
		return
	}
	s.pending = append(s.pending, a)
	s.values += len(a.values)
	for len(s.pending) > maxPendingFrames || s.values > maxPendingSettings {
		s.oldest()
		s.forgotten++
	}
}

// oldest takes the oldest announcement from the queue.
func (s *settings) oldest() announcement {
	a := s.pending[0]
	s.pending[0] = announcement{}
	s.pending = s.pending[1:]
	if len(s.pending) == 0 {
		s.pending = nil
	}
	s.values -= len(a.values)
	return a
}

// acknowledge puts the peer's oldest announcement into force.
func (h *half) acknowledge(c *Conn) {
	peer := &c.halves[h.side.Other()]
	s := &peer.settings
	offset := c.frameEvent.Offset
	switch {
	case s.forgotten > 0:
		s.forgotten--
		c.putInForce(peer, announcement{incomplete: true}, offset)
	case s.unpaired && (len(s.pending) > 1 || c.ahead(h.side)):
		s.oldest()
		c.putInForce(peer, announcement{incomplete: true}, offset)
	case len(s.pending) > 0:
		s.unpaired = false
		c.putInForce(peer, s.oldest(), offset)
	default:
		if s.early++; c.ahead(h.side) { // what it acknowledges may be another table
			h.table.SetMaxTableSize(math.MaxUint32)
		}
		s.earlyAcked, s.earlyOffset = c.at.Acked, offset
	}
}

// putInForce applies settings of owner to what its peer sends, and tells that
// the peer acknowledged them at offset of its octets. Repeated settings are
// applied one by one: the least HEADER_TABLE_SIZE between two field blocks
// matters, too (RFC 7541, Section 4.2).
func (c *Conn) putInForce(owner *half, a announcement, offset uint64) {
	peer := &c.halves[owner.side.Other()]
	if a.incomplete {
		owner.settings.inForce, owner.settings.current = nil, settingDefaults
		owner.settings.unread = true
		owner.settings.doubt()
		c.forgetStreamWindows(peer.side)
		peer.table.SetMaxTableSize(math.MaxUint32)
	}
	size, known := owner.settings.value(SettingInitialWindowSize)
	for _, setting := range a.values {
		owner.settings.set(setting)
		switch {
		case setting.ID != SettingHeaderTableSize:
		case owner.missed: // it may acknowledge another frame, which is lost
			peer.table.SetMaxTableSize(math.MaxUint32)
		default:
			peer.table.SetMaxTableSize(setting.Value)
		}
	}
	if now, _ := owner.settings.value(SettingInitialWindowSize); known {
		c.shiftWindows(peer.side, int64(now)-int64(size), offset)
	}
	o := c.origin(offset)
	o.From = peer.side
	c.sink.Event(&SettingsAcknowledged{Origin: o, Settings: a.values, SentAt: a.sentAt, Incomplete: a.incomplete})
}

// doubt takes note that frames which change the settings may have been missed.
func (s *settings) doubt() { s.doubtful, s.sure = true, 0 }

// doubtAcknowledgments takes note that those of the settings may have been missed.
func (s *settings) doubtAcknowledgments() {
	s.doubt()
	s.unpaired = s.unpaired || len(s.pending) > 0
}

// value is what is in force, the default of RFC 9113, Section 6.5.2 where
// nothing was said.
func (s *settings) value(id SettingID) (value uint32, known bool) {
	known = !s.doubtful || id < 16 && s.sure&(1<<id) != 0
	if int(id) < len(s.current) {
		return s.current[id], known
	}
	if i, found := s.find(id); found {
		return s.inForce[i].Value, known
	}
	return math.MaxUint32, known
}

// settingDefaults are the values before any is sent.
var settingDefaults = [...]uint32{
	SettingHeaderTableSize:       defaultHeaderTableSize,
	SettingEnablePush:            1,
	SettingMaxConcurrentStreams:  math.MaxUint32,
	SettingInitialWindowSize:     defaultWindow,
	SettingMaxFrameSize:          1 << 14,
	SettingMaxHeaderListSize:     math.MaxUint32,
	SettingEnableConnectProtocol: 0,
	SettingNoRFC7540Priorities:   0,
}

func (s *settings) find(id SettingID) (i int, found bool) {
	return slices.BinarySearchFunc(s.inForce, id, func(a Setting, id SettingID) int { return cmp.Compare(a.ID, id) })
}

func (s *settings) set(v Setting) {
	if v.ID < 16 {
		s.sure |= 1 << v.ID
	}
	if int(v.ID) < len(s.current) {
		s.current[v.ID] = v.Value
	}
	i, found := s.find(v.ID)
	switch {
	case found:
		s.inForce[i].Value = v.Value
	case len(s.inForce) < len(settingNames)+maxUnknownSettings || int(v.ID) < len(settingNames):
		s.inForce = slices.Insert(s.inForce, i, v)
	}
}
