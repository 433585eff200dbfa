package pcapng

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// ErrDamaged is returned for a block or header that contradicts itself.
var ErrDamaged = errors.New("damaged block")

// An Order is the byte order of a section or of a pcap file.
type Order bool

// The byte orders.
const (
	LittleEndian Order = false
	BigEndian    Order = true
)

// The methods below are small enough to be inlined, which those of
// a binary.ByteOrder held in a variable are not.

func (o Order) uint16(b []byte) uint16 {
	v := binary.LittleEndian.Uint16(b)
	if o == BigEndian {
		v = bits.ReverseBytes16(v)
	}
	return v
}

func (o Order) uint32(b []byte) uint32 {
	v := binary.LittleEndian.Uint32(b)
	if o == BigEndian {
		v = bits.ReverseBytes32(v)
	}
	return v
}

// uint64 reads a 64-bit number that is one field, as if_tsoffset is.
func (o Order) uint64(b []byte) uint64 {
	v := binary.LittleEndian.Uint64(b)
	if o == BigEndian {
		v = bits.ReverseBytes64(v)
	}
	return v
}

// halves reads a 64-bit number that is two fields, the upper one first in
// either byte order, as timestamps are.
func (o Order) halves(b []byte) uint64 {
	return uint64(o.uint32(b))<<32 | uint64(o.uint32(b[4:8]))
}

func (o Order) append16(b []byte, v uint16) []byte {
	if o == BigEndian {
		return binary.BigEndian.AppendUint16(b, v)
	}
	return binary.LittleEndian.AppendUint16(b, v)
}

func (o Order) append32(b []byte, v uint32) []byte {
	if o == BigEndian {
		return binary.BigEndian.AppendUint32(b, v)
	}
	return binary.LittleEndian.AppendUint32(b, v)
}

func (o Order) appendUint64(b []byte, v uint64) []byte {
	if o == BigEndian {
		return binary.BigEndian.AppendUint64(b, v)
	}
	return binary.LittleEndian.AppendUint64(b, v)
}

func (o Order) appendHalves(b []byte, v uint64) []byte {
	return o.append32(o.append32(b, uint32(v>>32)), uint32(v))
}

// A BlockType is the first field of a block.
type BlockType uint32

// The block types that have a meaning here; others are skipped by their
// length.
const (
	TypeInterfaceDescription BlockType = 0x00000001
	TypeObsoletePacket       BlockType = 0x00000002
	TypeSimplePacket         BlockType = 0x00000003
	TypeNameResolution       BlockType = 0x00000004
	TypeInterfaceStatistics  BlockType = 0x00000005
	TypeEnhancedPacket       BlockType = 0x00000006
	TypeDecryptionSecrets    BlockType = 0x0000000a
	TypeCustom               BlockType = 0x00000bad
	TypeCustomNoCopy         BlockType = 0x40000bad

	// TypeSectionHeader reads the same in both byte orders.
	TypeSectionHeader BlockType = 0x0a0d0d0a
)

const (
	// HeaderLen is the length of a block's type and length fields.
	HeaderLen = 8
	// MinBlockLen is the length of a block with an empty body.
	MinBlockLen = 12

	byteOrderMagic = 0x1a2b3c4d
)

// A Header is the beginning of a block.
type Header struct {
	Type   BlockType
	Length uint32 // of the whole block, both length fields included
}

// ParseHeader reads the first HeaderLen octets of b. It panics where b is
// shorter. The length is as the file has it, plausible or not.
func ParseHeader(b []byte, o Order) Header {
	return Header{BlockType(o.uint32(b)), o.uint32(b[4:8])}
}

// Valid reports whether a block can have such a length: at least
// MinBlockLen and a multiple of four.
func (h Header) Valid() bool { return h.Length >= MinBlockLen && h.Length%4 == 0 }

// Body returns the body of block, which is whole, and whether the length
// that ends it equals the one that begins it.
func (h Header) Body(block []byte, o Order) (body []byte, agree bool) {
	end := len(block) - 4
	return block[HeaderLen:end], o.uint32(block[end:]) == h.Length
}

// ParseOrder finds the byte order in b, the first MinBlockLen octets or more
// of a section header. It is false where b is no section header.
func ParseOrder(b []byte) (Order, bool) {
	if len(b) < MinBlockLen || LittleEndian.uint32(b) != uint32(TypeSectionHeader) {
		return LittleEndian, false
	}
	switch uint32(byteOrderMagic) {
	case LittleEndian.uint32(b[8:]):
		return LittleEndian, true
	case BigEndian.uint32(b[8:]):
		return BigEndian, true
	}
	return LittleEndian, false
}

// pad is the number of octets that fill n up to a multiple of four.
func pad(n int) int { return -n & 3 }

// begin appends the header of a block; end fills in its length and repeats
// it. start is len(dst) from before begin.
func begin(dst []byte, o Order, t BlockType) []byte {
	return o.append32(o.append32(dst, uint32(t)), 0)
}

func end(dst []byte, o Order, start int) []byte {
	length := uint32(len(dst) - start + 4)
	o.append32(dst[start+4:start+4:start+8], length)
	return o.append32(dst, length)
}

// appendPadded appends b and fills up to a multiple of four.
func appendPadded(dst, b []byte) []byte {
	dst = append(dst, b...)
	return append(dst, make([]byte, pad(len(b)))...)
}
