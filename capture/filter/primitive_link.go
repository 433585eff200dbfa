package filter

import (
	"fmt"
	"strings"
)

// A tunnel is vlan, mpls or pppoes. It moves the layout on: what follows in
// the expression, even behind "or", is about what is in the tunnel.
type tunnel struct {
	at    int
	kind  tunnelKind
	id    uint32
	hasID bool
}

type tunnelKind uint8

const (
	vlanTunnel tunnelKind = iota
	mplsTunnel
	pppoeTunnel
)

func (k tunnelKind) String() string { return [...]string{"vlan", "mpls", "pppoes"}[k] }

func (t *tunnel) compile(c *compiler) *condition {
	switch t.kind {
	case vlanTunnel:
		return t.vlan(c)
	case mplsTunnel:
		return t.mpls(c)
	}
	return t.pppoe(c)
}

// identified adds the test of the identifier.
func (t *tunnel) identified(found, id *condition) *condition {
	if t.hasID {
		return both(found, id)
	}
	return found
}

// vlan is an IEEE 802.1Q or 802.1ad tag.
func (t *tunnel) vlan(c *compiler) *condition {
	switch {
	case c.labels > 0:
		return c.fail(t.at, `"vlan" cannot follow "mpls"`)
	case c.link != ethernetLink:
		return c.fail(t.at, "link type %s has no VLAN tags", c.name)
	}
	found := t.identified(
		either(half(c.linkType, etherVLAN), half(c.linkType, etherQinQ), half(c.linkType, etherOldQinQ)),
		half(c.payload, t.id).masked(0xfff))
	c.linkType += 4
	c.payload += 4
	return found
}

// mpls is a label (RFC 3032, Section 2.1). Another one is below it if it is
// not the bottom of the stack.
func (t *tunnel) mpls(c *compiler) *condition {
	var found *condition
	switch {
	case c.labels > 0:
		found = octet(c.networkAt(0)-2, 0).masked(1)
	case c.link == ethernetLink, c.link == hdlcLink:
		found = c.carries(etherMPLS, t.at)
	case c.link == pppLink:
		found = half(c.linkType, 0x0281)
	default:
		return c.fail(t.at, "link type %s has no MPLS labels", c.name)
	}
	found = t.identified(found, word(c.networkAt(0), t.id<<12).masked(0xfffff000))
	c.network += 4
	c.labels++
	return found
}

// pppoe is a PPPoE session (RFC 2516, Section 4), a link layer of its own.
func (t *tunnel) pppoe(c *compiler) *condition {
	found := t.identified(c.carries(etherPPPoES, t.at), word(c.networkAt(0), t.id).masked(0xffff))
	const header = 6
	start := c.networkAt(header)
	c.layout = layout{link: pppLink, linkHeader: start, linkType: start, payload: start + 2, labels: c.labels}
	c.name = "PPP"
	return found
}

func (t *tunnel) write(b *strings.Builder) {
	b.WriteString(t.kind.String())
	if t.hasID {
		fmt.Fprintf(b, " %d", t.id)
	}
}

// A cast is broadcast or multicast.
type cast struct {
	at        int
	within    protocol // ether, ip, ip6
	broadcast bool
}

func (m *cast) compile(c *compiler) *condition {
	switch {
	case m.within == ip:
		return both(c.carries(etherIPv4, m.at), octet(c.networkAt(16), 224).by(atLeast))
	case m.within == ip6:
		return both(c.carries(etherIPv6, m.at), octet(c.networkAt(24), 255))
	case c.link != ethernetLink:
		return c.fail(m.at, "link type %s has no Ethernet addresses", c.name)
	case m.broadcast:
		return macAt(c.linkHeader, [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	}
	return octet(c.linkHeader, 1).by(anyBit)
}

func (m *cast) write(b *strings.Builder) {
	b.WriteString(m.within.String())
	if m.broadcast {
		b.WriteString(" broadcast")
		return
	}
	b.WriteString(" multicast")
}

// A way is inbound or outbound. Only Linux's cooked headers say it.
type way struct {
	at       int
	outbound bool
}

func (w *way) compile(c *compiler) *condition {
	const sentByHost = 4
	var sent *condition
	switch c.link {
	case cookedLink:
		sent = half(c.linkHeader, sentByHost)
	case etherTypeLink:
		sent = octet(c.linkHeader+10, sentByHost)
	default:
		return c.fail(w.at, "packets of link type %s do not say which way they went", c.name)
	}
	if w.outbound {
		return sent
	}
	return negate(sent)
}

func (w *way) write(b *strings.Builder) {
	if w.outbound {
		b.WriteString("outbound")
		return
	}
	b.WriteString("inbound")
}

// An interfaceIndex is ifindex with the number of the interface.
type interfaceIndex struct {
	at    int
	index uint32
}

func (i *interfaceIndex) compile(c *compiler) *condition {
	if c.link != etherTypeLink {
		return c.fail(i.at, "packets of link type %s do not have the index of an interface", c.name)
	}
	return word(c.linkHeader+4, i.index)
}

func (i *interfaceIndex) write(b *strings.Builder) { fmt.Fprintf(b, "ifindex %d", i.index) }

// A length is less or greater, both of which include the length given.
type length struct {
	octets uint32
	atMost bool
}

func (l *length) compile(*compiler) *condition {
	if l.atMost {
		return negate(compare(lengthSource, 0, l.octets).by(greater))
	}
	return compare(lengthSource, 0, l.octets).by(atLeast)
}

func (l *length) write(b *strings.Builder) {
	if l.atMost {
		fmt.Fprintf(b, "less %d", l.octets)
		return
	}
	fmt.Fprintf(b, "greater %d", l.octets)
}
