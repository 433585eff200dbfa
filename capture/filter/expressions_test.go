package filter

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// An expressionMaker makes expressions at random: all that the grammar has,
// with values that packetMaker uses.
type expressionMaker struct{ *rand.Rand }

func newExpressionMaker(seed uint64) expressionMaker {
	return expressionMaker{rand.New(rand.NewPCG(seed, 2))}
}

func (m expressionMaker) pick(from ...string) string { return pick(m.Rand, from) }

func (m expressionMaker) expression(depth int) string {
	var b strings.Builder
	b.WriteString(m.term(depth))
	for m.IntN(3) == 0 {
		b.WriteString(m.pick(" and ", " or ", " && ", "||") + m.term(depth))
	}
	return b.String()
}

func (m expressionMaker) term(depth int) string {
	switch m.IntN(8) {
	case 0:
		return m.pick("not ", "! ", "!") + m.term(depth)
	case 1:
		if depth > 0 {
			return "(" + m.expression(depth-1) + ")"
		}
	case 2:
		return m.relation(depth)
	}
	return m.primitive()
}

func (m expressionMaker) primitive() string {
	switch m.IntN(12) {
	case 0, 1, 2:
		return m.pick("", "", "tcp ", "udp ", "sctp ") + m.direction() + m.values("port ", m.port)
	case 3:
		return m.pick("", "tcp ", "udp ") + m.direction() + m.values("portrange ", m.portRange)
	case 4, 5:
		return m.pick("", "", "ip ", "arp ", "rarp ") + m.direction() + m.values(m.pick("host ", "net "), m.ipv4)
	case 6:
		return m.pick("", "ip6 ") + m.direction() + m.values("host ", m.ipv6)
	case 7:
		return m.network()
	case 8:
		return m.pick("ether ", "link ") + m.direction() + m.values("host ", m.mac)
	case 9:
		return m.proto()
	case 10:
		return m.link()
	}
	return m.pick("ip", "ip6", "arp", "rarp", "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "igrp", "pim",
		"vrrp", "carp", "ah", "esp", "stp", "ipx", "netbeui", "iso", "atalk", "aarp", "decnet", "lat", "sca", "mopdl", "moprc")
}

func (m expressionMaker) network() string {
	return m.pick("src ", "dst ", "") + m.pick("net 10", "net 10.1", "net 192.0.2", "net 10.1.2.3", "net 10.0.0.0/8",
		"net 10.1.0.0/15", "net 0.0.0.0/0", "net 10.0.0.0 mask 255.255.0.0", "net 10.0.0.0 mask 255.0.255.0",
		"net 2001:db8::/32", "net 2001:db8::/47", "net ::/0", "net ff00::/8", "ip6 net 2001:db8:5::/48")
}

func (m expressionMaker) proto() string {
	return m.pick("proto 6", "ip proto 17", "ip6 proto 58", `ip proto \icmp`, `proto \udp`, "ip6 proto 0",
		"ip proto (6 or 17)", `ether proto \arp`, "ether proto 0x800", `ether proto \ip6 or 0x806`, "ether proto 0x42",
		"ether proto 6", `ether proto \ipx`, "ether proto 100")
}

func (m expressionMaker) link() string {
	return m.pick("vlan", "vlan 100", "vlan (100)", "mpls", "mpls 100", "pppoes", "pppoes 1", "pppoed", "ether broadcast",
		"broadcast", "multicast", "ether multicast", "ip multicast", "ip6 multicast", "inbound", "outbound", "ifindex 1",
		"less 60", "greater 80", "byte 0 = 2", "byte 12 > 8", "byte 13 < 100")
}

// values is one value, or several to which the qualifier carries over.
func (m expressionMaker) values(qualifier string, value func() string) string {
	switch m.IntN(6) {
	case 0:
		return qualifier + value() + m.pick(" or ", " and not ", " and ") + value()
	case 1:
		return fmt.Sprintf("%s(%s or %s)", qualifier, value(), value())
	case 2:
		return qualifier + "not " + value()
	}
	return qualifier + value()
}

func (m expressionMaker) direction() string {
	return m.pick("", "", "", "src ", "dst ", "src or dst ", "src and dst ", "dst or src ", "dst and src ")
}

func (m expressionMaker) port() string { return fmt.Sprint(pick(m.Rand, somePorts)) }

func (m expressionMaker) portRange() string {
	return m.pick("22-80", "443-22", "80", "1-65535", "8080-50000", "53-53")
}

func (m expressionMaker) ipv4() string {
	return m.pick("10.1.2.3", "192.0.2.1", "127.0.0.1", "224.0.0.1", "10.1", "192.0.2", "167838211")
}

func (m expressionMaker) ipv6() string {
	return m.pick("2001:db8::1", "2001:db8:5::2", "ff02::1", "::1")
}

func (m expressionMaker) mac() string {
	return m.pick("02:00:00:00:00:01", "2:0:0:0:0:2", "ff-ff-ff-ff-ff-ff", "01.00.5e.00.00.01", "0200.0000.0001", "020000000002")
}

func (m expressionMaker) relation(depth int) string {
	left := m.arithmetic(depth)
	for strings.HasPrefix(left, "-") { // that would be an option for tcpdump
		left = m.arithmetic(depth)
	}
	return left + m.pick(" = ", " == ", " != ", " > ", " >= ", " < ", " <= ") + m.arithmetic(depth)
}

func (m expressionMaker) arithmetic(depth int) string {
	if depth <= 0 {
		return m.atom(depth)
	}
	switch m.IntN(5) {
	case 0:
		return m.arithmetic(depth-1) + m.operator() + m.arithmetic(depth-1)
	case 1:
		return "(" + m.arithmetic(depth-1) + m.operator() + m.arithmetic(depth-1) + ")"
	case 2:
		return "- " + m.atom(depth)
	}
	return m.atom(depth)
}

func (m expressionMaker) operator() string {
	return m.pick(" + ", " - ", " * ", " / ", " % ", " & ", " | ", " ^ ", " << ", " >> ")
}

func (m expressionMaker) atom(depth int) string {
	switch m.IntN(4) {
	case 0:
		return m.pick("len", "1", "2", "0x10", "010", "443", "4294967295", "tcp-syn", "tcp-ack", "icmp-echo", "60")
	case 1:
		return m.pick("tcp[tcpflags]", "ip[0]", "ip[2:2]", "ip6[6]", "icmp[icmptype]", "icmp6[icmp6type]", "tcp[0:2]",
			"udp[4:2]", "ether[12:2]", "ether[0:4]", "arp[6:2]", "tcp[12]", "link[20]")
	}
	index := fmt.Sprint(m.IntN(24))
	if depth > 0 {
		index = m.arithmetic(depth - 1)
	}
	protocol := m.pick("ether", "ip", "ip6", "arp", "rarp", "tcp", "udp", "sctp", "icmp", "icmp6", "igmp", "igrp",
		"pim", "vrrp", "carp", "atalk", "decnet", "lat", "sca", "mopdl", "moprc")
	return protocol + "[" + index + m.pick("", ":1", ":2", ":4") + "]"
}
