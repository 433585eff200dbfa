package filter

import "math/bits"

// carries is whether the link layer says that it carries a protocol, given by
// its EtherType, or by its LLC service access point up to 1500.
func (c *compiler) carries(number uint32, at int) *condition {
	if c.labels > 0 {
		return c.labelsCarry(number, at)
	}
	switch c.link {
	case ethernetLink:
		return c.ethernetCarries(number)
	case cookedLink:
		return c.cookedCarries(number)
	case etherTypeLink:
		return half(c.linkType, number)
	case hdlcLink:
		if number == sapISO {
			number = sapISO<<8 | sapISO
		}
		return half(c.linkType, number)
	case pppLink, serialPPPLink:
		return half(c.linkType, pppNumber(number))
	case rawLink:
		return c.version(number)
	case rawIPv4Link:
		return always().unless(number != etherIPv4)
	case rawIPv6Link:
		return always().unless(number != etherIPv6)
	case nullLink, loopLink:
		return c.family(number)
	}
	return c.fail(at, "of packets of this link type only lengths and ether[…] can be asked for")
}

// unless is never where wrong is true.
func (c *condition) unless(wrong bool) *condition {
	if wrong {
		return never()
	}
	return c
}

// labelsCarry is the same below MPLS, which does not say: the last label has
// to be the bottom of the stack, and IP's version decides (RFC 3032, Section
// 2.2).
func (c *compiler) labelsCarry(number uint32, at int) *condition {
	if number != etherIPv4 && number != etherIPv6 {
		return c.fail(at, `behind "mpls" only ip and ip6 can be told`)
	}
	return both(octet(c.networkAt(0)-2, 1).masked(1), c.version(number))
}

// version is whether an IP header of the version that an EtherType stands for
// begins the network layer.
func (c *compiler) version(number uint32) *condition {
	switch number {
	case etherIPv4:
		return octet(c.networkAt(0), 0x40).masked(0xf0)
	case etherIPv6:
		return octet(c.networkAt(0), 0x60).masked(0xf0)
	}
	return never()
}

// ethernetCarries tells Ethernet II from IEEE 802.3 by the value of the field
// that is a type for the one and a length for the other.
func (c *compiler) ethernetCarries(number uint32) *condition {
	isType := half(c.linkType, number)
	isLength := negate(half(c.linkType, maxLength8023).by(greater))
	switch number {
	case sapISO, sapIP, sapNetBEUI:
		return both(isLength, half(c.payload, number<<8|number))
	case sapIPX: // in each of the four encapsulations it has had
		return either(half(c.linkType, etherIPX),
			both(isLength, either(c.snap(0, etherIPX), octet(c.payload, sapIPX), half(c.payload, 0xffff))))
	case etherATalk:
		return either(isType, both(isLength, c.snap(0x080007, etherATalk)))
	case etherAARP:
		return either(isType, both(isLength, c.snap(0, etherAARP)))
	}
	if number <= maxLength8023 {
		return both(isLength, octet(c.payload, number))
	}
	return isType
}

// cookedCarries is the same for LINUX_SLL, whose type is 1 for IEEE 802.3 and
// 4 for 802.2.
func (c *compiler) cookedCarries(number uint32) *condition {
	isType := half(c.linkType, number)
	is8022 := half(c.linkType, 4)
	switch number {
	case sapISO, sapIP, sapNetBEUI:
		return both(is8022, half(c.payload, number<<8|number))
	case sapIPX:
		return either(half(c.linkType, etherIPX), half(c.linkType, 1),
			both(is8022, either(octet(c.payload, sapIPX), c.snap(0, etherIPX))))
	case etherATalk:
		return either(isType, both(is8022, c.snap(0x080007, etherATalk)))
	case etherAARP:
		return either(isType, both(is8022, c.snap(0, etherAARP)))
	}
	if number <= maxLength8023 {
		return both(is8022, octet(c.payload, number))
	}
	return isType
}

// snap is an LLC header with a SNAP header (RFC 1042).
func (c *compiler) snap(organization, etherType uint32) *condition {
	return both(word(c.payload+4, organization<<16|etherType), word(c.payload, 0xaaaa0300|organization>>16))
}

// pppNumber is PPP's number for what an EtherType or service access point
// stands for (RFC 1661, Section 2). Others are taken for PPP's own.
func pppNumber(number uint32) uint32 {
	switch number {
	case etherIPv4:
		return 0x21
	case etherIPv6:
		return 0x57
	case 0x6003: // DECnet
		return 0x27
	case etherATalk:
		return 0x29
	case 0x0600: // Xerox NS
		return 0x25
	case sapISO:
		return 0x23
	case sapSTP:
		return 0x31
	case sapIPX:
		return 0x2b
	}
	return number
}

// family is the BSD address family in front of a packet. IPv6 has a different
// number on Linux, NetBSD, FreeBSD and macOS, and a file does not say which
// system wrote it nor, for NULL, in which byte order.
func (c *compiler) family(number uint32) *condition {
	families := []uint32{2}
	switch number {
	case etherIPv4:
	case etherIPv6:
		families = []uint32{24, 28, 30, 10}
	default:
		return never()
	}
	var tests []*condition
	if c.link == nullLink {
		for _, family := range families {
			tests = append(tests, word(c.linkHeader, bits.ReverseBytes32(family)))
		}
	}
	for _, family := range families {
		tests = append(tests, word(c.linkHeader, family))
	}
	return either(tests...)
}
