package rules

import (
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
)

const (
	initialWindow = h2decode.SettingInitialWindowSize
	defaultWindow = 65535
)

// flowCases are those of the rules about flow-control windows.
var flowCases = []ruleCase{
	{rule: "FC-01", name: "one octet more than the window",
		breaks: func(s *script) { s.openConnection(); s.client(s.post(1)); s.send(client, dataOf(1, defaultWindow+1)) },
		legal:  func(s *script) { s.openConnection(); s.client(s.post(1)); s.send(client, dataOf(1, defaultWindow)) }},
	{rule: "FC-01", name: "padding counts",
		breaks: func(s *script) {
			s.openConnection()
			s.client(s.post(1), dataOf(1, defaultWindow-2), rawFrame(h2decode.TypeData, h2decode.FlagPadded, 1, 1, 'x', 0))
		},
		legal: func(s *script) {
			s.openConnection()
			s.client(s.post(1), dataOf(1, defaultWindow-3), rawFrame(h2decode.TypeData, h2decode.FlagPadded, 1, 1, 'x', 0))
		}},
	{rule: "FC-01", name: "a window that is raised and not acknowledged",
		breaks: func(s *script) {
			s.openConnection()
			s.server(settingsFrame(h2decode.Setting{ID: initialWindow, Value: defaultWindow + 10}))
			s.client(s.post(1), dataOf(1, defaultWindow+11))
		},
		legal: func(s *script) {
			s.openConnection()
			s.server(settingsFrame(h2decode.Setting{ID: initialWindow, Value: defaultWindow + 10}))
			s.client(s.post(1), dataOf(1, defaultWindow+10))
		}},
	{rule: "FC-01", name: "a window that is lowered and acknowledged",
		breaks: func(s *script) {
			s.client(s.post(1))
			s.server(settingsFrame(h2decode.Setting{ID: initialWindow, Value: 10}))
			s.client(ackFrame(), dataOf(1, 11))
		},
		legal: func(s *script) {
			s.client(s.post(1))
			s.server(settingsFrame(h2decode.Setting{ID: initialWindow, Value: 10}))
			s.client(dataOf(1, 11), ackFrame())
		}},
	{rule: "FC-01", name: "a WINDOW_UPDATE that the capture shows later",
		breaks: func(s *script) { s.openConnection(); s.client(s.post(1), dataOf(1, defaultWindow+1)) },
		legal: func(s *script) {
			s.openConnection()
			s.client(s.post(1))
			s.deafen(client)
			s.acked[client] = s.offset[server] + 1
			s.client(dataOf(1, defaultWindow+1))
		}},
	{rule: "FC-02", name: "two streams together",
		breaks: func(s *script) { s.client(s.post(1), s.post(3), dataOf(1, 40000), dataOf(3, defaultWindow-40000+1)) },
		legal:  func(s *script) { s.client(s.post(1), s.post(3), dataOf(1, 40000), dataOf(3, defaultWindow-40000)) }},
	{rule: "FC-02", name: "DATA on a closed stream counts",
		breaks: func(s *script) { s.wasteOnClosed(40000); s.client(s.post(3), dataOf(3, defaultWindow-40000+1)) },
		legal:  func(s *script) { s.wasteOnClosed(40000); s.client(s.post(3), dataOf(3, defaultWindow-40000)) }},
	{rule: "FC-03", name: "an increment of 0",
		breaks: func(s *script) { s.client(s.request(1), windowFrame(1, 0)) },
		legal:  func(s *script) { s.client(s.request(1), windowFrame(1, 1)) }},
	{rule: "FC-04", name: "an increment of 0",
		breaks: func(s *script) { s.client(windowFrame(0, 0)) },
		legal:  func(s *script) { s.client(windowFrame(0, 1)) }},
	{rule: "FC-05", name: "a stream's window",
		breaks: func(s *script) { s.client(s.request(1), windowFrame(1, h2decode.MaxWindow-defaultWindow+1)) },
		legal:  func(s *script) { s.client(s.request(1), windowFrame(1, h2decode.MaxWindow-defaultWindow)) }},
	{rule: "FC-05", name: "the connection's window",
		breaks: func(s *script) { s.client(windowFrame(0, h2decode.MaxWindow-defaultWindow+1)) },
		legal:  func(s *script) { s.client(windowFrame(0, h2decode.MaxWindow-defaultWindow)) }},
	{rule: "FC-05", name: "a window that is lowered and not acknowledged",
		breaks: func(s *script) {
			s.client(s.request(1), settingsFrame(h2decode.Setting{ID: initialWindow, Value: 0}), windowFrame(1, h2decode.MaxWindow))
			s.client(windowFrame(1, 1))
		},
		legal: func(s *script) {
			s.client(s.request(1), settingsFrame(h2decode.Setting{ID: initialWindow, Value: 0}), windowFrame(1, h2decode.MaxWindow))
		}},
	{rule: "FC-06", name: "a window that an update had lifted",
		breaks: func(s *script) {
			s.client(s.request(1), windowFrame(1, h2decode.MaxWindow-defaultWindow))
			s.client(settingsFrame(h2decode.Setting{ID: initialWindow, Value: defaultWindow + 1}))
		},
		legal: func(s *script) {
			s.client(s.request(1), windowFrame(1, h2decode.MaxWindow-defaultWindow-1))
			s.client(settingsFrame(h2decode.Setting{ID: initialWindow, Value: defaultWindow + 1}))
		}},
	{rule: "FC-07", name: "a window that SETTINGS made negative",
		breaks: func(s *script) { s.negative(); s.server(dataOf(1, 1)) },
		legal:  func(s *script) { s.negative(); s.server(dataFrame(1, h2decode.FlagEndStream, "")) }},
	{rule: "FC-07", name: "until updates make it positive",
		breaks: func(s *script) { s.negative(); s.client(windowFrame(1, 2)); s.server(dataOf(1, 1)) },
		legal:  func(s *script) { s.negative(); s.client(windowFrame(1, 60)); s.server(dataOf(1, 10)) }},
}

