package h2decode

import (
	"bytes"
	"testing"

	"h2scope/hpack"
)

func TestExchange(t *testing.T) {
	s := newScript(t, Config{Messages: true, Data: true})
	s.client([]byte(Preface), settingsFrame(Setting{SettingInitialWindowSize, 100000}))
	s.server(settingsFrame(), ackFrame())
	s.want(
		"1 client preface",
		"1 client #1 SETTINGS 0",
		"2 server #2 SETTINGS 0",
		"2 server #3 SETTINGS 0 ACK",
		"2 server acknowledges [{SETTINGS_INITIAL_WINDOW_SIZE 100000}]",
	)

	var closed Stream
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok {
			closed = *e.Stream
		}
	}
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	s.server(s.headers(Server, 1, 0, ":status", "103", "link", "</a.css>"))
	s.server(s.headers(Server, 1, 0, ":status", "200", "content-type", "text/plain"), dataFrame(1, 0, "hello"))
	s.server(s.headers(Server, 1, FlagEndStream, "x-checksum", "7"))
	s.want(
		"3 client #4 HEADERS 1 END_STREAM END_HEADERS {:method: GET, :scheme: https, :path: /, :authority: a.example}",
		"3 client stream 1: idle → open",
		"3 client stream 1: open → half-closed-client",
		"4 server #5 HEADERS 1 END_HEADERS {:status: 103, link: </a.css>}",
		"5 server #6 HEADERS 1 END_HEADERS {:status: 200, content-type: text/plain}",
		`5 server data 1: "hello" missing 0`,
		"5 server #7 DATA 1",
		"6 server #8 HEADERS 1 END_STREAM END_HEADERS {x-checksum: 7}",
		"6 server stream 1: half-closed-client → closed",
		"6 server stream 1 ended: request closed",
	)
	if got := string(closed.Request.Field(":authority")); got != "a.example" {
		t.Errorf(":authority %q", got)
	}
	if len(closed.Response.Interim) != 1 || string(closed.Response.Field(":status")) != "200" ||
		len(closed.Response.Trailers) != 1 || closed.Response.DataBytes != 5 || !closed.Response.Complete {
		t.Errorf("response %+v", closed.Response)
	}
	if closed.OpenedAt != 3e6 || closed.ClosedAt != 6e6 || closed.Frames != 5 {
		t.Errorf("opened %d, closed %d, %d frames", closed.OpenedAt, closed.ClosedAt, closed.Frames)
	}
	c := s.finish()
	if c.Frames != 8 || c.Streams != 1 || len(c.Settings[Client]) != 1 || c.Settings[Server] != nil {
		t.Errorf("connection %+v", c)
	}
}

func TestPush(t *testing.T) {
	s := begun(t, Config{Messages: true})
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	s.events = nil
	s.server(AppendFrame(nil, TypePushPromise, FlagEndHeaders, 1,
		&PushPromiseFrame{Promised: 2, Fragment: s.block(Server, ":method", "GET", ":path", "/a.css")}))
	s.server(s.headers(Server, 2, 0, ":status", "200"), dataFrame(2, FlagEndStream, "x"))
	s.want(
		"6 server #6 PUSH_PROMISE 1 END_HEADERS {:method: GET, :path: /a.css}",
		"6 server stream 2: idle → reserved",
		"7 server #7 HEADERS 2 END_HEADERS {:status: 200}",
		"7 server stream 2: reserved → half-closed-client",
		"7 server #8 DATA 2 END_STREAM",
		"7 server stream 2: half-closed-client → closed",
		"7 server stream 2 ended: push closed",
	)
}

// What beginners' articles tell: a client that promises, and a push with an
// odd number. The frames are shown; no stream comes of them.
func TestPushThatNoneMayMake(t *testing.T) {
	s := begun(t, Config{})
	s.client(AppendFrame(nil, TypePushPromise, FlagEndHeaders, 1, &PushPromiseFrame{Promised: 2, Fragment: s.block(Client, get...)}))
	s.server(AppendFrame(nil, TypePushPromise, FlagEndHeaders, 1, &PushPromiseFrame{Promised: 3, Fragment: s.block(Server, get...)}))
	s.want(
		"5 client #5 PUSH_PROMISE 1 END_HEADERS {:method: GET, :scheme: https, :path: /, :authority: a.example}",
		"6 server #6 PUSH_PROMISE 1 END_HEADERS {:method: GET, :scheme: https, :path: /, :authority: a.example}",
	)
}

