package wire

import (
	"encoding/binary"
	"net/netip"
)

// Flags are those of a TCP header (RFC 9293, Section 3.1).
type Flags uint8

// The flags.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
)

// The first sequence number of each side, its SYN's: numbers that are told
// apart at a glance.
var first = [2]uint32{1_000_000_000, 2_000_000_000}

// octets are the packet's: an IP header, a TCP header (RFC 9293, Section 3.1) and
// the payload.
func (c *Conn) octets(p *Packet) []byte {
	from, to := c.ends[p.From], c.ends[p.From.Other()]
	options := p.options()
	length := tcpHeader + len(options) + len(p.Payload)

	b := make([]byte, 0, ip6Header+length)
	if from.Addr().Is4() {
		b = c.ip4(b, p, length)
	} else {
		b = c.ip6(b, p, length)
	}
	tcp := len(b)
	b = binary.BigEndian.AppendUint16(b, from.Port())
	b = binary.BigEndian.AppendUint16(b, to.Port())
	b = binary.BigEndian.AppendUint32(b, c.sequence(p))
	b = binary.BigEndian.AppendUint32(b, c.acknowledgment(p))
	b = append(b, byte(tcpHeader+len(options))/4<<4, byte(p.Flags))
	b = binary.BigEndian.AppendUint16(b, p.window())
	b = append(b, 0, 0, 0, 0) // checksum, urgent pointer
	b = append(b, options...)
	b = append(b, p.Payload...)
	binary.BigEndian.PutUint16(b[tcp+16:], ^sum(pseudoHeader(from, to, len(b)-tcp), b[tcp:]))
	return b
}

// How long the headers are, without options.
const (
	ip4Header = 20
	ip6Header = 40
	tcpHeader = 20
)

const hops = 64

// ip4 appends an IPv4 header (RFC 791, Section 3.1).
func (c *Conn) ip4(b []byte, p *Packet, length int) []byte {
	b = append(b, 0x45, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(ip4Header+length))
	b = binary.BigEndian.AppendUint16(b, c.packets[p.From]) // identification
	b = append(b, 0x40, 0, hops, protocolTCP, 0, 0)         // don't fragment; checksum
	b = append(b, c.ends[p.From].Addr().AsSlice()...)
	b = append(b, c.ends[p.From.Other()].Addr().AsSlice()...)
	binary.BigEndian.PutUint16(b[10:], ^sum(0, b))
	return b
}

// ip6 appends an IPv6 header (RFC 8200, Section 3).
func (c *Conn) ip6(b []byte, p *Packet, length int) []byte {
	b = append(b, 0x60, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(length))
	b = append(b, protocolTCP, hops)
	b = append(b, c.ends[p.From].Addr().AsSlice()...)
	return append(b, c.ends[p.From.Other()].Addr().AsSlice()...)
}

// sequence is the number of the packet's first octet: the SYN has one, and so
// has the FIN.
func (c *Conn) sequence(p *Packet) uint32 {
	n := first[p.From]
	if p.Flags&SYN == 0 {
		n += 1 + uint32(c.sent[p.From])
	}
	if c.ended[p.From] {
		n++
	}
	return n
}

// acknowledgment is the number that the sender expects next.
func (c *Conn) acknowledgment(p *Packet) uint32 {
	if p.Flags&ACK == 0 {
		return 0
	}
	other := p.From.Other()
	n := first[other] + 1 + uint32(p.Acked)
	if c.ended[other] && p.Acked == c.sent[other] {
		n++
	}
	return n
}

func (p *Packet) window() uint16 {
	if p.Shut {
		return 0
	}
	if p.Window <= 0 {
		return 65535
	}
	return uint16(min(p.Window, 65535))
}

// options are those of a SYN: the maximum segment size.
func (p *Packet) options() []byte {
	if p.Flags&SYN == 0 {
		return nil
	}
	return binary.BigEndian.AppendUint16([]byte{2, 4}, EthernetSegment)
}

const protocolTCP = 6

// pseudoHeader is the sum of what TCP's checksum covers besides the segment
// (RFC 9293, Section 3.1).
func pseudoHeader(from, to netip.AddrPort, length int) uint32 {
	var b []byte
	b = append(b, from.Addr().AsSlice()...)
	b = append(b, to.Addr().AsSlice()...)
	return uint32(sum(0, b)) + protocolTCP + uint32(length)
}

// sum is the ones' complement sum of b and what came before (RFC 1071).
func sum(s uint32, b []byte) uint16 {
	for ; len(b) >= 2; b = b[2:] {
		s += uint32(binary.BigEndian.Uint16(b))
		s = s&0xffff + s>>16
	}
	if len(b) == 1 {
		s += uint32(b[0]) << 8
	}
	for s > 0xffff {
		s = s&0xffff + s>>16
	}
	return uint16(s)
}
