package exchange_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"net/netip"
	"testing"
	"time"

	"h2scope"
	"h2scope/capture"
	"h2scope/export/exchange"
	"h2scope/h2decode"
	"h2scope/hpack"
	"h2scope/samples/endpoint"
	"h2scope/samples/endpoint/wire"
)

// watcher gives each exchange of a capture to a function.
type watcher struct {
	assembler *exchange.Assembler
	seen      func(*exchange.Exchange)
}

// Event passes the event on.
func (w watcher) Event(dst []byte, e h2decode.Event) []byte {
	if x := w.assembler.Event(e); x != nil {
		w.seen(x)
	}
	return dst
}

// TestBodiesAreWhatTheEndpointSent holds the hash of each body against that of
// the script that was played, where the message came to its end: DATA behind a
// reset is no part of one.
func TestBodiesAreWhatTheEndpointSent(t *testing.T) {
	compared := 0
	for _, script := range endpoint.Scripts() {
		t.Run(script.Name, func(t *testing.T) {
			transcript := script.Transcribe()
			var c wire.Capture
			transcript.Capture(&c, endpoint.Link{
				Client: netip.MustParseAddrPort("192.0.2.1:50000"), Server: netip.MustParseAddrPort("192.0.2.2:443"),
				Start: 1_700_000_000_000_000_000, RoundTrip: time.Millisecond, Segment: wire.EthernetSegment,
			})
			var file bytes.Buffer
			if err := c.Write(&file, nil); err != nil {
				t.Fatal(err)
			}
			src, err := capture.NewReader(&file, script.Name, capture.Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			type key struct {
				stream uint32
				side   int
			}
			got := make(map[key][sha256.Size]byte)
			w := watcher{exchange.New(exchange.Config{MaxBody: 1 << 20}), func(x *exchange.Exchange) {
				for side, b := range x.Bodies {
					if b.Length() != x.Message(h2decode.Side(side)).DataBytes {
						t.Errorf("stream %d: %d octets, the decoder counts %d", x.Stream.ID, b.Length(), x.Message(h2decode.Side(side)).DataBytes)
					}
					if x.Message(h2decode.Side(side)).Complete {
						got[key{x.Stream.ID, side}] = sha256.Sum256(b.Octets())
					}
				}
				if x.Wire[0]+x.Wire[1] == 0 && x.Stream.Kind != h2decode.KindUpgrade {
					t.Errorf("stream %d took no octets", x.Stream.ID)
				}
			}}
			cfg := h2scope.Config{Messages: true, Data: true}
			if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return w }, io.Discard); err != nil {
				t.Fatal(err)
			}
			for _, body := range transcript.Bodies {
				hash, complete := got[key{body.Stream, int(body.From)}]
				if complete {
					compared++
				}
				if complete && hash != body.SHA256 {
					t.Errorf("stream %d, side %d: not the body that was sent", body.Stream, body.From)
				}
			}
		})
	}
	if compared < 20 {
		t.Errorf("only %d messages were compared", compared)
	}
}

// A play tells an assembler the events of connection 1.
type play struct {
	a      *exchange.Assembler
	number uint64
}

func newPlay(maxBody int) *play {
	p := &play{a: exchange.New(exchange.Config{MaxBody: maxBody})}
	p.a.Event(&h2decode.ConnectionOpened{Conn: 1, Server: netip.MustParseAddrPort("192.0.2.2:8443")})
	return p
}

func (p *play) origin(from h2decode.Side) h2decode.Origin {
	p.number++
	return h2decode.Origin{Conn: 1, From: from, Packet: p.number, Time: int64(p.number)}
}

func (p *play) frame(from h2decode.Side, h h2decode.FrameHeader, payload h2decode.Payload, block *h2decode.Block) {
	p.a.Event(&h2decode.FrameDecoded{Origin: p.origin(from), Number: p.number, Header: h, Payload: payload, Block: block})
}

func (p *play) open(stream uint32, from h2decode.Side) {
	p.a.Event(&h2decode.StreamChanged{Origin: p.origin(from), Stream: stream, Old: h2decode.Idle, New: h2decode.Open})
}

func (p *play) data(from h2decode.Side, stream uint32, octets string, missing uint32) {
	p.a.Event(&h2decode.DataDecoded{Origin: p.origin(from), Stream: stream, Data: []byte(octets), Missing: missing})
}

func (p *play) close(s *h2decode.Stream) *exchange.Exchange {
	return p.a.Event(&h2decode.StreamClosed{Origin: p.origin(h2decode.Server), Stream: s})
}

func fields(pairs ...string) (list []hpack.Field) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, hpack.Field{Name: []byte(pairs[i]), Value: []byte(pairs[i+1])})
	}
	return list
}

func request(more ...string) []hpack.Field {
	return fields(append([]string{":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", "/x"}, more...)...)
}

