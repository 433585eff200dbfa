package opening

import (
	"reflect"
	"strings"
	"testing"

	"h2scope/reassembly"
)

const (
	hello       = "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"
	helloAnswer = "\x16\x03\x03\x00\x05\x02\x00\x00\x01\x00"
	settings    = "\x00\x00\x00\x04\x00\x00\x00\x00\x00"
	settingsAck = "\x00\x00\x00\x04\x01\x00\x00\x00\x00"

	upgradeFields = "Host: example.com\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
	upgradeGET    = "GET /index.html HTTP/1.1\r\n" + upgradeFields + "\r\n"
	switching     = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
	plainGET      = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"
	plainOK       = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
	connect       = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"
	established   = "HTTP/1.1 200 Connection established\r\n\r\n"
)

// A scenario is a dialogue and what it opens. Start is checked against the
// script, except where understanding ended early.
type scenario struct {
	name      string
	cfg       Config
	turns     []turn
	want      Protocol
	anyone    bool // the client is not known
	via       []Via
	anyStart  bool
	sameOrder bool // who is heard first matters
}

func (sc scenario) long() bool {
	n := 0
	for _, t := range sc.turns {
		n += len(t.above) + len(t.beneath)
	}
	return n > 4000
}

// check plays a scenario in every delivery, with the client as either half.
func (sc scenario) check(t *testing.T) {
	for client := range reassembly.Half(2) {
		script := newScript(sc.turns, client)
		var first *Result
		for how, events := range deliveries(script.events, sc.long()) {
			if sc.sameOrder && how != "whole" && how != "single" {
				continue
			}
			r := play(t, New(sc.cfg), script, events)
			if t.Failed() {
				t.Fatalf("client half %d, %s: %+v", client, how, r)
			}
			if r.Protocol != sc.want || r.ClientKnown == sc.anyone || r.ClientKnown && r.Client != client ||
				!reflect.DeepEqual(r.Via, sc.via) || (r.Upgrade != nil) != (sc.want == HTTP2Upgrade) {
				t.Fatalf("client half %d, %s: got %+v, want %v via %+v", client, how, r, sc.want, sc.via)
			}
			if sc.anyStart {
				r.Start = [2]uint64{}
			} else if r.Start != script.start {
				t.Fatalf("client half %d, %s: start %v, want %v", client, how, r.Start, script.start)
			}
			if first == nil {
				first = &r
			}
			if !reflect.DeepEqual(*first, r) {
				t.Fatalf("client half %d, %s: got %+v, other deliveries %+v", client, how, r, *first)
			}
		}
	}
}

