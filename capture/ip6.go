package capture

import (
	"encoding/binary"
	"math/bits"
)

// ipv6 is an IPv6 header (RFC 8200, Section 3). A payload length of 0 is what
// segmentation offload leaves: the packet reaches to its end, or as far as a
// jumbo payload option says.
func ipv6(w *walk) (layer, Skip) {
	const header = 40
	b := w.data
	if len(b) < header {
		return w.short(header)
	}
	if b[0]>>4 != 6 {
		return nil, SkipMalformed
	}
	payload := int(binary.BigEndian.Uint16(b[4:]))
	if payload != 0 {
		w.limit(header + payload)
	}
	w.advance(header)

	w.enterIPv6(b)
	if next := b[6]; next != protocolHopByHop {
		return ipProtocol(w, next)
	}
	if payload == 0 {
		return jumbogram, Found
	}
	return options, Found
}

// enterIPv6 takes the addresses from an IPv6 header.
func (w *walk) enterIPv6(b []byte) {
	s := w.segment
	s.Src.IP, s.Dst.IP = [16]byte(b[8:24]), [16]byte(b[24:40])
	s.IPID, s.HasIPID = 0, false
	w.version = 6
	w.addresses = addressSum(b[8:40])
}

// addressSum is the one's complement sum of the 16-bit words of an IPv6
// header's two addresses, folded to 17 bits.
func addressSum(b []byte) uint32 {
	sum, carry := bits.Add64(binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]), 0)
	sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(b[16:]), carry)
	sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(b[24:]), carry)
	sum = sum>>32 + sum&0xffffffff + carry
	sum = sum>>32 + sum&0xffffffff
	return uint32(sum>>16 + sum&0xffff)
}

// extension is the layer behind a next header that only IPv6 has.
func extension(w *walk, next uint8) (layer, Skip) {
	switch next {
	case protocolHopByHop, protocolDestination, protocolMobility, protocolHIP, protocolShim6:
		return options, Found
	case protocolRouting:
		return routing, Found
	case protocolFragment:
		return fragmentHeader, Found
	}
	return w.notFollowed(numberedIPProtocol, uint32(next), SkipIPProtocol)
}

// extensionLength is the length of the extension header w stands at (RFC 6564,
// Section 4). Where it is not there, ok is false.
func (w *walk) extensionLength() (length int, ok bool) {
	if len(w.data) < 2 {
		return 8, false
	}
	length = (int(w.data[1]) + 1) * 8
	return length, len(w.data) >= length
}

// options is a header of options (RFC 8200, Sections 4.3 and 4.6), or another
// of the same outline.
func options(w *walk) (layer, Skip) {
	length, ok := w.extensionLength()
	if !ok {
		return w.short(length)
	}
	next := w.data[0]
	w.advance(length)
	return ipProtocol(w, next)
}

// jumbogram is the hop-by-hop header of a packet without a payload length.
func jumbogram(w *walk) (layer, Skip) {
	length, ok := w.extensionLength()
	if !ok {
		return w.short(length)
	}
	if jumbo, ok := jumboPayload(w.data[2:length]); ok {
		if jumbo < length {
			return nil, SkipMalformed
		}
		w.limit(jumbo)
	}
	return options, Found
}

// jumboPayload finds the jumbo payload option (RFC 2675, Section 2) among
// options. Its length counts from the end of the IPv6 header.
func jumboPayload(options []byte) (length int, ok bool) {
	const pad1, jumbo = 0x00, 0xc2
	for len(options) > 0 {
		if options[0] == pad1 {
			options = options[1:]
			continue
		}
		if len(options) < 2 || len(options) < 2+int(options[1]) {
			return 0, false
		}
		if options[0] == jumbo && options[1] == 4 {
			n := binary.BigEndian.Uint32(options[2:])
			return int(n), n <= 1<<31-1
		}
		options = options[2+int(options[1]):]
	}
	return 0, false
}

// routing is a routing header. While segments are left, the header's
// destination is a stop on the way, and the checksum and the connection are
// about the last one (RFC 8200, Section 8.1).
func routing(w *walk) (layer, Skip) {
	length, ok := w.extensionLength()
	if !ok {
		return w.short(length)
	}
	kind, left := w.data[2], w.data[3]
	const sourceRoute, mobility, segments = 0, 2, 4 // RFC 5095, RFC 6275, RFC 8754
	final := 0
	switch {
	case left == 0 || length < 24:
	case kind == sourceRoute, kind == mobility:
		final = 8 + (length-8)/16*16 - 16
	case kind == segments:
		final = 8
	}
	if final > 0 {
		s := w.segment
		s.Dst.IP = [16]byte(w.data[final : final+16])
		var both [32]byte
		copy(both[:], s.Src.IP[:])
		copy(both[16:], s.Dst.IP[:])
		w.addresses = addressSum(both[:])
	}
	return options, Found
}

// fragmentHeader is the fragment header (RFC 8200, Section 4.5). One that
// holds a whole datagram is an atomic fragment and waits for none (RFC 6946).
func fragmentHeader(w *walk) (layer, Skip) {
	const header = 8
	if len(w.data) < header {
		return w.short(header)
	}
	next, field, id := w.data[0], binary.BigEndian.Uint16(w.data[2:]), binary.BigEndian.Uint32(w.data[4:])
	w.advance(header)
	offset, more := int(field&^7), field&1 != 0
	if offset == 0 && !more {
		return ipProtocol(w, next)
	}
	s := w.segment
	key := fragmentKey{src: s.Src.IP, dst: s.Dst.IP, network: w.network, version: 6, id: id}
	return w.fragment(key, next, offset, more)
}
