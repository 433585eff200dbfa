package rules

import (
	"testing"
	"time"

	"h2scope/h2decode"
)

const ackFlag = h2decode.FlagAck

var pingCases = []ruleCase{
	{
		rule: "PG-01", name: "another payload",
		breaks: func(s *script) {
			s.client(pingFrame(0, "one"))
			s.server(pingFrame(ackFlag, "two"))
		},
		legal: func(s *script) {
			s.client(pingFrame(0, "one"), pingFrame(0, "two"))
			s.server(pingFrame(ackFlag, "two"), pingFrame(ackFlag, "one"))
		},
	},
	{
		rule: "PG-01", name: "answered twice",
		breaks: func(s *script) {
			s.client(pingFrame(0, "one"))
			s.server(pingFrame(ackFlag, "one"), pingFrame(ackFlag, "one"))
		},
		legal: func(s *script) { // the capture shows the directions out of order
			frame := pingFrame(0, "one")
			s.offset[client] += uint64(len(frame))
			s.server(pingFrame(ackFlag, "one"))
			s.offset[client] -= uint64(len(frame))
			s.client(frame)
		},
	},
	{
		rule: "PG-02", name: "no answer",
		breaks: func(s *script) {
			s.client(pingFrame(0, "one"))
			s.wait(11 * time.Second)
			s.client(s.request(1))
		},
		legal: func(s *script) {
			s.client(pingFrame(0, "one"))
			s.wait(11 * time.Second)
			s.server(pingFrame(ackFlag, "one"))
		},
	},
}

var goAwayCases = []ruleCase{
	{
		rule: "GA-01", name: "it rises",
		breaks: func(s *script) {
			s.client(s.request(1), s.request(3))
			s.server(goAwayFrame(1, 0), goAwayFrame(3, 0))
		},
		legal: func(s *script) {
			s.client(s.request(1), s.request(3))
			s.server(goAwayFrame(1<<31-1, 0), goAwayFrame(3, 0), goAwayFrame(3, 0))
		},
	},
	{
		rule: "GA-04", name: "FIN without GOAWAY",
		breaks: func(s *script) { s.close(client) },
		legal: func(s *script) {
			s.client(goAwayFrame(0, 0))
			s.close(client)
		},
	},
	{
		rule: "GA-06", name: "it goes on",
		breaks: func(s *script) {
			s.server(goAwayFrame(0, h2decode.InternalError))
			s.wait(11 * time.Second)
			s.client(windowFrame(0, 1))
		},
		legal: func(s *script) {
			s.server(goAwayFrame(0, h2decode.InternalError))
			s.close(server)
		},
	},
	{
		rule: "GA-06", name: "its peer had to close",
		breaks: func(s *script) {
			s.server(goAwayFrame(0, h2decode.InternalError))
			s.wait(11 * time.Second)
			s.close(client)
		},
		legal: func(s *script) { // no error
			s.server(goAwayFrame(0, h2decode.NoError))
			s.wait(11 * time.Second)
			s.close(server)
		},
	},
}

// TestOneDirection: what a side left undone is not judged where the capture has
// nothing of it.
func TestOneDirection(t *testing.T) {
	s := newScript(t, h2decode.Config{})
	s.deafen(server)
	s.server(settingsFrame(), pingFrame(0, "one"))
	s.wait(time.Minute)
	s.server(pingFrame(0, "two"))
	s.close(server)
	s.expect(t)
	for _, id := range []string{"SE-05", "PG-02", "GA-04"} {
		if !s.skipped(id) {
			t.Errorf("%s was not counted as not judged", id)
		}
	}
}

// TestMostThatIsTold: of one rule so many findings are told, the others counted.
func TestMostThatIsTold(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	for range maxTold + 5 {
		s.client(rawFrame(0xee, 0, 0))
	}
	s.finish()
	if len(s.found) != maxTold || s.connection.Findings[h2decode.SeverityInfo] != maxTold+5 {
		t.Errorf("told %d, counted %v", len(s.found), s.connection.Findings)
	}
	if len(s.notices) != 1 {
		t.Errorf("notices %q", s.notices)
	}
}

// TestStayingIsNoConsequence: that an endpoint stays behind an error is a fault
// of its own, and the error's other findings are told as what they led to.
func TestStayingIsNoConsequence(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(rawFrame(h2decode.TypePing, 0, 0, 1), rawFrame(h2decode.TypePing, 0, 0, 1))
	s.server(goAwayFrame(0, h2decode.FrameSizeError))
	s.wait(time.Minute)
	s.client(windowFrame(0, 1))
	s.expect(t, "FR-14", "GA-06")
	if c := &s.connection; c.Findings != (h2decode.Severities{0, 1, 1}) || c.Consequences != 1 {
		t.Errorf("counted %v and %d consequences", c.Findings, c.Consequences)
	}
}

// TestPingFlood: PINGs beyond those that are watched are not judged.
func TestPingFlood(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	for i := range maxSentPings + 10 {
		s.client(pingFrame(0, string(rune('a'+i))))
	}
	for i := range maxSentPings + 10 {
		s.server(pingFrame(ackFlag, string(rune('a'+i))))
	}
	s.expect(t)
	for _, id := range []string{"PG-01", "PG-02"} {
		if !s.skipped(id) {
			t.Errorf("%s was not counted as not judged", id)
		}
	}
}

func altSvcFrame(stream uint32, origin string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeAltSvc, 0, stream,
		&h2decode.AltSvcFrame{Origin: []byte(origin), FieldValue: []byte(`h2=":443"`)})
}

