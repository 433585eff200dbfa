package h2decode

import (
	"strings"
	"testing"
	"time"
)

// timings keeps how the streams of a script were timed, as they end.
func (s *script) timings() map[uint32]Timing {
	ended := make(map[uint32]Timing)
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok {
			ended[e.Stream.ID] = e.Stream.Timing
		}
	}
	return ended
}

// The phases of an exchange, by what each packet holds. Packets come every
// millisecond, the first at 1 ms.
func TestPhases(t *testing.T) {
	ok := []string{":status", "200"}
	for _, test := range []struct {
		name                       string
		play                       func(s *script)
		send, wait, receive, total int64 // milliseconds
		seen                       int
	}{
		{"a request without content is sent at once", func(s *script) {
			s.client(s.headers(Client, 1, FlagEndStream, get...))
			s.packet += 4
			s.server(s.headers(Server, 1, 0, ok...))
			s.packet += 2
			s.server(dataFrame(1, FlagEndStream, "x"))
		}, 0, 5, 3, 8, 3},
		{"a request with content is sent until its end", func(s *script) {
			s.client(s.headers(Client, 1, 0, get...))
			s.client(dataFrame(1, 0, "x"))
			s.client(dataFrame(1, FlagEndStream, "x"))
			s.server(s.headers(Server, 1, FlagEndStream, ok...))
		}, 2, 1, 0, 3, 3},
		{"a response that comes first ends the sending", func(s *script) {
			s.client(s.headers(Client, 1, 0, get...))
			s.server(s.headers(Server, 1, 0, ok...))
			s.client(dataFrame(1, FlagEndStream, "x"))
			s.server(dataFrame(1, FlagEndStream, "x"))
		}, 1, 0, 2, 3, 3},
		{"interim responses are waited through", func(s *script) {
			s.client(s.headers(Client, 1, 0, get...))
			s.server(s.headers(Server, 1, 0, ":status", "100"))
			s.client(dataFrame(1, FlagEndStream, "x"))
			s.server(s.headers(Server, 1, FlagEndStream, ok...))
		}, 1, 2, 0, 3, 3},
		{"a HEADERS frame begins where its first octet is", func(s *script) {
			request := s.headers(Client, 1, FlagEndStream, get...)
			s.client(request[:3])
			s.client(request[3:])
			response := s.headers(Server, 1, FlagEndStream, ok...)
			s.server(response[:3])
			s.packet += 10
			s.server(response[3:])
		}, 1, 1, 11, 13, 3},
		{"a promise is a request that is sent at once", func(s *script) {
			s.client(s.headers(Client, 3, FlagEndStream, get...))
			s.server(s.promise(3, 2, get...))
			s.server(s.headers(Server, 2, 0, ok...))
			s.server(dataFrame(2, FlagEndStream, "x"))
			s.server(s.headers(Server, 3, FlagEndStream, ok...))
		}, 1, 0, 1, 2, 3},
		{"no response", func(s *script) {
			s.client(s.headers(Client, 1, FlagEndStream, get...))
			s.packet += 9
			s.client(resetFrame(1, Cancel))
		}, 0, 0, 0, 10, 1},
		{"half a response", func(s *script) {
			s.client(s.headers(Client, 1, FlagEndStream, get...))
			s.server(s.headers(Server, 1, 0, ok...))
			s.server(dataFrame(1, 0, "x"))
			s.server(resetFrame(1, InternalError))
		}, 0, 1, 0, 3, 2},
		{"a request that was not sent to its end", func(s *script) {
			s.client(s.headers(Client, 1, 0, get...))
			s.client(resetFrame(1, Cancel))
		}, 0, 0, 0, 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{})
			ended := s.timings()
			test.play(s)
			s.finish()
			timing, found := ended[1]
			if !found {
				timing = ended[2]
			}
			const ms = int64(time.Millisecond)
			want := Phases{test.send * ms, test.wait * ms, test.receive * ms, test.total * ms, test.seen}
			if got := timing.Phases(); got != want {
				t.Errorf("phases %+v, want %+v; of %+v", got, want, timing)
			}
		})
	}
}

// Steps are timed by the packets that hold the octets, not by those that let
// them be delivered; and none is before the other where clocks or order differ.
func TestTimesAreTheOctets(t *testing.T) {
	s := begun(t, Config{})
	ended := s.timings()
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	response := s.headers(Server, 1, FlagEndStream, ":status", "200")
	s.conn.Chunk(&Chunk{
		From: Server, Offset: s.offset[Server], Packet: 100, Time: 100e6, OctetsPacket: 90, OctetsTime: 90e6, Data: response,
	})
	if got := ended[1]; got.Response != 90e6 || got.FinalResponse != 90e6 || got.ResponseEnd != 90e6 || got.End != 90e6 {
		t.Errorf("%+v, want all of the response at 90 ms", got)
	}
}

func TestPhasesAreNeverNegative(t *testing.T) {
	timing := Timing{Request: 50, RequestEnd: 40, Response: 30, FinalResponse: 20, ResponseEnd: 10, End: 5}
	if got, want := timing.Phases(), (Phases{Seen: 3}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// What a window held up is part of the phase in which it did.
func TestStalledIsInTheTiming(t *testing.T) {
	s := begun(t, Config{})
	ended := s.timings()
	s.client(s.headers(Client, 1, 0, get...))
	s.client(dataFrame(1, 0, strings.Repeat("x", 65535))) // both windows
	s.packet += 100
	s.server(updateFrame(1, 10))
	s.packet += 50
	s.server(updateFrame(0, 10))
	s.client(dataFrame(1, FlagEndStream, "x"))
	s.server(s.headers(Server, 1, FlagEndStream, ":status", "200"))
	got := ended[1]
	if got.Stalled[StalledByStream] != 101e6 || got.Stalled[StalledByConnection] != 51e6 {
		t.Errorf("stalled for %v, want 101 ms by the stream's window and then 51 ms by the connection's", got.Stalled)
	}
	if send := got.Phases().Send; send < got.Stalled[StalledByStream]+got.Stalled[StalledByConnection] {
		t.Errorf("sent for %d ns, which is less than it was stalled", send)
	}
}

func TestStallCauseNames(t *testing.T) {
	for cause, want := range map[StallCause]string{StalledByStream: "stream", StalledByConnection: "connection", StalledByTCP: "tcp"} {
		if got := cause.String(); got != want {
			t.Errorf("%d is %q, want %q", cause, got, want)
		}
	}
}
