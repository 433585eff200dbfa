package capture

import "encoding/binary"

// fast is a short way through the packets that captures are made of: Ethernet
// with up to two VLAN tags, Linux's cooked headers, BSD loopback or no link
// layer; IP without options, extension headers and fragments; TCP. It reports
// whether it found the segment. If not, nothing is said about the packet, and
// the layers must look at it from its beginning. Where it finds one, they
// would find the same.
func (w *walk) fast() bool {
	t, at := w.fastLink()
	const ipv4Header, ipv6Header, tcpHeader = 20, 40, 20
	if t == etherIPv4 && len(w.data) >= at+ipv4Header+tcpHeader {
		b := w.data[at:]
		total := int(binary.BigEndian.Uint16(b[2:]))
		const fragmented = 0x3fff
		if b[0] != 0x45 || b[9] != protocolTCP || total < ipv4Header+tcpHeader ||
			binary.BigEndian.Uint16(b[6:])&fragmented != 0 {
			return false
		}
		w.inner(at+ipv4Header, at+total)
		w.enterIPv4(b)
		_, skip := tcp(w)
		return skip == Found
	}
	if t == etherIPv6 && len(w.data) >= at+ipv6Header+tcpHeader {
		b := w.data[at:]
		payload := int(binary.BigEndian.Uint16(b[4:]))
		if b[0]>>4 != 6 || b[6] != protocolTCP || payload < tcpHeader {
			return false
		}
		w.inner(at+ipv6Header, at+ipv6Header+payload)
		w.enterIPv6(b)
		_, skip := tcp(w)
		return skip == Found
	}
	return false
}

// inner makes the octets between two offsets the layer to decode.
func (w *walk) inner(from, to int) {
	w.data, w.length = w.data[from:min(to, len(w.data))], to-from
}

// fastLink is the EtherType and length of the link layer's headers, 0 where
// the layers must find out.
func (w *walk) fastLink() (t uint16, at int) {
	b := w.data
	if len(b) < 24 {
		return 0, 0
	}
	switch w.packet.LinkType {
	case LinkTypeEthernet:
		t, at = binary.BigEndian.Uint16(b[12:]), 14
		for at < 22 && (t == etherVLAN || t == etherQinQ) {
			if id := binary.BigEndian.Uint16(b[at:]) & 0xfff; id != 0 {
				w.mark(markVLAN, uint32(id))
			}
			t, at = binary.BigEndian.Uint16(b[at+2:]), at+4
		}
		return t, at
	case LinkTypeLinuxSLL:
		return binary.BigEndian.Uint16(b[14:]), 16
	case LinkTypeLinuxSLL2:
		return binary.BigEndian.Uint16(b), 20
	case LinkTypeNull, LinkTypeLoop:
		_, t = loopbackFamily(b)
		return t, 4
	case LinkTypeRaw:
		return versionType(b[0]), 0
	}
	return 0, 0
}