// stallCases are those of the rules about windows that are not reopened.
var stallCases = []ruleCase{
	{rule: "FC-08", name: "a stream's window",
		breaks: func(s *script) { s.stalled(11 * time.Second) },
		legal:  func(s *script) { s.stalled(9 * time.Second) }},
	{rule: "FC-08", name: "the connection's window, once for all streams",
		breaks: func(s *script) { s.stalledByConnection(11*time.Second, 1000) },
		legal:  func(s *script) { s.stalledByConnection(9*time.Second, 1000) }},
	{rule: "FC-09", name: "a stream that is not read",
		breaks: func(s *script) { s.stalledByConnection(2*time.Second, 40000) },
		legal:  func(s *script) { s.stalledByConnection(2*time.Second, 20000) }},
	{rule: "FC-09", name: "never",
		breaks: func(s *script) { s.starvedForGood("5") },
		legal:  func(s *script) { s.starvedForGood("0") }},
	{rule: "FC-10", name: "a stream's window",
		breaks: func(s *script) { s.shutStream(); s.client(windowFrame(1, 655)); s.server(dataOf(1, 655)) },
		legal:  func(s *script) { s.shutStream(); s.client(windowFrame(1, 656)); s.server(dataOf(1, 656)) }},
	{rule: "FC-10", name: "nobody waits",
		breaks: func(s *script) { s.shutStream(); s.client(windowFrame(1, 100)); s.server(dataOf(1, 1)) },
		legal: func(s *script) {
			s.shutStream()
			s.client(windowFrame(1, 100))
			s.server(dataFrame(1, h2decode.FlagEndStream, ""))
		}},
	{rule: "FC-10", name: "the connection's window",
		breaks: func(s *script) {
			s.client(s.request(1), s.request(3))
			s.server(s.headers(server, 1, 0, ":status", "200"), s.headers(server, 3, 0, ":status", "200"))
			s.server(dataOf(1, 40000), dataOf(3, defaultWindow-40000))
			s.client(windowFrame(0, 10))
			s.server(dataOf(1, 10))
		},
		legal: func(s *script) {
			s.client(s.request(1), s.request(3))
			s.server(s.headers(server, 1, 0, ":status", "200"), s.headers(server, 3, 0, ":status", "200"))
			s.server(dataOf(1, 40000), dataOf(3, defaultWindow-40000))
			s.client(windowFrame(0, 10), windowFrame(0, 1000))
			s.server(dataOf(1, 10))
		}},
	{rule: "FC-11", name: "a stream below one that is shut",
		breaks: func(s *script) { s.dependent(true); s.wait(2 * time.Second); s.reopen(); s.server(dataOf(3, 1)) },
		legal: func(s *script) {
			s.dependent(true)
			s.server(dataOf(3, 1)) // it goes on in the place of the other
			s.wait(2 * time.Second)
			s.reopen()
			s.server(dataOf(3, 1))
		}},
	{rule: "FC-11", name: "a stream that does not depend on it",
		breaks: func(s *script) { s.dependent(true); s.wait(2 * time.Second); s.reopen(); s.server(dataOf(3, 1)) },
		legal:  func(s *script) { s.dependent(false); s.wait(2 * time.Second); s.reopen(); s.server(dataOf(3, 1)) }},
	{rule: "FC-11", name: "by RFC 9218",
		breaks: func(s *script) { s.urgent("u=1"); s.wait(2 * time.Second); s.reopen(); s.server(dataOf(3, 1)) },
		legal:  func(s *script) { s.urgent("u=6"); s.wait(2 * time.Second); s.reopen(); s.server(dataOf(3, 1)) }},
	{rule: "FC-11", name: "for good",
		breaks: func(s *script) { s.dependent(true); s.wait(2 * time.Second); s.client(resetFrame(1, h2decode.Cancel)) },
		legal:  func(s *script) { s.dependent(false); s.wait(2 * time.Second); s.client(resetFrame(1, h2decode.Cancel)) }},
}

