package capture

import "encoding/binary"

// mpls is one entry of a label stack (RFC 3032, Section 2.1).
func mpls(w *walk) (layer, Skip) {
	const header = 4
	if len(w.data) < header {
		return w.short(header)
	}
	entry := binary.BigEndian.Uint32(w.data)
	w.mark(markMPLS, entry>>12)
	w.advance(header)
	if bottom := entry&0x100 != 0; bottom {
		return belowLabels, Found
	}
	return mpls, Found
}

// belowLabels guesses at what follows a label stack, which no field tells: IP
// by its version and length, else an Ethernet pseudowire with or without a
// control word (RFC 4448, Section 4.6), whose first four bits are 0.
func belowLabels(w *walk) (layer, Skip) {
	if len(w.data) < 1 {
		return w.short(1)
	}
	switch first := w.data[0] >> 4; {
	case first == 4 && w.data[0]&0x0f >= 5 && w.fits(2, 0):
		return ipv4, Found
	case first == 6 && w.fits(4, 40):
		return ipv6, Found
	case first == 1: // an associated channel (RFC 4385, Section 5)
		return nil, SkipNonIP
	case first == 0 && !w.followedAt(12):
		return controlWord, Found
	case first == 0 && w.followedAt(16):
		return controlWord, Found
	}
	return ethernet, Found
}

// fits reports whether the length that stands at an offset, with extra added,
// goes into the layer. What was not captured fits.
func (w *walk) fits(at, extra int) bool {
	return len(w.data) < at+2 || int(binary.BigEndian.Uint16(w.data[at:]))+extra <= w.length
}

// followedAt reports whether an EtherType that leads on stands at an offset.
func (w *walk) followedAt(at int) bool {
	return len(w.data) >= at+2 && followed(binary.BigEndian.Uint16(w.data[at:]))
}

// controlWord is the control word of an Ethernet pseudowire.
func controlWord(w *walk) (layer, Skip) {
	const header = 4
	if len(w.data) < header {
		return w.short(header)
	}
	w.advance(header)
	return ethernet, Found
}