// What the frames of an exchange take is counted for it: the one that opens it,
// the CONTINUATION frames behind it, and the PUSH_PROMISE for what it promises.
func TestFramesCountForTheirExchange(t *testing.T) {
	p := newPlay(100)
	p.frame(h2decode.Client, h2decode.FrameHeader{Type: h2decode.TypeHeaders, Length: 10, Stream: 1}, &h2decode.HeadersFrame{}, nil)
	p.open(1, h2decode.Client)
	p.frame(h2decode.Client, h2decode.FrameHeader{Type: h2decode.TypeContinuation, Length: 5, Stream: 1}, &h2decode.ContinuationFrame{},
		&h2decode.Block{Fields: request(), Wire: 15, Stream: 1})
	p.frame(h2decode.Server, h2decode.FrameHeader{Type: h2decode.TypePushPromise, Length: 20, Stream: 1}, &h2decode.PushPromiseFrame{Promised: 2},
		&h2decode.Block{Fields: request(), Wire: 16, Stream: 2})
	p.open(2, h2decode.Server)
	p.data(h2decode.Server, 1, "abc", 0)
	p.frame(h2decode.Server, h2decode.FrameHeader{Type: h2decode.TypeData, Flags: h2decode.FlagEndStream, Length: 3, Stream: 1}, &h2decode.DataFrame{Length: 3}, nil)
	p.data(h2decode.Server, 1, "behind END_STREAM", 0)
	x := p.close(&h2decode.Stream{ID: 1})
	if x.Wire != [2]uint64{33, 12} || x.Blocks != [2]uint64{15, 0} || x.Number != 1 || string(x.Bodies[1].Octets()) != "abc" {
		t.Errorf("stream 1: %+v, %q", x, x.Bodies[1].Octets())
	}
	x = p.close(&h2decode.Stream{ID: 2, Kind: h2decode.KindPush, Parent: 1})
	if x.Wire != [2]uint64{0, 29} || x.Blocks != [2]uint64{0, 16} || x.Number != 2 || x.ParentURL != "https://a.example/x" {
		t.Errorf("stream 2: %+v", x)
	}
}

func TestContentSaysWhatIsNotThere(t *testing.T) {
	for _, tc := range []struct {
		name     string
		limit    int
		play     func(*play)
		response h2decode.Message
		want     string
		complete bool
		notes    int
	}{
		{"all", 10, func(p *play) { p.data(h2decode.Server, 1, "abc", 0) }, h2decode.Message{DataBytes: 3, Complete: true}, "abc", true, 0},
		{"none", 10, func(*play) {}, h2decode.Message{Complete: true}, "", true, 0},
		{"hole", 10, func(p *play) {
			p.data(h2decode.Server, 1, "abc", 0)
			p.data(h2decode.Server, 1, "", 4)
			p.data(h2decode.Server, 1, "xyz", 0)
		}, h2decode.Message{DataBytes: 10, Missing: 4, Complete: true}, "abc", false, 1},
		{"lost frames", 10, func(p *play) {
			p.frame(h2decode.Server, h2decode.FrameHeader{Type: h2decode.TypeHeaders, Stream: 1}, nil, &h2decode.Block{Fields: fields(":status", "200"), Stream: 1})
			p.data(h2decode.Server, 1, "abc", 0)
			p.a.Event(&h2decode.GapFound{Origin: p.origin(h2decode.Server), Bytes: 20})
			p.data(h2decode.Server, 1, "xyz", 0)
		}, h2decode.Message{DataBytes: 6, Complete: true}, "abcxyz", false, 1},
		{"a gap inside a frame of another stream", 10, func(p *play) {
			p.frame(h2decode.Server, h2decode.FrameHeader{Type: h2decode.TypeHeaders, Stream: 1}, nil, &h2decode.Block{Fields: fields(":status", "200"), Stream: 1})
			p.data(h2decode.Server, 1, "abc", 0)
			p.data(h2decode.Server, 3, "", 20)
			p.a.Event(&h2decode.GapFound{Origin: p.origin(h2decode.Server), Bytes: 20})
			p.data(h2decode.Server, 1, "xyz", 0)
		}, h2decode.Message{DataBytes: 6, Complete: true}, "abcxyz", true, 0},
		{"limit", 2, func(p *play) { p.data(h2decode.Server, 1, "abc", 0) }, h2decode.Message{DataBytes: 3, Complete: true}, "ab", false, 1},
		{"cut", 10, func(p *play) { p.data(h2decode.Server, 1, "abc", 0) }, h2decode.Message{DataBytes: 3}, "abc", false, 1},
		{"not gathered", 10, func(*play) {}, h2decode.Message{DataBytes: 3, Complete: true}, "", false, 1},
		{"a lie", 10, func(p *play) { p.data(h2decode.Server, 1, "abc", 0) },
			h2decode.Message{DataBytes: 3, Complete: true, Fields: fields("content-encoding", "gzip")}, "abc", true, 1},
		{"unknown coding", 10, func(p *play) { p.data(h2decode.Server, 1, "abc", 0) },
			h2decode.Message{DataBytes: 3, Complete: true, Fields: fields("content-encoding", "x")}, "abc", false, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newPlay(tc.limit)
			p.open(1, h2decode.Client)
			tc.play(p)
			x := p.close(&h2decode.Stream{ID: 1, Response: tc.response})
			c := x.Content(h2decode.Server, 100)
			if string(c.Octets) != tc.want || c.Complete != tc.complete || len(c.Notes) < tc.notes || tc.notes == 0 && len(c.Notes) > 0 || c.Wire != tc.response.DataBytes {
				t.Errorf("%q, complete %v, %d octets on the wire, %q", c.Octets, c.Complete, c.Wire, c.Notes)
			}
		})
	}
}

