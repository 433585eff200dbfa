package capture

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"h2scope/capture/segment"
)

// TestDissect finds the segment in every sample, with its circumstances.
func TestDissect(t *testing.T) {
	for _, sample := range samples() {
		t.Run(sample.name, func(t *testing.T) {
			s := mustFind(t, sample.link, sample.data)
			checkSegment(t, sample, &s)
		})
	}
}

// TestDissectTrailers appends padding or a frame check sequence to every
// sample: the IP length cuts it.
func TestDissectTrailers(t *testing.T) {
	for _, sample := range samples() {
		if sample.unpadded {
			continue
		}
		t.Run(sample.name, func(t *testing.T) {
			s := mustFind(t, sample.link, append(bytes.Clone(sample.data), "FCS!padding"...))
			checkSegment(t, sample, &s)
		})
	}
}

func checkSegment(t *testing.T, sample sample, s *segment.Segment) {
	t.Helper()
	src, dst := "192.0.2.1:40000", "198.51.100.2:8080"
	if sample.v6 {
		src, dst = "[2001:db8::1]:40000", "[2001:db8::2]:8080"
	}
	if s.Src.String() != src || s.Dst.String() != dst {
		t.Errorf("endpoints %v > %v, want %s > %s", s.Src, s.Dst, src, dst)
	}
	if s.Packet != 1 || s.Time != 1e9 {
		t.Errorf("packet %d at %d", s.Packet, s.Time)
	}
	if s.Seq != 0xfffffff0 || s.Ack != 7 || s.Flags != segment.PSH|segment.ACK || s.Window != 502 {
		t.Errorf("seq %#x ack %d flags %#x window %d", s.Seq, s.Ack, s.Flags, s.Window)
	}
	if string(s.Payload) != testPayload || s.Length != len(testPayload) || len(s.Header) != 32 {
		t.Errorf("payload %q, length %d, header of %d", s.Payload, s.Length, len(s.Header))
	}
	if s.HasIPID == sample.v6 || s.HasIPID && s.IPID != 0x1234 {
		t.Errorf("IP identification %#x, %v", s.IPID, s.HasIPID)
	}
	if s.Network != sample.network {
		t.Errorf("network %#x, want %#x", s.Network, sample.network)
	}
	iface := "eth0"
	if sample.iface != "" {
		iface = sample.iface
	}
	if l := s.Link; l.Interface != iface || !slices.Equal(l.VLANs, sample.vlans) || !slices.Equal(l.Tunnels, sample.tunnels) {
		t.Errorf("link %+v, want %s %v %q", *l, iface, sample.vlans, sample.tunnels)
	}
	if ok, partial := s.Checksum(); !ok || partial || s.Cut() {
		t.Errorf("checksum ok %v, partial %v, cut %v", ok, partial, s.Cut())
	}
}

// TestDissectCut gives every prefix of every sample, as a short snaplen cuts
// it: that is never called malformed, and the segment is found from the moment
// its fixed header is there, with its length on the wire.
func TestDissectCut(t *testing.T) {
	for _, sample := range samples() {
		t.Run(sample.name, func(t *testing.T) {
			whole := bytes.LastIndex(sample.data, []byte(testPayload))
			for n := range sample.data {
				p := newPacket(sample.link, bytes.Clone(sample.data[:n]))
				p.Length = len(sample.data)
				var s segment.Segment
				skip := NewDissector(DissectorConfig{}).Dissect(p, "eth0", &s)
				switch header := whole - 32; {
				case n < header+20 && skip != SkipCut:
					t.Errorf("cut at %d: %v", n, skip)
				case n >= header+20 && skip != Found:
					t.Errorf("cut at %d: %v", n, skip)
				case skip == Found && (s.Length != len(testPayload) || string(s.Payload) != testPayload[:max(0, min(n-whole, len(testPayload)))]):
					t.Errorf("cut at %d: length %d, payload %q", n, s.Length, s.Payload)
				case skip == Found && n < whole+len(testPayload) != s.Cut():
					t.Errorf("cut at %d: Cut() is %v", n, s.Cut())
				case skip == Found && s.Cut():
					if ok, partial := s.Checksum(); !ok || partial {
						t.Errorf("cut at %d: checksum ok %v partial %v", n, ok, partial)
					}
				}
			}
		})
	}
}

// TestDissectTruncated gives every prefix as if the wire had no more: no panic
// and no segment longer than what there is.
func TestDissectTruncated(t *testing.T) {
	for _, sample := range samples() {
		for n := range sample.data {
			s, skip := dissect(sample.link, bytes.Clone(sample.data[:n]))
			if skip == Found && len(s.Payload) > n {
				t.Errorf("%s at %d: %d octets of payload", sample.name, n, len(s.Payload))
			}
		}
	}
}

