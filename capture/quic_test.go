package capture

import (
	"slices"
	"strings"
	"testing"

	"h2scope/capture/segment"
)

func TestIsQUIC(t *testing.T) {
	long := func(version string) string { return string(hex("c3"+version+"08", zeros(60))) }
	short := string(hex("5a", zeros(40)))
	tests := []struct {
		name     string
		src, dst uint16
		payload  string
		want     Skip
	}{
		{"version 1 on any port", 50000, 4433, long("00000001"), SkipQUIC},
		{"version 2", 50000, 443, long("6b3343cf"), SkipQUIC},
		{"draft 29", 50000, 443, long("ff00001d"), SkipQUIC},
		{"google Q050", 50000, 443, long("51303530"), SkipQUIC},
		{"google T051", 50000, 443, long("54303531"), SkipQUIC},
		{"an unknown version", 50000, 443, long("12345678"), SkipUDP},
		{"short header on a port of the web", 443, 50000, short, SkipQUIC},
		{"short header elsewhere", 50000, 4433, short, SkipUDP},
		{"too short for a packet", 50000, 443, "\x5a", SkipUDP},
		{"dtls", 50000, 443, "\x16\xfe\xfd" + strings.Repeat("\x00", 40), SkipUDP},
		{"dns", 50000, 53, "\x12\x34" + strings.Repeat("\x00", 40), SkipUDP},
		{"empty", 50000, 443, "", SkipUDP},
	}
	for _, test := range tests {
		if _, got := dissect(101, ip4(17, udpFrom(test.src, test.dst, []byte(test.payload)))); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// TestQUICNotices has three flows to two servers, in both directions.
func TestQUICNotices(t *testing.T) {
	f := newFeeder(DissectorConfig{})
	initial, short := hex("c3 00000001 08", zeros(60)), hex("5a", zeros(40))
	back := func(p []byte) []byte { // the addresses of the outer header, swapped
		return change(p, 12, append(slices.Clone(p[16:20]), p[12:16]...)...)
	}
	f.feed(
		ip4(17, udpFrom(50000, 443, initial)),
		back(ip4(17, udpFrom(443, 50000, initial))),
		ip4(17, udpFrom(50000, 443, short)),
		ip4(17, udpFrom(50001, 443, initial)),
		ip4(17, udpFrom(50000, 4433, initial)),
		back(ip4(17, udpFrom(4433, 50000, short))),
	)
	want := []Notice{
		{Kind: QUIC, Message: "2 QUIC flows (4 packets) to 10.0.0.2:443: HTTP/3 is not decoded", Packet: 1},
		{Kind: QUIC, Message: "1 QUIC flow (2 packets) to 10.0.0.2:4433: HTTP/3 is not decoded", Packet: 5},
	}
	if got := f.Notices(); !slices.Equal(got, want) {
		t.Errorf("notices %+v", got)
	}
}

// TestQUICBounded has more servers than get a notice of their own.
func TestQUICBounded(t *testing.T) {
	f := newFeeder(DissectorConfig{})
	for host := range byte(40) {
		f.feed(change(ip4(17, udpFrom(50000, 443, hex("c3 00000001 08", zeros(60)))), 19, host))
	}
	notices := f.Notices()
	if len(notices) != maxQUICServers+1 || notices[maxQUICServers].Message != "24 QUIC flows (24 packets) to further servers: HTTP/3 is not decoded" {
		t.Errorf("%d notices: %v", len(notices), notices[len(notices)-1])
	}
}

func TestQUICAllocs(t *testing.T) {
	d := NewDissector(DissectorConfig{})
	p := newPacket(101, ip4(17, udpFrom(50000, 443, hex("c3 00000001 08", zeros(60)))))
	var s segment.Segment
	if n := testing.AllocsPerRun(10, func() { d.Dissect(p, "", &s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
