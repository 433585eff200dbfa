package h2decode

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A windowHistory is what a ledger saw of the windows over time, and when each
// side last sent on each stream: enough to say, by looking at all of it again,
// who waited for what.
type windowHistory struct {
	changes map[historyKey][]windowChange
	sent    map[historyKey]int64
	want    []string
}

type historyKey struct {
	stream uint32 // 0: the connection
	sender Side
}

type windowChange struct{ at, window int64 }

// A shutSpan is a time in which a window was 0 or less.
type shutSpan struct{ began, ended int64 }

// shut are the spans that ended by now, in order, the last eight of them: as
// many as are remembered.
func (h *windowHistory) shut(key historyKey) (spans []shutSpan) {
	began := int64(-1)
	for _, c := range h.changes[key] {
		switch {
		case c.window <= 0 && began < 0:
			began = c.at
		case c.window > 0 && began >= 0:
			spans = append(spans, shutSpan{began, c.at})
			began = -1
		}
	}
	return spans[max(0, len(spans)-8):]
}

// isShut says how the window was at a time, and just behind it.
func (h *windowHistory) isShut(key historyKey, at int64) bool {
	shut := false
	for _, c := range h.changes[key] {
		if c.at <= at {
			shut = c.window <= 0
		}
	}
	return shut
}

// times are a span's ends and all times in between at which a window changed.
func (h *windowHistory) times(a, b historyKey, from, to int64) []int64 {
	times := []int64{from, to}
	for _, c := range slices.Concat(h.changes[a], h.changes[b]) {
		if from < c.at && c.at < to {
			times = append(times, c.at)
		}
	}
	slices.Sort(times)
	return times
}

// after are the spans that ended after a time, cut to it.
func after(spans []shutSpan, since int64) (cut []shutSpan) {
	for _, s := range spans {
		if s.ended > since {
			cut = append(cut, shutSpan{max(s.began, since), s.ended})
		}
	}
	return cut
}

// dataSent is told that DATA goes out: it works out what its sender had waited
// for.
func (h *windowHistory) dataSent(stream uint32, sender Side, now int64) {
	own, connection := historyKey{stream, sender}, historyKey{0, sender}
	since, ownSpans := h.sent[own], h.shut(own)
	if spans := after(ownSpans, since); len(spans) > 0 && now-spans[len(spans)-1].ended <= promptly {
		waited := int64(0)
		for _, s := range spans {
			waited += s.ended - s.began
		}
		h.expect(stream, sender, StalledByStream, spans, waited)
	}
	from := since
	if len(ownSpans) > 0 {
		from = max(from, ownSpans[len(ownSpans)-1].ended)
	}
	waited := int64(0)
	times := h.times(own, connection, since, now)
	for i, at := range times[:len(times)-1] {
		if h.isShut(connection, at) && !h.isShut(own, at) {
			waited += times[i+1] - at
		}
	}
	if spans := after(h.shut(connection), from); len(spans) > 0 && waited > 0 && now-spans[len(spans)-1].ended <= promptly {
		h.expect(stream, sender, StalledByConnection, spans, waited)
	}
	h.sent[own] = now
}

func (h *windowHistory) expect(stream uint32, sender Side, cause StallCause, spans []shutSpan, waited int64) {
	h.want = append(h.want, describeStall(&Stall{
		Origin: Origin{From: sender}, Stream: stream, Cause: cause,
		Began: spans[0].began, Ended: spans[len(spans)-1].ended, Waited: waited,
	}))
}

func describeStall(e *Stall) string {
	ms := func(ns int64) int64 { return ns / int64(time.Millisecond) }
	return fmt.Sprintf("%s on %d by %s: %d to %d, %d", e.From, e.Stream, e.Cause, ms(e.Began), ms(e.Ended), ms(e.Waited))
}

