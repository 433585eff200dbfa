package tunnel

import (
	"strings"
	"testing"

	"h2scope/h2decode"
)

// hello is how a ClientHello begins: RFC 8446, Sections 4 and 5.1.
const hello = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"

func TestRecognise(t *testing.T) {
	for _, test := range []struct {
		name, first string
		want        Protocol
		sure        bool
	}{
		{"the connection preface (RFC 9113, Section 3.4)", h2decode.Preface, HTTP2, true},
		{"the preface and more", h2decode.Preface + "\x00\x00\x00\x04", HTTP2, true},
		{"an octet less than the preface", h2decode.Preface[:23], HTTP2, false},
		{"one octet of the preface", "P", HTTP2, false},
		{"a preface that goes wrong at its end", h2decode.Preface[:23] + "x", Octets, true},
		{"a preface whose line ends otherwise", "PRI * HTTP/2.0\n", Octets, true},

		{"a ClientHello", hello, TLS, true},
		{"a ClientHello that is cut", hello[:5], TLS, false},
		{"one octet of a record", hello[:1], TLS, false},
		{"a ServerHello", "\x16\x03\x03\x00\x7a\x02", Octets, true},
		{"a record of no version", "\x16\x02\x01\x02\x00\x01", Octets, true},
		{"a record that is too long", "\x16\x03\x01\x7f\x00\x01", Octets, true},
		{"application data of TLS", "\x17\x03\x03\x00\x20", Octets, true},

		{"a request line (RFC 9112, Section 3)", "GET /a HTTP/1.1\r\n", HTTP1, true},
		{"a request line without CR", "M-SEARCH * HTTP/1.0\nHost: b", HTTP1, true},
		{"a request line that is cut", "POST /upload", HTTP1, false},
		{"a method that is a part of PRI", "PR", HTTP2, false},
		{"a request line of 8 KiB", "GET /" + strings.Repeat("x", maxRequestLine), HTTP1, true},
		{"a line that is no request", "EHLO a.example\r\n", Octets, true},
		{"HTTP/0.9", "GET /\r\n", Octets, true},
		{"a version that is not there yet", "GET / HTTP/4.0\r\n", Octets, true},

		{"SSH (RFC 4253, Section 4.2)", "SSH-2.0-x\r\n", Octets, true},
		{"octets", "\x00\x01\x02", Octets, true},
		{"a space", " ", Octets, true},
		{"lower case", "hello\r\n", Octets, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, sure := recognise([]byte(test.first))
			if sure != test.sure || sure && got != test.want {
				t.Errorf("got %s, sure: %v", got, sure)
			}
		})
	}
}

// What is surely one thing is not another when more octets come.
func TestRecogniseIsSureOnce(t *testing.T) {
	for _, first := range []string{h2decode.Preface + "\x00", hello, "GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/1.1\r\n", "\x16\x03\x09", "SSH-2.0-x\r\n"} {
		var decided *Protocol
		for n := 1; n <= len(first); n++ {
			switch p, sure := recognise([]byte(first[:n])); {
			case decided != nil && (!sure || p != *decided):
				t.Errorf("%.16q: %s at first, behind %d octets %s", first, *decided, n, p)
			case sure:
				decided = &p
			}
		}
		if decided == nil {
			t.Errorf("%q is never sure", first)
		}
	}
}
