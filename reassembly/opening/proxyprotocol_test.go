package opening

import (
	"fmt"
	"strings"
	"testing"
)

// proxyV2 makes a header of version 2.
func proxyV2(command, family byte, payload string) string {
	return proxyV2Signature + string([]byte{command, family, byte(len(payload) >> 8), byte(len(payload))}) + payload
}

const (
	inet    = "\x01\x02\x03\x04\x05\x06\x07\x08\x04\x57\x01\xbb"
	inet6   = "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x04\x57\x01\xbb"
	tlvALPN = "\x01\x00\x02h2" // PP2_TYPE_ALPN
	tlvName = "\x02\x00\x07example"
)

func unixSocket(path string) string { return path + strings.Repeat("\x00", 108-len(path)) }

func passed(source, destination string) []Via {
	return []Via{{Kind: ViaProxyProtocol, Source: source, Destination: destination}}
}

var proxyDialogues = []scenario{
	{
		name:  "v1 TCP6",
		turns: []turn{c2("PROXY TCP6 2001:db8::1 2001:db8::2 1111 443\r\n", preface)},
		want:  HTTP2,
		via:   passed("[2001:db8::1]:1111", "[2001:db8::2]:443"),
	},
	{
		name:  "v1 UNKNOWN with what is to be ignored",
		turns: []turn{c2("PROXY UNKNOWN ffff:f...f:ffff x\r\n", preface)},
		want:  HTTP2,
		via:   passed("", ""),
	},
	{
		name:  "v2 INET",
		turns: []turn{c2(proxyV2(0x21, 0x11, inet), preface), s2("", settings)},
		want:  HTTP2,
		via:   passed("1.2.3.4:1111", "5.6.7.8:443"),
	},
	{
		name:  "v2 INET6 with TLVs",
		turns: []turn{c2(proxyV2(0x21, 0x21, inet6+tlvALPN+tlvName), hello)},
		want:  TLS,
		via:   passed("[2001:db8::1]:1111", "[2001:db8::2]:443"),
	},
	{
		name: "v2 UNIX",
		turns: []turn{
			c2(proxyV2(0x21, 0x31, unixSocket("/run/a")+unixSocket("/run/b")), preface),
		},
		want: HTTP2,
		via:  passed("/run/a", "/run/b"),
	},
	{
		name:  "v2 LOCAL",
		turns: []turn{c2(proxyV2(0x20, 0x00, ""), preface)},
		want:  HTTP2,
		via:   passed("", ""),
	},
	{
		name:  "v2 LOCAL with addresses to be ignored",
		turns: []turn{c2(proxyV2(0x20, 0x11, inet), preface)},
		want:  HTTP2,
		via:   passed("", ""),
	},
	{
		name:  "v2 UNSPEC",
		turns: []turn{c2(proxyV2(0x21, 0x00, "abc"), preface)},
		want:  HTTP2,
		via:   passed("", ""),
	},
	{
		name:  "v2 before HTTP/1.1",
		turns: []turn{c(proxyV2(0x21, 0x11, inet) + plainGET), s(plainOK)},
		want:  HTTP1,
		via:   passed("1.2.3.4:1111", "5.6.7.8:443"),
	},
	{
		name:  "v2, and the server first",
		turns: []turn{s2("", settings), c2(proxyV2(0x21, 0x11, inet), preface)},
		want:  HTTP2,
		via:   passed("1.2.3.4:1111", "5.6.7.8:443"),
	},
}

func TestProxyProtocol(t *testing.T) {
	for _, sc := range proxyDialogues {
		t.Run(sc.name, sc.check)
	}
}

func TestMalformedProxyProtocol(t *testing.T) {
	for _, first := range []string{
		"PROXY \r\n",
		"PROXY TCP4 1.2.3.4 5.6.7.8 1111\r\n",
		"PROXY TCP4 1.2.3.4 5.6.7.8 1111 443 1\r\n",
		"PROXY TCP4  1.2.3.4 5.6.7.8 1111 443\r\n",
		"PROXY TCP4 1.2.3.4 5.6.7.8 1111 65536\r\n",
		"PROXY TCP4 1.2.3.4 5.6.7.8 -1 443\r\n",
		"PROXY TCP4 ::1 ::2 1111 443\r\n",
		"PROXY TCP6 1.2.3.4 5.6.7.8 1111 443\r\n",
		"PROXY TCP6 fe80::1%eth0 fe80::2 1111 443\r\n",
		"PROXY UDP4 1.2.3.4 5.6.7.8 1111 443\r\n",
		"PROXY UNKNOWN " + strings.Repeat("x", proxyV1MaxLength) + "\r\n",
		proxyV2(0x11, 0x11, inet),           // version 1
		proxyV2(0x22, 0x11, inet),           // an unknown command
		proxyV2(0x21, 0x41, inet),           // an unknown family
		proxyV2(0x21, 0x11, inet[:11]),      // too short
		proxyV2(0x21, 0x21, inet6[:35]),     //
		proxyV2(0x21, 0x31, inet6),          //
		strings.Repeat("\r\n", 5) + "\x00 ", // no signature
	} {
		t.Run(fmt.Sprintf("%.40q", first), func(t *testing.T) {
			scenario{turns: []turn{c2("", first+preface), s2("", "\x00")}, want: Other, anyone: true}.check(t)
		})
	}
}