// Random traffic that keeps to the windows: each stall is told that an
// independent look at the whole history of the windows finds, and no other.
func TestStallsAgreeWithAnIndependentComputation(t *testing.T) {
	told := 0
	for seed := range uint64(300) {
		tr := newTraffic(t, seed)
		tr.lawful = true
		h := &windowHistory{changes: make(map[historyKey][]windowChange), sent: make(map[historyKey]int64)}
		tr.ledger.moved = func(stream uint32, sender Side, at, window int64) {
			key := historyKey{stream, sender}
			h.changes[key] = append(h.changes[key], windowChange{at, window})
		}
		var got []string
		tr.sink = func(e Event) {
			switch e := e.(type) {
			case *Stall:
				got = append(got, describeStall(e))
			case *FrameDecoded:
				h.frame(tr.ledger, e)
			}
			tr.ledger.Event(e)
			if e, ok := e.(*FrameDecoded); ok && e.Header.Type == TypeHeaders && e.From == Client {
				for side := range Side(2) {
					tr.ledger.moved(e.Header.Stream, side, e.Time, tr.ledger.initial[side])
				}
			}
		}
		for range 300 {
			tr.act()
		}
		told += len(got)
		if !slices.Equal(got, h.want) {
			t.Fatalf("seed %d: told\n\t%s\nwant\n\t%s", seed, strings.Join(got, "\n\t"), strings.Join(h.want, "\n\t"))
		}
	}
	if told < 500 {
		t.Errorf("%d stalls: the traffic is too tame", told)
	}
}

// frame is told a frame before it moves the ledger's windows.
func (h *windowHistory) frame(l *ledger, e *FrameDecoded) {
	key := historyKey{e.Header.Stream, e.From}
	switch s := l.streams[e.Header.Stream]; {
	case e.Header.Type == TypeHeaders:
		h.sent[key] = e.Time
	case e.Header.Type == TypeData && e.Header.Length > 0 && s != nil && !s.ended[e.From]:
		h.dataSent(e.Header.Stream, e.From, e.Time)
	}
}

