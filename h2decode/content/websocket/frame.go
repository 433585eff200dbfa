package websocket

import "encoding/binary"

// maxHeader is the longest header of a frame, in octets.
const maxHeader = 14

// The bits of the first two octets: RFC 6455, Section 5.2.
const (
	bitFin  = 0x80
	bitRSV1 = 0x40
	bitsRSV = 0x70
	bitMask = 0x80
)

// A header is that of a frame.
type header struct {
	fin    bool
	rsv    byte // the reserved bits, in their place
	opcode Opcode
	masked bool
	key    [4]byte
	length uint64 // of the payload, in octets

	minimal bool // the length stands in the shortest form
}

// parseHeader reads a header from its first octets. With too few it reports how
// many there must be at least, and no header.
func parseHeader(b []byte) (h header, need int) {
	need = 2
	if len(b) < need {
		return h, need
	}
	h = header{fin: b[0]&bitFin != 0, rsv: b[0] & bitsRSV, opcode: Opcode(b[0] & 0x0f), masked: b[1]&bitMask != 0}
	short := b[1] &^ bitMask
	switch short {
	case 126:
		need += 2
	case 127:
		need += 8
	}
	end := need
	if h.masked {
		need += 4
	}
	if len(b) < need {
		return header{}, need
	}
	switch short {
	case 126:
		h.length = uint64(binary.BigEndian.Uint16(b[2:]))
		h.minimal = h.length > 125
	case 127:
		h.length = binary.BigEndian.Uint64(b[2:])
		h.minimal = h.length > 0xffff
	default:
		h.length, h.minimal = uint64(short), true
	}
	if h.masked {
		copy(h.key[:], b[end:])
	}
	return h, need
}

// unmask undoes the masking of octets that begin at an offset of the payload:
// RFC 6455, Section 5.3.
func (h *header) unmask(octets []byte, offset uint64) {
	if !h.masked {
		return
	}
	for i := range octets {
		octets[i] ^= h.key[(offset+uint64(i))%4]
	}
}