// originFrame is an ORIGIN frame.
func originFrame(stream uint32, origins ...string) []byte {
	var p []byte
	for _, o := range origins {
		p = append(append(p, byte(len(o)>>8), byte(len(o))), o...)
	}
	return rawFrame(h2decode.TypeOrigin, 0, stream, p...)
}

var extensionCases = []ruleCase{
	{
		rule: "AS-01", name: "no origin on stream 0",
		breaks: func(s *script) { s.server(altSvcFrame(0, "")) },
		legal:  func(s *script) { s.server(altSvcFrame(0, "https://a.example")) },
	},
	{
		rule: "AS-01", name: "an origin on a stream",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(altSvcFrame(1, "https://a.example"))
		},
		legal: func(s *script) {
			s.client(s.request(1))
			s.server(altSvcFrame(1, ""))
		},
	},
	{
		rule: "AS-02", name: "of a client",
		breaks: func(s *script) { s.client(altSvcFrame(0, "https://a.example")) },
		legal:  func(s *script) { s.server(altSvcFrame(0, "https://a.example")) },
	},
	{
		rule: "OR-01", name: "on a stream", secure: true,
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(originFrame(1, "https://a.example"))
		},
		legal: func(s *script) { s.server(originFrame(0, "https://a.example")) },
	},
	{
		rule: "OR-02", name: "without TLS",
		breaks: func(s *script) { s.server(originFrame(0, "https://a.example")) },
		legal:  func(s *script) {},
	},
	{
		rule: "OR-02", name: "of a client", secure: true,
		breaks: func(s *script) { s.client(originFrame(0, "https://a.example")) },
		legal:  func(s *script) { s.server(originFrame(0)) },
	},
	{
		rule: "OR-03", name: "a cut entry", secure: true,
		breaks: func(s *script) { s.server(rawFrame(h2decode.TypeOrigin, 0, 0, 0, 5, 'h', 't')) },
		legal:  func(s *script) { s.server(originFrame(0, "https://a.example:8443", "https://[2001:db8::1]")) },
	},
	{
		rule: "OR-03", name: "a URL", secure: true,
		breaks: func(s *script) { s.server(originFrame(0, "https://a.example", "https://a.example/path")) },
	},
	{
		rule: "PR-03", name: "the client said so before", bare: true,
		breaks: func(s *script) {
			opens(h2decode.SettingNoRFC7540Priorities, 1)(s)
			s.client(s.request(1), priorityFrame(1, 0))
		},
		legal: func(s *script) {
			opens(h2decode.SettingNoRFC7540Priorities, 0)(s)
			s.client(s.request(1), priorityFrame(1, 0))
		},
	},
	{
		rule: "PR-03", name: "the client has heard it from the server", bare: true,
		breaks: func(s *script) {
			s.client(preface, settingsFrame())
			s.server(setting(h2decode.SettingNoRFC7540Priorities, 1))
			s.client(s.request(1), priorityFrame(1, 0))
		},
		legal: func(s *script) {
			s.client(preface, settingsFrame())
			s.deafen(client)
			s.server(setting(h2decode.SettingNoRFC7540Priorities, 1))
			s.client(s.request(1), priorityFrame(1, 0))
		},
	},
	{
		rule: "PR-03", name: "a priority in HEADERS", bare: true,
		breaks: func(s *script) {
			opens(h2decode.SettingNoRFC7540Priorities, 1)(s)
			s.client(rawFrame(h2decode.TypeHeaders, h2decode.FlagPriority|endHeadersFlag|h2decode.FlagEndStream, 1,
				append([]byte{0, 0, 0, 0, 15}, s.block(client, get...)...)...))
		},
	},
	{
		rule: "PR-04", name: "on a stream",
		breaks: func(s *script) {
			frame := priorityUpdateFrame(1, "u=1")
			frame[8] = 1
			s.client(s.post(1), frame)
		},
		legal: func(s *script) { s.client(s.post(1), priorityUpdateFrame(1, "u=1")) },
	},
	{
		rule: "PR-05", name: "of a server",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(priorityUpdateFrame(1, "u=1"))
		},
		legal: func(s *script) { s.client(s.request(1), priorityUpdateFrame(1, "u=1")) },
	},
	{
		rule: "PR-06", name: "stream 0",
		breaks: func(s *script) { s.client(priorityUpdateFrame(0, "u=1")) },
		legal:  func(s *script) { s.client(priorityUpdateFrame(1, "u=1")) },
	},
	{
		rule: "PR-07", name: "3 octets",
		breaks: func(s *script) { s.client(rawFrame(h2decode.TypePriorityUpdate, 0, 0, 0, 0, 1)) },
		legal:  func(s *script) { s.client(rawFrame(h2decode.TypePriorityUpdate, 0, 0, 0, 0, 0, 1)) },
	},
}

// TestValidOrigin: RFC 6454, Section 6.2.
func TestValidOrigin(t *testing.T) {
	for origin, want := range map[string]bool{
		"https://a.example": true, "http://192.0.2.1:80": true, "https://[::1]:1": true,
		"": false, "null": false, "a.example": false, "https://": false, "https://a.example:": false,
		"https://a.example:port": false, "https://u@a.example": false, "https://a.example?q": false, "1s://a": false,
	} {
		if got := validOrigin(origin); got != want {
			t.Errorf("%q: %v", origin, got)
		}
	}
}
