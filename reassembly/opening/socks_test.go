package opening

import (
	"fmt"
	"strings"
	"testing"
)

const (
	socksGranted  = "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
	socksGranted6 = "\x05\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	socksName     = "\x05\x01\x00\x03\x0bexample.com\x01\xbb"
	socks4Yes     = "\x00\x5a\x00\x00\x00\x00\x00\x00"
	socks4No      = "\x00\x5b\x00\x00\x00\x00\x00\x00"
)

func socksVia(kind ViaKind, target string) []Via { return []Via{{Kind: kind, Target: target}} }

var socksDialogues = []scenario{
	{
		name: "no authentication",
		turns: []turn{
			c("\x05\x02\x00\x02"),
			s("\x05\x00"),
			c(socksName),
			s(socksGranted),
			c2("", hello),
			s2("", helloAnswer),
		},
		want: TLS,
		via:  socksVia(ViaSOCKS5, "example.com:443"),
	},
	{
		name: "password",
		turns: []turn{
			c("\x05\x02\x00\x02"),
			s("\x05\x02"),
			c("\x01\x04user\x06secret"),
			s("\x01\x00"),
			c(socksName),
			s(socksGranted),
			c2("", preface),
			s2("", settings),
		},
		want: HTTP2,
		via:  socksVia(ViaSOCKS5, "example.com:443"),
	},
	{
		name: "empty password",
		turns: []turn{
			c("\x05\x01\x02"),
			s("\x05\x02"),
			c("\x01\x00\x00"),
			s("\x01\x00"),
			c(socksName),
			s(socksGranted),
			c2("", preface),
			s2("", settings),
		},
		want: HTTP2,
		via:  socksVia(ViaSOCKS5, "example.com:443"),
	},
	{
		name: "IPv4",
		turns: []turn{
			c("\x05\x01\x00"),
			s("\x05\x00"),
			c("\x05\x01\x00\x01\x01\x02\x03\x04\x00\x50"),
			s(socksGranted6),
			c2("", preface),
			s2("", settings),
		},
		want: HTTP2,
		via:  socksVia(ViaSOCKS5, "1.2.3.4:80"),
	},
	{
		name: "IPv6",
		turns: []turn{
			c("\x05\x01\x00"),
			s("\x05\x00"),
			c("\x05\x01\x00\x04" + inet6[:16] + "\x00\x50"),
			s(socksGranted),
			c2("", preface),
			s2("", settings),
		},
		want: HTTP2,
		via:  socksVia(ViaSOCKS5, "[2001:db8::1]:80"),
	},
	{
		name: "all said at once",
		turns: []turn{
			c2("\x05\x01\x00"+socksName, preface),
			s2("\x05\x00"+socksGranted, settings),
		},
		want: HTTP2,
		via:  socksVia(ViaSOCKS5, "example.com:443"),
	},
	{
		name:  "no method acceptable",
		turns: []turn{c("\x05\x01\x00"), s("\x05\xff")},
		want:  Other,
	},
	{
		name:  "password wrong",
		turns: []turn{c("\x05\x01\x02"), s("\x05\x02"), c("\x01\x01u\x01p"), s("\x01\x01")},
		want:  Other,
	},
	{
		name: "host unreachable",
		turns: []turn{
			c("\x05\x01\x00"),
			s("\x05\x00"),
			c(socksName),
			s("\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"),
		},
		want: Other,
	},
	{
		name: "BIND",
		turns: []turn{
			c2("", "\x05\x01\x00\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"),
			s2("", "\x05\x00"+socksGranted),
		},
		want:   Other,
		anyone: true,
	},
	{
		name: "UDP ASSOCIATE",
		turns: []turn{
			c2("", "\x05\x01\x00\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00"),
			s2("", "\x05\x00"+socksGranted),
		},
		want:   Other,
		anyone: true,
	},
	{
		name:   "GSSAPI",
		turns:  []turn{c2("", "\x05\x01\x01"), s2("", "\x05\x01")},
		want:   Other,
		anyone: true,
	},
	{
		name:   "a method that was not offered",
		turns:  []turn{c2("", "\x05\x01\x00"), s2("", "\x05\x02")},
		want:   Other,
		anyone: true,
	},
	{
		name: "an address type that is none",
		turns: []turn{
			c2("", "\x05\x01\x00\x05\x01\x00\x02\x00"),
			s2("", "\x05\x00\x05\x01\x00\x02\x00"),
		},
		want:   Other,
		anyone: true,
	},
	{
		name:   "an answer that is none",
		turns:  []turn{c2("", "\x05\x01\x00"+socksName), s2("", "\x05\x00\x04\x00")},
		want:   Other,
		anyone: true,
	},
	{
		name:   "cut in the greeting",
		turns:  []turn{c2("", "\x05\x01\x00"), s2("", "\x05\x00"), cGap(10), c2("", preface)},
		want:   Other,
		anyone: true,
	},

	{
		name: "SOCKS4",
		turns: []turn{
			c("\x04\x01\x00\x50\x01\x02\x03\x04user\x00"),
			s(socks4Yes),
			c2("", preface),
			s2("", settings),
		},
		want: HTTP2,
		via:  socksVia(ViaSOCKS4, "1.2.3.4:80"),
	},
	{
		name: "SOCKS4, a gap behind the request",
		turns: []turn{
			c("\x04\x01\x00\x50\x01\x02\x03\x04\x00"),
			cGap(30),
			c2("", "abc"),
			s2(socks4Yes, helloAnswer),
		},
		want:     TLS,
		via:      socksVia(ViaSOCKS4, "1.2.3.4:80"),
		anyStart: true,
	},
	{
		name: "SOCKS4a",
		turns: []turn{
			c("\x04\x01\x00\x50\x00\x00\x00\x01\x00example.com\x00"),
			s(socks4Yes),
			c2("", hello),
		},
		want: TLS,
		via:  socksVia(ViaSOCKS4, "example.com:80"),
	},
	{
		name:  "SOCKS4 refused",
		turns: []turn{c("\x04\x01\x00\x50\x01\x02\x03\x04\x00"), s(socks4No)},
		want:  Other,
	},
	{
		name:   "SOCKS4 BIND",
		turns:  []turn{c2("", "\x04\x02\x00\x50\x01\x02\x03\x04\x00"), s2("", socks4Yes)},
		want:   Other,
		anyone: true,
	},
	{
		name:   "SOCKS4 with an answer that is none",
		turns:  []turn{c2("", "\x04\x01\x00\x50\x01\x02\x03\x04\x00"), s2("", "\x00\x59")},
		want:   Other,
		anyone: true,
	},
	{
		name: "SOCKS4 with a user id too long",
		turns: []turn{
			c2("", "\x04\x01\x00\x50\x01\x02\x03\x04"+strings.Repeat("u", 256)),
			s2("", socks4Yes),
		},
		want:   Other,
		anyone: true,
	},
}

func TestSOCKS(t *testing.T) {
	for _, sc := range socksDialogues {
		t.Run(sc.name, sc.check)
	}
}

// TestPasswordNotKept: a SOCKS password is in no result, and no longer held
// once the greeting was passed or refused.
func TestPasswordNotKept(t *testing.T) {
	for _, answer := range []string{"\x01\x00", "\x01\x01"} {
		script := newScript([]turn{c("\x05\x01\x02"), s("\x05\x02"), c("\x01\x04user\x06secret"), s(answer), c(socksName), s(socksGranted), c2("", preface)}, 0)
		o := New(Config{})
		r := play(t, o, script, script.events)
		if held := fmt.Sprintf("%+v %q %q", r, o.half[0].buf, o.half[1].buf); strings.Contains(held, "secret") {
			t.Error(held)
		}
	}
}
