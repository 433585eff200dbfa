package reassembly

// A seq is a TCP sequence number. It wraps: two are compared only by their
// signed difference, which is right within 2 GiB (RFC 9293, Section 3.4).
type seq uint32

// minus is the signed distance from b to a.
func (a seq) minus(b seq) int64 { return int64(int32(a - b)) }

// ahead is the distance from b forward to a, modulo 2^32.
func (a seq) ahead(b seq) int64 { return int64(a - b) }

// plus is the number n octets further.
func (a seq) plus(n int64) seq { return a + seq(uint32(n)) }

// near reports whether a is at most n octets from b, on either side.
func (a seq) near(b seq, n int64) bool {
	d := a.minus(b)
	return -n <= d && d <= n
}
