package capture

import "encoding/binary"

// nflog is what Linux's netfilter logs: a header and attributes in the byte
// order of the host, of which one is the IP packet.
func nflog(w *walk) (layer, Skip) {
	const header, attribute, payload = 4, 4, 9
	if len(w.data) < header {
		return w.short(header)
	}
	w.advance(header)
	for {
		if len(w.data) < attribute {
			return w.short(attribute)
		}
		length, kind := binary.LittleEndian.Uint16(w.data), binary.LittleEndian.Uint16(w.data[2:])
		if kind > 0xff { // kinds are small numbers: the host is big-endian
			length, kind = binary.BigEndian.Uint16(w.data), binary.BigEndian.Uint16(w.data[2:])
		}
		if length < attribute {
			return nil, SkipMalformed
		}
		if kind&0x7fff == payload {
			w.advance(attribute)
			w.limit(int(length) - attribute)
			return rawIP, Found
		}
		next := (int(length) + 3) &^ 3
		if len(w.data) < next {
			return w.short(next)
		}
		w.advance(next)
	}
}

// pflog is what the BSDs' packet filter logs: a header whose first octet is
// its length without padding, and the interface's name in it.
func pflog(w *walk) (layer, Skip) {
	const minimum, nameAt, nameEnd = 48, 4, 20
	if len(w.data) < minimum {
		return w.short(minimum)
	}
	length := (int(w.data[0]) + 3) &^ 3
	if length < minimum {
		return nil, SkipMalformed
	}
	if len(w.data) < length {
		return w.short(length)
	}
	w.iface = w.names.intern(w.data[nameAt:nameEnd])
	w.advance(length)
	return rawIP, Found
}

// pktap is Apple's header for captures from several interfaces: its length,
// what follows, the link type of that, the interface's name. Link type 149 is
// free for anybody's use, so what is no PKTAP header is an unknown link type.
func pktap(w *walk) (layer, Skip) {
	const minimum, nameAt, nameEnd, isPacket = 108, 12, 36, 1
	if len(w.data) < minimum {
		return w.short(minimum)
	}
	length := binary.LittleEndian.Uint32(w.data)
	follows := binary.LittleEndian.Uint32(w.data[4:])
	dlt := binary.LittleEndian.Uint32(w.data[8:])
	if length < minimum || length > 0xffff || follows > isPacket {
		return unknownLink, Found
	}
	if follows != isPacket {
		return nil, SkipNonIP
	}
	if len(w.data) < int(length) {
		return w.short(int(length))
	}
	w.iface = w.names.intern(w.data[nameAt:nameEnd])
	w.advance(int(length))
	if dlt > 0xffff {
		return unknownLink, Found
	}
	return linkLayer(LinkType(dlt)), Found
}
