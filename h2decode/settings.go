package h2decode

import (
	"cmp"
	"slices"
)

const defaultHeaderTableSize = 4096 // RFC 9113, Section 6.5.2

// The settings that are kept for one side: known ones always, others up to
// maxUnknownSettings; and the SETTINGS frames that wait for their
// acknowledgment up to maxPendingSettings, behind which the oldest are
// forgotten.
const (
	maxUnknownSettings = 64
	maxPendingSettings = 1024
)

// settings are what one side announced.
type settings struct {
	inForce []Setting // acknowledged by the peer, in order of identifier
	pending []pendingSettings
	// early is how many acknowledgments came before their SETTINGS frame did:
	// captures may show the two directions out of order.
	early      int
	earlyAcked uint64 // what the acknowledging side had received by the last of them
}

type pendingSettings struct {
	values []Setting
	sentAt int64
}

// applySettings takes a SETTINGS frame of this side: an announcement, or the
// acknowledgment of one of its peer's. Settings come into force for what the
// peer sends when the peer has acknowledged them (RFC 9113, Section 6.5.3).
func (h *half) applySettings(c *Conn, p *SettingsFrame) {
	e := &c.frameEvent
	if e.Header.Flags.Has(FlagAck) {
		h.acknowledge(c)
		return
	}
	s := &h.settings
	announced := pendingSettings{values: slices.AppendSeq(make([]Setting, 0, p.Len()), p.All()), sentAt: e.Time}
	if s.early > 0 && e.Offset < s.earlyAcked {
		s.early--
		c.putInForce(h, announced)
		return
	}
	if len(s.pending) == maxPendingSettings {
		s.pending = s.pending[1:]
	}
	s.pending = append(s.pending, announced)
}

// acknowledge puts the peer's oldest announcement into force.
func (h *half) acknowledge(c *Conn) {
	peer := &c.halves[h.side.Other()]
	s := &peer.settings
	if len(s.pending) == 0 {
		s.early++
		s.earlyAcked = c.at.Acked
		return
	}
	oldest := s.pending[0]
	s.pending = s.pending[1:]
	if len(s.pending) == 0 {
		s.pending = nil
	}
	c.putInForce(peer, oldest)
}

// putInForce applies settings of owner to what its peer sends.
func (c *Conn) putInForce(owner *half, announced pendingSettings) {
	peer := &c.halves[owner.side.Other()]
	for _, setting := range announced.values {
		owner.settings.set(setting)
		if setting.ID == SettingHeaderTableSize {
			peer.table.SetMaxTableSize(setting.Value)
		}
	}
	o := c.origin(c.frameEvent.Offset)
	o.From = peer.side
	c.sink.Event(&SettingsAcknowledged{Origin: o, Settings: announced.values, SentAt: announced.sentAt})
}

func (s *settings) set(v Setting) {
	i, found := slices.BinarySearchFunc(s.inForce, v, func(a, b Setting) int { return cmp.Compare(a.ID, b.ID) })
	switch {
	case found:
		s.inForce[i].Value = v.Value
	case len(s.inForce) < len(settingNames)+maxUnknownSettings || int(v.ID) < len(settingNames):
		s.inForce = slices.Insert(s.inForce, i, v)
	}
}
