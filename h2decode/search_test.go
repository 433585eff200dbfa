package h2decode

import (
	"fmt"
	"strings"
	"testing"
)

// exchanges plays requests on the streams from first to last, a packet for each
// message, and gives the octets of the responses' DATA frames.
func (s *script) exchanges(first, last uint32) {
	for id := first; id <= last; id += 2 {
		s.client(s.headers(Client, id, FlagEndStream, append(get, "x-request", fmt.Sprint(id))...))
		s.server(s.headers(Server, id, 0, ":status", "200", "x-answer", fmt.Sprint(id)))
		s.server(dataFrame(id, FlagEndStream, strings.Repeat("d", 100+int(id))))
	}
}

// framesOf are the lines that tell of frames of a side, without packets and
// numbers.
func framesOf(lines []string, side Side) (frames []string) {
	for _, line := range lines {
		if _, frame, ok := strings.Cut(line, " "+side.String()+" #"); ok {
			_, frame, _ = strings.Cut(frame, " ")
			frame, _, _ = strings.Cut(frame, " {") // fields are as certain as the table
			frames = append(frames, frame)
		}
	}
	return frames
}

// The frames behind a gap are found where segments begin with them: from the
// one on that is proven nothing is lost, and each is told from the packet that
// it came in.
func TestFramesBehindAGapAreFound(t *testing.T) {
	for _, side := range []Side{Client, Server} {
		whole, cut := begun(t, Config{}), begun(t, Config{})
		for _, s := range []*script{whole, cut} {
			s.exchanges(1, 9)
			frame := s.headers(side, 11, FlagEndStream, "x-lost", "1")
			if s == whole {
				s.send(side, frame)
			} else {
				s.lose(side, len(frame))
			}
			s.exchanges(13, 91)
			s.finish()
		}
		all, found := framesOf(whole.events, side), framesOf(cut.events, side)
		var gaps []string
		for _, line := range cut.events {
			if strings.Contains(line, "gap at") {
				gaps = append(gaps, line)
			}
		}
		if len(gaps) != 1 || strings.Contains(gaps[0], "resynced 0") {
			t.Fatalf("%s: gaps %q", side, gaps)
		}
		if lost := len(all) - len(found); lost < 1 || lost > 16 {
			t.Errorf("%s: %d of %d frames are lost", side, lost, len(all))
		}
		for i := range 20 {
			got, want := found[len(found)-1-i], all[len(all)-1-i]
			if got != want {
				t.Errorf("%s: frame %d from the end: %s\nwant %s", side, i, got, want)
			}
		}
		t.Logf("%s: %d of %d frames; %s", side, len(found), len(all), gaps[0])
	}
}

// What the server can have sent on: streams that the client opened in octets
// which the server's TCP had acknowledged. So the frames of a body that is a
// capture are not taken for the connection's, even where segments begin with
// them.
func TestFramesOnStreamsThatTheirSenderCannotKnow(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	s.events = nil
	s.lose(Server, 30) // the answer, and the header of a DATA frame
	for id := uint32(3); id < 60; id += 2 {
		s.send(Server, fragment(id, FlagEndHeaders, 0x88), dataFrame(id, FlagEndStream, strings.Repeat("x", 50+int(id))))
	}
	s.finish()
	if frames := framesOf(s.events, Server); len(frames) > 0 {
		t.Errorf("shown: %q", frames)
	}
}

// A body whose DATA frame's header is lost, and which is HTTP/2, in segments that
// begin with its frames and on streams that wait for their answers: none of it is
// taken for the connection's. What tells is that the client goes on without it.
func TestFramesInsideOfOneDataFrameAreNotShown(t *testing.T) {
	s := begun(t, Config{})
	for id := uint32(1); id < 80; id += 2 {
		s.client(s.headers(Client, id, FlagEndStream, get...))
	}
	s.events = nil
	s.lose(Server, 30) // the answer on stream 1, and the header of its DATA
	for id := uint32(3); id < 80; id += 2 {
		s.send(Server, fragment(id, FlagEndHeaders, 0x88), dataFrame(id, FlagEndStream, strings.Repeat("x", 50+int(id))))
	}
	s.finish()
	if frames := framesOf(s.events, Server); len(frames) > 0 {
		t.Errorf("shown: %q", frames)
	}
}

