package rules

import (
	"slices"
	"testing"

	"h2scope/h2decode"
)

// stateCases are those of the rules about streams, flow control, priority and push.
var stateCases = slices.Concat(streamCases, flowCases, stallCases, priorityCases, pushCases)

// streamCases are those of the rules about streams and their states.
var streamCases = []ruleCase{
	{rule: "ST-01", name: "DATA on an idle stream",
		breaks: func(s *script) { s.client(dataFrame(1, 0, "x")) },
		legal:  func(s *script) { s.client(s.post(1), dataFrame(1, 0, "x")) }},
	{rule: "ST-01", name: "WINDOW_UPDATE on an idle stream",
		breaks: func(s *script) { s.client(windowFrame(1, 1)) },
		legal:  func(s *script) { s.client(priorityFrame(1, 0)) }},
	{rule: "ST-01", name: "the server resets what the client never opened",
		breaks: func(s *script) { s.server(resetFrame(1, h2decode.Cancel)) },
		legal: func(s *script) { // the capture shows the request later: the server has acknowledged it
			s.deafen(server)
			s.acked[server] = s.offset[client] + 1
			s.server(resetFrame(1, h2decode.Cancel))
		}},
	{rule: "ST-02", name: "DATA behind END_STREAM",
		breaks: func(s *script) { s.client(s.request(1), dataFrame(1, 0, "x")) },
		legal:  func(s *script) { s.client(s.request(1), windowFrame(1, 1), priorityFrame(1, 0)) }},
	{rule: "ST-02", name: "of the server",
		breaks: func(s *script) {
			s.tunnel()
			s.server(dataFrame(1, h2decode.FlagEndStream, ""), dataFrame(1, 0, "x"))
		},
		legal: func(s *script) {
			s.tunnel()
			s.server(dataFrame(1, h2decode.FlagEndStream, ""), windowFrame(1, 1), resetFrame(1, h2decode.NoError))
		}},
	{rule: "ST-02", name: "the peer has ended its side too, which is in flight",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.deafen(client)
			s.server(s.response(1))
			s.client(dataFrame(1, 0, "x"))
		},
		legal: func(s *script) {
			s.client(s.request(1))
			s.deafen(client)
			s.server(s.response(1))
			s.client(windowFrame(1, 1))
		}},
	{rule: "ST-03", name: "DATA on a closed stream",
		breaks: func(s *script) { s.exchange(1); s.client(dataFrame(1, 0, "x")) },
		legal:  func(s *script) { s.exchange(1); s.client(priorityFrame(1, 0)) }},
	{rule: "ST-03", name: "WINDOW_UPDATE when the end has been processed",
		breaks: func(s *script) {
			s.exchange(1)
			s.server(pingFrame(0, "now"))
			s.client(pingFrame(h2decode.FlagAck, "now"), windowFrame(1, 1))
		},
		legal: func(s *script) {
			s.exchange(1)
			s.server(pingFrame(0, "now"))
			s.client(windowFrame(1, 1), pingFrame(h2decode.FlagAck, "now"))
		}},
	{rule: "ST-03", name: "RST_STREAM when the end has been processed",
		breaks: func(s *script) { // it closed by the server's own frame, which nothing provoked
			s.exchange(1)
			s.client(pingFrame(0, "now"))
			s.server(pingFrame(h2decode.FlagAck, "now"), resetFrame(1, h2decode.NoError))
		},
		legal: func(s *script) {
			s.tunnel()
			s.server(dataFrame(1, h2decode.FlagEndStream, ""))
			s.client(dataFrame(1, h2decode.FlagEndStream, ""), pingFrame(0, "now"))
			s.server(pingFrame(h2decode.FlagAck, "now"), resetFrame(1, h2decode.ProtocolError))
		}},
	{rule: "ST-03", name: "a stream that closed unused",
		breaks: func(s *script) { s.exchange(3); s.client(dataFrame(1, 0, "x")) },
		legal:  func(s *script) { s.exchange(3); s.client(priorityFrame(1, 0)) }},
	{rule: "ST-04", name: "DATA",
		breaks: func(s *script) { s.client(s.post(1), resetFrame(1, h2decode.Cancel), dataFrame(1, 0, "x")) },
		legal:  func(s *script) { s.client(s.post(1), resetFrame(1, h2decode.Cancel), priorityFrame(1, 0)) }},
	{rule: "ST-04", name: "a second RST_STREAM",
		breaks: func(s *script) {
			s.client(s.post(1), resetFrame(1, h2decode.Cancel), resetFrame(1, h2decode.Cancel))
		},
		legal: func(s *script) { // both sides reset at once
			s.client(s.post(1))
			s.deafen(server)
			s.client(resetFrame(1, h2decode.Cancel))
			s.server(resetFrame(1, h2decode.Cancel))
		}},
	{rule: "ST-05", name: "DATA",
		breaks: func(s *script) {
			s.client(s.post(1))
			s.server(resetFrame(1, h2decode.Cancel))
			s.client(dataFrame(1, 0, "x"))
		},
		legal: func(s *script) {
			s.client(s.post(1))
			s.deafen(client)
			s.server(resetFrame(1, h2decode.Cancel))
			s.client(dataFrame(1, 0, "x"))
		}},
	{rule: "ST-05", name: "a promise",
		breaks: func(s *script) {
			s.client(s.request(1), resetFrame(1, h2decode.Cancel))
			s.server(s.promise(1, 2, get...))
		},
		legal: func(s *script) {
			s.client(s.request(1))
			s.deafen(server)
			s.client(resetFrame(1, h2decode.Cancel))
			s.server(s.promise(1, 2, get...))
		}},
	{rule: "ST-06", name: "the client opens an even stream",
		breaks: func(s *script) { s.client(s.request(2)) },
		legal:  func(s *script) { s.client(s.request(1)) }},
	{rule: "ST-06", name: "the server opens an odd stream",
		breaks: func(s *script) { s.server(s.response(1)) },
		legal:  func(s *script) { s.client(s.request(1)); s.server(s.response(1)) }},
	{rule: "ST-07", name: "a smaller identifier",
		breaks: func(s *script) { s.client(s.request(3), s.request(1)) },
		legal:  func(s *script) { s.client(s.request(1), s.request(3)) }},
	{rule: "ST-07", name: "a much smaller one",
		breaks: func(s *script) { s.client(s.request(100001), s.request(5)) },
		legal:  func(s *script) { s.client(s.request(5), s.request(100001)) }},
	{rule: "ST-08", name: "a stream is opened again",
		breaks: func(s *script) { s.exchange(1); s.client(s.request(1)) },
		legal:  func(s *script) { s.exchange(1); s.client(s.request(3)) }},
	{rule: "ST-08", name: "a stream that was reset",
		breaks: func(s *script) { s.client(s.post(1), resetFrame(1, h2decode.Cancel), s.request(1)) },
		legal: func(s *script) { // trailers are no request
			s.client(s.post(1), dataFrame(1, 0, "x"))
			s.deafen(client)
			s.server(resetFrame(1, h2decode.Cancel))
			s.client(s.headers(client, 1, h2decode.FlagEndStream, "x-sum", "1"))
		}},
	{rule: "ST-09", name: "one stream too many", bare: true,
		breaks: func(s *script) { s.limitStreams(100); s.client(ackFrame()); s.requests(1, 101) },
		legal:  func(s *script) { s.limitStreams(100); s.client(ackFrame()); s.requests(1, 100) }},
	{rule: "ST-09", name: "the limit has not been acknowledged", bare: true,
		breaks: func(s *script) { s.limitStreams(100); s.client(ackFrame()); s.requests(1, 101) },
		legal:  func(s *script) { s.limitStreams(100); s.requests(1, 101); s.client(ackFrame()) }},
	{rule: "ST-09", name: "an end that the client has received and the capture shows later", bare: true,
		breaks: func(s *script) {
			s.limitStreams(100)
			s.client(ackFrame())
			s.requests(1, 100)
			s.client(s.request(201))
		},
		legal: func(s *script) {
			s.limitStreams(100)
			s.client(ackFrame())
			s.requests(1, 100)
			s.deafen(client)
			s.acked[client] = s.offset[server] + 1
			s.client(s.request(201))
		}},
	{rule: "ST-09", name: "pushes count from their HEADERS on", bare: true,
		breaks: func(s *script) {
			s.begin(h2decode.Setting{ID: h2decode.SettingMaxConcurrentStreams, Value: 100})
			s.client(s.request(1))
			s.pushes(101)
		},
		legal: func(s *script) {
			s.begin(h2decode.Setting{ID: h2decode.SettingMaxConcurrentStreams, Value: 100})
			s.client(s.request(1))
			s.pushes(100)
			s.server(s.promise(1, 300, get...))
		}},
	{rule: "ST-10", name: "HEADERS without a promise",
		breaks: func(s *script) { s.server(s.response(2)) },
		legal:  func(s *script) { s.push(2, h2decode.FlagEndStream) }},
	{rule: "ST-10", name: "a promise of another stream",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 4, get...), s.response(2)) },
		legal:  func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 4, get...), s.response(4)) }},
	{rule: "ST-11", name: "RST_STREAM for RST_STREAM",
		breaks: func(s *script) {
			s.client(s.post(1))
			s.server(resetFrame(1, h2decode.Cancel))
			s.client(resetFrame(1, h2decode.Cancel))
		},
		legal: func(s *script) {
			s.client(s.post(1))
			s.deafen(client)
			s.server(resetFrame(1, h2decode.Cancel))
			s.client(resetFrame(1, h2decode.Cancel))
		}},
	{rule: "ST-05", name: "RST_STREAM, but not in answer",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.client(resetFrame(1, h2decode.Cancel))
			s.server(pingFrame(0, "x"), resetFrame(1, h2decode.Cancel))
		},
		legal: func(s *script) {
			s.client(s.request(1))
			s.deafen(server)
			s.client(resetFrame(1, h2decode.Cancel))
			s.server(pingFrame(0, "x"), resetFrame(1, h2decode.Cancel))
		}},
	{rule: "ST-12", name: "half of the identifiers",
		breaks: func(s *script) { s.client(s.request(1<<30+1), s.request(1<<30+3)) },
		legal:  func(s *script) { s.client(s.request(1<<30 - 1)) }},
	{rule: "ST-13", name: "the connection is closed over a stream",
		breaks: func(s *script) { s.client(s.request(1)); s.server(goAwayFrame(1, h2decode.NoError)); s.close(server) },
		legal:  func(s *script) { s.exchange(1); s.server(goAwayFrame(1, h2decode.NoError)); s.close(server) }},
	{rule: "ST-13", name: "a stream that GOAWAY refused",
		breaks: func(s *script) { s.client(s.request(1)); s.server(goAwayFrame(1, h2decode.NoError)); s.close(client) },
		legal:  func(s *script) { s.client(s.request(1)); s.server(goAwayFrame(0, h2decode.NoError)); s.close(client) }},
	{rule: "ST-14", name: "DATA before HEADERS",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 2, get...), dataFrame(2, 0, "x")) },
		legal:  func(s *script) { s.push(2, 0); s.server(dataFrame(2, 0, "x")) }},
	{rule: "ST-14", name: "WINDOW_UPDATE",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 2, get...), windowFrame(2, 1)) },
		legal: func(s *script) {
			s.client(s.request(1))
			s.server(s.promise(1, 2, get...), resetFrame(2, h2decode.Cancel))
		}},
	{rule: "ST-15", name: "DATA",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(s.promise(1, 2, get...))
			s.client(dataFrame(2, 0, "x"))
		},
		legal: func(s *script) {
			s.client(s.request(1))
			s.server(s.promise(1, 2, get...))
			s.client(windowFrame(2, 1), priorityFrame(2, 1), resetFrame(2, h2decode.Cancel))
		}},
	{rule: "GA-02", name: "a request after GOAWAY",
		breaks: func(s *script) { s.exchange(1); s.server(goAwayFrame(1, h2decode.NoError)); s.client(s.request(3)) },
		legal: func(s *script) {
			s.exchange(1)
			s.deafen(client)
			s.server(goAwayFrame(1, h2decode.NoError))
			s.client(s.request(3))
		}},
	{rule: "GA-02", name: "a promise after GOAWAY",
		breaks: func(s *script) {
			s.client(s.request(1), goAwayFrame(0, h2decode.NoError))
			s.server(s.promise(1, 2, get...))
		},
		legal: func(s *script) { s.client(s.request(1), goAwayFrame(0, h2decode.NoError)); s.server(s.response(1)) }},
	{rule: "GA-03", name: "a stream that was never opened",
		breaks: func(s *script) { s.exchange(1); s.server(goAwayFrame(3, h2decode.NoError)) },
		legal: func(s *script) {
			s.exchange(1)
			s.server(goAwayFrame(maxStream, h2decode.NoError), goAwayFrame(1, h2decode.NoError))
		}},
	{rule: "GA-03", name: "its sender's own stream",
		breaks: func(s *script) { s.exchange(1); s.client(goAwayFrame(1, h2decode.NoError)) },
		legal:  func(s *script) { s.exchange(1); s.client(goAwayFrame(0, h2decode.NoError)) }},
	{rule: "GA-05", name: "an answer to what was refused",
		breaks: func(s *script) {
			s.client(s.request(1), s.request(3))
			s.server(goAwayFrame(1, h2decode.NoError), s.response(3))
		},
		legal: func(s *script) {
			s.client(s.request(1), s.request(3))
			s.server(goAwayFrame(1, h2decode.NoError), s.response(1), resetFrame(3, h2decode.RefusedStream))
		}},
	{rule: "HD-22", name: "trailers in a tunnel",
		breaks: func(s *script) {
			s.tunnel()
			s.client(dataFrame(1, 0, "x"), s.headers(client, 1, h2decode.FlagEndStream, "x-sum", "1"))
		},
		legal: func(s *script) {
			s.tunnel()
			s.client(dataFrame(1, 0, "x"), windowFrame(1, 1), priorityFrame(1, 0), dataFrame(1, h2decode.FlagEndStream, "x"))
		}},
	{rule: "HD-22", name: "trailers sent before the answer was heard",
		breaks: func(s *script) {
			s.tunnel()
			s.client(s.headers(client, 1, h2decode.FlagEndStream, "x-sum", "1"))
		},
		legal: func(s *script) {
			s.deafen(client)
			s.tunnel()
			s.client(s.headers(client, 1, h2decode.FlagEndStream, "x-sum", "1"))
		}},
	{rule: "HD-32", name: "NO_ERROR inside the response",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(s.headers(server, 1, 0, ":status", "200"), resetFrame(1, h2decode.NoError))
		},
		legal: func(s *script) {
			s.tunnel()
			s.server(dataFrame(1, h2decode.FlagEndStream, ""), resetFrame(1, h2decode.NoError))
		}},
}

