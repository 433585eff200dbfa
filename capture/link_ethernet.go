package capture

import "encoding/binary"

// EtherTypes, as IANA lists them.
const (
	etherIPv4      = 0x0800
	etherARP       = 0x0806
	etherTEB       = 0x6558 // transparent Ethernet bridging
	etherRARP      = 0x8035
	etherVLAN      = 0x8100
	etherIPv6      = 0x86dd
	etherSlow      = 0x8809
	etherMPLS      = 0x8847
	etherMPLSMulti = 0x8848
	etherPPPoEDisc = 0x8863
	etherPPPoE     = 0x8864
	etherEAPOL     = 0x888e
	etherQinQ      = 0x88a8
	etherLLDP      = 0x88cc
	etherPTP       = 0x88f7
	etherLoop      = 0x9000
	etherQinQOld   = 0x9100
	minEtherType   = 0x0600 // below, the field is a length (IEEE 802.3)
	sllLLC         = 0x0004 // ETH_P_802_2: Linux's cooked captures
)

// ethernet is an Ethernet II or IEEE 802.3 frame without preamble.
func ethernet(w *walk) (layer, Skip) {
	const header = 14
	if len(w.data) < header {
		return w.short(header)
	}
	t := binary.BigEndian.Uint16(w.data[12:])
	w.advance(header)
	return etherType(w, t)
}

// etherType is the layer behind an EtherType.
func etherType(w *walk, t uint16) (layer, Skip) {
	switch t {
	case etherIPv4:
		return ipv4, Found
	case etherIPv6:
		return ipv6, Found
	case etherVLAN, etherQinQ, etherQinQOld:
		return vlan, Found
	case etherMPLS, etherMPLSMulti:
		return mpls, Found
	case etherPPPoE:
		return pppoe, Found
	case etherTEB:
		return ethernet, Found
	case etherARP, etherRARP:
		return nil, SkipARP
	case etherSlow, etherPPPoEDisc, etherEAPOL, etherLLDP, etherPTP, etherLoop:
		return nil, SkipNonIP
	}
	if t < minEtherType {
		return llc, Found
	}
	return w.notFollowed(numberedEtherType, uint32(t), SkipLinkProtocol)
}

// followed reports whether t is an EtherType that leads on: what a guess at
// an unmarked Ethernet header goes by.
func followed(t uint16) bool {
	switch t {
	case etherIPv4, etherIPv6, etherARP, etherVLAN, etherQinQ, etherQinQOld, etherMPLS, etherPPPoE:
		return true
	}
	return false
}

// vlan is an IEEE 802.1Q or 802.1ad tag. Identifier 0 is a priority without
// a VLAN.
func vlan(w *walk) (layer, Skip) {
	const header = 4
	if len(w.data) < header {
		return w.short(header)
	}
	if id := binary.BigEndian.Uint16(w.data) & 0xfff; id != 0 {
		w.mark(markVLAN, uint32(id))
	}
	t := binary.BigEndian.Uint16(w.data[2:])
	w.advance(header)
	return etherType(w, t)
}

// llc is an IEEE 802.2 header; only with SNAP does it carry an EtherType
// (RFC 1042, and IEEE 802.1H for the second organisation code).
func llc(w *walk) (layer, Skip) {
	const header = 8
	if len(w.data) < 3 {
		return w.short(3)
	}
	if w.data[0] != 0xaa || w.data[1]&^1 != 0xaa || w.data[2] != 0x03 {
		return nil, SkipNonIP
	}
	if len(w.data) < header {
		return w.short(header)
	}
	organisation := uint32(w.data[3])<<16 | uint32(w.data[4])<<8 | uint32(w.data[5])
	if organisation != 0 && organisation != 0x0000f8 {
		return nil, SkipNonIP
	}
	t := binary.BigEndian.Uint16(w.data[6:])
	w.advance(header)
	if t < minEtherType {
		return nil, SkipNonIP
	}
	return etherType(w, t)
}