// dataOf is DATA frames with n octets together.
func dataOf(stream uint32, n int) (wire []byte) {
	for n > 0 {
		size := min(n, 16384)
		wire = append(wire, dataFrame(stream, 0, strings.Repeat("x", size))...)
		n -= size
	}
	return wire
}

// openConnection lifts both windows of the connection out of the way.
func (s *script) openConnection() {
	s.client(windowFrame(0, 1<<20))
	s.server(windowFrame(0, 1<<20))
}

// wasteOnClosed sends octets on a stream that the server has reset, before the
// client hears of it.
func (s *script) wasteOnClosed(n int) {
	s.client(s.post(1))
	s.deafen(client)
	s.server(resetFrame(1, h2decode.Cancel))
	s.client(dataOf(1, n))
	s.deaf[client] = false
	s.client(pingFrame(0, "x"))
	s.server(pingFrame(h2decode.FlagAck, "x"))
}

// negative makes the window of stream 1 for what the server sends -50.
func (s *script) negative() {
	s.client(s.request(1))
	s.server(s.headers(server, 1, 0, ":status", "200"), dataOf(1, 100))
	s.client(settingsFrame(h2decode.Setting{ID: initialWindow, Value: 50}))
	s.server(ackFrame())
}

// shutStream uses up the window of stream 1 for what the server sends.
func (s *script) shutStream() {
	s.openConnection()
	s.client(s.request(1))
	s.server(s.headers(server, 1, 0, ":status", "200"), dataOf(1, defaultWindow))
}

// stalled has the server wait for the window of stream 1.
func (s *script) stalled(d time.Duration) {
	s.shutStream()
	s.wait(d)
	s.client(windowFrame(1, defaultWindow))
	s.server(dataOf(1, 1))
}

// stalledByConnection has the server wait for the connection's window on streams
// 3 and 5, while of stream 1 so many octets are unread.
func (s *script) stalledByConnection(d time.Duration, unread uint32) {
	s.client(s.request(1), s.request(3), s.request(5))
	for stream := uint32(1); stream < 6; stream += 2 {
		s.server(s.headers(server, stream, 0, ":status", "200"))
	}
	s.server(dataOf(3, 1), dataOf(5, 1), dataOf(1, defaultWindow-2))
	s.client(windowFrame(1, defaultWindow-2-unread))
	s.wait(d)
	s.client(windowFrame(0, defaultWindow))
	s.server(dataOf(3, 1), dataOf(5, 1))
}