// What of a wait is a stall, and by what.
func TestStalls(t *testing.T) {
	full := strings.Repeat("x", 65535)
	for _, test := range []struct {
		name string
		play func(s *script)
		want []string
	}{
		{"DATA that follows the update soon had waited for it", func(s *script) {
			s.server(updateFrame(0, 100))
			s.client(dataFrame(1, 0, full)) // 6
			s.packet += 2000
			s.server(updateFrame(1, 100)) // 2007
			s.client(dataFrame(1, 0, "x"))
		}, []string{"client on 1 by stream: 6 to 2007, 2001"}},
		{"DATA that does not follow soon had not", func(s *script) {
			s.server(updateFrame(0, 100))
			s.client(dataFrame(1, 0, full))
			s.packet += 2000
			s.server(updateFrame(1, 100))
			s.packet += 1001
			s.client(dataFrame(1, 0, "x"))
		}, nil},
		{"the connection's window holds up those whose own is open", func(s *script) {
			s.client(s.headers(Client, 3, 0, get...), dataFrame(3, 0, full)) // 5
			s.packet += 2000
			s.server(updateFrame(0, 100)) // 2006
			s.client(dataFrame(1, 0, "x"))
		}, []string{"client on 1 by connection: 5 to 2006, 2001"}},
		{"first by the stream's window, then by the connection's", func(s *script) {
			s.client(dataFrame(1, 0, full)) // 5
			s.packet += 1000
			s.server(updateFrame(1, 100)) // 1006
			s.packet += 500
			s.server(updateFrame(0, 100)) // 1507
			s.client(dataFrame(1, 0, "x"))
		}, []string{"client on 1 by stream: 5 to 1006, 1001", "client on 1 by connection: 1006 to 1507, 501"}},
		{"a window that opens and shuts again in between", func(s *script) {
			s.server(updateFrame(0, 100))
			s.client(dataFrame(1, 0, full))                               // 6
			s.server(updateFrame(1, 10))                                  // 7
			s.server(settingsFrame(Setting{SettingInitialWindowSize, 0})) // 8
			s.packet += 100                                               //
			s.client(ackFrame())                                          // 109
			s.server(updateFrame(1, 65535))                               // 110
			s.client(dataFrame(1, 0, "x"))                                // 111
		}, []string{"client on 1 by stream: 6 to 110, 2"}},
		{"a stream that opens with an initial size of 0", func(s *script) {
			s.server(settingsFrame(Setting{SettingInitialWindowSize, 0}))
			s.client(ackFrame(), s.headers(Client, 3, 0, get...)) // 6
			s.packet += 100
			s.server(updateFrame(3, 1)) // 107
			s.client(dataFrame(3, 0, "x"))
		}, []string{"client on 3 by stream: 6 to 107, 101"}},
		{"SETTINGS open a window when they are acknowledged", func(s *script) {
			s.server(updateFrame(0, 100))
			s.client(dataFrame(1, 0, full))                                   // 6
			s.server(settingsFrame(Setting{SettingInitialWindowSize, 65536})) // 7
			s.packet += 100
			s.client(ackFrame(), dataFrame(1, 0, "x")) // 108
		}, []string{"client on 1 by stream: 6 to 108, 102"}},
		{"a reset of a message that is not at its end", func(s *script) {
			s.client(s.headers(Client, 3, 0, append(slices.Clone(get), "content-length", "65536")...), dataFrame(3, 0, full)) // 5
			s.packet += 100
			s.client(resetFrame(3, Cancel)) // 106
		}, []string{"client on 3 by stream: 5 to 106, 101"}},
		{"a reset for the connection's window", func(s *script) {
			s.client(s.headers(Client, 3, 0, append(slices.Clone(get), "content-length", "1")...), dataFrame(1, 0, full)) // 5
			s.packet += 100
			s.client(resetFrame(3, Cancel)) // 106
		}, []string{"client on 3 by connection: 5 to 106, 101"}},
		{"a reset of a message that may be at its end", func(s *script) {
			s.client(dataFrame(1, 0, full))
			s.packet += 100
			s.client(resetFrame(1, Cancel))
		}, nil},
		{"a reset before the message began", func(s *script) {
			s.client(s.headers(Client, 3, FlagEndStream, get...))
			s.server(s.headers(Server, 1, 0, ":status", "200"), dataFrame(1, 0, full))
			s.client(resetFrame(3, Cancel))
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{})
			s.client(s.headers(Client, 1, 0, get...)) // packet 4, at 4 ms
			s.packet = 4
			var got []string
			s.sink = func(e Event) {
				if e, ok := e.(*Stall); ok {
					got = append(got, describeStall(e))
				}
			}
			test.play(s)
			if !slices.Equal(got, test.want) {
				t.Errorf("told %q, want %q", got, test.want)
			}
		})
	}
}

