package h2decode

import (
	"slices"
	"testing"
)

// The arrows of Figure 2 of RFC 9113, Section 5.1, with both sides in view:
// "send" and "recv" become the side that sends. What has no arrow here leaves
// the state as it is.
var figure2 = []struct {
	from State
	in   input
	to   State
}{
	{Idle, promise, Reserved},             // send PP / recv PP
	{Idle, headers, Open},                 // send H / recv H
	{Reserved, pushed, HalfClosedClient},  // send H / recv H
	{Reserved, reset, Closed},             // send R / recv R
	{Open, endClient, HalfClosedClient},   // send ES / recv ES
	{Open, endServer, HalfClosedServer},   // recv ES / send ES
	{Open, reset, Closed},                 // send R / recv R
	{HalfClosedClient, endServer, Closed}, // send ES / recv ES
	{HalfClosedClient, reset, Closed},     // send R / recv R
	{HalfClosedServer, endClient, Closed}, // recv ES / send ES
	{HalfClosedServer, reset, Closed},     // send R / recv R
}

func TestStatesOfRFC9113Figure2(t *testing.T) {
	for from := Idle; from <= Closed; from++ {
		for in := range inputCount {
			want := from
			for _, arrow := range figure2 {
				if arrow.from == from && arrow.in == in {
					want = arrow.to
				}
			}
			if got := from.next(in); got != want {
				t.Errorf("%v, input %d: %v, want %v", from, in, got, want)
			}
		}
	}
}

// What each frame does to a stream in each state, seen from outside: the state
// that the stream is in behind it. RFC 9113, Section 5.1.
func TestFramesInEachState(t *testing.T) {
	// How stream 1, or for the reserved state stream 2, gets into each state.
	prepare := map[State]func(s *script){
		Idle:     func(*script) {},
		Reserved: func(s *script) { s.server(s.promise(9, 2, get...)) },
		Open:     func(s *script) { s.client(s.headers(Client, 1, 0, get...)) },
		HalfClosedClient: func(s *script) {
			s.client(s.headers(Client, 1, FlagEndStream, get...))
		},
		HalfClosedServer: func(s *script) {
			s.client(s.headers(Client, 1, 0, get...))
			s.server(s.headers(Server, 1, FlagEndStream, ":status", "200"))
		},
		Closed: func(s *script) {
			s.client(s.headers(Client, 1, FlagEndStream, get...))
			s.server(s.headers(Server, 1, FlagEndStream, ":status", "200"))
		},
	}
	tests := []struct {
		frame string
		send  func(s *script, id uint32)
		want  [Closed + 1]State // by the state before
	}{
		{
			"HEADERS of the client", func(s *script, id uint32) { s.client(s.headers(Client, id, 0, get...)) },
			[...]State{Open, Reserved, Open, HalfClosedClient, HalfClosedServer, Closed},
		}, {
			"HEADERS of the client with END_STREAM", func(s *script, id uint32) { s.client(s.headers(Client, id, FlagEndStream, get...)) },
			[...]State{HalfClosedClient, Reserved, HalfClosedClient, HalfClosedClient, Closed, Closed},
		}, {
			"HEADERS of the server", func(s *script, id uint32) { s.server(s.headers(Server, id, 0, ":status", "200")) },
			[...]State{Idle, HalfClosedClient, Open, HalfClosedClient, HalfClosedServer, Closed},
		}, {
			"HEADERS of the server with END_STREAM", func(s *script, id uint32) { s.server(s.headers(Server, id, FlagEndStream, ":status", "200")) },
			[...]State{Idle, Closed, HalfClosedServer, Closed, HalfClosedServer, Closed},
		}, {
			"DATA of the client", func(s *script, id uint32) { s.client(dataFrame(id, 0, "x")) },
			[...]State{Idle, Reserved, Open, HalfClosedClient, HalfClosedServer, Closed},
		}, {
			"DATA of the client with END_STREAM", func(s *script, id uint32) { s.client(dataFrame(id, FlagEndStream, "x")) },
			[...]State{Idle, Reserved, HalfClosedClient, HalfClosedClient, Closed, Closed},
		}, {
			"DATA of the server with END_STREAM", func(s *script, id uint32) { s.server(dataFrame(id, FlagEndStream, "x")) },
			[...]State{Idle, Reserved, HalfClosedServer, Closed, HalfClosedServer, Closed},
		}, {
			"RST_STREAM of the client", func(s *script, id uint32) { s.client(resetFrame(id, Cancel)) },
			[...]State{Idle, Closed, Closed, Closed, Closed, Closed},
		}, {
			"RST_STREAM of the server", func(s *script, id uint32) { s.server(resetFrame(id, RefusedStream)) },
			[...]State{Idle, Closed, Closed, Closed, Closed, Closed},
		}, {
			"PRIORITY", func(s *script, id uint32) {
				s.client(AppendFrame(nil, TypePriority, 0, id, &PriorityFrame{Weight: 16}))
			},
			[...]State{Idle, Reserved, Open, HalfClosedClient, HalfClosedServer, Closed},
		}, {
			"WINDOW_UPDATE", func(s *script, id uint32) {
				s.client(AppendFrame(nil, TypeWindowUpdate, 0, id, &WindowUpdateFrame{Increment: 1}))
			},
			[...]State{Idle, Reserved, Open, HalfClosedClient, HalfClosedServer, Closed},
		}, {
			"an unknown frame with all flags", func(s *script, id uint32) {
				s.server(AppendFrame(nil, 0xfe, 0xff, id, &UnknownFrame{}))
			},
			[...]State{Idle, Reserved, Open, HalfClosedClient, HalfClosedServer, Closed},
		},
	}
	for _, test := range tests {
		for before := Idle; before <= Closed; before++ {
			t.Run(test.frame+"/"+before.String(), func(t *testing.T) {
				s := begun(t, Config{})
				id, state := uint32(1), Idle
				if before == Reserved {
					id = 2
				}
				s.sink = func(e Event) {
					if e, ok := e.(*StreamChanged); ok && e.Stream == id {
						if e.Old != state {
							t.Errorf("left %v, was in %v", e.Old, state)
						}
						state = e.New
					}
				}
				prepare[before](s)
				if state != before {
					t.Fatalf("prepared %v", state)
				}
				test.send(s, id)
				if state != test.want[before] {
					t.Errorf("then %v, want %v", state, test.want[before])
				}
			})
		}
	}
}