// TestDissectDamaged flips every octet of every header: nothing may panic.
func TestDissectDamaged(t *testing.T) {
	for _, sample := range samples() {
		data := bytes.Clone(sample.data)
		for i := range data {
			for _, v := range []byte{0, 1, 0x0f, 0x45, 0x60, 0x7f, 0x80, 0xff} {
				old := data[i]
				data[i] = v
				dissect(sample.link, data)
				data[i] = old
			}
		}
	}
}

func TestDissectSkips(t *testing.T) {
	v4 := tcp4(testPayload)
	inIP := func(protocol byte, payload string) []byte { return eth(0x0800, ip4(protocol, []byte(payload))...) }
	tests := []struct {
		name string
		link LinkType
		data []byte
		want Skip
	}{
		{"link type", 147, v4, SkipLinkType},
		{"user link type that is no pktap", 149, eth(0x0800, append(v4, zeros(20)...)...), SkipLinkType},
		{"pktap with a link type unknown", 258, hex("6c000000 01000000 93000000 656e3000", zeros(92), v4), SkipLinkType},
		{"pktap without packet", 258, hex("6c000000 00000000 01000000 656e3000", zeros(92), v4), SkipNonIP},
		{"arp", 1, eth(0x0806, zeros(28)...), SkipARP},
		{"rarp", 1, eth(0x8035, zeros(28)...), SkipARP},
		{"lldp", 1, eth(0x88cc, zeros(28)...), SkipNonIP},
		{"spanning tree", 1, eth(38, hex("424203", zeros(35))...), SkipNonIP},
		{"cisco snap", 1, eth(38, hex("aaaa03 00000c 2000", zeros(30))...), SkipNonIP},
		{"macsec", 1, eth(0x88e5, zeros(46)...), SkipLinkProtocol},
		{"ppp lcp", 9, hex("ff03 c021 01010004"), SkipNonIP},
		{"ppp compressed tcp", 9, hex("ff03 002d 01010004"), SkipLinkProtocol},
		{"cisco slarp", 104, hex("8f00 8035", zeros(18)), SkipNonIP},
		{"pppoe discovery", 1, eth(0x8863, hex("1109 0000 0000")...), SkipNonIP},
		{"802.11 beacon", 105, hex(dot11("80", "00", ""), zeros(30)), SkipNonIP},
		{"802.11 null data", 105, hex(dot11("48", "01", "")), SkipNonIP},
		{"802.11 acknowledgment", 105, hex("d400 0000 020000000001"), SkipNonIP},
		{"802.11 protected", 105, hex(dot11("08", "41", ""), zeros(60)), SkipEncrypted80211},
		{"802.11 fragment", 105, hex(dot11("08", "05", llcSNAP+"0800"), v4), SkipLinkProtocol},
		{"udp", 1, inIP(17, "\x00\x35\xc0\x00\x00\x0c\x00\x00abcd"), SkipUDP},
		{"vxlan without valid id", 101, ip4(17, udpTo(4789, hex("0000000000002a00", eth(0x0800, v4...)))), SkipUDP},
		{"arp in vxlan", 101, ip4(17, udpTo(4789, hex("0800000000002a00", eth(0x0806, zeros(28)...)))), SkipARP},
		{"gtp echo", 101, ip4(17, udpTo(2152, hex("3201 0004 00000000 00000000"))), SkipUDP},
		{"gtp extension of length 0", 101, ip4(17, udpTo(2152, hex("34ff 0058 00001234 0000 00 85 00 00 00 00", v4))), SkipMalformed},
		{"geneve control", 101, ip4(17, udpTo(6081, hex("0080 6558 00000700", eth(0x0800, v4...)))), SkipUDP},
		{"icmp", 1, inIP(1, "\x08\x00\x00\x00"), SkipICMP},
		{"icmp error about tcp", 1, inIP(1, "\x03\x04\x00\x00\x00\x00\x00\x00"+string(v4)), SkipICMP},
		{"icmpv6", 101, ip6(58, zeros(8)), SkipICMP},
		{"igmp", 1, inIP(2, "\x16\x00\x00\x00"), SkipIGMP},
		{"sctp", 1, inIP(132, "\x16\x00\x00\x00"), SkipSCTP},
		{"ospf", 1, inIP(89, "\x16\x00\x00\x00"), SkipIPProtocol},
		{"esp", 1, inIP(50, "\x16\x00\x00\x00"), SkipESP},
		{"esp in ipv6", 101, ip6(60, ext(50, zeros(20))), SkipESP},
		{"no next header", 101, ip6(59, nil), SkipNonIP},
		{"quic initial", 1, inIP(17, string(udpTo(4433, hex("c0 00000001 08", zeros(1200))))), SkipQUIC},
		{"raw ip version 5", 101, change(v4, 0, 0x55), SkipMalformed},
		{"ipv4 header of 16", 101, change(v4, 0, 0x44), SkipMalformed},
		{"ipv4 total length below header", 101, change(v4, 2, 0, 19), SkipMalformed},
		{"ipv4 too short for tcp", 101, change(v4, 2, 0, 39), SkipMalformed},
		{"tcp header of 16", 101, change(v4, 32, 0x40), SkipMalformed},
		{"tcp header beyond the packet", 101, change(tcp4(""), 32, 0xf0), SkipMalformed},
		{"gre version 2", 101, ip4(47, hex("0002 0800", v4)), SkipMalformed},
		{"pptp acknowledgment", 101, ip4(47, hex("2081 880b 0000 0009 00000001")), SkipNonIP},
		{"jumbo payload below its header", 101, change(between(tcp6(""), 0, hex("06 00 c2 04 00000004")), 4, 0, 0), SkipMalformed},
		{"too deep", 101, nested(30), SkipTooDeep},
		{"empty", 1, nil, SkipMalformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, got := dissect(test.link, test.data); got != test.want {
				t.Errorf("skipped as %v, want %v", got, test.want)
			}
		})
	}
}

