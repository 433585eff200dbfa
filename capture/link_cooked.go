package capture

import "encoding/binary"

// rawIP is an IP packet without a link layer.
func rawIP(w *walk) (layer, Skip) {
	if len(w.data) < 1 {
		return w.short(1)
	}
	if t := versionType(w.data[0]); t != 0 {
		return etherType(w, t)
	}
	return nil, SkipMalformed
}

// versionType is the EtherType of an IP packet that begins with an octet, 0
// where it is none.
func versionType(first byte) uint16 {
	switch first >> 4 {
	case 4:
		return etherIPv4
	case 6:
		return etherIPv6
	}
	return 0
}

// loopback is the BSD loopback header: an address family in the byte order of
// the capturing host (NULL) or of the network (LOOP).
func loopback(w *walk) (layer, Skip) {
	const header = 4
	if len(w.data) < header {
		return w.short(header)
	}
	family, t := loopbackFamily(w.data)
	w.advance(header)
	if t == 0 {
		return w.notFollowed(numberedFamily, family, SkipLinkProtocol)
	}
	return etherType(w, t)
}

// loopbackFamily is the address family of a loopback header, and the EtherType
// it stands for, 0 where that is not known. Families are below 256, so that
// the byte order shows.
func loopbackFamily(b []byte) (family uint32, t uint16) {
	family = binary.LittleEndian.Uint32(b)
	if family > 0xffff {
		family = binary.BigEndian.Uint32(b)
	}
	switch family {
	case 2: // AF_INET everywhere
		return family, etherIPv4
	case 10, 23, 24, 28, 30: // AF_INET6: Linux, Windows, NetBSD and OpenBSD, FreeBSD, macOS
		return family, etherIPv6
	}
	return family, 0
}

// linuxSLL is what Linux gives instead of a link layer's header on the "any"
// device: packet type, ARPHRD, address, protocol.
func linuxSLL(w *walk) (layer, Skip) {
	const header = 16
	if len(w.data) < header {
		return w.short(header)
	}
	t := binary.BigEndian.Uint16(w.data[14:])
	w.advance(header)
	return cooked(w, t)
}

// linuxSLL2 has the protocol first, and an interface index.
func linuxSLL2(w *walk) (layer, Skip) {
	const header = 20
	if len(w.data) < header {
		return w.short(header)
	}
	t := binary.BigEndian.Uint16(w.data)
	w.advance(header)
	return cooked(w, t)
}

// cooked is the layer behind Linux's protocol numbers: EtherTypes, or small
// numbers of Linux's own of which only LLC can carry IP.
func cooked(w *walk, t uint16) (layer, Skip) {
	if t < minEtherType && t != sllLLC {
		return nil, SkipNonIP
	}
	return etherType(w, t)
}
