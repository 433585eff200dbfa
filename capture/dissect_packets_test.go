package capture

import (
	"bytes"
	"encoding/binary"
	"net"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"h2scope/capture/segment"
)

// The packets that the tests of this package are about: one TCP segment, put
// into everything it can be found in.

const testPayload = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

var (
	client4, server4 = net.IP{192, 0, 2, 1}, net.IP{198, 51, 100, 2}
	client6, server6 = net.ParseIP("2001:db8::1"), net.ParseIP("2001:db8::2")
)

// tcp4 and tcp6 are an IP packet with a TCP segment in it, built and
// checksummed by gopacket.
func tcp4(payload string) []byte { return segmentPacket(client4, server4, payload) }
func tcp6(payload string) []byte { return segmentPacket(client6, server6, payload) }

func segmentPacket(src, dst net.IP, payload string) []byte {
	t := &layers.TCP{SrcPort: 40000, DstPort: 8080, Seq: 0xfffffff0, Ack: 7, ACK: true, PSH: true, Window: 502,
		Options: []layers.TCPOption{{OptionType: layers.TCPOptionKindNop}, {OptionType: layers.TCPOptionKindNop},
			{OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10, OptionData: []byte("abcdefgh")}}}
	ip, below := ipLayer(src, dst, layers.IPProtocolTCP)
	if err := t.SetNetworkLayerForChecksum(below); err != nil {
		panic(err)
	}
	return serialize(ip, t, gopacket.Payload(payload))
}

func ipLayer(src, dst net.IP, protocol layers.IPProtocol) (gopacket.SerializableLayer, gopacket.NetworkLayer) {
	if src.To4() == nil {
		ip := &layers.IPv6{Version: 6, SrcIP: src, DstIP: dst, NextHeader: protocol, HopLimit: 64}
		return ip, ip
	}
	ip := &layers.IPv4{Version: 4, IHL: 5, Id: 0x1234, SrcIP: src, DstIP: dst, Protocol: protocol, TTL: 64}
	return ip, ip
}

func serialize(l ...gopacket.SerializableLayer) []byte {
	b := gopacket.NewSerializeBuffer()
	if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, l...); err != nil {
		panic(err)
	}
	return bytes.Clone(b.Bytes())
}

// ip4, ip6 and udpTo are the outer headers of tunnels.
func ip4(protocol byte, payload []byte) []byte {
	ip, _ := ipLayer(net.IP{10, 0, 0, 1}, net.IP{10, 0, 0, 2}, layers.IPProtocol(protocol))
	return serialize(ip, gopacket.Payload(payload))
}

func ip6(next byte, payload []byte) []byte {
	b := make([]byte, 40, 40+len(payload))
	b[0], b[6], b[7] = 0x60, next, 64
	binary.BigEndian.PutUint16(b[4:], uint16(len(payload)))
	copy(b[8:], client6)
	copy(b[24:], server6)
	return append(b, payload...)
}

func udpTo(port uint16, payload []byte) []byte { return udpFrom(50000, port, payload) }

func udpFrom(src, dst uint16, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, src)
	b = binary.BigEndian.AppendUint16(b, dst)
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(payload)))
	return append(append(b, 0, 0), payload...)
}

// eth is an Ethernet frame; tags and such follow as octets.
func eth(etherType uint16, payload ...byte) []byte {
	b := append([]byte("\x02\x00\x00\x00\x00\x02"), "\x02\x00\x00\x00\x00\x01"...)
	return append(binary.BigEndian.AppendUint16(b, etherType), payload...)
}

// hex is octets written in hexadecimal with spaces, before more octets.
func hex(text string, payload ...[]byte) []byte {
	var b []byte
	text = strings.ReplaceAll(text, " ", "")
	for i := 0; i+1 < len(text); i += 2 {
		b = append(b, unhex(text[i])<<4|unhex(text[i+1]))
	}
	return append(b, bytes.Join(payload, nil)...)
}