// exchange is a request and its response on a stream.
func (s *script) exchange(stream uint32) {
	s.client(s.request(stream))
	s.server(s.response(stream))
}

// tunnel is a CONNECT on stream 1 and its answer.
func (s *script) tunnel() {
	s.client(s.headers(client, 1, 0, ":method", "CONNECT", ":authority", "a.example:443"))
	s.server(s.headers(server, 1, 0, ":status", "200"))
}

// push is a request on stream 1 and a response that is pushed on a stream.
func (s *script) push(stream uint32, flags h2decode.Flags) {
	s.client(s.request(1))
	s.server(s.promise(1, stream, get...), s.headers(server, stream, flags, ":status", "200"))
}

// pushes are n responses pushed on stream 1, which do not end.
func (s *script) pushes(n uint32) {
	for i := range n {
		s.server(s.promise(1, 2*i+2, get...), s.headers(server, 2*i+2, 0, ":status", "200"))
	}
}

// requests are n of them, from a stream on.
func (s *script) requests(first, n uint32) {
	for i := range n {
		s.client(s.request(first + 2*i))
	}
}

// limitStreams begins a connection whose server allows so many streams at a
// time, which the client has not acknowledged.
func (s *script) limitStreams(n uint32) {
	s.client([]byte(h2decode.Preface), settingsFrame())
	s.server(settingsFrame(h2decode.Setting{ID: h2decode.SettingMaxConcurrentStreams, Value: n}), ackFrame())
}

