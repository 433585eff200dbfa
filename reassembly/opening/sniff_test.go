package opening

import (
	"strings"
	"testing"
)

func TestSniffTLS(t *testing.T) {
	for _, test := range []struct {
		in        string
		midstream bool
		want      match
		kind      byte
	}{
		{hello, false, yes, clientHello},
		{helloAnswer, false, yes, serverHello},
		{hello[:5], false, more, 0},
		{hello[:1], false, more, 0},
		{"", false, more, 0},
		{"\x16\x02", false, no, 0},
		{"\x16\x03\x05", false, no, 0},
		{"\x16\x03\x03\x00\x00", false, no, 0},
		{"\x16\x03\x03\x48\x00\x01", false, yes, clientHello}, // RFC 5246's longest record
		{"\x16\x03\x03\x48\x01\x01", false, no, 0},
		{"\x17\x03\x03\x00\x10", false, no, 0},
		{"\x17\x03\x03\x00\x10", true, yes, 0},
		{"\x15\x03\x03\x00\x02", true, yes, 0},
		{"\x17\x03\x03", true, more, 0},
		{"\x18\x03\x03\x00\x10", true, no, 0},
	} {
		if m, kind := sniffTLS([]byte(test.in), test.midstream); m != test.want || kind != test.kind {
			t.Errorf("%q, mid-stream %v: %v %d, want %v %d", test.in, test.midstream, m, kind, test.want, test.kind)
		}
	}
}

func TestSniffRequest(t *testing.T) {
	for in, want := range map[string]match{
		"GET / HTTP/1.1\r\n":                     yes,
		"GET / HTTP/1.0\n":                       yes,
		"\r\n\nGET / HTTP/1.1\r\n":               yes,
		"M-SEARCH * HTTP/1.1\r\n":                yes,
		"get\t/ HTTP/1.1\r\n":                    yes,
		"":                                       more,
		"\r\n":                                   more,
		"GE":                                     more,
		"GET / HTTP/1.1\r":                       more,
		"GET / HTTP/2.0\r\n":                     no,
		"GET /\r\n":                              no, // HTTP/0.9
		"GET\r\n":                                no,
		"PRI * HTTP/2.0\r\n":                     no,
		"HTTP/1.1 200 OK\r\n":                    no,
		"GET \x00":                               no,
		" GET / HTTP/1.1\r\n":                    no,
		"\x16\x03\x01":                           no,
		strings.Repeat("X", longestMethod):       more,
		strings.Repeat("X", longestMethod+1):     no,
		"EHLO mail.example.com\r\n":              no,
		"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n":     no,
		"RTSP rtsp://a/b RTSP/1.0\r\n":           no,
		"INVITE sip:bob@example.com SIP/2.0\r\n": no,
	} {
		if got := sniffRequest([]byte(in)); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

func TestPrefix(t *testing.T) {
	for in, want := range map[string]match{
		"":                          more,
		"PRI":                       more,
		preface[:23]:                more,
		preface:                     yes,
		preface + "x":               yes,
		"PRX":                       no,
		preface[:18] + "XX\r\n\r\n": no,
	} {
		if got := prefix([]byte(in), preface); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

func TestIsStatusLine(t *testing.T) {
	for in, want := range map[string]bool{
		"HTTP/1.1 200 OK\r\n":     true,
		"\r\nHTTP/1.0 404 No\r\n": true,
		"HTTP/1.1":                false,
		"HTTP/2.0 200 OK\r\n":     false,
		"HTTP/1.1\r\n":            false,
	} {
		if got := isStatusLine([]byte(in)); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}
