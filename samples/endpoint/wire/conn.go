package wire

import (
	"net/netip"
	"time"
)

// How many octets of payload a segment may have.
const (
	EthernetSegment = 1460            // with the usual 1,500 octets of an Ethernet frame
	MaxSegment      = 65535 - headers // with the longest packet, as loopback and GRO make them
)

// headers is how long the IP and the TCP header of a data packet are: with IPv6,
// which has the longer.
const headers = ip6Header + tcpHeader

// A Conn is one TCP connection. Its packets must be sent in the order in which
// they were on the wire.
type Conn struct {
	capture *Capture
	ends    [2]netip.AddrPort
	sent    [2]uint64 // payload octets so far
	ended   [2]bool   // FIN was sent
	packets [2]uint16 // for the IP identification
}

// A Packet is what its sender put into one packet.
type Packet struct {
	Time    int64 // nanoseconds since 1970-01-01 UTC
	From    Side
	Flags   Flags  // ACK is added
	Acked   uint64 // payload octets of the other side that the sender had by then
	Window  int    // octets that it has room for, unscaled; 0: 65,535
	Shut    bool   // it has room for none
	Payload []byte // MaxSegment octets at most are sent; the rest is left out
	Lost    bool   // it was on the wire, but the capture lacks it
}

// Sent is how many payload octets the side has sent so far.
func (c *Conn) Sent(from Side) uint64 { return c.sent[from] }

// Handshake opens the connection (RFC 9293, Section 3.5). The SYN is at the
// given time, the last packet a round trip later.
func (c *Conn) Handshake(at int64, roundTrip time.Duration) {
	c.write(Packet{Time: at, From: Client, Flags: SYN})
	c.write(Packet{Time: at + int64(roundTrip), From: Server, Flags: SYN | ACK})
	c.Send(Packet{Time: at + int64(roundTrip) + 1}, MaxSegment)
}

// Send sends p in segments of up to size octets, a nanosecond apart, the last
// with PSH, and with FIN if p has it; one without payload is an acknowledgment.
func (c *Conn) Send(p Packet, size int) {
	rest, end := p.Payload, p.Flags&FIN
	p.Flags = p.Flags&^FIN | ACK
	size = min(max(size, 1), MaxSegment)
	for len(rest) > size {
		p.Payload, rest = rest[:size], rest[size:]
		c.write(p)
		p.Time++
	}
	p.Flags |= end
	if p.Payload = rest; len(rest) > 0 {
		p.Flags |= PSH
	}
	c.write(p)
}

// Close ends the connection: FIN of the side that begins, FIN of the other, and
// the last acknowledgment, all at the given time and the nanoseconds after it.
// A side that has sent its FIN before sends none again.
func (c *Conn) Close(at int64, first Side) {
	for _, from := range []Side{first, first.Other()} {
		if !c.ended[from] {
			c.write(Packet{Time: at, From: from, Flags: FIN | ACK, Acked: c.sent[from.Other()]})
			at++
		}
	}
	c.write(Packet{Time: at, From: first, Flags: ACK, Acked: c.sent[first.Other()]})
}

// write writes one packet and takes it into account.
func (c *Conn) write(p Packet) {
	p.Payload = p.Payload[:min(len(p.Payload), MaxSegment)]
	if octets := c.octets(&p); !p.Lost {
		c.capture.add(p.Time, octets)
	}
	c.packets[p.From]++
	c.sent[p.From] += uint64(len(p.Payload))
	if p.Flags&FIN != 0 {
		c.ended[p.From] = true
	}
}
