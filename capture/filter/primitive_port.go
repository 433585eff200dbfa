package filter

import (
	"fmt"
	"strings"
)

// A port is port or portrange with its values.
type port struct {
	at          int
	transport   protocol // anyProtocol: TCP, UDP and SCTP
	direction   direction
	first, last uint16
	isRange     bool
}

// compile tests the ports of IPv4 packets other than later fragments, and of
// IPv6 packets without extension headers.
func (p *port) compile(c *compiler) *condition {
	inIPv6 := both(c.carries(etherIPv6, p.at), p.transports(func(number uint32) *condition {
		return both(octet(c.networkAt(6), number), p.direction.choose(
			func() *condition { return p.is(halfSource, c.networkAt(40), 0) },
			func() *condition { return p.is(halfSource, c.networkAt(42), 0) }))
	}))
	inIPv4 := both(c.carries(etherIPv4, p.at), p.transports(func(number uint32) *condition {
		header := c.networkAt(0)
		return both(octet(c.networkAt(9), number), c.firstFragment(), p.direction.choose(
			func() *condition { return p.is(afterIPv4, header, header) },
			func() *condition { return p.is(afterIPv4, header+2, header) }))
	}))
	return either(inIPv6, inIPv4)
}

// firstFragment is that an IPv4 packet has the transport header: its fragment
// offset is 0.
func (c *compiler) firstFragment() *condition {
	return negate(half(c.networkAt(6), 0x1fff).by(anyBit))
}

// transports joins the condition for each of the transport protocols meant.
func (p *port) transports(condition func(number uint32) *condition) *condition {
	if p.transport != anyProtocol {
		return condition(protocols[p.transport].number)
	}
	return either(condition(protocols[sctp].number),
		either(condition(protocols[tcp].number), condition(protocols[udp].number)))
}

// is compares the port at an offset; header is that of the IPv4 header.
func (p *port) is(from source, offset, header uint32) *condition {
	exactly := func(value uint16, r relation) *condition {
		c := compare(from, offset, uint32(value)).by(r)
		c.test.header = header
		return c
	}
	if p.first == p.last {
		return exactly(p.first, equal)
	}
	return both(exactly(p.first, atLeast), negate(exactly(p.last, greater)))
}

func (p *port) write(b *strings.Builder) {
	if p.transport != anyProtocol {
		b.WriteString(p.transport.String() + " ")
	}
	b.WriteString(directionNames[p.direction])
	if p.isRange {
		fmt.Fprintf(b, "portrange %d-%d", p.first, p.last)
		return
	}
	fmt.Fprintf(b, "port %d", p.first)
}
