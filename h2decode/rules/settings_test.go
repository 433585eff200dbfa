package rules

import (
	"testing"
	"time"

	"h2scope/h2decode"
)

// setting is a SETTINGS frame with one setting.
func setting(id h2decode.SettingID, v uint32) []byte {
	return settingsFrame(h2decode.Setting{ID: id, Value: v})
}

// announces plays a SETTINGS frame with one setting, acknowledged.
func announces(side h2decode.Side, id h2decode.SettingID, v uint32) func(*script) {
	return func(s *script) {
		s.send(side, setting(id, v))
		s.send(side.Other(), ackFrame())
	}
}

// opens plays the preface, and the first SETTINGS frames with one setting of
// the client's.
func opens(id h2decode.SettingID, v uint32) func(*script) {
	return func(s *script) { s.begin(h2decode.Setting{ID: id, Value: v}) }
}

var settingsCases = []ruleCase{
	{
		rule: "SE-01", name: "2 is no boolean",
		breaks: announces(client, h2decode.SettingEnablePush, 2),
		legal:  announces(client, h2decode.SettingEnablePush, 1),
	},
	{
		rule: "SE-02", name: "a server sends 1",
		breaks: announces(server, h2decode.SettingEnablePush, 1),
		legal:  announces(server, h2decode.SettingEnablePush, 0),
	},
	{
		rule: "SE-03", name: "2^31",
		breaks: announces(client, h2decode.SettingInitialWindowSize, 1<<31),
		legal:  announces(client, h2decode.SettingInitialWindowSize, 1<<31-1),
	},
	{
		rule: "SE-04", name: "below 2^14",
		breaks: announces(server, h2decode.SettingMaxFrameSize, 1<<14-1),
		legal:  announces(server, h2decode.SettingMaxFrameSize, 1<<14),
	},
	{
		rule: "SE-04", name: "2^24",
		breaks: announces(server, h2decode.SettingMaxFrameSize, 1<<24),
		legal:  announces(server, h2decode.SettingMaxFrameSize, 1<<24-1),
	},
	{
		rule: "SE-05", name: "no acknowledgment",
		breaks: func(s *script) {
			s.server(settingsFrame())
			s.wait(11 * time.Second)
			s.server(pingFrame(0, ""))
		},
		legal: func(s *script) {
			s.server(settingsFrame())
			s.wait(9 * time.Second)
			s.client(ackFrame())
		},
	},
	{
		rule: "SE-05", name: "a late acknowledgment",
		breaks: func(s *script) {
			s.server(settingsFrame())
			s.wait(11 * time.Second)
			s.client(ackFrame())
		},
	},
	{
		rule: "SE-05", name: "not until the end",
		breaks: func(s *script) {
			s.server(settingsFrame())
			s.wait(11 * time.Second)
		},
		legal: func(s *script) { s.server(settingsFrame()) },
	},
	{
		rule: "SE-06", name: "an acknowledgment of nothing",
		breaks: func(s *script) { s.client(ackFrame()) },
		legal: func(s *script) { // the capture shows the directions out of order
			frame := settingsFrame()
			s.offset[server] += uint64(len(frame))
			s.client(ackFrame())
			s.offset[server] -= uint64(len(frame))
			s.server(frame)
		},
	},
	{
		rule: "SE-07", name: "twice in a frame",
		breaks: func(s *script) {
			a := h2decode.Setting{ID: h2decode.SettingHeaderTableSize, Value: 0}
			b := h2decode.Setting{ID: h2decode.SettingHeaderTableSize, Value: 4096}
			s.client(settingsFrame(a, b))
		},
		legal: func(s *script) {
			s.client(setting(h2decode.SettingHeaderTableSize, 0), setting(h2decode.SettingHeaderTableSize, 4096))
		},
	},
	{
		rule: "SE-07", name: "an unregistered one twice", also: []string{"SE-08"},
		breaks: func(s *script) {
			s.client(settingsFrame(h2decode.Setting{ID: 0x1a1a}, h2decode.Setting{ID: 0x2a2a}, h2decode.Setting{ID: 0x1a1a}))
		},
		legal: func(s *script) {
			s.client(settingsFrame(h2decode.Setting{ID: 0x1a1a}, h2decode.Setting{ID: 0x2a2a}))
		},
	},
	{
		rule: "SE-08", name: "kept free to exercise extensions",
		breaks: announces(client, 0x0a0a, 1),
		legal:  announces(client, registeredElsewhere, 1),
	},
	{
		rule: "SE-10", name: "2 is no boolean",
		breaks: announces(server, h2decode.SettingEnableConnectProtocol, 2),
		legal:  announces(server, h2decode.SettingEnableConnectProtocol, 1),
	},
	{
		rule: "SE-11", name: "from 1 to 0",
		breaks: func(s *script) {
			announces(server, h2decode.SettingEnableConnectProtocol, 1)(s)
			announces(server, h2decode.SettingEnableConnectProtocol, 0)(s)
		},
		legal: func(s *script) {
			announces(server, h2decode.SettingEnableConnectProtocol, 0)(s)
			announces(server, h2decode.SettingEnableConnectProtocol, 1)(s)
		},
	},
	{
		rule: "SE-12", name: "2 is no boolean", bare: true,
		breaks: opens(h2decode.SettingNoRFC7540Priorities, 2),
		legal:  opens(h2decode.SettingNoRFC7540Priorities, 1),
	},
	{
		rule: "SE-13", name: "from 1 to 0", bare: true,
		breaks: func(s *script) {
			opens(h2decode.SettingNoRFC7540Priorities, 1)(s)
			announces(client, h2decode.SettingNoRFC7540Priorities, 0)(s)
		},
		legal: func(s *script) {
			opens(h2decode.SettingNoRFC7540Priorities, 1)(s)
			announces(client, h2decode.SettingNoRFC7540Priorities, 1)(s)
		},
	},
	{
		rule: "SE-15", name: "99 streams",
		breaks: announces(server, h2decode.SettingMaxConcurrentStreams, 99),
		legal:  announces(server, h2decode.SettingMaxConcurrentStreams, 100),
	},
	{
		rule: "SE-16", name: "in the second frame", bare: true,
		breaks: func(s *script) {
			s.begin()
			announces(client, h2decode.SettingNoRFC7540Priorities, 1)(s)
		},
		legal: opens(h2decode.SettingNoRFC7540Priorities, 1),
	},
}