func unhex(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// zeros is n octets of 0.
func zeros(n int) []byte { return make([]byte, n) }

// change is b with the octets at an offset replaced.
func change(b []byte, at int, with ...byte) []byte {
	b = bytes.Clone(b)
	copy(b[at:], with)
	return b
}

// ext is an IPv6 extension header of 8 octets with padding in it.
func ext(next byte, payload []byte) []byte {
	return append([]byte{next, 0, 1, 4, 0, 0, 0, 0}, payload...)
}

// llcSNAP is what precedes an EtherType in 802 frames.
const llcSNAP = "aaaa03 000000"

// dot11 is an 802.11 data frame's header.
func dot11(control, flags string, more string) string {
	return control + flags + "0000" + "020000000001 020000000002 020000000003 1000" + more
}

// A sample is a packet that has the one segment in it.
type sample struct {
	name    string
	link    LinkType
	data    []byte
	vlans   []uint16
	tunnels []string
	network segment.Network
	v6      bool
	iface   string // where the packet itself names it

	unpadded bool // what would follow the IP packet is not padding
}

func samples() []sample {
	v4, v6 := tcp4(testPayload), tcp6(testPayload)
	inner := eth(0x0800, v4...)
	inner6 := eth(0x86dd, v6...)
	type tunnels = []string
	all := []sample{
		{name: "ethernet", link: 1, data: inner},
		{name: "ethernet ipv6", link: 1, data: inner6, v6: true},
		{name: "raw 101", link: 101, data: v4},
		{name: "raw 101 ipv6", link: 101, data: v6, v6: true},
		{name: "raw 12", link: 12, data: v4},
		{name: "raw 14", link: 14, data: v6, v6: true},
		{name: "ipv4 228", link: 228, data: v4},
		{name: "ipv6 229", link: 229, data: v6, v6: true},
		{name: "null little-endian", link: 0, data: hex("02000000", v4)},
		{name: "null big-endian", link: 0, data: hex("00000002", v4)},
		{name: "null macos ipv6", link: 0, data: hex("1e000000", v6), v6: true},
		{name: "null freebsd ipv6", link: 0, data: hex("0000001c", v6), v6: true},
		{name: "null openbsd ipv6", link: 0, data: hex("18000000", v6), v6: true},
		{name: "loop", link: 108, data: hex("00000002", v4)},
		{name: "sll", link: 113, data: hex("0000 0001 0006 020000000001 0000 0800", v4)},
		{name: "sll vlan", link: 113, data: hex("0000 0001 0006 020000000001 0000 8100 0064 86dd", v6), v6: true, vlans: []uint16{100}},
		{name: "sll2", link: 276, data: hex("0800 0000 00000003 0001 00 06 0200000000010000", v4)},
		{name: "sll2 ipv6", link: 276, data: hex("86dd 0000 00000003 0001 04 06 0200000000010000", v6), v6: true},
		{name: "ppp", link: 9, data: hex("ff03 0021", v4)},
		{name: "ppp without hdlc framing", link: 9, data: hex("0057", v6), v6: true},
		{name: "ppp protocol field compressed", link: 9, data: hex("ff03 21", v4)},
		{name: "ppp mpls", link: 9, data: hex("ff03 0281 00010140", v4), tunnels: tunnels{"mpls 16"}},
		{name: "ppp hdlc", link: 50, data: hex("ff03 0021", v4)},
		{name: "ppp hdlc is cisco hdlc", link: 50, data: hex("0f00 0800", v4)},
		{name: "cisco hdlc", link: 104, data: hex("0f00 86dd", v6), v6: true},
		{name: "pppoe link type", link: 51, data: hex("1100 0005 0052 0021", v4), tunnels: tunnels{"pppoe 5"}},
		{name: "802.11", link: 105, data: hex(dot11("08", "01", llcSNAP+"0800"), v4)},
		{name: "802.11 qos", link: 105, data: hex(dot11("88", "02", "0000"+llcSNAP+"86dd"), v6), v6: true},
		{name: "802.11 four addresses", link: 105, data: hex(dot11("08", "03", "020000000004"+llcSNAP+"0800"), v4)},
		{name: "802.11 qos ht control", link: 105, data: hex(dot11("88", "81", "0000 00000000"+llcSNAP+"0800"), v4)},
		{name: "802.11 a-msdu", link: 105, data: hex(dot11("88", "01", "8000 020000000001 020000000002 0060"+llcSNAP+"0800"), v4)},
		{name: "radiotap", link: 127, data: hex("0000 0900 02000000 00"+dot11("08", "01", llcSNAP+"0800"), v4)},
		{name: "radiotap tsft fcs", link: 127, data: hex("0000 1100 03000000 0000000000000000 10"+dot11("08", "01", llcSNAP+"0800"), v4, zeros(4))},
		{name: "radiotap data pad", link: 127, data: hex("0000 0900 02000000 20"+dot11("88", "01", "0000 0000"+llcSNAP+"0800"), v4)},
		{name: "radiotap extended presence", link: 127, data: hex("0000 0d00 020000a0 00000000 20"+dot11("88", "01", "0000 0000"+llcSNAP+"0800"), v4)},
		{name: "prism", link: 119, data: hex("44000000 90000000", zeros(136), hex(dot11("08", "01", llcSNAP+"0800"), v4))},
		{name: "avs", link: 163, data: hex("80211001 00000040", zeros(56), hex(dot11("08", "01", llcSNAP+"0800"), v4))},
		{name: "avs as prism", link: 119, data: hex("80211001 00000040", zeros(56), hex(dot11("08", "01", llcSNAP+"0800"), v4))},
		{name: "nflog", link: 239, data: hex("02 00 0000 0800 0100 0800 0300 0500 0a00 61 000000 5000 0900", v4)},
		{name: "nflog big-endian", link: 239, data: hex("0a 00 0000 0008 0001 0000 0000 0064 0009", v6), v6: true},
		{name: "pflog", link: 117, data: hex("3d 02 00 00 656d3000", zeros(12), zeros(44), v4), iface: "em0"},
		{name: "pflog freebsd 14", link: 117, data: hex("48 1c 00 00 766c616e31303000", zeros(60), v6), v6: true, iface: "vlan100"},
		{name: "pktap", link: 258, data: hex("6c000000 01000000 01000000 656e3000", zeros(92), inner), iface: "en0"},
		{name: "pktap apple null", link: 149, data: hex("6c000000 01000000 00000000 6c6f3000", zeros(92), hex("1e000000", v6)), v6: true, iface: "lo0"},

		{name: "802.3 snap", link: 1, data: eth(0x005c, hex(llcSNAP+"0800", v4)...)},
		{name: "vlan", link: 1, data: eth(0x8100, hex("0064 0800", v4)...), vlans: []uint16{100}},
		{name: "priority tag", link: 1, data: eth(0x8100, hex("e000 0800", v4)...)},
		{name: "qinq 88a8", link: 1, data: eth(0x88a8, hex("0064 8100 0065 86dd", v6)...), v6: true, vlans: []uint16{100, 101}},
		{name: "qinq 9100", link: 1, data: eth(0x9100, hex("0064 8100 0fff 0800", v4)...), vlans: []uint16{100, 4095}},
		{name: "mpls stack", link: 1, data: eth(0x8847, hex("00010040 00011140", v4)...), tunnels: tunnels{"mpls 16", "mpls 17"}},
		{name: "mpls ipv6", link: 1, data: eth(0x8847, hex("00011140", v6)...), v6: true, tunnels: tunnels{"mpls 17"}},
		{name: "mpls pseudowire with control word", link: 1, data: eth(0x8847, hex("00012140 00000000", inner)...), tunnels: tunnels{"mpls 18"}},
		{name: "mpls pseudowire without control word", link: 1, data: eth(0x8847, hex("00012140", inner)...), tunnels: tunnels{"mpls 18"}},
		{name: "mpls pseudowire address like ipv4", link: 1, data: eth(0x8847, hex("00012140", change(inner, 0, 0x44, 0, 0xff, 0xff))...), tunnels: tunnels{"mpls 18"}},
		{name: "pppoe", link: 1, data: eth(0x8864, hex("1100 0005 0052 0021", v4)...), tunnels: tunnels{"pppoe 5"}},
		{name: "pppoe ipv6 in vlan", link: 1, data: eth(0x8100, hex("0007 8864 1100 0006 0066 0057", v6)...), v6: true, vlans: []uint16{7}, tunnels: tunnels{"pppoe 6"}},
		{name: "ipip", link: 1, data: eth(0x0800, ip4(4, v4)...), tunnels: tunnels{"ipip"}},
		{name: "6in4", link: 101, data: ip4(41, v6), v6: true, tunnels: tunnels{"6in4"}},
		{name: "4in6", link: 101, data: ip6(4, v4), tunnels: tunnels{"4in6"}},
		{name: "6in6", link: 101, data: ip6(41, v6), v6: true, tunnels: tunnels{"6in6"}},
		{name: "ipv4 options", link: 101, data: withOptions(v4)},
		{name: "ah", link: 101, data: ahPacket(v4)},
		{name: "etherip", link: 101, data: ip4(97, hex("3000", inner)), tunnels: tunnels{"etherip"}},
		{name: "ethernet in ipv6", link: 101, data: ip6(143, inner), tunnels: tunnels{"ethernet-in-ip"}},
		{name: "mpls in ip", link: 101, data: ip4(137, hex("00010140", v4)), tunnels: tunnels{"mpls 16"}},

		{name: "gre", link: 101, data: ip4(47, hex("0000 0800", v4)), tunnels: tunnels{"gre"}},
		{name: "gre checksum key sequence", link: 101, data: ip4(47, hex("b000 86dd 00000000 00000007 00000001", v6)), v6: true, tunnels: tunnels{"gre key 7"}},
		{name: "gre source routes", link: 101, data: ip4(47, hex("4000 0800 00000000 0800 0404 0a000003 00000000", v4)), tunnels: tunnels{"gre"}},
		{name: "gre transparent bridging", link: 101, data: ip4(47, hex("0000 6558", inner)), tunnels: tunnels{"gre"}},
		{name: "nvgre", link: 101, data: ip4(47, hex("2000 6558 00002a01", inner6)), v6: true, tunnels: tunnels{"gre key 10753"}},
		{name: "gre mpls", link: 101, data: ip4(47, hex("0000 8847 00010140", v4)), tunnels: tunnels{"gre", "mpls 16"}},
		{name: "gre in ipv6", link: 101, data: ip6(47, hex("0000 0800", v4)), tunnels: tunnels{"gre"}},
		{name: "pptp", link: 101, data: ip4(47, hex("3081 880b 0058 0009 00000001 00000001 ff03 0021", v4)), tunnels: tunnels{"pptp 9"}},
		{name: "erspan i", link: 101, data: ip4(47, hex("0000 88be", inner)), tunnels: tunnels{"erspan"}},
		{name: "erspan ii", link: 101, data: ip4(47, hex("1000 88be 00000001 1001 0064 00000000", inner)), tunnels: tunnels{"erspan 100"}},
		{name: "erspan iii", link: 101, data: ip4(47, hex("1000 22eb 00000001 2001 0065 00000000 0000 0000", inner)), tunnels: tunnels{"erspan 101"}},
		{name: "erspan iii subheader", link: 101, data: ip4(47, hex("1000 22eb 00000001 2001 0065 00000000 0000 0001 0000000000000000", inner)), tunnels: tunnels{"erspan 101"}},
		{name: "erspan iii ip", link: 101, data: ip4(47, hex("1000 22eb 00000001 2001 0065 00000000 0000 0800", v4)), tunnels: tunnels{"erspan 101"}},

		{name: "vxlan", link: 1, data: eth(0x0800, ip4(17, udpTo(4789, hex("0800000000002a00", inner)))...), tunnels: tunnels{"vxlan 42"}, network: segment.VXLAN | 42},
		{name: "vxlan 8472", link: 1, data: eth(0x0800, ip4(17, udpTo(8472, hex("0800000000002a00", inner6)))...), v6: true, tunnels: tunnels{"vxlan 42"}, network: segment.VXLAN | 42},
		{name: "vxlan in ipv6 with vlan inside", link: 101, data: ip6(17, udpTo(4789, hex("0800000000002a00", eth(0x8100, hex("0064 0800", v4)...)))), vlans: []uint16{100}, tunnels: tunnels{"vxlan 42"}, network: segment.VXLAN | 42},
		{name: "vxlan-gpe ipv4", link: 101, data: ip4(17, udpTo(4790, hex("0c000001 00002b00", v4))), tunnels: tunnels{"vxlan-gpe 43"}, network: segment.VXLAN | 43},
		{name: "vxlan-gpe ipv6", link: 101, data: ip4(17, udpTo(4790, hex("0c000002 00002b00", v6))), v6: true, tunnels: tunnels{"vxlan-gpe 43"}, network: segment.VXLAN | 43},
		{name: "vxlan-gpe ethernet", link: 101, data: ip4(17, udpTo(4790, hex("0c000003 00002b00", inner))), tunnels: tunnels{"vxlan-gpe 43"}, network: segment.VXLAN | 43},
		{name: "geneve", link: 101, data: ip4(17, udpTo(6081, hex("0000 6558 00000700", inner))), tunnels: tunnels{"geneve 7"}, network: segment.Geneve | 7},
		{name: "geneve options", link: 101, data: ip4(17, udpTo(6081, hex("0200 0800 00000700 0102 80 01 deadbeef", v4))), tunnels: tunnels{"geneve 7"}, network: segment.Geneve | 7},
		{name: "geneve options of 252 octets", link: 101, data: ip4(17, udpTo(6081, hex("3f00 86dd 00000700", zeros(252), v6))), v6: true, tunnels: tunnels{"geneve 7"}, network: segment.Geneve | 7},
		{name: "gtp", link: 101, data: ip4(17, udpTo(2152, hex("30ff 0054 00001234", v4))), tunnels: tunnels{"gtp teid 0x1234"}},
		{name: "gtp extension headers", link: 101, data: ip4(17, udpTo(2152, hex("34ff 006c 00001234 0000 00 85 01 00 09 85 01 00 09 00", v6))), v6: true, tunnels: tunnels{"gtp teid 0x1234"}},
		{name: "teredo", link: 101, data: ip4(17, udpTo(3544, v6)), v6: true, tunnels: tunnels{"teredo"}},
		{name: "teredo indications", link: 101, data: ip4(17, udpFrom(3544, 50000, hex("0001 0000 0000000000000000 00 0000 0000 00000000", v6))), v6: true, tunnels: tunnels{"teredo"}},
		{name: "vxlan in geneve", link: 101, data: ip4(17, udpTo(6081, hex("0000 6558 00000700", eth(0x0800, ip4(17, udpTo(4789, hex("0800000000002a00", inner)))...)))), tunnels: tunnels{"geneve 7", "vxlan 42"}, network: segment.VXLAN | 42},

		{name: "ipv6 hop-by-hop and destination options", link: 101, data: between(v6, 0, ext(60, ext(6, nil))), v6: true},
		{name: "ipv6 routing, no segments left", link: 101, data: between(v6, 43, hex("06 02 04 00 00000000", server6)), v6: true},
		{name: "ipv6 segment routing on the way", link: 101, data: change(between(v6, 43, hex("06 04 04 01 01000000", server6, client6)), 24, 0xfc), v6: true},
		{name: "ipv6 mobility home address", link: 101, data: change(between(v6, 43, hex("06 02 02 01 00000000", server6)), 24, 0xfc), v6: true},
		{name: "ipv6 atomic fragment", link: 101, data: between(v6, 44, hex("06 00 0000 00000001")), v6: true},
		{name: "ipv6 ah", link: 101, data: between(v6, 51, hex("06 04 0000 00000001 00000001", zeros(12))), v6: true},
		{name: "ipv4 length 0 (segmentation offload)", link: 1, data: eth(0x0800, change(v4, 2, 0, 0)...), unpadded: true},
		{name: "ipv6 length 0 (segmentation offload)", link: 1, data: eth(0x86dd, change(v6, 4, 0, 0)...), v6: true, unpadded: true},
		{name: "ipv6 jumbo payload", link: 101, data: change(between(v6, 0, hex("06 00 c2 04 00000040")), 4, 0, 0), v6: true},
	}
	return all
}

// between is an IPv6 packet with extension headers put before its payload.
func between(packet []byte, next byte, headers []byte) []byte {
	return ip6(next, append(headers, packet[40:]...))
}

func withOptions(packet []byte) []byte {
	b := append(bytes.Clone(packet[:20]), 1, 1, 1, 0)
	b[0] = 0x46
	binary.BigEndian.PutUint16(b[2:], uint16(len(packet)+4))
	return append(b, packet[20:]...)
}

// ahPacket is v4 with an authentication header; the pseudo-header's addresses
// are those of the outer header, which are therefore kept.
func ahPacket(packet []byte) []byte {
	b := append(bytes.Clone(packet[:20]), hex("06 04 0000 00000001 00000001", zeros(12))...)
	b[9] = 51
	binary.BigEndian.PutUint16(b[2:], uint16(len(packet)+24))
	return append(b, packet[20:]...)
}

// dissect runs one packet through a new dissector.
func dissect(link LinkType, data []byte) (segment.Segment, Skip) {
	var s segment.Segment
	skip := NewDissector(DissectorConfig{}).Dissect(newPacket(link, data), "eth0", &s)
	return s, skip
}

func newPacket(link LinkType, data []byte) *Packet {
	return &Packet{Number: 1, Time: 1e9, Data: data, Length: len(data), LinkType: link}
}

func mustFind(t *testing.T, link LinkType, data []byte) segment.Segment {
	t.Helper()
	s, skip := dissect(link, data)
	if skip != Found {
		t.Fatalf("skipped: %v", skip)
	}
	return s
}
