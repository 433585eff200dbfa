package hpack

import (
	"encoding/binary"
	"slices"
)

//go:generate go test -run TestHuffmanTables -update .

const (
	pairBits = 12    // bits that index huffmanPairs
	longMin  = 0xffc // the first pairBits of any code longer than that are this or more
	slack    = 2     // octets that decodeHuffman may write behind the last symbol
)

// longCodes are the codes of one length above pairBits. The code is
// canonical: those of one length follow each other, and longer ones are
// greater, so that a code is told by comparing.
type longCodes struct {
	last   uint32 // the first 32 bits of the input are at most this for these codes and all shorter ones
	length uint8
	offset uint32 // code plus offset (modulo 2^32) is the place in longSymbols
}

// HuffmanLength is how many octets s takes when Huffman-encoded.
func HuffmanLength[T []byte | string](s T) int {
	bits := 0
	for i := range len(s) {
		bits += int(huffmanCodes[s[i]].length)
	}
	return (bits + 7) / 8
}

// AppendHuffman appends s Huffman-encoded, padded to whole octets (RFC 7541,
// Section 5.2).
func AppendHuffman[T []byte | string](dst []byte, s T) []byte {
	var acc uint64 // the low n bits are still to be written; n is below 32
	var n uint
	for i := range len(s) {
		c := huffmanCodes[s[i]]
		acc = acc<<(c.length&63) | uint64(c.bits)
		if n += uint(c.length); n >= 32 {
			n -= 32
			dst = binary.BigEndian.AppendUint32(dst, uint32(acc>>n))
		}
	}
	for ; n >= 8; n -= 8 {
		dst = append(dst, byte(acc>>(n-8)))
	}
	if n > 0 {
		dst = append(dst, byte(acc<<(8-n))|0xff>>n)
	}
	return dst
}

// DecodeHuffman appends what src is the Huffman encoding of. For
// ErrHuffmanPadding all symbols are appended, for ErrHuffmanEOS those before
// the EOS symbol.
func DecodeHuffman(dst, src []byte) ([]byte, error) {
	room := huffmanRoom(len(src))
	dst = slices.Grow(dst, room)
	n, fault := decodeHuffman(dst[len(dst):len(dst)+room], src)
	dst = dst[:len(dst)+n]
	if fault != 0 {
		return dst, fault
	}
	return dst, nil
}

// huffmanRoom is how much room decodeHuffman needs for n octets of input: the
// shortest codes have 5 bits.
func huffmanRoom(n int) int { return n*8/5 + slack }

// decodeHuffman writes what src encodes to dst, which must have huffmanRoom,
// and says how many octets that made.
//
// acc holds the next bits of the input, from the top; at least the first have
// of them are there. A step looks up its first 12 bits and gets up to two
// symbols; the entries of longer codes are 0, so that the steps after one do
// nothing.
func decodeHuffman(dst, src []byte) (n int, fault Code) {
	var acc uint64
	var have uint
	i := 0
	for len(src)-i >= 8 {
		// The bits beyond have are right too, so that the same octet may be
		// or-ed in twice.
		acc |= binary.BigEndian.Uint64(src[i:]) >> have
		i += int(63-have) >> 3
		have |= 56
		if acc>>(64-pairBits) >= longMin {
			symbol, length := longCode(acc)
			if symbol == eos {
				return n, ErrHuffmanEOS
			}
			dst[n] = byte(symbol)
			n++
			acc <<= length
			have -= length
			continue
		}
		symbols, taken := fourPairs(acc)
		binary.LittleEndian.PutUint64(dst[n:], symbols)
		n += int(taken >> 11)
		acc <<= taken & 63
		have -= uint(taken & 63)
	}
	return decodeHuffmanTail(dst, n, src[i:], acc, have)
}

// fourPairs looks up four times the codes that acc begins with, and returns up
// to 8 symbols, from the low end, and the sum of the entries' low halves. It is
// not inlined, so that all of it stays in registers, which makes it twice as fast.
//
//go:noinline
func fourPairs(acc uint64) (symbols uint64, taken uint32) {
	for range 4 {
		e := huffmanPairs[acc>>(64-pairBits)]
		symbols |= uint64(e>>16) << (taken >> 8 & 63)
		taken += e & 0xffff
		acc <<= e & 63
	}
	return symbols, taken
}

// decodeHuffmanTail ends decodeHuffman's work: the last octets, and the padding.
func decodeHuffmanTail(dst []byte, n int, src []byte, acc uint64, have uint) (int, Code) {
	for {
		for ; len(src) > 0 && have <= 56; src = src[1:] {
			acc |= uint64(src[0]) << (56 - have)
			have += 8
		}
		e := huffmanPairs[acc>>(64-pairBits)]
		symbols, count, length := e>>16, int(e>>11&3), uint(e&63)
		if e == 0 {
			var symbol uint32
			symbol, length = longCode(acc)
			if symbol == eos && length <= have {
				return n, ErrHuffmanEOS
			}
			symbols, count = symbol, 1
		} else if length > have {
			length, count = uint(huffmanCodes[byte(symbols)].length), 1
		}
		if length > have {
			break
		}
		binary.LittleEndian.PutUint16(dst[n:], uint16(symbols))
		n += count
		acc <<= length
		have -= length
	}
	// What is left is shorter than any code that it could begin, unless all of
	// it is padding.
	switch {
	case have > 0 && ^acc>>(64-have) != 0:
		return n, ErrHuffmanPadding
	case have > 7:
		return n, ErrLongHuffmanPadding
	}
	return n, 0
}

// longCode tells which code of more than pairBits acc begins with.
func longCode(acc uint64) (symbol uint32, length uint) {
	top := uint32(acc >> 32)
	for i := range huffmanLong {
		c := &huffmanLong[i]
		if top <= c.last {
			return uint32(longSymbols[top>>(32-c.length)+c.offset]), uint(c.length)
		}
	}
	return eos, 30 // not reached: the last length's codes end in ones
}
