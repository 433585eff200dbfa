package segment

import "net/netip"

// An Endpoint is one end of a TCP connection. IPv4 addresses are kept in
// their IPv4-mapped IPv6 form (RFC 4291, Section 2.5.5.2), so that an
// Endpoint is plain comparable memory without pointers.
type Endpoint struct {
	IP   [16]byte
	Port uint16
}

// AddrPort is the endpoint as package netip has it; mapped addresses are
// IPv4 again.
func (e Endpoint) AddrPort() netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16(e.IP).Unmap(), e.Port)
}

// String is "192.0.2.1:443" or "[2001:db8::1]:443".
func (e Endpoint) String() string { return e.AddrPort().String() }

// EndpointFrom is the inverse of [Endpoint.AddrPort].
func EndpointFrom(a netip.AddrPort) Endpoint {
	return Endpoint{IP: a.Addr().As16(), Port: a.Port()}
}

// Flags are the control bits of a TCP header in the order of RFC 9293,
// Section 3.1, lowest bit first.
type Flags uint8

// The TCP control bits.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

// Has reports whether all bits of want are set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// A Network is the virtual network that a packet was found in: the VXLAN or
// Geneve network identifier. Equal addresses in two networks are two
// connections. Zero is no virtual network.
type Network uint32

// The kinds of virtual network; the low 24 bits are the identifier.
const (
	VXLAN  Network = 1 << 24
	Geneve Network = 2 << 24
)

// A Link says where packets were seen: attributes of a connection, never
// part of its key, since mirrors tag one direction only and tunnels differ
// by direction. A Link is immutable; equal links that follow one another
// are the same pointer.
type Link struct {
	Interface string   // the capture's name for it, "" where it has none
	VLANs     []uint16 // from the outermost tag
	Tunnels   []string // from the outermost: "gre", "vxlan 42", "mpls 16", …
}

// A Segment is one TCP segment as the capture holds it.
type Segment struct {
	Packet uint64 // the packet's number, from 1
	Time   int64  // nanoseconds since 1970-01-01 UTC

	Src, Dst Endpoint
	Network  Network
	Link     *Link

	Seq, Ack uint32
	Flags    Flags
	Window   uint16 // as on the wire, not scaled

	// IPID is the IPv4 identification; HasIPID is false for IPv6.
	IPID    uint16
	HasIPID bool

	// Header is the TCP header with its options, Payload what follows of
	// it. Both are borrowed from the packet: valid as long as the packet's
	// memory is held. Where the capture cut the packet, len(Payload) is less
	// than Length; where it cut the options, len(Header) is less than the
	// header's own data offset says. Header has the fixed 20 octets always.
	Header  []byte
	Payload []byte
	Length  int // payload octets on the wire

	// PseudoSum is the unfolded one's complement sum of the pseudo-header
	// (RFC 9293, Section 3.1), its length field included. It stands beside
	// the segment because the check walks the payload, which is work for
	// the worker and not for the reader.
	PseudoSum uint32
}