// Bodies that are under way at a time on a connection take MaxHeld together; what
// is over makes room.
func TestConnectionsHoldOnlySoMuch(t *testing.T) {
	const each = 8 << 20
	p := newPlay(each)
	octets := string(make([]byte, each))
	streams := exchange.MaxHeld / each
	for i := range streams + 1 {
		p.open(uint32(2*i+1), h2decode.Client)
		p.data(h2decode.Client, uint32(2*i+1), octets, 0)
	}
	last := uint32(2*streams + 1)
	x := p.close(&h2decode.Stream{ID: last, Request: h2decode.Message{DataBytes: each, Complete: true}})
	if x.Bodies[0].Unheld != each || x.Content(h2decode.Client, each).Complete {
		t.Errorf("%d octets were not held", x.Bodies[0].Unheld)
	}
	p.close(&h2decode.Stream{ID: 1})
	p.open(last+2, h2decode.Client)
	p.data(h2decode.Client, last+2, octets, 0)
	x = p.close(&h2decode.Stream{ID: last + 2, Request: h2decode.Message{DataBytes: each, Complete: true}})
	if x.Bodies[0].Unheld != 0 {
		t.Errorf("%d octets were not held though there was room", x.Bodies[0].Unheld)
	}
}

func TestURL(t *testing.T) {
	for _, tc := range []struct {
		fields []hpack.Field
		want   string
		known  bool
	}{
		{request(), "https://a.example/x", true},
		{fields(":method", "GET", ":scheme", "http", ":path", "/", "host", "h:81"), "http://h:81/", true},
		{fields(":method", "OPTIONS", ":scheme", "http", ":path", "*", ":authority", "h"), "http://h/*", true},
		{fields(":method", "CONNECT", ":authority", "h:22"), "connect://h:22", true},
		{fields(":method", "CONNECT", ":protocol", "websocket", ":scheme", "https", ":authority", "h", ":path", "/c"), "wss://h/c", true},
		{fields(":method", "CONNECT", ":protocol", "connect-udp", ":scheme", "https", ":authority", "h", ":path", "/c"), "https://h/c", true},
		{fields(":method", "GET", ":scheme", "https", ":authority", "h"), "https://h/", false},
		{fields(":method", "GET", ":path", "/y"), "http://192.0.2.2:8443/y", false},
		{nil, "http://192.0.2.2:8443/", false},
	} {
		p := newPlay(0)
		p.open(1, h2decode.Client)
		x := p.close(&h2decode.Stream{ID: 1, Request: h2decode.Message{Fields: tc.fields}})
		if got, known := x.URL(); got != tc.want || known != tc.known {
			t.Errorf("got %q, %v, want %q", got, known, tc.want)
		}
	}
}

// Events of connections and streams that nothing is known of do no harm.
func TestUnknownConnectionsAndStreams(t *testing.T) {
	a := exchange.New(exchange.Config{})
	o := h2decode.Origin{Conn: 9}
	for _, e := range []h2decode.Event{
		&h2decode.DataDecoded{Origin: o, Stream: 1}, &h2decode.FrameDecoded{Origin: o},
		&h2decode.StreamChanged{Origin: o, Stream: 1}, &h2decode.StreamClosed{Origin: o, Stream: &h2decode.Stream{ID: 1}},
		&h2decode.ConnectionClosed{Connection: &h2decode.Connection{Number: 9}},
	} {
		if x := a.Event(e); x != nil {
			t.Errorf("%T gave %+v", e, x)
		}
	}
	p := newPlay(10)
	p.data(h2decode.Client, 3, "x", 0)
	if x := p.close(&h2decode.Stream{ID: 3}); x == nil || x.Bodies[0].Length() != 0 {
		t.Errorf("%+v", x)
	}
}
