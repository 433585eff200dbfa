package capture

import (
	"encoding/binary"

	"h2scope/capture/segment"
)

// UDP ports of tunnels.
const (
	portGTP       = 2152
	portTeredo    = 3544
	portVXLAN     = 4789
	portVXLANGPE  = 4790
	portGeneve    = 6081
	portMPLS      = 6635
	portVXLANOld  = 8472 // Linux's default, from before IANA assigned one
	udpHeaderSize = 8
)

// udp is the UDP header: tunnels are known by their port, QUIC by its own
// header. The length field is not needed, since the packets inside have one.
func udp(w *walk) (layer, Skip) {
	if len(w.data) < udpHeaderSize {
		return w.short(udpHeaderSize)
	}
	source, destination := binary.BigEndian.Uint16(w.data), binary.BigEndian.Uint16(w.data[2:])
	w.advance(udpHeaderSize)
	switch destination {
	case portVXLAN, portVXLANOld:
		return vxlan, Found
	case portVXLANGPE:
		return vxlanGPE, Found
	case portGeneve:
		return geneve, Found
	case portMPLS:
		return mpls, Found
	case portGTP:
		return gtp, Found
	}
	switch {
	case source == portGTP:
		return gtp, Found
	case source == portTeredo || destination == portTeredo:
		return teredo, Found
	case w.isQUIC(source, destination):
		return nil, SkipQUIC
	}
	return nil, SkipUDP
}

// vxlan is a VXLAN header (RFC 7348, Section 5). Without the I flag it is
// something else on that port.
func vxlan(w *walk) (layer, Skip) {
	const header, validID = 8, 0x08
	if len(w.data) < header {
		return w.short(header)
	}
	if w.data[0]&validID == 0 {
		return nil, SkipUDP
	}
	w.enterNetwork(segment.VXLAN, markVXLAN, w.data[4:])
	w.advance(header)
	return ethernet, Found
}

// vxlanGPE is a VXLAN header that names what follows
// (draft-ietf-nvo3-vxlan-gpe-12, Section 3).
func vxlanGPE(w *walk) (layer, Skip) {
	const header, validID, hasProtocol = 8, 0x08, 0x04
	if len(w.data) < header {
		return w.short(header)
	}
	flags, protocol := w.data[0], w.data[3]
	if flags&validID == 0 {
		return nil, SkipUDP
	}
	w.enterNetwork(segment.VXLAN, markVXLANGPE, w.data[4:])
	w.advance(header)
	if flags&hasProtocol == 0 {
		return ethernet, Found
	}
	switch protocol {
	case 1:
		return ipv4, Found
	case 2:
		return ipv6, Found
	case 3:
		return ethernet, Found
	case 5:
		return mpls, Found
	}
	return w.notFollowed(numberedGPE, uint32(protocol), SkipLinkProtocol)
}

// geneve is a Geneve header with its options (RFC 8926, Section 3.4).
func geneve(w *walk) (layer, Skip) {
	const minimum = 8
	if len(w.data) < minimum {
		return w.short(minimum)
	}
	version, length := w.data[0]>>6, minimum+int(w.data[0]&0x3f)*4
	if version != 0 {
		return nil, SkipUDP
	}
	if len(w.data) < length {
		return w.short(length)
	}
	const control = 0x80
	if w.data[1]&control != 0 {
		return nil, SkipUDP
	}
	t := binary.BigEndian.Uint16(w.data[2:])
	w.enterNetwork(segment.Geneve, markGeneve, w.data[4:])
	w.advance(length)
	return etherType(w, t)
}

// enterNetwork notes a virtual network by its 24-bit identifier.
func (w *walk) enterNetwork(network segment.Network, kind markKind, id []byte) {
	n := uint32(id[0])<<16 | uint32(id[1])<<8 | uint32(id[2])
	w.network = network | segment.Network(n)
	w.mark(kind, n)
}

// gtp is a GTP-U header (3GPP TS 29.281, Section 5.1). Only G-PDUs of version
// 1 carry packets.
func gtp(w *walk) (layer, Skip) {
	const minimum, optional, packet, hasOptional, hasExtension = 8, 4, 255, 0x07, 0x04
	if len(w.data) < minimum {
		return w.short(minimum)
	}
	flags, message := w.data[0], w.data[1]
	if flags>>4 != 0x3 || message != packet {
		return nil, SkipUDP
	}
	w.mark(markGTP, binary.BigEndian.Uint32(w.data[4:]))
	w.advance(minimum)
	if flags&hasOptional == 0 {
		return rawIP, Found
	}
	if len(w.data) < optional {
		return w.short(optional)
	}
	next := w.data[3]
	w.advance(optional)
	if flags&hasExtension == 0 {
		return rawIP, Found
	}
	return w.gtpExtensions(next)
}

// gtpExtensions goes past the extension headers (Section 5.2 there): a length
// in units of four octets, contents, the type of the next.
func (w *walk) gtpExtensions(next byte) (layer, Skip) {
	for next != 0 {
		if len(w.data) < 1 {
			return w.short(1)
		}
		length := int(w.data[0]) * 4
		if length == 0 {
			return nil, SkipMalformed
		}
		if len(w.data) < length {
			return w.short(length)
		}
		next = w.data[length-1]
		w.advance(length)
	}
	return rawIP, Found
}

// teredo is IPv6 within UDP, behind an authentication and an origin
// indication if they are there (RFC 4380, Section 5.1.1).
func teredo(w *walk) (layer, Skip) {
	const authentication, origin, originSize, authenticationSize = 1, 0, 8, 13
	if len(w.data) < 4 {
		return w.short(4)
	}
	if binary.BigEndian.Uint16(w.data) == authentication {
		length := authenticationSize + int(w.data[2]) + int(w.data[3])
		if len(w.data) < length+4 {
			return w.short(length + 4)
		}
		w.advance(length)
	}
	if binary.BigEndian.Uint16(w.data) == origin {
		if len(w.data) < originSize+1 {
			return w.short(originSize + 1)
		}
		w.advance(originSize)
	}
	if w.data[0]>>4 != 6 {
		return nil, SkipUDP
	}
	w.mark(markTeredo, 0)
	return ipv6, Found
}