// A gap that is shorter than what must come before octets that lie in DATA held
// whole frames, if the next that came begins with one: a frame header for a
// message that goes on; and a request or a response (of two indexed fields, or
// one) where none does.
func TestGapTooShortForData(t *testing.T) {
	ping := AppendFrame(nil, TypePing, 0, 0, &PingFrame{})
	for _, test := range []struct {
		name    string
		side    Side
		prepare func(s *script)
		lost    int
		found   bool
	}{
		{"a client without a request", Client, func(*script) {}, 19, true},
		{"as long as a request and the header of DATA", Client, func(*script) {}, 20, false},
		{"a client whose request goes on", Client, func(s *script) { s.client(s.headers(Client, 1, 0, get...)) }, 9, false},
		{"shorter than a header", Client, func(s *script) { s.client(s.headers(Client, 1, 0, get...)) }, 8, true},
		{"a request that was cancelled may go on", Client, func(s *script) {
			s.client(s.headers(Client, 1, 0, get...))
			s.server(AppendFrame(nil, TypeRSTStream, 0, 1, &RSTStreamFrame{}))
		}, 9, false},
		{"a server that was asked nothing", Server, func(*script) {}, 5000, true},
		{"a server that was asked", Server, func(s *script) { s.client(s.headers(Client, 1, FlagEndStream, get...)) }, 18, true},
		{"as long as an answer and the header of DATA", Server, func(s *script) { s.client(s.headers(Client, 1, FlagEndStream, get...)) }, 19, false},
		{"an answer that goes on", Server, func(s *script) {
			s.client(s.headers(Client, 1, FlagEndStream, get...))
			s.server(s.headers(Server, 1, 0, ":status", "200"))
		}, 9, false},
		{"behind an earlier gap", Client, func(s *script) { s.lose(Client, 12); s.client(ping, ping) }, 12, false},
	} {
		s := begun(t, Config{})
		test.prepare(s)
		s.events = nil
		s.lose(test.side, test.lost)
		s.send(test.side, ping, ping, ping)
		s.finish()
		if n := len(framesOf(s.events, test.side)); (n == 3) != test.found {
			t.Errorf("%s, %d octets lost: %q", test.name, test.lost, s.events)
		}
	}
}

// The first octets of a frame header have its length: the frame cannot be shown,
// and what follows it can.
func TestGapBehindTheLengthOfAFrame(t *testing.T) {
	ping := AppendFrame(nil, TypePing, 0, 0, &PingFrame{})
	for known := range HeaderLength {
		for missing := 1; known+missing <= len(ping); missing++ {
			s := begun(t, Config{})
			s.client(ping[:known])
			s.lose(Client, missing)
			s.client(ping[known+missing:], ping)
			c := s.finish()
			passed := len(ping) - missing
			want := []string{
				fmt.Sprintf("6 client gap at %d of %d, %d skipped, capture-loss, resynced 7", 42+known, missing, passed),
				"7 client #5 PING 0",
			}
			if known < 3 {
				want = []string{fmt.Sprintf("6 client gap at %d of %d, %d skipped, capture-loss, resynced 0", 42+known, missing, passed+len(ping))}
			}
			s.want(want...)
			if c.Gaps != 1 {
				t.Errorf("%d gaps", c.Gaps)
			}
		}
	}
}

// Where it is only estimated how much is missing, a frame's length does not say
// where the next one begins, but where to look: two headers are proof enough.
func TestGapOfEstimatedLength(t *testing.T) {
	ping := AppendFrame(nil, TypePing, 0, 0, &PingFrame{})
	for _, test := range []struct {
		name   string
		excess int // of the estimate
		frames int
	}{{"right", 0, 3}, {"too long", 1, 0}, {"too short", -1, 0}} {
		s := begun(t, Config{})
		s.client(s.headers(Client, 1, 0, get...))
		s.events = nil
		frame := dataFrame(1, 0, strings.Repeat("x", 100))
		s.client(frame[:50])
		s.packet++
		s.conn.Gap(&Gap{From: Client, Offset: s.offset[Client], Length: uint64(20 + test.excess), Estimated: true, Packet: s.packet})
		s.offset[Client] += uint64(20 + test.excess)
		s.client(frame[70:], ping)
		s.client(ping, ping)
		c := s.finish()
		if n := len(framesOf(s.events, Client)); n != 1+test.frames {
			t.Errorf("%s: %q", test.name, s.events)
		}
		if c.Gaps != 1 {
			t.Errorf("%s: %d gaps", test.name, c.Gaps)
		}
	}
}

// A connection that is joined in the middle of a frame: what stands before the
// first boundary is passed over, and said so.
func TestLateStartWithinAFrame(t *testing.T) {
	s := newScript(t, Config{Late: true, Lost: [2]bool{true, true}})
	s.offset = [2]uint64{100, 200} // so much was passed over before
	s.client(dataFrame(1, 0, strings.Repeat("x", 100))[60:])
	s.server(dataFrame(1, 0, strings.Repeat("x", 100))[70:])
	s.exchanges(5, 81)
	s.finish()
	for side := range s.offset {
		if n := len(framesOf(s.events, Side(side))); n < 25 {
			t.Errorf("%s: %d frames", Side(side), n)
		}
		found := false
		for _, line := range s.events {
			found = found || strings.Contains(line, Side(side).String()+" gap at 0 of 0") && !strings.Contains(line, "resynced 0")
		}
		if !found {
			t.Errorf("%s: no gap in %q", Side(side), s.events[:2])
		}
	}
}

