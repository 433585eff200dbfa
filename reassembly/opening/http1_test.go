package opening

import (
	"strings"
	"testing"

	"h2scope/reassembly"
)

const websocket = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

// until are turns that come before an upgrade which must still be found.
func until(turns ...turn) []turn {
	return append(turns, c(upgradeGET), s2(switching, settings), c2("", preface+settings), s2("", settingsAck))
}

func post(fields, body string) string {
	return "POST / HTTP/1.1\r\nHost: example.com\r\n" + fields + "\r\n" + body
}

func answer(status, fields, body string) string {
	return "HTTP/1.1 " + status + "\r\n" + fields + "\r\n" + body
}

var httpDialogues = []scenario{
	{
		name:  "upgrade",
		turns: until(),
		want:  HTTP2Upgrade,
	},
	{
		name:  "preface right behind the request",
		turns: []turn{c2(upgradeGET, preface), s2(switching, settings)},
		want:  HTTP2Upgrade,
	},
	{
		name:  "upgrade on the second request",
		turns: until(c(plainGET), s(plainOK)),
		want:  HTTP2Upgrade,
	},
	{
		name: "pipelined upgrade",
		turns: []turn{
			c(plainGET + plainGET + upgradeGET),
			s(plainOK + plainOK),
			s2(switching, settings),
			c2("", preface),
		},
		want: HTTP2Upgrade,
	},
	{
		name: "100 Continue before 101",
		turns: until(c(post("Expect: 100-continue\r\nContent-Length: 3\r\n", "")),
			s(answer("100 Continue", "", "")),
			c("abc"),
			s(plainOK)),
		want: HTTP2Upgrade,
	},
	{
		name: "100 and 103 before 101",
		turns: []turn{
			c(upgradeGET),
			s(answer("100 Continue", "", "") + answer("103 Early Hints", "Link: </a>\r\n", "")),
			s2(switching, settings),
			c2("", preface),
		},
		want: HTTP2Upgrade,
	},
	{
		name: "POST upgraded",
		turns: []turn{
			c(post(upgradeFields+"Content-Length: 5\r\n", "hel")),
			c2("lo", preface),
			s2(switching, settings),
		},
		want: HTTP2Upgrade,
	},
	{
		name: "POST upgraded before its body",
		turns: []turn{
			c(post(upgradeFields+"Transfer-Encoding: chunked\r\n", "3\r\nhel")),
			s2(switching, settings),
			c2("\r\n2\r\nlo\r\n0\r\n\r\n", preface),
		},
		want: HTTP2Upgrade,
	},
	{
		name:  "upgrade ignored, then taken",
		turns: until(c(upgradeGET), s(plainOK)),
		want:  HTTP2Upgrade,
	},
	{
		name:  "upgrade ignored",
		turns: []turn{c(upgradeGET), s(plainOK), c(plainGET), s(plainOK)},
		want:  HTTP1,
	},
	{
		name:  "upgrade not answered",
		turns: []turn{c2(upgradeGET, preface)},
		want:  HTTP1,
	},
	{
		name: "101 to something else",
		turns: []turn{
			c(upgradeGET),
			s2("", answer("101 Switching Protocols", "Upgrade: foo\r\n", "x")),
		},
		want: HTTP1,
	},
	{
		name:  "101 that nobody asked for",
		turns: []turn{c(plainGET), s2("", switching)},
		want:  HTTP1,
	},
	{
		name: "WebSocket",
		turns: []turn{
			c2(websocket, "\x81\x80"),
			s2("", answer("101 Switching Protocols", "Upgrade: websocket\r\n", "\x81\x00")),
		},
		want: HTTP1,
	},
	{
		name:  "WebSocket refused",
		turns: until(c(websocket), s(answer("400 No", "Content-Length: 0\r\n", ""))),
		want:  HTTP2Upgrade,
	},
	{
		name: "upgrade without HTTP2-Settings",
		turns: []turn{
			c("GET / HTTP/1.1\r\nUpgrade: foo/1, H2C\r\n\r\n"),
			s2(switching, settings),
			c2("", preface),
		},
		want: HTTP2Upgrade,
	},

	{
		name:  "plain",
		turns: []turn{c(plainGET), s(plainOK), c(plainGET), s(plainOK)},
		want:  HTTP1,
	},
	{
		name:  "HTTP/1.0",
		turns: []turn{c("GET / HTTP/1.0\r\n\r\n"), s2("", "HTTP/1.0 200 OK\r\n\r\nhello")},
		want:  HTTP1,
	},
	{
		name:  "response until close",
		turns: []turn{c(plainGET), s2("", answer("200 OK", "", switching))},
		want:  HTTP1,
	},
	{
		name:  "server half alone",
		turns: []turn{s2("", plainOK)},
		want:  HTTP1,
	},
	{
		name:  "client half alone",
		turns: []turn{c(plainGET), c(plainGET)},
		want:  HTTP1,
	},
	{
		name:  "request cut",
		turns: []turn{c2("", plainGET[:len(plainGET)-1])},
		want:  HTTP1,
	},
	{
		name: "HEAD",
		turns: until(c("HEAD / HTTP/1.1\r\n\r\n"),
			s(answer("200 OK", "Content-Length: 1000\r\n", ""))),
		want: HTTP2Upgrade,
	},
	{
		name: "204 and 304",
		turns: until(c(plainGET+plainGET),
			s(answer("204 No Content", "", "")+answer("304 Not Modified", "Content-Length: 9\r\n", ""))),
		want: HTTP2Upgrade,
	},
	{
		name: "chunked",
		turns: until(c(plainGET),
			s(answer("200 OK", "Transfer-Encoding: gzip, Chunked\r\n", "5;a=b\r\nhello\r\nA ; c=\"d\"\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n"))),
		want: HTTP2Upgrade,
	},
	{
		name: "chunked request",
		turns: until(c(post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n000\r\n\r\n")),
			s(plainOK)),
		want: HTTP2Upgrade,
	},
	{
		name: "Transfer-Encoding wins",
		turns: until(c(post("Content-Length: 999\r\nTransfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n")),
			s(plainOK)),
		want: HTTP2Upgrade,
	},
	{
		name:  "an upgrade inside a body is none",
		turns: []turn{c(post("Content-Length: 127\r\n", upgradeGET[:127])), s(plainOK)},
		want:  HTTP1,
	},
	{
		name:  "Content-Length said twice",
		turns: until(c(post("Content-Length: 1, 1\r\nContent-Length: 1\r\n", "x")), s(plainOK)),
		want:  HTTP2Upgrade,
	},
	{
		name:  "empty lines between requests",
		turns: until(c(plainGET+"\r\n"), s(plainOK), c("\r\n\n")),
		want:  HTTP2Upgrade,
	},
	{
		name: "LF alone",
		turns: []turn{
			c("GET /index.html HTTP/1.1\n" + strings.ReplaceAll(upgradeFields, "\r\n", "\n") + "\n"),
			s2(strings.ReplaceAll(switching, "\r\n", "\n"), settings),
			c2("", preface),
		},
		want: HTTP2Upgrade,
	},
	{
		name: "odd spacing and folds",
		turns: []turn{
			c("GET   /index.html\t HTTP/1.1 \r\nhost:example.com\r\nUPGRADE :\r\n  h2c  \r\nhttp2-settings:AAMAAABkAAQAAP__\t\r\nno colon\r\n\r\n"),
			s2("HTTP/1.1 101\r\nupgrade:\th2c\r\n\r\n", settings),
			c2("", preface),
		},
		want: HTTP2Upgrade,
	},
	{
		name: "early response, body behind it",
		turns: until(c(post("Content-Length: 3\r\n", "a")),
			s(answer("413 Too Large", "Content-Length: 0\r\n", "")),
			c("bc")),
		want: HTTP2Upgrade,
	},

	{
		name: "gap in a response body",
		turns: until(c(plainGET),
			s(answer("200 OK", "Content-Length: 100\r\n", "0123456789")),
			sGap(80),
			s("0123456789")),
		want: HTTP2Upgrade,
	},
	{
		name:  "gap in a request body",
		turns: until(c(post("Content-Length: 20\r\n", "0123456789")), cGap(10), s(plainOK)),
		want:  HTTP2Upgrade,
	},
	{
		name: "gap in a chunk",
		turns: until(c(plainGET),
			s(answer("200 OK", "Transfer-Encoding: chunked\r\n", "14\r\n0123456789")),
			sGap(5),
			s("abcde\r\n0\r\n\r\n")),
		want: HTTP2Upgrade,
	},
	{
		name: "gap over a chunk's end",
		turns: []turn{
			c(plainGET),
			s(answer("200 OK", "Transfer-Encoding: chunked\r\n", "5\r\nabc")),
			sGap(5),
			s2("", "\r\n\r\n"),
		},
		want:     HTTP1,
		anyStart: true,
	},
	{
		name: "gap over a body's end",
		turns: []turn{
			c(post("Content-Length: 2\r\n", "a")),
			cGap(9),
			c2("", upgradeGET),
			s2("", switching),
		},
		want:     HTTP1,
		anyStart: true,
	},
	{
		name: "gap in a head",
		turns: []turn{
			c2("", "GET / HTTP/1.1\r\nHost"),
			cGap(9),
			c2("", "\r\n\r\n"),
			s2("", switching),
		},
		want: HTTP1,
	},
	{
		name: "gap behind the upgrade",
		turns: []turn{
			c(upgradeGET),
			s2(switching, settings),
			sGap(3),
			s2("", settingsAck),
			c2("", preface),
		},
		want: HTTP2Upgrade,
	},
	{
		name:     "gap before the preface",
		turns:    []turn{c(upgradeGET), cGap(3), c2("", preface[3:]), s2(switching, settings)},
		want:     HTTP2Upgrade,
		anyStart: true,
	},
	{
		name:     "gap between messages",
		turns:    []turn{c(plainGET), s(plainOK), cGap(20), c2("", plainGET), s2("", plainOK)},
		want:     HTTP1,
		anyStart: true,
	},

	{
		name:  "Content-Length twice, different",
		turns: []turn{c2("", post("Content-Length: 1\r\nContent-Length: 2\r\n", "x"))},
		want:  HTTP1,
	},
	{
		name:  "Content-Length is no number",
		turns: []turn{c2("", post("Content-Length: +1\r\n", "x"))},
		want:  HTTP1,
	},
	{
		name:  "request with a coding that has no end",
		turns: []turn{c2("", post("Transfer-Encoding: chunked, gzip\r\n", "x"))},
		want:  HTTP1,
	},
	{
		name:  "chunk size is no number",
		turns: []turn{c(post("Transfer-Encoding: chunked\r\n", "")), c2("", "-1\r\n")},
		want:  HTTP1,
	},
	{
		name: "chunk size overflows",
		turns: []turn{
			c(post("Transfer-Encoding: chunked\r\n", "")),
			c2("", "fffffffffffffffff\r\n"),
		},
		want: HTTP1,
	},
	{
		name: "chunk longer than said",
		turns: []turn{
			c(post("Transfer-Encoding: chunked\r\n", "1\r\nx")),
			c2("", "y\r\n0\r\n\r\n"),
		},
		want: HTTP1,
	},
	{
		name:  "Kelvin sign",
		turns: []turn{c2("", post("Transfer-Encoding: chun\u212aed\r\n", "0\r\n\r\n"))},
		want:  HTTP1,
	},
	{
		name:     "garbage behind a request",
		turns:    []turn{c(plainGET), c2("", "\x00\x01\r\n\r\n"), s(plainOK)},
		want:     HTTP1,
		anyStart: true,
	},
	{
		name:  "garbage for a response",
		turns: []turn{c(plainGET), s2("", "ICY 200 OK\r\n\r\n")},
		want:  HTTP1,
	},
	{
		name: "huge head",
		cfg:  Config{MaxHeld: 2000},
		turns: []turn{
			c2("", "GET / HTTP/1.1\r\n"+strings.Repeat("x: y\r\n", 1000)),
			s2("", plainOK),
		},
		want: HTTP1,
	},
	{
		name: "CONNECT with a body",
		turns: []turn{
			c2("CONNECT a:1 HTTP/1.1\r\nContent-Length: 2\r\n\r\nxx", preface),
			s2(established, settings),
		},
		want: HTTP2,
		via:  []Via{{Kind: ViaConnect, Target: "a:1"}},
	},
}

func TestHTTP1(t *testing.T) {
	for _, sc := range httpDialogues {
		t.Run(sc.name, sc.check)
	}
}

// TestUpgradeRequest is the example of RFC 7540, Section 3.2, with a body.
func TestUpgradeRequest(t *testing.T) {
	script := newScript([]turn{
		c(plainGET), s(plainOK),
		c("POST /upload?x=1 HTTP/1.1\r\nhost: server.example.com\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"),
		c("X-Fold: one\r\n  two\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n"),
		c2("0\r\n\r\n", preface),
		s(switching[:20]), s2(switching[20:], settings),
	}, 0)
	r := play(t, New(Config{}), script, script.events)
	u := r.Upgrade
	if u == nil {
		t.Fatalf("no upgrade: %+v", r)
	}
	if u.Method != "POST" || u.Target != "/upload?x=1" || u.Path != u.Target || u.Authority != "server.example.com" || u.Version != "HTTP/1.1" {
		t.Errorf("request line: %+v", u)
	}
	if want := "\x00\x03\x00\x00\x00\x64\x00\x04\x00\x00\xff\xff"; string(u.Settings) != want || !u.SettingsValid {
		t.Errorf("settings %x %v", u.Settings, u.SettingsValid)
	}
	if len(u.Fields) != 6 || u.Fields[0] != (Field{"host", "server.example.com"}) || u.Fields[3] != (Field{"X-Fold", "one two"}) {
		t.Errorf("fields %q", u.Fields)
	}
	if len(u.ResponseFields) != 2 || u.ResponseFields[1] != (Field{"Upgrade", "h2c"}) {
		t.Errorf("response fields %q", u.ResponseFields)
	}
	if u.Body != 4 {
		t.Errorf("body of %d octets", u.Body)
	}
	first, last := uint64(len(plainGET)), r.Start[0]-1
	if want := (Span{Mark{3, 3000, first}, Mark{5, 5000, last}}); u.Request != want {
		t.Errorf("request %+v, want %+v", u.Request, want)
	}
	first = uint64(len(plainOK))
	if want := (Span{Mark{6, 6000, first}, Mark{7, 7000, r.Start[1] - 1}}); u.Response != want {
		t.Errorf("response %+v, want %+v", u.Response, want)
	}
}

// TestLongKeepAlive follows a thousand exchanges, then an upgrade.
func TestLongKeepAlive(t *testing.T) {
	var turns []turn
	for range 1000 {
		turns = append(turns, c(plainGET), s(plainOK))
	}
	script := newScript(until(turns...), 0)
	if r := play(t, New(Config{}), script, script.events); r.Protocol != HTTP2Upgrade || r.Start != script.start {
		t.Errorf("got %+v, want start %v", r, script.start)
	}
}

// exchange makes an Opening that has seen one exchange, and a function that
// tells it another.
func exchange() func() {
	o := New(Config{})
	turns := [2]reassembly.Chunk{{Half: 0, Data: []byte(plainGET)}, {Half: 1, Data: []byte(plainOK)}}
	next := func() {
		for i := range turns {
			o.Chunk(&turns[i])
			turns[i].Offset += uint64(len(turns[i].Data))
			turns[i].Packet++
		}
	}
	next()
	return next
}

// TestExchangeAllocations: following HTTP/1.1 costs nothing that lasts.
func TestExchangeAllocations(t *testing.T) {
	if n := testing.AllocsPerRun(100, exchange()); n > 0 {
		t.Errorf("%v allocations an exchange, want none", n)
	}
}

func BenchmarkExchange(b *testing.B) {
	next := exchange()
	b.SetBytes(int64(len(plainGET) + len(plainOK)))
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
}