// starvedForGood has the client end a response on stream 3 that is as long as
// is said, while it has not read stream 1.
func (s *script) starvedForGood(length string) {
	s.client(s.request(1), s.request(3))
	s.server(s.headers(server, 1, 0, ":status", "200"), s.headers(server, 3, 0, ":status", "200", "content-length", length))
	s.server(dataOf(1, defaultWindow))
	s.wait(2 * time.Second)
	s.client(resetFrame(3, h2decode.Cancel))
}

// dependent has the window of stream 1 shut, while stream 3 could go on, and
// depends on it or does not.
func (s *script) dependent(depends bool) {
	on := uint32(0)
	if depends {
		on = 1
	}
	s.openConnection()
	s.client(s.request(1), s.request(3), priorityFrame(3, on))
	s.answerBoth()
}

// urgent is the same with the urgency of stream 1.
func (s *script) urgent(value string) {
	s.openConnection()
	s.client(s.request(1), s.request(3), priorityUpdateFrame(1, value))
	s.answerBoth()
}

func (s *script) answerBoth() {
	s.server(s.headers(server, 1, 0, ":status", "200", "content-length", "70000"), s.headers(server, 3, 0, ":status", "200"))
	s.server(dataOf(1, defaultWindow))
}

// reopen lets stream 1 go on.
func (s *script) reopen() {
	s.client(windowFrame(1, defaultWindow))
	s.server(dataOf(1, 70000-defaultWindow))
}

// Each frame that does not fit is told; that the window is then negative is no
// second fault.
func TestOverrunIsToldForEachFrame(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.openConnection()
	s.client(s.post(1), dataOf(1, defaultWindow), dataFrame(1, 0, "x"), dataFrame(1, 0, "x"))
	s.expect(t, "FC-01", "FC-01")
	if got, want := s.found[1].Message, "DATA of 1 octets on stream 1, whose window is -1"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Which window an increment overflows decides what is to end.
func TestOverflowEndsItsScope(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(s.request(1), windowFrame(1, h2decode.MaxWindow), windowFrame(0, h2decode.MaxWindow))
	s.server(resetFrame(1, h2decode.FlowControlError), goAwayFrame(1, h2decode.FlowControlError))
	s.expect(t, "FC-05", "FC-05")
	for i, want := range []struct{ scope, answer string }{{"stream", "RST_STREAM"}, {"connection", "GOAWAY"}} {
		f := s.found[i]
		if f.Scope != want.scope || f.Answer == nil || f.Answer.Type != want.answer {
			t.Errorf("%s: scope %s, answer %+v; want %s, %s", f.Message, f.Scope, f.Answer, want.scope, want.answer)
		}
	}
}

// Windows of which updates may have been missed judge nobody.
func TestUnknownWindowsAreNotJudged(t *testing.T) {
	s := newScript(t, h2decode.Config{Late: true})
	s.client(s.post(1), dataOf(1, 2*defaultWindow))
	s.expect(t)
	if !s.skipped("FC-02") {
		t.Error("FC-02 is not said to be left out")
	}
}

// Traffic that is made to have all streams looked at again and again is judged
// by it so many times, and no more.
func TestScansAreBounded(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(s.request(1), s.request(3))
	s.server(s.headers(server, 1, 0, ":status", "200"), dataOf(1, defaultWindow))
	for range maxScans {
		s.wait(time.Second)
		s.client(windowFrame(0, 1))
		s.server(dataFrame(1, 0, "x"))
	}
	if s.skipped("FC-09") {
		t.Error("FC-09 is left out too early")
	}
	s.wait(time.Second)
	s.client(windowFrame(0, 1))
	if !s.skipped("FC-09") {
		t.Error("FC-09 is not said to be left out")
	}
}