func nested(depth int) []byte {
	b := tcp4(testPayload)
	for range depth {
		b = ip4(4, b)
	}
	return b
}

// TestDissectShortPacket has the frame of 60 octets that an acknowledgment is
// padded to: no payload.
func TestDissectShortPacket(t *testing.T) {
	ack := append(eth(0x0800, tcp4("")...), zeros(6)...)
	if s := mustFind(t, 1, ack); s.Length != 0 || len(s.Payload) != 0 {
		t.Errorf("payload of %d octets, %d captured", s.Length, len(s.Payload))
	}
}

// TestDissectMirrorCut has an inner packet that says it is longer than the
// outer one: a mirror cut it, and the segment's length is the inner one's.
func TestDissectMirrorCut(t *testing.T) {
	inner := eth(0x0800, tcp4(testPayload)...)
	s := mustFind(t, 101, ip4(47, hex("1000 88be 00000001 1001 0464 00000000", inner[:len(inner)-10])))
	if s.Length != len(testPayload) || string(s.Payload) != testPayload[:len(testPayload)-10] || !s.Cut() {
		t.Errorf("length %d, payload %q", s.Length, s.Payload)
	}
}

// TestDissectAggregate has an A-MSDU of four subframes, two of them TCP.
func TestDissectAggregate(t *testing.T) {
	subframe := func(payload []byte) []byte {
		b := hex("020000000001 020000000002 00"+hexByte(len(payload)), payload)
		return append(b, zeros(-len(b)&3)...)
	}
	arp := hex(llcSNAP+"0806", zeros(28))
	frame := hex(dot11("88", "01", "8000"),
		subframe(arp),
		subframe(hex(llcSNAP+"0800", tcp4("one"))),
		subframe(arp),
		subframe(hex(llcSNAP+"86dd", tcp6("two"))))
	d := NewDissector(DissectorConfig{})
	var s segment.Segment
	if skip := d.Dissect(newPacket(105, frame), "wlan0", &s); skip != Found || string(s.Payload) != "one" {
		t.Fatalf("first: %v, %q", skip, s.Payload)
	}
	if !d.More(&s) || string(s.Payload) != "two" || s.Src.IP[0] != 0x20 {
		t.Fatalf("second: %q from %v", s.Payload, s.Src)
	}
	if d.More(&s) {
		t.Fatal("a third")
	}
	if got := d.Skipped(); got != nil {
		t.Errorf("skipped %v", got)
	}
}

func hexByte(n int) string {
	return string("0123456789abcdef"[n>>4]) + string("0123456789abcdef"[n&15])
}

