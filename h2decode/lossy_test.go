package h2decode

import (
	"fmt"
	"slices"
	"testing"
)

// lossy gives the messages that ended, and which of them may lack frames.
func (s *script) lossy() map[string]bool {
	told := make(map[string]bool)
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok {
			told[fmt.Sprintf("%d request", e.Stream.ID)] = e.Stream.Request.Lossy
			told[fmt.Sprintf("%d response", e.Stream.ID)] = e.Stream.Response.Lossy
		}
	}
	return told
}

// What is lost between frames may have been DATA of any message that had begun and
// not ended, and a response to any request that the server may have had by then.
func TestLossyMessages(t *testing.T) {
	begin := func(s *script) { s.client([]byte(Preface), settingsFrame()); s.server(settingsFrame()) }
	for _, test := range []struct {
		name  string
		play  func(s *script)
		lossy []string
	}{
		{"nothing is lost", func(s *script) {
			s.open(1)
			s.answer(1)
		}, nil},
		{"the end of a payload", func(s *script) {
			s.open(1)
			s.server(s.headers(Server, 1, 0, ":status", "200"), dataFrame(1, FlagEndStream, "1234")[:HeaderLength])
			s.lose(Server, 4)
		}, nil},
		{"between DATA frames", func(s *script) {
			s.open(1)
			s.server(s.headers(Server, 1, 0, ":status", "200"), dataFrame(1, 0, "1234"))
			s.lose(Server, 13)
			s.server(dataFrame(1, FlagEndStream, "1234"), pingFrame(0), pingFrame(0), pingFrame(0))
		}, []string{"1 response"}},
		{"before the response, of which it can only be interim ones", func(s *script) {
			s.open(1)
			s.lose(Server, 13)
			s.server(s.headers(Server, 1, FlagEndStream, ":status", "200"), pingFrame(0), pingFrame(0), pingFrame(0))
		}, nil},
		{"with the response", func(s *script) {
			s.open(1)
			s.lose(Server, 13)
			s.server(dataFrame(1, FlagEndStream, "1234"), pingFrame(0), pingFrame(0), pingFrame(0))
		}, []string{"1 response"}},
		{"of the other side", func(s *script) {
			s.open(1)
			s.lose(Client, 13)
			s.answer(1)
		}, nil},
		{"before the request was sent", func(s *script) {
			s.lose(Server, 13)
			s.server(pingFrame(0), pingFrame(0), pingFrame(0), pingFrame(0))
			s.client(pingFrame(FlagAck))
			s.open(1)
			s.server(dataFrame(1, FlagEndStream, "1234"))
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, Config{})
			begin(s)
			told := s.lossy()
			test.play(s)
			s.finish()
			if len(told) == 0 {
				t.Fatal("no stream was told")
			}
			for message, lossy := range told {
				if want := slices.Contains(test.lossy, message); lossy != want {
					t.Errorf("%s: lossy %t, want %t", message, lossy, want)
				}
			}
		})
	}
}

// What looks like the beginning of a side's octets need not be it: then its frames
// are not all seen, and what it put into its table before is not known.
func TestUnprovenBeginning(t *testing.T) {
	s := newScript(t, Config{Unproven: [2]bool{Server: true}})
	s.client([]byte(Preface), settingsFrame())
	s.server(settingsFrame())
	if !s.conn.Complete(Client) || s.conn.Complete(Server) {
		t.Errorf("complete: client %t, server %t; want the client alone", s.conn.Complete(Client), s.conn.Complete(Server))
	}
	s.open(1)
	var field Block
	s.sink = func(e Event) {
		if e, ok := e.(*FrameDecoded); ok && e.Block != nil {
			field = *e.Block
		}
	}
	s.encoder[Server].Insert("x-before", "1")
	s.server(s.headers(Server, 1, FlagEndStream, ":status", "200", "x-before", "1"))
	if field.Err != nil || len(field.Fields) != 2 {
		t.Errorf("fields %v, error %v: an entry that nobody saw is no error", field.Fields, field.Err)
	}
}

// Octets that the peer's TCP has acknowledged and that have not come may have
// changed a setting: until they have, none is known.
func TestSettingWhilePeerIsAhead(t *testing.T) {
	s := newScript(t, Config{})
	known := false
	s.sink = func(e Event) {
		if e, ok := e.(*FrameDecoded); ok && e.From == Client {
			_, _, known = s.conn.Setting(Server, SettingMaxConcurrentStreams)
		}
	}
	for _, acked := range []uint64{0, 1} {
		s.conn.Chunk(&Chunk{From: Client, Offset: s.offset[Client], Acked: acked, Data: append([]byte(nil), settingsFrame()...)})
		s.offset[Client] += HeaderLength
		if known != (acked == 0) {
			t.Errorf("%d octets acknowledged of none: known %t", acked, known)
		}
	}
}

func pingFrame(flags Flags) []byte { return AppendFrame(nil, TypePing, flags, 0, &PingFrame{}) }