// In step, and joined late: what was passed over before is told as well.
func TestLateStartBehindOctetsPassedOver(t *testing.T) {
	s := newScript(t, Config{Late: true})
	s.offset[Server] = 50
	s.server(settingsFrame())
	s.want("1 server gap at 0 of 0, 50 skipped, missing, resynced 1", "1 server #1 SETTINGS 0")
}

// Which SETTINGS frame an acknowledgment is for is certain only where one waits,
// once one may have been missed.
func TestAcknowledgmentsBehindAGap(t *testing.T) {
	s := begun(t, Config{})
	s.server(settingsFrame(Setting{SettingInitialWindowSize, 1}))
	s.server(settingsFrame(Setting{SettingInitialWindowSize, 2}))
	s.client(ackFrame()[:3])
	s.lose(Client, 6)
	s.events = nil
	s.client(ackFrame())
	if _, _, known := s.conn.Setting(Server, SettingInitialWindowSize); known {
		t.Error("the value in force is taken for known")
	}
	s.client(ackFrame())
	if _, _, known := s.conn.Setting(Server, SettingInitialWindowSize); !known {
		t.Error("the value that was acknowledged last is not known")
	}
	s.want(
		"8 client gap at 45 of 6, 3 skipped, capture-loss, resynced 9",
		"9 client #7 SETTINGS 0 ACK",
		"9 client acknowledges settings that are not known",
		"10 client #8 SETTINGS 0 ACK",
		"10 client acknowledges [{SETTINGS_INITIAL_WINDOW_SIZE 2}]",
	)
}

// How long DATA may be that a gap began in: no longer than the peer's greatest
// frame, and than the window was.
func TestLongestFrameBehindAGap(t *testing.T) {
	s := begun(t, Config{})
	h := &s.conn.halves[Server]
	longest := func() [2]uint32 {
		frame, data := h.longest(s.conn)
		return [2]uint32{frame, data}
	}
	s.lose(Server, 100)
	if got := longest(); got != [2]uint32{1 << 14, defaultWindow} {
		t.Errorf("behind the gap %v", got)
	}
	s.client(settingsFrame(Setting{SettingMaxFrameSize, 1 << 20}))
	s.client(AppendFrame(nil, TypeWindowUpdate, 0, 0, &WindowUpdateFrame{Increment: 1000}))
	if got := longest(); got != [2]uint32{1 << 20, defaultWindow + 1000} {
		t.Errorf("with more allowed %v", got)
	}
	s.lose(Client, 100)
	if got := longest(); got != [2]uint32{0, 0} {
		t.Errorf("where the client may have allowed more %v", got)
	}
}

// What is held of a half that is not in step has a limit, and all that is not
// shown is counted.
func TestSearchHoldsLittle(t *testing.T) {
	s := begun(t, Config{})
	s.lose(Server, 100)
	for range 2000 {
		s.server(make([]byte, 1400))
	}
	s.finish()
	s.want("5 server gap at 18 of 100, 2800000 skipped, capture-loss, resynced 0")
}

// Octets behind a hole of the capture's waited for nobody but the capture's
// reader: their receiver had them when they came. Behind a hole that a
// retransmission filled they waited.
func TestOnlyHolesThatWereFilledHoldAStreamUp(t *testing.T) {
	for _, filled := range []bool{false, true} {
		s := begun(t, Config{})
		var stalled, took int64
		s.sink = func(e Event) {
			if e, ok := e.(*StreamClosed); ok {
				stalled, took = e.Stream.Timing.Stalled[StalledByTCP], e.Stream.ClosedAt-e.Stream.OpenedAt
			}
		}
		s.client(s.headers(Client, 1, FlagEndStream, get...))
		s.server(s.headers(Server, 1, 0, ":status", "200"))
		frame := dataFrame(1, FlagEndStream, "0123456789")
		s.server(frame[:HeaderLength])
		sent := int64(s.packet) * 1e6
		const wait = 500e6
		s.packet += 500
		end := Chunk{From: Server, Offset: s.offset[Server] + 5, Packet: s.packet, Time: sent + wait, OctetsPacket: 9, OctetsTime: sent, Data: frame[HeaderLength+5:]}
		if filled {
			s.conn.Chunk(&Chunk{From: Server, Offset: s.offset[Server], Packet: s.packet, Time: sent + wait, OctetsPacket: s.packet, Data: frame[HeaderLength:][:5]})
		} else {
			s.conn.Gap(&Gap{From: Server, Offset: s.offset[Server], Length: 5, Cause: CauseCaptureLoss, Packet: s.packet, Time: sent + wait})
		}
		s.conn.Chunk(&end)
		if held := stalled >= wait; held != filled || took >= wait != filled {
			t.Errorf("filled %v: held up for %d, took %d", filled, stalled, took)
		}
	}
}