func TestDissectorSkipped(t *testing.T) {
	d := NewDissector(DissectorConfig{})
	var s segment.Segment
	for _, data := range [][]byte{eth(0x88e5), eth(0x0806), tcp4(""), eth(0x0806), eth(0x88b5), eth(0x88e5), hex("00")} {
		p := newPacket(1, data)
		p.Length = max(14, len(data))
		d.Dissect(p, "", &s)
	}
	d.Dissect(newPacket(147, nil), "", &s)
	got := d.Skipped()
	want := []Count{{SkipLinkType, 1}, {SkipLinkProtocol, 4}, {SkipARP, 2}, {SkipCut, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("skipped %v, want %v", got, want)
	}
	var messages []string
	for _, n := range d.Notices() {
		messages = append(messages, string(n.Kind)+": "+n.Message)
	}
	wantMessages := []string{
		"link-type: link type 147 is not understood: 1 packet",
		"not-understood: EtherType 0x88b5 is not followed: 1 packet",
		"not-understood: EtherType 0x88e5 is not followed: 2 packets",
		"not-understood: EtherType 0xc000 is not followed: 1 packet",
		"not-understood: the capture ends within the headers (snaplen): 1 packet not followed",
	}
	if !slices.Equal(messages, wantMessages) {
		t.Errorf("notices %q, want %q", messages, wantMessages)
	}
}

// TestDissectorManyUnknown meets more EtherTypes than are told apart.
func TestDissectorManyUnknown(t *testing.T) {
	d := NewDissector(DissectorConfig{})
	var s segment.Segment
	for i := range 400 {
		d.Dissect(newPacket(1, eth(uint16(0xa000+i))), "", &s)
	}
	notices := d.Notices()
	if len(notices) != maxUnknown+1 || !slices.ContainsFunc(notices, func(n Notice) bool {
		return n.Message == "other EtherTypes are not followed: 144 packets"
	}) {
		t.Errorf("%d notices, the last: %q", len(notices), notices[len(notices)-1].Message)
	}
}

// TestDissectAllocs: once a link was seen, no sample costs an allocation.
func TestDissectAllocs(t *testing.T) {
	for _, sample := range samples() {
		d := NewDissector(DissectorConfig{})
		p := newPacket(sample.link, sample.data)
		var s segment.Segment
		if n := testing.AllocsPerRun(100, func() { d.Dissect(p, "eth0", &s) }); n != 0 {
			t.Errorf("%s: %v allocations", sample.name, n)
		}
	}
}

// TestFastAndSlow holds the short way to what the layers find.
func TestFastAndSlow(t *testing.T) {
	fast := 0
	for _, sample := range samples() {
		for n := range len(sample.data) + 1 {
			p := newPacket(sample.link, sample.data[:n])
			p.Length = len(sample.data)
			if compareWays(t, p) {
				fast++
			}
		}
	}
	if fast == 0 {
		t.Error("the short way was never taken")
	}
}

// compareWays dissects a packet both ways and reports whether the short one
// led anywhere.
func compareWays(t *testing.T, p *Packet) bool {
	var short, long segment.Segment
	d := NewDissector(DissectorConfig{})
	w := &d.walk
	w.packet, w.segment, w.iface = p, &short, "eth0"
	w.enter(p.Data, p.Length)
	if !w.fast() {
		return false
	}
	w.segment = &long
	if skip := d.slow(p.Length); skip != Found || !reflect.DeepEqual(short, long) {
		t.Fatalf("%x: %v by the layers\n%+v\n%+v", p.Data, skip, short, long)
	}
	return true
}

func BenchmarkDissect(b *testing.B) {
	for _, sample := range samples() {
		b.Run(sample.name, func(b *testing.B) {
			d := NewDissector(DissectorConfig{})
			p := newPacket(sample.link, sample.data)
			var s segment.Segment
			b.SetBytes(int64(len(sample.data)))
			b.ReportAllocs()
			for b.Loop() {
				d.Dissect(p, "eth0", &s)
			}
		})
	}
}

func FuzzDissect(f *testing.F) {
	for _, sample := range samples() {
		f.Add(uint16(sample.link), sample.data, uint16(0))
	}
	f.Fuzz(func(t *testing.T, link uint16, data []byte, cut uint16) {
		d := NewDissector(DissectorConfig{MaxDatagrams: 2, MaxFragmentBytes: 1 << 16})
		p := newPacket(LinkType(link), data)
		p.Length += int(cut)
		before := bytes.Clone(data)
		var s segment.Segment
		for range 2 { // a second time against what the first left behind
			skip := d.Dissect(p, "eth0", &s)
			if skip >= skipCount {
				t.Fatalf("skip %d", skip)
			}
			for more := skip == Found; more; more = d.More(&s) {
				checkInvariants(t, &s)
			}
		}
		d.Notices()
		compareWays(t, p)
		if !bytes.Equal(before, data) {
			t.Fatal("the packet was written to")
		}
	})
}

func checkInvariants(t *testing.T, s *segment.Segment) {
	if len(s.Header) < 20 || len(s.Header) > 60 || len(s.Payload) > s.Length || s.Link == nil {
		t.Fatalf("header of %d, payload of %d, length %d, link %v", len(s.Header), len(s.Payload), s.Length, s.Link)
	}
	if ok, partial := s.Checksum(); ok && partial || s.Cut() && !ok && !partial {
		t.Fatalf("checksum ok %v partial %v", ok, partial)
	}
}
