package hpack

// A Huffman says when strings are Huffman-encoded.
type Huffman uint8

// The choices of an encoder.
const (
	HuffmanAuto   Huffman = iota // where that is shorter
	HuffmanAlways                // even where that is longer
	HuffmanNever
)

// AppendIndexed appends an indexed field (RFC 7541, Section 6.1). Like all
// functions here that are not methods, it writes what it is told, legal or not.
func AppendIndexed(dst []byte, index uint64) []byte {
	return AppendInteger(dst, 0x80, 7, index)
}

// AppendLiteral appends a field with a literal value (RFC 7541, Section 6.2). r
// is not Indexed. The name is a literal where nameIndex is 0, and is not looked
// at otherwise.
func AppendLiteral[T []byte | string](dst []byte, r Representation, nameIndex uint64, name, value T, h Huffman) []byte {
	switch r {
	case Incremental:
		dst = AppendInteger(dst, 0x40, 6, nameIndex)
	case WithoutIndexing:
		dst = AppendInteger(dst, 0x00, 4, nameIndex)
	default:
		dst = AppendInteger(dst, 0x10, 4, nameIndex)
	}
	if nameIndex == 0 {
		dst = AppendString(dst, name, h)
	}
	return AppendString(dst, value, h)
}

// AppendString appends a string literal (RFC 7541, Section 5.2).
func AppendString[T []byte | string](dst []byte, s T, h Huffman) []byte {
	if h != HuffmanNever {
		if n := HuffmanLength(s); h == HuffmanAlways || n < len(s) {
			return AppendHuffman(AppendInteger(dst, 0x80, 7, uint64(n)), s)
		}
	}
	return append(AppendInteger(dst, 0, 7, uint64(len(s))), s...)
}

// AppendSizeUpdate appends a dynamic table size update (RFC 7541, Section 6.3),
// in octets.
func AppendSizeUpdate(dst []byte, size uint64) []byte {
	return AppendInteger(dst, 0x20, 5, size)
}
