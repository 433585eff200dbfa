package segment

import (
	"encoding/binary"
	"math/bits"
)

// Cut reports whether the capture ended within the segment: part of its
// options or payload is missing.
func (s *Segment) Cut() bool {
	return len(s.Payload) < s.Length || len(s.Header) < int(s.Header[12]>>4)*4
}

// Checksum verifies the TCP checksum (RFC 9293, Section 3.1).
//
// ok is false only where the checksum is wrong: it is true for segments that
// the capture cut, since these can't be checked.
//
// partial is true where the sender left the checksum to its network card and
// the capture was made before that: the field has the folded sum of the
// pseudo-header, with the length (Linux) or without it (large segment
// offload), or a zero that is not the right sum. ok is then false and means
// nothing. Only for a field of zero does this read the payload.
func (s *Segment) Checksum() (ok, partial bool) {
	field := binary.BigEndian.Uint16(s.Header[16:])
	length := uint32(len(s.Header) + s.Length)
	if header := uint32(s.Header[12]>>4) * 4; header > uint32(len(s.Header)) {
		length = header + uint32(s.Length)
	}
	whole := fold(s.PseudoSum)
	if field != 0 && (field == whole || field == fold(s.PseudoSum-length>>16-length&0xffff)) {
		return false, true
	}
	if s.Cut() {
		return true, false
	}
	// A sum over octets in the other order is the sum with its octets in the
	// other order (RFC 1071, Section 2), so the loads are the machine's own
	// on little-endian ones. The header is a multiple of four octets long.
	octets := sum(sum(0, s.Header), s.Payload)
	octets = octets>>32 + octets&0xffffffff
	octets = octets>>32 + octets&0xffffffff
	total := uint32(bits.ReverseBytes16(fold(uint32(octets)))) + uint32(whole)
	ok = fold(total) == 0xffff
	return ok, !ok && field == 0
}

// fold is the one's complement sum of 16 bits. It is 0 for 0 only: all ones
// stand for the other zero.
func fold(sum uint32) uint16 {
	sum = sum>>16 + sum&0xffff
	return uint16(sum>>16 + sum&0xffff)
}

// sum adds the little-endian 64-bit words of b, the last one filled up with
// zeros, in one's complement arithmetic.
func sum(sum uint64, b []byte) uint64 {
	var carry uint64
	for len(b) >= 64 {
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b), 0)
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b[8:]), carry)
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b[16:]), carry)
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b[24:]), carry)
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b[32:]), carry)
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b[40:]), carry)
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b[48:]), carry)
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b[56:]), carry)
		sum += carry // no carry again: a sum that carried is below all ones
		b = b[64:]
	}
	for ; len(b) >= 8; b = b[8:] {
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(b), 0)
		sum += carry
	}
	if len(b) > 0 {
		var last [8]byte
		copy(last[:], b)
		sum, carry = bits.Add64(sum, binary.LittleEndian.Uint64(last[:]), 0)
		sum += carry
	}
	return sum
}