// What rests on what was not seen is not judged: frames of streams that were
// open when the capture began break nothing.
func TestLateStartIsNotJudged(t *testing.T) {
	s := newScript(t, h2decode.Config{Late: true})
	s.client(dataFrame(7, 0, "x"))
	s.server(windowFrame(9, 1), resetFrame(11, h2decode.Cancel), s.promise(7, 4, get...), s.response(2))
	s.expect(t)
	for _, rule := range []string{"ST-01", "ST-10", "PU-04"} {
		if !s.skipped(rule) {
			t.Errorf("%s is not said to be left out", rule)
		}
	}
}

// Frames that were missed may have changed anything: what a rule rests on then
// is not judged, and that is said.
func TestBehindAGapIsNotJudged(t *testing.T) {
	for _, test := range []struct {
		rule string
		lost h2decode.Side // whose frames are missed
		play func(s *script)
	}{
		{"ST-06", client, func(s *script) { s.server(s.response(3)) }},
		{"ST-09", server, func(s *script) { s.client(s.request(3)) }},
		{"ST-13", server, func(s *script) { s.close(client) }},
		{"GA-03", client, func(s *script) { s.server(goAwayFrame(99, h2decode.NoError)) }},
		{"PR-02", server, func(s *script) { s.client(priorityFrame(5, 98)) }},
		{"PR-08", server, func(s *script) { s.client(priorityUpdateFrame(2, "u=1")) }},
		{"PR-10", server, func(s *script) { s.client(priorityUpdateFrame(5, "u=1")) }},
		{"PU-02", client, func(s *script) { s.server(s.promise(1, 2, get...)) }},
		{"PU-06", client, func(s *script) { s.server(s.promise(1, 2, toAuthority("http", "b.example")...)) }},
	} {
		s := newScript(t, h2decode.Config{}).begin()
		s.client(s.request(1))
		s.lose(test.lost, 5)
		test.play(s)
		s.finish()
		if !s.skipped(test.rule) {
			t.Errorf("%s is not said to be left out; found %s", test.rule, s.describe())
		}
	}
}

