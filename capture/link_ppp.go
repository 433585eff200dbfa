package capture

import "encoding/binary"

// PPP protocol numbers, as IANA lists them.
const (
	pppIPv4      = 0x0021
	pppIPv6      = 0x0057
	pppMPLS      = 0x0281
	pppMPLSMulti = 0x0283
	pppControl   = 0x4000 // from here on: control protocols and such without packets
)

// ppp is a PPP frame, with the address and control octets of HDLC-like framing
// (RFC 1662, Section 3.1) or without them. The protocol field is one octet
// where it was compressed (RFC 1661, Section 6.5).
func ppp(w *walk) (layer, Skip) {
	const address, control = 0xff, 0x03
	if len(w.data) >= 2 && w.data[0] == address && w.data[1] == control {
		w.advance(2)
	}
	switch {
	case len(w.data) < 1:
		return w.short(1)
	case len(w.data) < 2 && w.data[0] == address:
		return w.short(2)
	}
	protocol, header := uint16(w.data[0]), 1
	if protocol&1 == 0 {
		if len(w.data) < 2 {
			return w.short(2)
		}
		protocol, header = binary.BigEndian.Uint16(w.data), 2
	}
	w.advance(header)
	switch protocol {
	case pppIPv4:
		return ipv4, Found
	case pppIPv6:
		return ipv6, Found
	case pppMPLS, pppMPLSMulti:
		return mpls, Found
	}
	if protocol >= pppControl {
		return nil, SkipNonIP
	}
	return w.notFollowed(numberedPPP, uint32(protocol), SkipLinkProtocol)
}

// hdlc is PPP in HDLC-like framing or Cisco HDLC; the address octet tells
// which, and captures of either link type hold both.
func hdlc(w *walk) (layer, Skip) {
	const header = 4
	if len(w.data) < header {
		return w.short(header)
	}
	if address := w.data[0]; address != 0x0f && address != 0x8f {
		return ppp, Found
	}
	t := binary.BigEndian.Uint16(w.data[2:])
	w.advance(header)
	if t == etherRARP { // Cisco's SLARP keep-alives have its number
		return nil, SkipNonIP
	}
	return etherType(w, t)
}

// pppoe is a PPPoE session packet (RFC 2516, Section 4).
func pppoe(w *walk) (layer, Skip) {
	const header = 6
	if len(w.data) < header {
		return w.short(header)
	}
	versionType, code := w.data[0], w.data[1]
	switch {
	case versionType != 0x11:
		return nil, SkipMalformed
	case code != 0: // discovery
		return nil, SkipNonIP
	}
	w.mark(markPPPoE, uint32(binary.BigEndian.Uint16(w.data[2:])))
	w.advance(header)
	return ppp, Found
}
