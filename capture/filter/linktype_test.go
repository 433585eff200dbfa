package filter

import (
	"fmt"
	"strings"
	"testing"
)

// octets is hexadecimal text as octets.
func octets(t testing.TB, text string) []byte {
	t.Helper()
	var b []byte
	if text = strings.ReplaceAll(text, " ", ""); text == "" {
		return nil
	}
	if _, err := fmt.Sscanf(text, "%x", &b); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return b
}

// Where each link layer says what it carries.
func TestLinkLayers(t *testing.T) {
	const (
		ip4    = "45000014 00000000 40060000 0a010203 c0000201"
		ip6    = "60000000 00000640 20010db8000000000000000000000001 20010db8000000000000000000000002"
		macs   = "020000000001 020000000002"
		cooked = "0004 0001 0006 0200000000010000" // LINUX_SLL, sent
	)
	for _, test := range []struct {
		name       string
		link       uint16
		packet     string
		matches    string // words that are true
		matchesNot string
	}{
		{"Ethernet II", testEthernet, macs + "0800" + ip4, "ip tcp", "ip6 arp iso stp"},
		{"Ethernet II, IPX", testEthernet, macs + "8137 ffff", "ipx", "stp ip"},
		{"Ethernet II, AppleTalk", testEthernet, macs + "809b 00000000", "atalk", "aarp"},
		{"Ethernet II, AARP", testEthernet, macs + "80f3 00000000", "aarp", "atalk"},
		{"802.3, STP", testEthernet, macs + "0026 424203 0000000000", "stp", "ip iso ipx netbeui"},
		{"802.3, IS-IS", testEthernet, macs + "0026 fefe03 8300000000", "iso", "stp ipx netbeui"},
		{"802.3, NetBEUI", testEthernet, macs + "0026 f0f003 0000000000", "netbeui", "stp iso ipx"},
		{"802.3, IPX in LLC", testEthernet, macs + "0026 e0e003 0000000000", "ipx", "stp iso netbeui"},
		{"802.3, IPX alone", testEthernet, macs + "0026 ffff 000000000000", "ipx", "stp iso netbeui"},
		{"802.3, IPX in SNAP", testEthernet, macs + "0026 aaaa03 000000 8137", "ipx", "atalk aarp ip"},
		{"802.3, AppleTalk in SNAP", testEthernet, macs + "0026 aaaa03 080007 809b", "atalk", "aarp ipx"},
		{"802.3, AARP in SNAP", testEthernet, macs + "0026 aaaa03 000000 80f3", "aarp", "atalk ipx"},
		{"LINUX_SLL", testSLL, cooked + "0800" + ip4, "ip tcp outbound", "ip6 inbound arp"},
		{"LINUX_SLL, 802.2", testSLL, cooked + "0004 424203 0000000000", "stp", "iso ipx ip"},
		{"LINUX_SLL, 802.2 with IS-IS", testSLL, cooked + "0004 fefe03 8300000000", "iso", "stp ipx netbeui"},
		{"LINUX_SLL, 802.2 with IPX", testSLL, cooked + "0004 e0e003 0000000000", "ipx", "stp iso netbeui"},
		{"LINUX_SLL, 802.3", testSLL, cooked + "0001 ffff", "ipx", "stp iso"},
		{"LINUX_SLL, AppleTalk in SNAP", testSLL, cooked + "0004 aaaa03 080007 809b", "atalk", "aarp"},
		{"LINUX_SLL, AARP in SNAP", testSLL, cooked + "0004 aaaa03 000000 80f3", "aarp", "atalk"},
		{"LINUX_SLL2", testSLL2, "86dd 0000 00000003 0001 00 06 0200000000010000" + ip6, "ip6 tcp inbound", "ip outbound"},
		{"RAW, IPv4", testRaw, ip4, "ip tcp", "ip6 arp stp"},
		{"RAW, IPv6", testRaw, ip6, "ip6 tcp", "ip arp"},
		{"RAW as DLT 12", 12, ip4, "ip tcp", "ip6"},
		{"RAW as DLT 14", 14, ip4, "ip tcp", "ip6"},
		{"IPV4", testIPv4, ip4, "ip tcp", "ip6 arp"},
		{"IPV6", testIPv6, ip6, "ip6 tcp", "ip arp"},
		{"NULL", testNull, "02000000" + ip4, "ip tcp", "ip6 arp"},
		{"LOOP", testLoop, "0000001e" + ip6, "ip6 tcp", "ip arp"},
		{"PPP", testPPP, "ff03 0021" + ip4, "ip tcp", "ip6 ipx"},
		{"PPP, IPX", testPPP, "ff03 002b 0000", "ipx", "ip atalk iso stp decnet"},
		{"PPP, AppleTalk", testPPP, "ff03 0029 0000", "atalk", "ip ipx"},
		{"PPP, OSI", testPPP, "ff03 0023 0000", "iso", "ip ipx"},
		{"PPP, bridging", testPPP, "ff03 0031 0000", "stp", "ip ipx"},
		{"PPP, DECnet", testPPP, "ff03 0027 0000", "decnet", "ip ipx"},
		{"PPP_HDLC", testPPPHDLC, "ff03 0057" + ip6, "ip6 tcp", "ip"},
		{"PPP_ETHER", testPPPEther, "1100 0005 0014 0021" + ip4, "ip tcp", "ip6"},
		{"C_HDLC", testCiscoHDLC, "0f00 0800" + ip4, "ip tcp", "ip6 iso"},
		{"C_HDLC, OSI", testCiscoHDLC, "0f00 fefe 0083", "iso", "ip stp"},
	} {
		data := octets(t, test.packet)
		for i, words := range []string{test.matches, test.matchesNot} {
			for _, word := range strings.Fields(words) {
				f, err := Parse(word)
				if err != nil {
					t.Fatal(err)
				}
				if got := f.Match(test.link, data, len(data)); got != (i == 0) {
					t.Errorf("%s: %s is %v", test.name, word, got)
				}
			}
		}
	}
}

// Every word on every link type is what tcpdump makes of it, or an error for
// both.
func TestWordsOnLinkTypes(t *testing.T) {
	needTcpdump(t)
	words := []string{"vlan", "mpls", "pppoes", "inbound", "ifindex 1", "ether host 2:0:0:0:0:1", "broadcast", "multicast",
		"ip multicast", "ether[0] = 2", "host 10.1.2.3", "ether proto 100", "mpls and ip", "pppoes and ip6", "pppoes and mpls"}
	for p := ip; p <= esp; p++ {
		words = append(words, p.String())
	}
	for _, link := range testLinks[1:] {
		packets := somePackets(uint64(link), link, 150)
		for _, word := range words {
			vm, wrong := reference(t, link, word)
			f, err := Parse(word)
			if err == nil {
				err = f.Check(link)
			}
			if (wrong == nil) != (err == nil) {
				t.Errorf("%q on link type %d: %v, tcpdump: %v", word, link, err, wrong)
			}
			if err != nil || wrong != nil {
				continue
			}
			if d := disagreement(t, f, link, word, vm, packets); d != "" {
				t.Error(d)
			}
		}
	}
}