// The request that was upgraded has a rule of its own, whether its stream is
// open or closed.
func TestUpgradedStreamHasARuleOfItsOwn(t *testing.T) {
	for _, closed := range []bool{false, true} {
		s := newScript(t, h2decode.Config{})
		s.conn.Upgrade(&h2decode.Upgrade{SettingsFields: 1, SettingsValid: true, SettingsNamed: true})
		s.begin()
		if closed {
			s.server(s.response(1))
		}
		s.client(dataFrame(1, 0, "x"))
		for _, f := range s.found {
			if f.Rule == "ST-02" || f.Rule == "ST-03" {
				t.Errorf("closed %t: found %s", closed, s.describe())
			}
		}
	}
}

// On what the server pushes the client has no message to send.
func TestClientSendsNoMessageOnAPush(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.push(2, 0)
	s.client(dataFrame(2, 0, "x"))
	if s.finish(); len(s.found) == 0 || s.found[0].Rule != "ST-02" {
		t.Errorf("found %s, want ST-02", s.describe())
	}
}

// A stream that closed is remembered for as long as there is room; of one that
// is not, nobody says that it was never opened, or who ended it.
func TestClosedStreamsAreForgottenInOrder(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	for i := range uint32(2 * maxClosed) {
		s.exchange(2*i + 1)
	}
	s.client(dataFrame(1, 0, "x"), s.request(3))
	s.expect(t)
	if !s.skipped("ST-03") || !s.skipped("ST-07") {
		t.Error("a stream that is remembered no longer is judged")
	}
	if r := s.judge.streams.closed[client]; len(r) != maxClosed {
		t.Errorf("%d closed streams have room, want %d", len(r), maxClosed)
	}
}