// TestTooManyWaitingSettings: behind 64 SETTINGS frames that wait, the next are
// not watched, and acknowledgments are still matched to the frames they answer.
func TestTooManyWaitingSettings(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	for range maxSentSettings + 1 {
		s.server(settingsFrame())
	}
	for range maxSentSettings + 1 {
		s.client(ackFrame())
	}
	s.wait(time.Minute)
	s.client(pingFrame(h2decode.FlagAck, "")[:0], s.request(1))
	s.expect(t)
	if w := &s.judge.checks.settings.sides[server].waiting; len(w.frames) != 0 || w.more != 0 {
		t.Errorf("%d frames wait, and %d more", len(w.frames), w.more)
	}
}

// TestSettingsBehindAGap: an acknowledgment that may lie in a gap is not asked
// for.
func TestSettingsBehindAGap(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.server(settingsFrame())
	s.lose(client, 100)
	s.wait(time.Minute)
	s.server(pingFrame(0, ""))
	s.expect(t)
	for _, id := range []string{"SE-05"} {
		if !s.skipped(id) {
			t.Errorf("%s was not counted as not judged", id)
		}
	}
}

// TestNoPrioritiesOfALateStart: which SETTINGS frame was the first is not known.
func TestNoPrioritiesOfALateStart(t *testing.T) {
	s := newScript(t, h2decode.Config{Late: true})
	s.client(setting(h2decode.SettingNoRFC7540Priorities, 1))
	s.expect(t)
	if !s.skipped("SE-16") {
		t.Error("SE-16 was not counted as not judged")
	}
}
