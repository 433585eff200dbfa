package capture

import "encoding/binary"

// Protocol types that occur in GRE beside EtherTypes.
const (
	greERSPAN  = 0x88be // types I and II
	greERSPAN3 = 0x22eb
	grePPP     = 0x880b
)

// gre is a GRE header (RFC 2784 and 2890; routing as in RFC 1701; version 1 is
// PPTP's, RFC 2637, Section 4.1).
func gre(w *walk) (layer, Skip) {
	const checksum, route, key, sequence, acknowledgment = 0x80, 0x40, 0x20, 0x10, 0x80
	if len(w.data) < 4 {
		return w.short(4)
	}
	flags, version, protocol := w.data[0], w.data[1]&0x07, binary.BigEndian.Uint16(w.data[2:])
	if version > 1 {
		return nil, SkipMalformed
	}
	header, keyAt := 4, 0
	if flags&(checksum|route) != 0 {
		header += 4
	}
	if flags&key != 0 {
		keyAt = header
		header += 4
	}
	if flags&sequence != 0 {
		header += 4
	}
	if version == 1 && w.data[1]&acknowledgment != 0 {
		header += 4
	}
	if len(w.data) < header {
		return w.short(header)
	}
	id := binary.BigEndian.Uint32(w.data[keyAt:])
	w.advance(header)
	if flags&route != 0 {
		if skip := w.sourceRoutes(); skip != Found {
			return nil, skip
		}
	}
	switch {
	case protocol == greERSPAN && flags&sequence == 0: // type I has no header of its own
		w.mark(markERSPAN1, 0)
		return ethernet, Found
	case protocol == greERSPAN:
		return erspan2, Found
	case protocol == greERSPAN3:
		return erspan3, Found
	case version == 1 && flags&sequence == 0: // an acknowledgment alone
		return nil, SkipNonIP
	case version == 1:
		w.mark(markPPTP, id&0xffff)
	case keyAt > 0:
		w.mark(markGREKey, id)
	default:
		w.mark(markGRE, 0)
	}
	if protocol == grePPP {
		return ppp, Found
	}
	if protocol < minEtherType {
		return w.notFollowed(numberedEtherType, uint32(protocol), SkipLinkProtocol)
	}
	return etherType(w, protocol)
}

// sourceRoutes goes past the source route entries up to the one of address
// family 0 and length 0 (RFC 1701).
func (w *walk) sourceRoutes() Skip {
	for {
		length := 4
		if len(w.data) >= 4 {
			length += int(w.data[3])
		}
		if len(w.data) < length {
			_, skip := w.short(length)
			return skip
		}
		last := binary.BigEndian.Uint16(w.data) == 0 && length == 4
		w.advance(length)
		if last {
			return Found
		}
	}
}

// erspan2 is an ERSPAN type II header (draft-foschiano-erspan-03, Section
// 4.2).
func erspan2(w *walk) (layer, Skip) {
	const header = 8
	if len(w.data) < header {
		return w.short(header)
	}
	w.mark(markERSPAN, sessionID(w.data))
	w.advance(header)
	return ethernet, Found
}

// erspan3 is an ERSPAN type III header (Section 4.3 there), with a subheader
// that depends on the platform where its last bit is set.
func erspan3(w *walk) (layer, Skip) {
	const header, subheader, hasSubheader = 12, 8, 0x01
	const frameTypeEthernet, frameTypeIP = 0, 2
	if len(w.data) < header {
		return w.short(header)
	}
	length := header
	if w.data[11]&hasSubheader != 0 {
		length += subheader
	}
	if len(w.data) < length {
		return w.short(length)
	}
	frameType := w.data[10] >> 2 & 0x1f
	w.mark(markERSPAN, sessionID(w.data))
	w.advance(length)
	switch frameType {
	case frameTypeEthernet:
		return ethernet, Found
	case frameTypeIP:
		return rawIP, Found
	}
	return nil, SkipNonIP
}

func sessionID(b []byte) uint32 { return uint32(binary.BigEndian.Uint16(b[2:]) & 0x3ff) }

// etherIP is Ethernet within IP (RFC 3378).
func etherIP(w *walk) (layer, Skip) {
	const header = 2
	if len(w.data) < header {
		return w.short(header)
	}
	if w.data[0]>>4 != 3 {
		return nil, SkipMalformed
	}
	w.mark(markEtherIP, 0)
	w.advance(header)
	return ethernet, Found
}
