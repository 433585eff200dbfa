package capture

import (
	"encoding/binary"

	"h2scope/capture/segment"
)

// IP protocol numbers, as IANA lists them.
const (
	protocolHopByHop    = 0
	protocolICMP        = 1
	protocolIGMP        = 2
	protocolIPv4        = 4
	protocolTCP         = 6
	protocolUDP         = 17
	protocolIPv6        = 41
	protocolRouting     = 43
	protocolFragment    = 44
	protocolGRE         = 47
	protocolESP         = 50
	protocolAH          = 51
	protocolICMPv6      = 58
	protocolNoNext      = 59
	protocolDestination = 60
	protocolEtherIP     = 97
	protocolSCTP        = 132
	protocolMobility    = 135
	protocolMPLS        = 137
	protocolHIP         = 139
	protocolShim6       = 140
	protocolEthernet    = 143
)

// ipv4 is an IPv4 header (RFC 791, Section 3.1). A total length of 0 is what
// segmentation offload leaves: the packet reaches to its end.
func ipv4(w *walk) (layer, Skip) {
	const minimum = 20
	b := w.data
	if len(b) < minimum {
		return w.short(minimum)
	}
	header := int(b[0]&0x0f) * 4
	total := int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		total = w.length
	}
	if b[0]>>4 != 4 || header < minimum || total < header {
		return nil, SkipMalformed
	}
	w.limit(total)
	if len(w.data) < header {
		return w.short(header)
	}
	w.advance(header)

	w.enterIPv4(b)
	const moreFragments, offsetMask = 0x2000, 0x1fff
	if f := binary.BigEndian.Uint16(b[6:]); f&(moreFragments|offsetMask) != 0 {
		s := w.segment
		key := fragmentKey{src: s.Src.IP, dst: s.Dst.IP, network: w.network,
			version: 4, protocol: b[9], id: uint32(s.IPID)}
		return w.fragment(key, b[9], int(f&offsetMask)*8, f&moreFragments != 0)
	}
	return ipProtocol(w, b[9])
}

// enterIPv4 takes addresses and identification from an IPv4 header.
func (w *walk) enterIPv4(b []byte) {
	s := w.segment
	source, destination := binary.BigEndian.Uint32(b[12:]), binary.BigEndian.Uint32(b[16:])
	mapIPv4(&s.Src.IP, source)
	mapIPv4(&s.Dst.IP, destination)
	s.IPID, s.HasIPID = binary.BigEndian.Uint16(b[4:]), true
	w.version = 4
	w.addresses = source>>16 + source&0xffff + destination>>16 + destination&0xffff
}

// mapIPv4 writes an address as IPv4-mapped (RFC 4291, Section 2.5.5.2).
func mapIPv4(ip *[16]byte, address uint32) {
	binary.BigEndian.PutUint64(ip[:8], 0)
	binary.BigEndian.PutUint64(ip[8:], 0xffff<<32|uint64(address))
}

// ipProtocol is the layer behind an IP protocol number or IPv6 next header.
func ipProtocol(w *walk, protocol uint8) (layer, Skip) {
	switch protocol {
	case protocolTCP:
		return tcp, Found
	case protocolUDP:
		return udp, Found
	case protocolIPv4:
		return w.ipInIP(ipv4, markIPIP, mark4in6)
	case protocolIPv6:
		return w.ipInIP(ipv6, mark6in4, mark6in6)
	case protocolGRE:
		return gre, Found
	case protocolMPLS:
		return mpls, Found
	case protocolEtherIP:
		return etherIP, Found
	case protocolEthernet:
		w.mark(markEthernetInIP, 0)
		return ethernet, Found
	case protocolAH:
		return authentication, Found
	case protocolICMP, protocolICMPv6:
		return nil, SkipICMP
	case protocolIGMP:
		return nil, SkipIGMP
	case protocolSCTP:
		return nil, SkipSCTP
	case protocolESP:
		return nil, SkipESP
	case protocolNoNext:
		return nil, SkipNonIP
	}
	if w.version == 6 {
		return extension(w, protocol)
	}
	return w.notFollowed(numberedIPProtocol, uint32(protocol), SkipIPProtocol)
}

// ipInIP notes IP within IP, by the version of the outer header.
func (w *walk) ipInIP(inner layer, in4, in6 markKind) (layer, Skip) {
	if w.version == 4 {
		w.mark(in4, 0)
	} else {
		w.mark(in6, 0)
	}
	return inner, Found
}

// authentication is the IPsec authentication header (RFC 4302, Section 2); it
// encrypts nothing.
func authentication(w *walk) (layer, Skip) {
	const minimum = 12
	if len(w.data) < minimum {
		return w.short(minimum)
	}
	next, length := w.data[0], (int(w.data[1])+2)*4
	if length < minimum {
		return nil, SkipMalformed
	}
	if len(w.data) < length {
		return w.short(length)
	}
	w.advance(length)
	return ipProtocol(w, next)
}

// tcp is the TCP header (RFC 9293, Section 3.1): the end of the walk. The
// fixed 20 octets must be there; options that the capture cut are missed by
// nobody, since sequence number and length are known.
func tcp(w *walk) (layer, Skip) {
	const minimum = 20
	b := w.data
	if len(b) < minimum {
		return w.short(minimum)
	}
	header := int(b[12]>>4) * 4
	if header < minimum || header > w.length {
		return nil, SkipMalformed
	}
	captured := min(header, len(b))
	length := uint32(w.length)

	s := w.segment
	s.Packet, s.Time = w.packet.Number, w.packet.Time
	s.Network = w.network
	s.Link = w.links.intern(w.packet.Interface, w.iface, w.marks)
	s.Src.Port, s.Dst.Port = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	s.Seq, s.Ack = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	s.Flags, s.Window = segment.Flags(b[13]), binary.BigEndian.Uint16(b[14:])
	s.Header, s.Payload = b[:captured:captured], b[captured:]
	s.Length = w.length - header
	s.PseudoSum = w.addresses + protocolTCP + length>>16 + length&0xffff
	return nil, Found
}