// A stall names the frames that shut the window and opened it, and the window's
// size in between; the stream adds up what it waited.
func TestStallNamesItsFrames(t *testing.T) {
	s := begun(t, Config{})
	var stalls []Stall
	frames := make(map[uint64]Type)
	s.sink = func(e Event) {
		switch e := e.(type) {
		case *Stall:
			stalls = append(stalls, *e)
		case *FrameDecoded:
			frames[e.Number] = e.Header.Type
		}
	}
	ended := make(map[uint32]Timing)
	s.client(s.headers(Client, 1, 0, get...), settingsFrame(Setting{SettingInitialWindowSize, 100}))
	s.server(s.headers(Server, 1, 0, ":status", "200"), dataFrame(1, 0, strings.Repeat("x", 150)), ackFrame())
	s.client(settingsFrame(Setting{SettingInitialWindowSize, 200}))
	s.server(ackFrame(), dataFrame(1, 0, "x"))
	s.client(updateFrame(1, 1))
	s.server(dataFrame(1, 0, strings.Repeat("x", 50)))
	s.client(updateFrame(1, 1))
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok {
			ended[e.Stream.ID] = e.Stream.Timing
		}
		if e, ok := e.(*Stall); ok {
			stalls = append(stalls, *e)
		}
	}
	s.server(dataFrame(1, FlagEndStream, "x"))
	s.finish()
	for i, want := range []struct {
		began, ended Type
		window       int64
	}{{TypeSettings, TypeSettings, -50}, {TypeData, TypeWindowUpdate, 0}} {
		if i >= len(stalls) {
			t.Fatalf("%d stalls, want 2", len(stalls))
		}
		if e := stalls[i]; frames[e.BeganFrame] != want.began || frames[e.EndedFrame] != want.ended || e.Window != want.window {
			t.Errorf("stall %d: from %s to %s, window %d; want %+v", i, frames[e.BeganFrame], frames[e.EndedFrame], e.Window, want)
		}
	}
	if got, want := ended[1].Stalled[StalledByStream], stalls[0].Waited+stalls[1].Waited; got != want {
		t.Errorf("stream 1 was stalled for %d, want %d", got, want)
	}
}

// The connection's end is an end like a reset.
func TestStallAtTheEnd(t *testing.T) {
	s := begun(t, Config{})
	var got []string
	s.sink = func(e Event) {
		if e, ok := e.(*Stall); ok {
			got = append(got, fmt.Sprintf("%s, ended by frame %d", e.Cause, e.EndedFrame))
		}
	}
	s.client(s.headers(Client, 1, 0, append(slices.Clone(get), "content-length", "65536")...), dataFrame(1, 0, strings.Repeat("x", 65535)))
	s.packet += 100
	s.finish()
	if want := []string{"stream, ended by frame 0"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TCP holds up a message by a shut receive window, and by octets that wait
// behind a hole; each time counts once for a stream.
func TestHeldUpByTCP(t *testing.T) {
	const ms = int64(time.Millisecond)
	s := begun(t, Config{})
	var stalled int64
	var told []string
	s.sink = func(e Event) {
		switch e := e.(type) {
		case *StreamClosed:
			stalled = e.Stream.Timing.Stalled[StalledByTCP]
		case *Stall:
			told = append(told, fmt.Sprintf("%s for %d ms", e.Cause, e.Waited/ms))
			if e.Waited != e.Ended-e.Began {
				t.Errorf("%d ns within %d", e.Waited, e.Ended-e.Began)
			}
		}
	}
	s.client(s.headers(Client, 1, 0, get...)) // packet 4 or so
	now := int64(s.packet) * ms
	s.conn.ReceiverClosed(Server, s.packet, now+10*ms)
	s.conn.ReceiverOpened(Server, s.packet, now+30*ms)
	s.packet += 40
	s.client(dataFrame(1, 0, "x"))
	held := dataFrame(1, FlagEndStream, "y")
	s.packet += 10
	s.conn.Chunk(&Chunk{ // captured 7 ms before it could be delivered
		From: Client, Offset: s.offset[Client], Packet: s.packet, Time: int64(s.packet) * ms,
		OctetsPacket: s.packet - 1, OctetsTime: int64(s.packet-7) * ms, Data: held,
	})
	s.offset[Client] += uint64(len(held))
	lost := s.headers(Server, 1, FlagEndStream, ":status", "200")
	s.packet += 10
	s.conn.Chunk(&Chunk{ // what came behind it was captured 5 ms earlier
		From: Server, Offset: s.offset[Server], Packet: s.packet, Time: int64(s.packet) * ms,
		OctetsPacket: s.packet, MissedSince: int64(s.packet-5) * ms, Data: lost,
	})
	if want := 32 * ms; stalled != want {
		t.Errorf("held up for %d ms, want %d", stalled/ms, want/ms)
	}
	if want := []string{"tcp for 20 ms", "tcp for 7 ms", "tcp for 5 ms"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
