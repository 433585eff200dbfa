package h2decode

import (
	"strings"
	"testing"

	"h2scope/hpack"
)

// Field sections of a response in turn, and what they are: RFC 9113, Section
// 8.1. Where a gap made a status uncertain, what follows decides.
func TestSectionsOfAResponse(t *testing.T) {
	// ":status: 299" and ":status: 103" stand in the table: 299 at 63, 103 at
	// 62. Behind a miss these are uncertain.
	const uncertain299, uncertain103 = 0x80 | 63, 0x80 | 62
	headers := func(flags Flags, octets ...byte) []byte { return fragment(3, FlagEndHeaders|flags, octets...) }
	literal := func(name, value string) []byte {
		return hpack.AppendLiteral(nil, hpack.WithoutIndexing, 0, name, value, hpack.HuffmanNever)
	}
	trailers := headers(FlagEndStream, literal("grpc-status", "0")...)
	exact := func(status string, flags Flags) []byte { return headers(flags, literal(":status", status)...) }
	tests := []struct {
		name   string
		frames [][]byte
		want   string
	}{
		{"final", [][]byte{exact("200", FlagEndStream)}, "{:status: 200} complete"},
		{"final, data, trailers", [][]byte{exact("200", 0), dataFrame(3, 0, "x"), trailers}, "{:status: 200} 1 octets trailers {grpc-status: 0} complete"},
		{"final, trailers: RFC 9113, Section 8.8.4", [][]byte{exact("200", 0), trailers}, "{:status: 200} trailers {grpc-status: 0} complete"},
		{
			"two interim, final: RFC 9110, Section 15.2", [][]byte{exact("100", 0), exact("103", 0), exact("200", FlagEndStream)},
			"[:status: 100] [:status: 103] {:status: 200} complete",
		},
		{
			"an uncertain status, and the stream ends", [][]byte{headers(FlagEndStream, uncertain299)},
			"{:status: 299 (uncertain)} complete",
		},
		{
			"an uncertain status, data, trailers", [][]byte{headers(0, uncertain299), dataFrame(3, 0, "x"), trailers},
			"{:status: 299 (uncertain)} 1 octets trailers {grpc-status: 0} complete",
		},
		{
			"an uncertain status, trailers", [][]byte{headers(0, uncertain299), trailers},
			"{:status: 299 (uncertain)} trailers {grpc-status: 0} complete",
		},
		{
			"an uncertain status was interim: a certain one follows", [][]byte{headers(0, uncertain103), exact("200", FlagEndStream)},
			"[:status: 103 (uncertain)] {:status: 200} complete",
		},
		{
			"an uncertain status was interim: trailers would end the stream", [][]byte{headers(0, uncertain299), headers(0, uncertain103), dataFrame(3, FlagEndStream, "x")},
			"[:status: 299 (uncertain)] {:status: 103 (uncertain)} 1 octets complete",
		},
		{
			"an uncertain interim status may have been a final one", [][]byte{headers(0, uncertain103), dataFrame(3, 0, "x"), trailers},
			"{:status: 103 (uncertain)} 1 octets trailers {grpc-status: 0} complete",
		},
		{
			"an unknown status", [][]byte{headers(0, 0x80|100), dataFrame(3, 0, "x"), trailers},
			"{[100] unknown} 1 octets trailers {grpc-status: 0} complete",
		},
		{
			"a section that cannot be decoded to its end", [][]byte{append(exact("200", 0), fragment(3, FlagEndHeaders, 0x40, 5)...), trailers},
			"{:status: 200} trailers {grpc-status: 0} incomplete complete",
		},
		{
			"nothing behind END_STREAM is part of the message", [][]byte{exact("200", FlagEndStream), dataFrame(3, 0, "x"), trailers},
			"{:status: 200} complete",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{Messages: true})
			ended := s.streamsEnded()
			s.client(s.headers(Client, 1, 0, get...), s.headers(Client, 3, 0, get...))
			s.server(s.headers(Server, 1, 0, ":status", "299"), s.headers(Server, 1, 0, ":status", "103"))
			s.conn.halves[Server].table.MissedBlocks()
			for _, frame := range test.frames {
				s.server(frame)
			}
			s.finish()
			_, response, _ := strings.Cut(ended[3], " → ")
			if response != test.want {
				t.Errorf("response %s\nwant     %s", response, test.want)
			}
		})
	}
}