// RFC 9113, Section 5.1.1: identifiers grow, and say by their parity who opens.
// HEADERS that cannot open a stream are a frame and no more.
func TestIdentifiersOfRFC9113Section511(t *testing.T) {
	const greatest = 1<<31 - 1
	tests := []struct {
		name   string
		from   Side
		ids    []uint32
		opened []uint32
	}{
		{"the client's are odd and grow", Client, []uint32{1, 3, 7, 5, 3, 9}, []uint32{1, 3, 7, 9}},
		{"even ones are not the client's", Client, []uint32{2, 4}, nil},
		{"stream 0 is the connection", Client, []uint32{0}, nil},
		{"the server opens none by HEADERS", Server, []uint32{1, 2}, nil},
		{"the greatest one", Client, []uint32{greatest, 1}, []uint32{greatest}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{})
			var opened []uint32
			s.sink = func(e Event) {
				if e, ok := e.(*StreamChanged); ok && e.Old == Idle {
					opened = append(opened, e.Stream)
				}
			}
			for _, id := range test.ids {
				s.send(test.from, s.headers(test.from, id, 0, get...))
			}
			if !slices.Equal(opened, test.opened) {
				t.Errorf("opened %v, want %v", opened, test.opened)
			}
			if c := s.finish(); c.Streams != uint64(len(test.opened)) || c.Frames != uint64(4+len(test.ids)) {
				t.Errorf("%d streams, %d frames", c.Streams, c.Frames)
			}
		})
	}
}
