package h2decode

import (
	"bytes"
	"strings"
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

func TestBlockInContinuations(t *testing.T) {
	s := begun(t, Config{})
	block := s.block(Client, append(get, "cookie", strings.Repeat("a", 50))...)
	s.client(AppendFrame(nil, TypeHeaders, FlagEndStream, 1, &HeadersFrame{Fragment: block[:3]}))
	s.client(AppendFrame(nil, TypeContinuation, 0, 1, &ContinuationFrame{Fragment: block[3:20]}))
	s.client(AppendFrame(nil, TypeContinuation, FlagEndHeaders, 1, &ContinuationFrame{Fragment: block[20:]}))
	s.want(
		"5 client #5 HEADERS 1 END_STREAM",
		"5 client stream 1: idle → open",
		"6 client #6 CONTINUATION 1",
		"7 client #7 CONTINUATION 1 END_HEADERS {:method: GET, :scheme: https, :path: /, :authority: a.example, cookie: "+strings.Repeat("a", 50)+"}",
		"7 client stream 1: open → half-closed-client",
	)
}

// A CONTINUATION that belongs to nothing is a frame and no more.
func TestContinuationOfNothing(t *testing.T) {
	s := begun(t, Config{})
	s.client(AppendFrame(nil, TypeContinuation, FlagEndHeaders, 1, &ContinuationFrame{Fragment: s.block(Client, get...)}))
	s.want("5 client #5 CONTINUATION 1 END_HEADERS")
}

func TestBlockBeyondItsLimit(t *testing.T) {
	s := begun(t, Config{Limits: Limits{FieldBlock: 10}})
	s.client(s.headers(Client, 1, 0, append(get, "x-a", "b", "x-c", "d")...))
	s.want(
		"5 client #5 HEADERS 1 END_HEADERS malformed: field block of more than 10 octets: not decoded further {:method: GET, :scheme: https, :path: /}",
		"5 client stream 1: idle → open",
	)
}

// A block that cannot be decoded to its end is said to be so, with the offset
// and the section; the fields before stand.
func TestBlockThatIsCut(t *testing.T) {
	s := begun(t, Config{})
	s.client(AppendFrame(nil, TypeHeaders, FlagEndHeaders, 1, &HeadersFrame{Fragment: []byte{0x82, 0x40, 5, 'x'}}))
	if len(s.events) == 0 || !strings.Contains(s.events[0], "malformed: field block: ") || !strings.Contains(s.events[0], "{:method: GET}") {
		t.Errorf("told %q", s.events)
	}
	s.events = nil
	s.client(AppendFrame(nil, TypeHeaders, FlagEndHeaders, 3, &HeadersFrame{Fragment: []byte{0x82, 0xff, 0x80, 0x01}}))
	s.want(
		"6 client #6 HEADERS 3 END_HEADERS {:method: GET, [255] unknown}",
		"6 client stream 3: idle → open",
	)
}

func TestFrameSplitAnywhere(t *testing.T) {
	s := begun(t, Config{})
	wire := append(s.headers(Client, 1, 0, get...), dataFrame(1, FlagPadded|FlagEndStream, "")...)
	wire[len(wire)-1-0] = 0 // the length octet of what dataFrame wrote
	for _, b := range wire[:len(wire)-HeaderLength] {
		s.client([]byte{b})
	}
	last := s.packet
	if len(s.events) != 2 || !strings.Contains(s.events[0], "from packet 5") {
		t.Errorf("told %q by packet %d", s.events, last)
	}
}

func TestDataPadding(t *testing.T) {
	s := begun(t, Config{Data: true})
	s.client(s.headers(Client, 1, 0, get...))
	s.events = nil
	frame := AppendFrame(nil, TypeData, FlagEndStream, 1, &DataFrame{Data: []byte("abc"), Padding: Padding{true, make([]byte, 4)}})
	s.client(frame[:11]) // the header, the pad length, and "a"
	s.client(frame[11:14])
	s.client(frame[14:])
	s.want(
		`6 client data 1: "a" missing 0`,
		`7 client data 1: "bc" missing 0`,
		"8 client #6 DATA 1 END_STREAM PADDED from packet 6",
		"8 client stream 1: open → half-closed-client",
	)
	s.client(unhex(t, "000002"+"00"+"08"+"00000001"+"0200"))
	s.client(unhex(t, "000000"+"00"+"08"+"00000001"))
	s.want(
		"9 client #7 DATA 1 PADDED malformed: pad length 2 does not fit in the 2 octets of DATA",
		"10 client #8 DATA 1 PADDED malformed: DATA is PADDED and has no pad length",
	)
}

func TestSettingsApplyWhenAcknowledged(t *testing.T) {
	s := begun(t, Config{})
	s.server(settingsFrame(Setting{SettingHeaderTableSize, 0}), settingsFrame(Setting{SettingMaxFrameSize, 20000}))
	if got, _ := s.conn.halves[Client].table.Limit(); got != 4096 {
		t.Errorf("table limit %d before the acknowledgment", got)
	}
	s.client(ackFrame())
	if got, _ := s.conn.halves[Client].table.Limit(); got != 0 {
		t.Errorf("table limit %d after it", got)
	}
	c := s.finish()
	if len(c.Settings[Server]) != 1 {
		t.Errorf("in force: %v; the second SETTINGS was not acknowledged", c.Settings[Server])
	}
}

// Captures may show the acknowledgment before what it acknowledges.
func TestAcknowledgmentCapturedTooEarly(t *testing.T) {
	s := newScript(t, Config{})
	s.client([]byte(Preface), settingsFrame())
	wire := settingsFrame(Setting{SettingEnablePush, 0})
	s.offset[Server] = uint64(len(wire)) // the client's TCP has acknowledged it
	s.client(ackFrame())
	s.offset[Server] = 0
	s.server(wire)
	if c := s.finish(); len(c.Settings[Server]) != 1 {
		t.Errorf("in force: %v", c.Settings[Server])
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

func TestPriorities(t *testing.T) {
	priority := func(stream, dependsOn uint32, weight int) []byte {
		return AppendFrame(nil, TypePriority, 0, stream, &PriorityFrame{DependsOn: dependsOn, Weight: weight})
	}
	update := func(stream uint32, value string) []byte {
		return AppendFrame(nil, TypePriorityUpdate, 0, 0, &PriorityUpdateFrame{Prioritized: stream, FieldValue: []byte(value)})
	}
	s := begun(t, Config{})
	s.client(priority(1, 0, 201), update(1, "u=1"))
	s.client(s.headers(Client, 1, 0, append(get, "priority", "u=5, i")...))
	if p := s.conn.streams.get(1).Priority; !p.HasTree || p.Tree.Weight != 201 || p.Urgency != 1 || p.Incremental {
		t.Errorf("hints before HEADERS: %+v", p)
	}
	s.client(priority(1, 3, 16), update(1, "u=7;x, i, bogus"))
	if p := s.conn.streams.get(1).Priority; p.Tree.DependsOn != 3 || p.Urgency != 7 || !p.Incremental {
		t.Errorf("after updates: %+v", p)
	}
	s.client(s.headers(Client, 3, 0, append(get, "priority", "u=9, i=?0")...))
	if p := s.conn.streams.get(3).Priority; !p.HasUrgency || p.Urgency != 3 || p.Incremental {
		t.Errorf("a value out of range is the default: %+v", p)
	}
}

func TestAlternatives(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	s.events = nil
	s.server(s.headers(Server, 1, 0, ":status", "200", "alt-svc", `h3=":443"`))
	s.server(AppendFrame(nil, TypeAltSvc, 0, 1, &AltSvcFrame{FieldValue: []byte(`h3=":443"`)}))
	s.want(
		`6 server #6 HEADERS 1 END_HEADERS {:status: 200, alt-svc: h3=":443"}`,
		`6 server alternative h3=":443"`,
		"7 server #7 ALTSVC 1",
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

func TestPrefaceThatIsNone(t *testing.T) {
	s := newScript(t, Config{})
	wire := settingsFrame(Setting{SettingEnablePush, 0})
	s.client([]byte(Preface)[:9])
	s.client(wire)
	// Read as a frame header, "PRI * HT" announces more than ever comes.
	if s.conn.halves[Client].frame.header.Length != 0x505249 {
		t.Errorf("header %+v", s.conn.halves[Client].frame.header)
	}
	s = newScript(t, Config{})
	s.client(wire)
	s.want("1 client #1 SETTINGS 0")
}
