package rules

import (
	"time"

	"h2scope/h2decode"
)

// settingsChecks is what the rules about settings, PING and GOAWAY keep.
type settingsChecks struct {
	sides [2]settingsSide

	// noPriorities says that a side announced SETTINGS_NO_RFC7540_PRIORITIES=1.
	noPriorities bool
}

// A settingsSide is what they keep of what one side sent.
type settingsSide struct {
	begun bool // it has sent a SETTINGS frame without ACK

	connects bool            // SETTINGS_ENABLE_CONNECT_PROTOCOL=1 was sent
	priority prioritySetting // what was sent of SETTINGS_NO_RFC7540_PRIORITIES

	waiting waitingSettings
	pings   []sentPing // that wait for their acknowledgment
	more    bool       // some of those are forgotten

	leaving bool // it has sent GOAWAY
	goAway  goAwayRecord
}

// A prioritySetting is a side's SETTINGS_NO_RFC7540_PRIORITIES.
type prioritySetting struct {
	sent  bool
	value uint32
	frame sentFrame // with which it became 1
}

const (
	maxInitialWindow    = 1<<31 - 1
	fewStreams          = 100              // RFC 9113, Section 6.5.2
	registeredElsewhere = 0x10             // SETTINGS_TLS_RENEG_PERMITTED, of [MS-HTTP2E]
	patience            = 10 * time.Second // for an acknowledgment, and for the end behind GOAWAY
	maxSentSettings     = 64               // SETTINGS frames and PINGs of a side that are
	maxSentPings        = 64               // watched until they are acknowledged
	noRFC7540Priorities = h2decode.SettingNoRFC7540Priorities
	enableConnect       = h2decode.SettingEnableConnectProtocol
)

// checkSettings holds a SETTINGS frame of sound size against the rules.
func (j *Judge) checkSettings(f *h2decode.FrameDecoded) {
	if f.Header.Flags.Has(h2decode.FlagAck) {
		j.checkSettingsAck(f)
		return
	}
	s, about := &j.checks.settings.sides[f.From], sent(f)
	j.awaitAcknowledgment(s, about)
	p, ok := f.Payload.(*h2decode.SettingsFrame)
	if !ok { // its octets are missing, or too many
		s.begun = true
		return
	}
	before := s.priority
	for setting := range p.All() {
		if setting.ID == noRFC7540Priorities {
			j.checkNoPriorities(f, s, before, setting.Value)
		}
		j.checkSetting(about, setting)
	}
	j.checkIdentifiers(p)
	s.begun = true
}

// checkSetting holds one setting against the rules; about is what it stands in.
func (j *Judge) checkSetting(about sentFrame, setting h2decode.Setting) {
	s := &j.checks.settings.sides[about.From]
	switch v := setting.Value; setting.ID {
	case h2decode.SettingEnablePush:
		switch {
		case v > 1:
			j.blameSetting("SE-01", about, setting, "it must be 0 or 1")
		case v == 1 && about.From == server:
			j.blameSetting("SE-02", about, setting, "a server must not send that")
		}
	case h2decode.SettingMaxConcurrentStreams:
		if v < fewStreams {
			j.blameSetting("SE-15", about, setting, "less than 100 limits parallelism")
		}
	case h2decode.SettingInitialWindowSize:
		if v > maxInitialWindow {
			j.blameSetting("SE-03", about, setting, "it must be at most 2147483647")
		}
	case h2decode.SettingMaxFrameSize:
		if v < leastMaxFrameSize || v > h2decode.MaxFrameLength {
			j.blameSetting("SE-04", about, setting, "it must be from 16384 to 16777215")
		}
	case enableConnect:
		switch {
		case v > 1:
			j.blameSetting("SE-10", about, setting, "it must be 0 or 1")
		case v == 0 && s.connects:
			j.blameSetting("SE-11", about, setting, "it was 1 before")
		}
		s.connects = s.connects || v == 1
	case noRFC7540Priorities:
		if v > 1 {
			j.blameSetting("SE-12", about, setting, "it must be 0 or 1")
		}
		if !s.priority.sent || v == 1 && s.priority.value != 1 {
			s.priority.frame = about
		}
		s.priority.sent, s.priority.value = true, v
		j.checks.settings.noPriorities = j.checks.settings.noPriorities || v == 1
	}
}

func (j *Judge) blameSetting(id string, about sentFrame, setting h2decode.Setting, why string) {
	j.blame(id, about.From, about, []h2decode.Evidence{fact("setting", int64(setting.ID)), fact("value", int64(setting.Value))},
		"the %s sent %s=%d; %s", about.From, setting.ID, setting.Value, why)
}

// checkNoPriorities holds the place of SETTINGS_NO_RFC7540_PRIORITIES against
// RFC 9218, Section 2.1: before is what earlier frames said.
func (j *Judge) checkNoPriorities(f *h2decode.FrameDecoded, s *settingsSide, before prioritySetting, value uint32) {
	evidence := []h2decode.Evidence{fact("value", int64(value))}
	switch {
	case value > 1: // which is the fault
	case before.sent && before.value != value:
		j.broke("SE-13", append(evidence, fact("before", int64(before.value))),
			"the %s changes %s from %d to %d", f.From, noRFC7540Priorities, before.value, value)
	case before.sent, !s.begun && j.conn.Complete(f.From):
	case !j.conn.Complete(f.From):
		j.skip("SE-16")
	default:
		j.broke("SE-16", evidence, "the %s sent %s=%d, which its first SETTINGS frame did not have", f.From, noRFC7540Priorities, value)
	}
}

// checkIdentifiers tells of settings that are unknown or stand there twice,
// one finding of each kind for a frame.
func (j *Judge) checkIdentifiers(p *h2decode.SettingsFrame) {
	var known uint32 // the identifiers below 32 that have come
	var others map[h2decode.SettingID]bool
	var unknown, repeated []h2decode.Evidence
	for s := range p.All() {
		bit := uint32(1) << s.ID // 0 for those from 32 on
		seen := known&bit != 0 || others[s.ID]
		if known |= bit; bit == 0 && p.Len() > 1 {
			if others == nil {
				others = make(map[h2decode.SettingID]bool)
			}
			others[s.ID] = true
		}
		if seen && len(repeated) == 0 {
			repeated = []h2decode.Evidence{fact("setting", int64(s.ID))}
			j.broke("SE-07", repeated, "%s stands more than once in the SETTINGS frame", s.ID)
		}
		if len(unknown) == 0 && !s.ID.Registered() && s.ID != registeredElsewhere {
			unknown = []h2decode.Evidence{fact("setting", int64(s.ID)), fact("value", int64(s.Value))}
			j.broke("SE-08", unknown, "the setting %s=%d is not registered", s.ID, s.Value)
		}
	}
}