var openings = []scenario{
	{
		name:  "TLS ClientHello",
		turns: []turn{c2("", hello), s2("", helloAnswer)},
		want:  TLS,
	},
	{
		name:  "TLS server half alone",
		turns: []turn{s2("", helloAnswer)},
		want:  TLS,
	},
	{
		name:     "TLS server half, client's cut",
		turns:    []turn{cGap(100), c2("", "xyz"), s2("", helloAnswer)},
		want:     TLS,
		anyStart: true,
	},
	{
		name:  "TLS answered in cleartext",
		turns: []turn{c2("", hello), s2("", "HTTP/1.1 400 Bad Request\r\n\r\n")},
		want:  TLS,
	},
	{
		name:  "prior knowledge",
		turns: []turn{c2("", preface+settings), s2("", settings)},
		want:  HTTP2,
	},
	{
		name:  "prior knowledge, server first",
		turns: []turn{s2("", settings), c2("", preface), c2("", settings), s2("", settingsAck)},
		want:  HTTP2,
	},
	{
		name:  "prior knowledge, client half alone",
		turns: []turn{c2("", preface)},
		want:  HTTP2,
	},
	{
		name:   "false preface",
		turns:  []turn{c2("", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"), s2("", "<html>")},
		want:   Other,
		anyone: true,
	},
	{
		name: "false preface, answered",
		turns: []turn{
			c2("", "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
			s2("", "HTTP/1.1 505 No\r\n\r\n"),
		},
		want:   Other,
		anyone: true,
	},
	{
		name:   "cut preface",
		turns:  []turn{c2("", preface[:20])},
		want:   Other,
		anyone: true,
	},
	{
		name:   "cut preface, server first",
		turns:  []turn{s2("", settings), c2("", preface[:20])},
		want:   Other,
		anyone: true,
	},
	{
		name:   "preface with a gap",
		turns:  []turn{c2("", preface[:10]), cGap(14), s2("", settings)},
		want:   Other,
		anyone: true,
	},
	{
		name:   "SSH",
		turns:  []turn{s2("", "SSH-2.0-OpenSSH_9.2\r\n"), c2("", "SSH-2.0-x\r\n")},
		want:   Other,
		anyone: true,
	},
	{
		name:   "SMTP",
		turns:  []turn{s2("", "220 mail ESMTP\r\n"), c2("", "EHLO x\r\n"), s2("", "250 ok\r\n")},
		want:   Other,
		anyone: true,
	},
	{
		name:   "one side speaks, nobody answers",
		turns:  []turn{c2("", "\x00\x01\x02")},
		want:   Other,
		anyone: true,
	},
	{
		name:   "silence",
		want:   Other,
		anyone: true,
	},
	{
		name:     "TLS behind a gap in the server's half",
		turns:    []turn{c2("", hello), sGap(7), s2("", helloAnswer)},
		want:     TLS,
		anyStart: true,
	},
	{
		name:   "a record length of 0 is not TLS",
		turns:  []turn{c2("", "\x16\x03\x01\x00\x00\x01"), s2("", "x\n")},
		want:   Other,
		anyone: true,
	},
	{
		name:   "SSL 2 is not TLS",
		turns:  []turn{c2("", "\x80\x2e\x01\x03\x01"), s2("", "x\n")},
		want:   Other,
		anyone: true,
	},

	{
		name: "PROXY v1 before TLS",
		turns: []turn{
			c2("PROXY TCP4 1.2.3.4 5.6.7.8 1111 443\r\n", hello),
			s2("", helloAnswer),
		},
		want: TLS,
		via:  []Via{{Kind: ViaProxyProtocol, Source: "1.2.3.4:1111", Destination: "5.6.7.8:443"}},
	},
	{
		name:  "CONNECT, TLS",
		turns: []turn{c(connect), s(established), c2("", hello), s2("", helloAnswer)},
		want:  TLS,
		via:   []Via{{Kind: ViaConnect, Target: "example.com:443"}},
	},
	{
		name:  "CONNECT, prior knowledge at once",
		turns: []turn{c2(connect, preface), s2(established, settings)},
		want:  HTTP2,
		via:   []Via{{Kind: ViaConnect, Target: "example.com:443"}},
	},
	{
		name: "CONNECT refused, then granted",
		turns: []turn{
			c(connect),
			s("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno"),
			c("CONNECT example.com:443 HTTP/1.1\r\nProxy-Authorization: Basic eDp5\r\n\r\n"),
			s("HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n"),
			c2("", preface),
			s2("", settings),
		},
		want: HTTP2,
		via:  []Via{{Kind: ViaConnect, Target: "example.com:443"}},
	},
	{
		name:  "CONNECT, then SSH",
		turns: []turn{c(connect), s2(established, "SSH-2.0-x\r\n"), c2("", "SSH-2.0-y\r\n")},
		want:  Other,
		via:   []Via{{Kind: ViaConnect, Target: "example.com:443"}},
	},
	{
		name:  "CONNECT, then nothing",
		turns: []turn{c(connect), s(established)},
		want:  Other,
		via:   []Via{{Kind: ViaConnect, Target: "example.com:443"}},
	},
	{
		name: "CONNECT, then an upgrade",
		turns: []turn{
			c(connect),
			s(established),
			c(upgradeGET),
			s2(switching, settings),
			c2("", preface),
		},
		want: HTTP2Upgrade,
		via:  []Via{{Kind: ViaConnect, Target: "example.com:443"}},
	},
	{
		name: "PROXY, SOCKS5, CONNECT, TLS",
		turns: []turn{
			c("PROXY UNKNOWN\r\n\x05\x01\x00"),
			s("\x05\x00"),
			c("\x05\x01\x00\x03\x01a\x00\x50"),
			s("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"),
			c("CONNECT b:1 HTTP/1.1\r\n\r\n"),
			s(established),
			c2("", hello),
			s2("", helloAnswer),
		},
		want: TLS,
		via:  []Via{{Kind: ViaProxyProtocol}, {Kind: ViaSOCKS5, Target: "a:80"}, {Kind: ViaConnect, Target: "b:1"}},
	},
	{
		name: "five greetings are too many",
		turns: []turn{
			c(strings.Repeat("PROXY UNKNOWN\r\n", MaxVia+1)),
			c2("", preface),
			s2("", settings),
		},
		want: Other,
		via:  []Via{{Kind: ViaProxyProtocol}, {Kind: ViaProxyProtocol}, {Kind: ViaProxyProtocol}, {Kind: ViaProxyProtocol}},
	},
	{
		name: "five CONNECTs are too many",
		turns: []turn{
			c(connect),
			s(established),
			c(connect),
			s(established),
			c(connect),
			s(established),
			c(connect),
			s(established),
			c(connect),
			s(established),
			c2("", preface),
			s2("", settings),
		},
		want: Other,
		via: []Via{{Kind: ViaConnect, Target: "example.com:443"}, {Kind: ViaConnect, Target: "example.com:443"},
			{Kind: ViaConnect, Target: "example.com:443"}, {Kind: ViaConnect, Target: "example.com:443"}}},

	{
		name:   "forced, no preface",
		cfg:    Config{Force: true},
		turns:  []turn{c2("", settings), s2("", settings)},
		want:   HTTP2,
		anyone: true,
	},
	{
		name:      "forced, preface",
		cfg:       Config{Force: true},
		turns:     []turn{c2("", preface), s2("", settings)},
		want:      HTTP2,
		sameOrder: true,
	},
	{
		name:   "forced, greeting not passed",
		cfg:    Config{Force: true},
		turns:  []turn{c2("", connect), s2("", established)},
		want:   HTTP2,
		anyone: true,
	},
	{
		name:  "forced, TLS all the same",
		cfg:   Config{Force: true},
		turns: []turn{c2("", hello), s2("", helloAnswer)},
		want:  TLS,
	},
	{
		name:   "forced, cut preface",
		cfg:    Config{Force: true},
		turns:  []turn{c2("", preface[:5])},
		want:   HTTP2,
		anyone: true,
	},
	{
		name:     "forced, a gap first",
		cfg:      Config{Force: true},
		turns:    []turn{cGap(5), c2("", settings)},
		want:     HTTP2,
		anyone:   true,
		anyStart: true,
	},

	{
		name:   "mid-stream TLS",
		cfg:    Config{Midstream: true},
		turns:  []turn{c2("", "\x17\x03\x03\x00\x10abc"), s2("", "xyz")},
		want:   TLS,
		anyone: true,
	},
	{
		name:  "mid-stream preface",
		cfg:   Config{Midstream: true},
		turns: []turn{c2("", preface), s2("", settings)},
		want:  HTTP2,
	},
	{
		name:   "mid-stream frames",
		cfg:    Config{Midstream: true},
		turns:  []turn{c2("", settings), s2("", settings)},
		want:   Other,
		anyone: true,
	},
	{
		name:   "mid-stream greeting is not one",
		cfg:    Config{Midstream: true},
		turns:  []turn{c2("", "PROXY UNKNOWN\r\n"+preface), s2("", "\x05\x00")},
		want:   Other,
		anyone: true,
	},
	{
		name: "mid-stream request",
		cfg:  Config{Midstream: true},
		turns: []turn{
			c(plainGET),
			s(plainOK),
			c(upgradeGET),
			s2(switching, settings),
			c2("", preface),
		},
		want: HTTP2Upgrade,
	},
	{
		name: "mid-stream response to a request not captured",
		cfg:  Config{Midstream: true},
		turns: []turn{
			s("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"),
			c(connect),
			s(established),
			c2("", hello),
			s2("", helloAnswer),
		},
		want: TLS,
		via:  []Via{{Kind: ViaConnect, Target: "example.com:443"}},
	},
}
