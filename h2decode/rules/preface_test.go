package rules

import (
	"testing"

	"h2scope/h2decode"
)

var preface = []byte(h2decode.Preface)

// upgrade plays the Upgrade request and its 101 response, without a fault but
// for what alter does.
func (s *script) upgrade(alter func(*h2decode.Upgrade)) {
	u := &h2decode.Upgrade{
		Packet: 1, AnswerPacket: 2, Time: 1, AnswerTime: 2,
		SettingsFields: 1, SettingsValid: true, SettingsNamed: true,
	}
	for i := 0; i < len(get); i += 2 {
		u.Fields = append(u.Fields, hpackField(get[i], get[i+1]))
	}
	if alter != nil {
		alter(u)
	}
	s.connection.Start = h2decode.StartUpgrade
	s.conn.Upgrade(u)
}

// upgraded plays an Upgrade and all that comes before the response.
func (s *script) upgraded() {
	s.upgrade(nil)
	s.server(settingsFrame())
	s.client(preface, settingsFrame(), ackFrame())
	s.server(ackFrame())
}

var prefaceCases = []ruleCase{
	{
		rule: "PF-01", name: "frames without the preface", bare: true,
		breaks: func(s *script) { s.client(settingsFrame()) },
		legal:  func(s *script) { s.client(preface, settingsFrame()) },
	},
	{
		rule: "PF-01", name: "another preface", bare: true,
		breaks: func(s *script) { s.client([]byte("PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n"), settingsFrame()) },
		legal:  func(s *script) { s.client(preface[:20]) }, // the capture ends here
	},
	{
		rule: "PF-02", name: "HEADERS behind the preface", bare: true,
		breaks: func(s *script) { s.client(preface, s.request(1)) },
		legal:  func(s *script) { s.client(preface, settingsFrame(), s.request(1)) },
	},
	{
		rule: "PF-02", name: "an acknowledgment behind the preface", bare: true,
		breaks: func(s *script) {
			s.server(settingsFrame())
			s.client(preface, ackFrame(), settingsFrame())
		},
	},
	{
		rule: "PF-03", name: "HEADERS of the server", bare: true,
		breaks: func(s *script) {
			s.client(preface, settingsFrame(), s.request(1))
			s.server(s.response(1))
		},
		legal: func(s *script) {
			s.client(preface, settingsFrame(), s.request(1))
			s.server(settingsFrame(), s.response(1))
		},
	},
	{
		rule: "PF-03", name: "an acknowledgment of the server", bare: true,
		breaks: func(s *script) {
			s.client(preface, settingsFrame())
			s.server(ackFrame(), settingsFrame())
		},
		legal: func(s *script) { // GOAWAY answers what is no HTTP/2
			s.server(goAwayFrame(0, h2decode.ProtocolError))
		},
	},
	{
		rule: "PF-06", name: "two HTTP2-Settings fields", bare: true, also: []string{"PF-10"},
		breaks: func(s *script) { s.upgrade(func(u *h2decode.Upgrade) { u.SettingsFields = 2 }) },
		legal:  func(s *script) { s.upgrade(nil) },
	},
	{
		rule: "PF-06", name: "HTTP2-Settings that Connection does not name", bare: true, also: []string{"PF-10"},
		breaks: func(s *script) { s.upgrade(func(u *h2decode.Upgrade) { u.SettingsNamed = false }) },
	},
	{
		rule: "PF-07", name: "DATA on the upgraded stream", bare: true, also: []string{"PF-10"},
		breaks: func(s *script) {
			s.upgraded()
			s.client(dataFrame(1, 0, "abc"))
		},
		legal: func(s *script) {
			s.upgraded()
			s.client(windowFrame(1, 1), priorityFrame(1, 0), resetFrame(1, h2decode.Cancel))
		},
	},
	{
		rule: "PF-07", name: "HEADERS on the upgraded stream", bare: true, also: []string{"PF-10"},
		breaks: func(s *script) {
			s.upgraded()
			s.client(s.request(1))
		},
	},
	{
		rule: "PF-08", name: "no preface behind the Upgrade", bare: true, also: []string{"PF-10"},
		breaks: func(s *script) {
			s.upgrade(nil)
			s.server(settingsFrame())
			s.client(settingsFrame())
		},
		legal: (*script).upgraded,
	},
	{
		rule: "PF-08", name: "no SETTINGS behind 101", bare: true, also: []string{"PF-10"},
		breaks: func(s *script) {
			s.upgrade(nil)
			s.server(s.response(1))
		},
	},
	{
		rule: "PF-09", name: "the preface again",
		breaks: func(s *script) { s.client(preface, settingsFrame()) },
		legal:  func(s *script) { s.client(settingsFrame()) },
	},
	{
		rule: "PF-09", name: "the preface again and the answer to it",
		breaks: func(s *script) {
			s.client(preface)
			s.server(goAwayFrame(0, h2decode.FrameSizeError))
			s.close(server)
		},
	},
	{
		rule: "PF-10", name: "any Upgrade", bare: true,
		breaks: func(s *script) { s.upgraded() },
		legal:  func(s *script) { s.begin() },
	},
	{
		rule: "PF-11", name: "HTTP2-Settings that are none", bare: true, also: []string{"PF-10"},
		breaks: func(s *script) { s.upgrade(func(u *h2decode.Upgrade) { u.SettingsValid = false }) },
		legal:  func(s *script) { s.upgrade(nil) },
	},
	{
		rule: "SE-01", name: "in HTTP2-Settings", bare: true, also: []string{"PF-10"},
		breaks: func(s *script) {
			s.upgrade(func(u *h2decode.Upgrade) {
				u.Settings = h2decode.AppendSetting(nil, h2decode.Setting{ID: h2decode.SettingEnablePush, Value: 2})
			})
		},
	},
}

// TestAnswerToASecondPreface: what the peer did about a frame that it did not
// wait for stands in the finding.
func TestAnswerToASecondPreface(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(preface)
	s.server(goAwayFrame(0, h2decode.FrameSizeError))
	s.expect(t, "PF-09")
	if a := s.found[0].Answer; a == nil || a.Type != "GOAWAY" || a.Code != h2decode.FrameSizeError {
		t.Errorf("answer %+v", a)
	}
}

// TestPrefaceOfALateStart: the rules about how a connection begins are not
// judged where that was not seen.
func TestPrefaceOfALateStart(t *testing.T) {
	s := newScript(t, h2decode.Config{Late: true})
	s.client(s.request(101))
	s.server(s.response(101))
	s.expect(t)
	for _, id := range []string{"PF-02", "PF-03"} {
		if !s.skipped(id) {
			t.Errorf("%s was not counted as not judged", id)
		}
	}
}