// A connection with few streams has little memory of them.
func TestClosedStreamsGrowWithNeed(t *testing.T) {
	var s streams
	for _, id := range []uint32{1, 5, 33, 3, 35, 101} {
		s.close(id)
	}
	for _, id := range []uint32{1, 5, 33, 3, 35, 101} {
		if s.closedAs(id) == nil {
			t.Errorf("stream %d is forgotten", id)
		}
	}
	if s.closedAs(7) != nil || s.closedAs(2) != nil {
		t.Error("a stream is remembered that was not there")
	}
	if len(s.closed[client]) > 64 || s.closed[server] != nil {
		t.Errorf("room for %d and %d streams", len(s.closed[client]), len(s.closed[server]))
	}
}

// A limit that ends the watch over a stream ends its judgment.
func TestUnfollowedStreamsAreNotJudged(t *testing.T) {
	s := newScript(t, h2decode.Config{Limits: h2decode.Limits{Streams: 1}}).begin()
	s.client(s.post(1), s.post(3), dataFrame(1, 0, "x"))
	s.server(s.response(1))
	s.expect(t)
	if !s.skipped("ST-03") {
		t.Error("ST-03 is not said to be left out")
	}
}

// RST_STREAM is sent again only reluctantly; it is no error.
func TestSecondResetIsDiscouraged(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(s.request(1), resetFrame(1, h2decode.Cancel), resetFrame(1, h2decode.Cancel))
	s.expect(t, "ST-04")
	if got := s.found[0].Severity; got != h2decode.SeverityWarning {
		t.Errorf("severity %s, want warning", got)
	}
}

// What a rule asks for breaks no other: a stream that only PRIORITY has named is
// reset for it.
func TestResetOfAnIdleStreamThatBrokeARule(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(priorityFrame(1, 1))
	s.server(resetFrame(1, h2decode.ProtocolError))
	s.expect(t, "PR-01")
}

// What answers a frame that came too late is not itself judged.
func TestResetAnswersALateFrame(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.exchange(1)
	s.client(pingFrame(0, "a"), dataFrame(1, 0, "x"))
	s.server(pingFrame(h2decode.FlagAck, "a"), resetFrame(1, h2decode.StreamClosedError))
	s.expect(t, "ST-03")
}
