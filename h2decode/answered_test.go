package h2decode

import (
	"slices"
	"testing"
)

// A stream of which only the response was seen is a stream: there was a request
// (RFC 9113, Section 8.1), and nothing is known of it. Its state is that which
// the server's frames show.
func TestStreamKnownFromItsResponse(t *testing.T) {
	for _, test := range []struct {
		name  string
		lose  func(s *script)
		asked []string // of the response, or the trailers, that come first
		want  []string
	}{
		{"the request is lost", func(s *script) { s.lose(Client, 40) }, []string{":status", "200"}, []string{"1 half-closed-server"}},
		{"trailers of a response that is lost, too", func(s *script) { s.lose(Client, 40) }, []string{"x-checksum", "1"}, nil},
		{"nothing is missing", func(*script) {}, []string{":status", "200"}, nil},
	} {
		s := begun(t, Config{Messages: true})
		test.lose(s)
		var got []string
		s.sink = func(e Event) {
			if e, ok := e.(*StreamClosed); ok {
				st := e.Stream
				got = append(got, "1 "+st.State.String())
				if st.ID != 1 || !st.Timing.RequestUnseen || st.Request.Fields != nil || len(st.Response.Fields) != 1 || st.OpenedAt == 0 {
					t.Errorf("%s: %+v", test.name, st)
				}
				if p := st.Timing.Phases(); p != (Phases{}) {
					t.Errorf("%s: phases %+v", test.name, p)
				}
			}
		}
		s.server(s.headers(Server, 1, FlagEndStream, test.asked...))
		if n := s.conn.OpenStreams(); n != 0 {
			t.Errorf("%s: %d streams count as open", test.name, n)
		}
		if n := s.conn.Newest(Client); n != 0 {
			t.Errorf("%s: the client is taken to have opened stream %d", test.name, n)
		}
		s.finish()
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

// A response that is shown before its request, as captures of two directions do:
// in the end the stream is as if they had come in order.
func TestResponseShownBeforeItsRequest(t *testing.T) {
	s := begun(t, Config{Messages: true})
	request := s.headers(Client, 1, FlagEndStream, get...)
	var closed []Stream
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok {
			closed = append(closed, *e.Stream)
		}
	}
	answer := s.headers(Server, 1, FlagEndStream, ":status", "200")
	s.packet++
	s.conn.Chunk(&Chunk{From: Server, Offset: s.offset[Server], Packet: s.packet, OctetsPacket: s.packet, Time: 7, Acked: s.offset[Client] + uint64(len(request)), Data: answer})
	s.offset[Server] += uint64(len(answer))
	s.client(request)
	if len(closed) != 1 {
		t.Fatalf("%d streams have closed", len(closed))
	}
	st := &closed[0]
	if st.State != Closed || st.Timing.RequestUnseen || !st.Request.Complete || !st.Response.Complete || string(st.Request.Field(":method")) != "GET" {
		t.Errorf("%+v", st)
	}
	if s.conn.Newest(Client) != 1 || s.conn.OpenStreams() != 0 {
		t.Errorf("newest %d, %d open", s.conn.Newest(Client), s.conn.OpenStreams())
	}
}

// Frames of the client on a stream that is known from its response: trailers are
// no request, and a reset ends it.
func TestFramesOnAStreamKnownFromItsResponse(t *testing.T) {
	s := newScript(t, Config{Late: true, Messages: true})
	var closed []Stream
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok {
			closed = append(closed, *e.Stream)
		}
	}
	s.server(s.headers(Server, 5, 0, ":status", "200"))
	s.client(s.headers(Client, 5, FlagEndStream, "x-trailer", "1"))
	s.server(s.headers(Server, 7, 0, ":status", "200"))
	s.client(AppendFrame(nil, TypeRSTStream, 0, 7, &RSTStreamFrame{Code: Cancel}))
	s.server(s.headers(Server, 7, FlagEndStream, ":status", "200")) // it had not heard of it
	s.finish()
	if len(closed) != 2 || closed[0].ID != 7 || closed[0].Reset == nil || closed[1].State != HalfClosedClient || len(closed[1].Request.Trailers) != 1 {
		t.Errorf("%+v", closed)
	}
}
