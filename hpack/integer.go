package hpack

// maxInteger is how many octets an integer may take: enough for 63 bits, so
// that sums of two do not overflow (RFC 7541, Section 5.1 leaves the limit to
// the implementation).
const maxInteger = 10

// readInteger reads the integer at the front of p whose prefix has the given
// number of bits, and says how many octets it took (RFC 7541, Section 5.1).
func readInteger(p []byte, prefix uint8) (v uint64, n int, fault Code) {
	if len(p) == 0 {
		return 0, 0, ErrTruncated
	}
	limit := uint64(1)<<(prefix&7) - 1
	if v = uint64(p[0]) & limit; v < limit {
		return v, 1, 0
	}
	for n, b := range p[1:min(len(p), maxInteger)] {
		v += uint64(b&0x7f) << (7 * n)
		if b < 0x80 {
			return v, n + 2, 0
		}
	}
	if len(p) >= maxInteger {
		return 0, 0, ErrIntegerOverflow
	}
	return 0, 0, ErrTruncated
}

// AppendInteger appends v with a prefix of 1 to 7 bits (RFC 7541, Section
// 5.1). The bits of pattern above the prefix say what the integer is.
func AppendInteger(dst []byte, pattern byte, prefix uint8, v uint64) []byte {
	limit := uint64(1)<<(prefix&7) - 1
	if v < limit {
		return append(dst, pattern|byte(v))
	}
	dst = append(dst, pattern|byte(limit))
	for v -= limit; v >= 0x80; v >>= 7 {
		dst = append(dst, byte(v)|0x80)
	}
	return append(dst, byte(v))
}