// RFC 9113, Section 8.1: a request may have trailers, too; and what comes
// behind its END_STREAM is none of it.
func TestSectionsOfARequest(t *testing.T) {
	s := begun(t, Config{Messages: true})
	ended := s.streamsEnded()
	s.client(s.headers(Client, 1, 0, ":method", "POST"), dataFrame(1, 0, "ab"), s.headers(Client, 1, FlagEndStream, "x", "y"))
	s.client(s.headers(Client, 1, FlagEndStream, "z", "z"), dataFrame(1, FlagEndStream, "more"))
	s.finish()
	if want := "{:method: POST} 2 octets trailers {x: y} complete → {}"; ended[1] != want {
		t.Errorf("told %s\nwant %s", ended[1], want)
	}
}

// A value that is not certain is not given as if it were: it stays in Fields,
// where it says so.
func TestFieldIsCertainOrNil(t *testing.T) {
	m := Message{Fields: []hpack.Field{
		{Name: []byte(":path"), Value: []byte("/old"), ValueTrust: hpack.Uncertain},
		{Name: []byte("a"), Value: []byte("b"), NameTrust: hpack.Uncertain},
		{Name: []byte("c"), ValueTrust: hpack.Unknown},
		{Name: []byte("d"), Value: []byte{}},
		{Name: []byte("d"), Value: []byte("second")},
	}}
	for _, name := range []string{":path", "a", "c", "absent", ""} {
		if got := m.Field(name); got != nil {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := m.Field("d"); got == nil || len(got) != 0 {
		t.Errorf("d: %q, want the first, which is empty", got)
	}
}

func TestConnect(t *testing.T) {
	tests := []struct {
		name   string
		fields []string
		want   Kind
	}{
		{"CONNECT of RFC 9113, Section 8.5", []string{":method", "CONNECT", ":authority", "a.example:443"}, KindConnect},
		{"extended CONNECT of RFC 8441, Section 5.1", append(get[2:], ":method", "CONNECT", ":protocol", "websocket"), KindExtendedConnect},
		{"GET", get, KindRequest},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{})
			s.client(s.headers(Client, 1, 0, test.fields...))
			if got := s.conn.streams.get(1).Kind; got != test.want {
				t.Errorf("kind %v, want %v", got, test.want)
			}
		})
	}
}

// The memory of a closed stream is used again: nothing of it shows in the next.
func TestStreamsThatReuseMemoryStartEmpty(t *testing.T) {
	s := begun(t, Config{Messages: true})
	ended := s.streamsEnded()
	s.client(s.headers(Client, 1, FlagEndStream, "first", strings.Repeat("a", 100)))
	s.server(s.headers(Server, 1, 0, ":status", "103"), s.headers(Server, 1, 0, ":status", "200"), dataFrame(1, 0, "x"), s.headers(Server, 1, FlagEndStream, "t", "t"))
	s.client(s.headers(Client, 3, 0, "second", "b"))
	s.server(resetFrame(3, Cancel))
	s.client(s.headers(Client, 5, FlagEndStream, "third", "c"))
	s.server(s.headers(Server, 5, FlagEndStream, ":status", "204"))
	want := map[uint32]string{
		1: "{first: " + strings.Repeat("a", 100) + "} complete → [:status: 103] {:status: 200} 1 octets trailers {t: t} complete",
		3: "{second: b} → {}",
		5: "{third: c} complete → {:status: 204} complete",
	}
	for id, w := range want {
		if ended[id] != w {
			t.Errorf("stream %d: %s\nwant %s", id, ended[id], w)
		}
	}
	if s.conn.streams.kept != 0 {
		t.Errorf("%d octets are counted as kept, with no stream open", s.conn.streams.kept)
	}
}