func TestReset(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	s.events = nil
	s.client(resetFrame(1, Cancel))
	s.server(dataFrame(1, 0, "in flight"))
	s.want(
		"6 client #6 RST_STREAM 1",
		"6 client stream 1: half-closed-client → closed",
		"6 client stream 1 ended: request closed",
		"7 server #7 DATA 1",
	)
}

func TestUpgrade(t *testing.T) {
	s := newScript(t, Config{Messages: true})
	s.conn.Upgrade(&Upgrade{
		Packet: 1, AnswerPacket: 2,
		Fields:   []hpack.Field{{Name: []byte(":path"), Value: []byte("/")}, {Name: []byte("User-Agent"), Value: []byte("u")}},
		Settings: AppendSetting(nil, Setting{SettingEnablePush, 0}),
	})
	s.packet = 2
	s.server(settingsFrame())
	s.client([]byte(Preface), settingsFrame())
	s.sink = func(e Event) {
		if e, ok := e.(*StreamClosed); ok && string(e.Stream.Request.Field("user-agent")) != "u" {
			t.Errorf("request %v", e.Stream.Request.Fields)
		}
	}
	s.server(s.headers(Server, 1, FlagEndStream, ":status", "204"))
	s.want(
		"1 client stream 1: idle → open",
		"1 client stream 1: open → half-closed-client",
		"2 server acknowledges [{SETTINGS_ENABLE_PUSH 0}]",
		"3 server #1 SETTINGS 0",
		"4 client preface",
		"4 client #2 SETTINGS 0",
		"5 server #3 HEADERS 1 END_STREAM END_HEADERS {:status: 204}",
		"5 server stream 1: half-closed-client → closed",
		"5 server stream 1 ended: upgrade closed",
	)
}

func TestGoAway(t *testing.T) {
	s := begun(t, Config{})
	debug := []byte("bye")
	s.server(AppendFrame(nil, TypeGoAway, 0, 0, &GoAwayFrame{LastStream: 7, Code: EnhanceYourCalm, DebugData: debug}))
	g := s.finish().GoAway[Server]
	if g == nil || g.LastStream != 7 || g.Code != EnhanceYourCalm || !bytes.Equal(g.DebugData, debug) || g.Packet != 5 {
		t.Errorf("goaway %+v", g)
	}
}

func TestStreamsLeftOpenAreToldAtTheEnd(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, 0, get...), s.headers(Client, 3, FlagEndStream, get...))
	s.events = nil
	s.finish()
	s.want("5 client stream 1 ended: request open", "5 client stream 3 ended: request half-closed-client")
}

// The last GOAWAY counts, and what it says outlives its packet.
func TestGoAwayTwice(t *testing.T) {
	s := begun(t, Config{})
	wire := AppendFrame(nil, TypeGoAway, 0, 0, &GoAwayFrame{LastStream: 1<<31 - 1})
	s.server(wire)
	wire = AppendFrame(nil, TypeGoAway, 0, 0, &GoAwayFrame{LastStream: 5, DebugData: []byte("bye")})
	s.conn.Chunk(&Chunk{From: Server, Packet: 7, Data: wire})
	clear(wire)
	g := s.finish().GoAway
	if g[Client] != nil || g[Server].LastStream != 5 || g[Server].Packet != 7 || string(g[Server].DebugData) != "bye" {
		t.Errorf("goaway %+v", g[Server])
	}
}

// The request that was upgraded stays the caller's, as it was.
func TestUpgradeLeavesItsRequestAlone(t *testing.T) {
	name := []byte("X-\xffÄ")
	u := &Upgrade{Fields: []hpack.Field{{Name: name, Value: []byte("V")}}}
	s := newScript(t, Config{Messages: true})
	ended := s.streamsEnded()
	s.conn.Upgrade(u)
	s.finish()
	if string(name) != "X-\xffÄ" || &u.Fields[0].Name[0] != &name[0] {
		t.Errorf("the caller's field is %q now", u.Fields[0].Name)
	}
	if ended[1] != "{x-\xffÄ: V} complete → {}" {
		t.Errorf("told %s", ended[1])
	}
}
