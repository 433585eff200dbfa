package filter

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

// A host is host, net, src or dst with an IP address: "host 192.0.2.1",
// "src net 2001:db8::/32".
type host struct {
	at            int
	protocol      protocol // anyProtocol, ip, arp, rarp: IPv4; ip6: IPv6
	direction     direction
	address, mask [4]uint32 // IPv4: the first
}

func (h *host) compile(c *compiler) *condition {
	switch h.protocol {
	case ip6:
		return h.within(c, ip6, 8, 24)
	case ip:
		return h.within(c, ip, 12, 16)
	case arp, rarp:
		return h.within(c, h.protocol, 14, 24)
	}
	inIP := h.within(c, ip, 12, 16)
	if c.labels > 0 {
		return inIP
	}
	return either(inIP, h.within(c, arp, 14, 24), h.within(c, rarp, 14, 24))
}

// within is the test of the addresses at two offsets of a protocol's header.
func (h *host) within(c *compiler, p protocol, source, destination uint32) *condition {
	return both(c.carries(protocols[p].number, h.at), h.direction.choose(
		func() *condition { return h.is(c.networkAt(source)) },
		func() *condition { return h.is(c.networkAt(destination)) }))
}

func (h *host) is(offset uint32) *condition {
	if h.protocol != ip6 {
		return word(offset, h.address[0]).masked(h.mask[0])
	}
	var words []*condition
	for i := range h.address {
		words = append(words, word(offset+4*uint32(i), h.address[i]).masked(h.mask[i]))
	}
	return both(words...)
}

// choose is the condition for a direction, of those for source and
// destination.
func (d direction) choose(source, destination func() *condition) *condition {
	switch d {
	case src:
		return source()
	case dst:
		return destination()
	case srcAndDst:
		return both(source(), destination())
	}
	return either(source(), destination())
}

var directionNames = [...]string{srcOrDst: "", src: "src ", dst: "dst ", srcAndDst: "src and dst "}

func (h *host) write(b *strings.Builder) {
	if h.protocol != anyProtocol && h.protocol != ip6 {
		b.WriteString(h.protocol.String() + " ")
	}
	b.WriteString(directionNames[h.direction])
	switch {
	case h.protocol == ip6:
		writeNet6(b, h)
	case h.mask[0] == ^uint32(0):
		b.WriteString("host " + ipv4(h.address[0]).String())
	case netLength(h.mask[0]) >= 0:
		fmt.Fprintf(b, "net %s/%d", ipv4(h.address[0]), netLength(h.mask[0]))
	default:
		fmt.Fprintf(b, "net %s mask %s", ipv4(h.address[0]), ipv4(h.mask[0]))
	}
}

func writeNet6(b *strings.Builder, h *host) {
	var octets [16]byte
	length := 0
	for i := range h.address {
		binary.BigEndian.PutUint32(octets[4*i:], h.address[i])
		length += netLength(h.mask[i])
	}
	if length == 128 {
		b.WriteString("host " + netip.AddrFrom16(octets).String())
		return
	}
	fmt.Fprintf(b, "net %s/%d", netip.AddrFrom16(octets), length)
}

func ipv4(address uint32) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, address)))
}

// netLength is the prefix length of a mask, -1 where it is none.
func netLength(mask uint32) int {
	for length := range uint32(33) {
		if prefixMask(length) == mask {
			return int(length)
		}
	}
	return -1
}

// An etherHost is "ether host", "ether src" or "ether dst" with an address.
type etherHost struct {
	at        int
	direction direction
	address   [6]byte
}

func (h *etherHost) compile(c *compiler) *condition {
	if c.link != ethernetLink {
		return c.fail(h.at, "link type %s has no Ethernet addresses", c.name)
	}
	return h.direction.choose(
		func() *condition { return macAt(c.linkHeader+6, h.address) },
		func() *condition { return macAt(c.linkHeader, h.address) })
}

// macAt compares the low octets first: the high ones are the manufacturer's
// and tell little.
func macAt(offset uint32, address [6]byte) *condition {
	return both(word(offset+2, binary.BigEndian.Uint32(address[2:])),
		half(offset, uint32(binary.BigEndian.Uint16(address[:]))))
}

func (h *etherHost) write(b *strings.Builder) {
	a := h.address
	fmt.Fprintf(b, "ether %shost %02x:%02x:%02x:%02x:%02x:%02x",
		directionNames[h.direction], a[0], a[1], a[2], a[3], a[4], a[5])
}

// A protocolTest is the name of a protocol by itself: tcp, arp.
type protocolTest struct {
	at       int
	protocol protocol
}

func (t *protocolTest) compile(c *compiler) *condition { return c.contains(t.protocol, t.at) }

func (t *protocolTest) write(b *strings.Builder) { b.WriteString(t.protocol.String()) }

// contains is whether a packet is of a protocol.
func (c *compiler) contains(p protocol, at int) *condition {
	known := protocols[p]
	if known.layer == networkLayer {
		return c.carries(known.number, at)
	}
	switch {
	case known.in4 && known.in6:
		return either(c.ipv4Carries(known.number, at), c.ipv6Carries(known.number, at))
	case known.in4:
		return c.ipv4Carries(known.number, at)
	}
	return c.ipv6Carries(known.number, at)
}

func (c *compiler) ipv4Carries(number uint32, at int) *condition {
	return both(c.carries(etherIPv4, at), octet(c.networkAt(9), number))
}

// ipv6Carries looks behind a Fragment header that follows the IPv6 header at
// once, and behind no other extension header.
func (c *compiler) ipv6Carries(number uint32, at int) *condition {
	const fragmentHeader = 44
	return both(c.carries(etherIPv6, at), either(octet(c.networkAt(6), number),
		both(octet(c.networkAt(6), fragmentHeader), octet(c.networkAt(40), number))))
}

// A protocolNumber is proto, ip proto, ip6 proto or ether proto with a number.
type protocolNumber struct {
	at     int
	within protocol // anyProtocol, ip, ip6, ether
	number uint32
}

func (n *protocolNumber) compile(c *compiler) *condition {
	switch n.within {
	case ether:
		return c.carries(n.number, n.at)
	case ip:
		return c.ipv4Carries(n.number, n.at)
	case ip6:
		return c.ipv6Carries(n.number, n.at)
	}
	return either(c.ipv4Carries(n.number, n.at), c.ipv6Carries(n.number, n.at))
}

func (n *protocolNumber) write(b *strings.Builder) {
	if n.within != anyProtocol {
		b.WriteString(n.within.String() + " ")
	}
	fmt.Fprintf(b, "proto %d", n.number)
}
