package tlsdecrypt

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
	"errors"
)

// counterMode is AES-CCM (RFC 3610) as TLS uses it (RFC 6655, Section 3): with
// nonces of 12 octets, so that 3 are left to count blocks, and additional data
// below 2^16-2^8 octets. It is for one goroutine at a time: its scratch memory
// is its own, so that it does not allocate.
type counterMode struct {
	block cipher.Block
	tag   int

	mac, counter, stream [16]byte
}

var _ cipher.AEAD = (*counterMode)(nil)

// newCCM makes a CCM with a block cipher of 16 octets and tags of 8 or 16.
func newCCM(block cipher.Block, tag int) *counterMode {
	return &counterMode{block: block, tag: tag}
}

func (*counterMode) NonceSize() int  { return 12 }
func (c *counterMode) Overhead() int { return c.tag }

var errCCM = errors.New("ccm: message authentication failed")

// Seal appends the ciphertext and the tag to dst. Plaintext and the appended
// octets must be the same memory or not overlap.
func (c *counterMode) Seal(dst, nonce, plaintext, additional []byte) []byte {
	dst, out := extend(dst, len(plaintext)+c.tag)
	c.authenticate(nonce, plaintext, additional)
	c.start(nonce)
	sum := c.stream
	c.crypt(out[:len(plaintext)], plaintext)
	subtle.XORBytes(sum[:], sum[:], c.mac[:])
	copy(out[len(plaintext):], sum[:c.tag])
	return dst
}

// Open appends the plaintext to dst, as Seal does the ciphertext.
func (c *counterMode) Open(dst, nonce, ciphertext, additional []byte) ([]byte, error) {
	n := len(ciphertext) - c.tag
	if n < 0 || n >= 1<<24 {
		return nil, errCCM
	}
	var tag, sum [16]byte
	copy(tag[:], ciphertext[n:])
	dst, out := extend(dst, n)
	c.start(nonce)
	sum = c.stream
	c.crypt(out, ciphertext[:n])
	c.authenticate(nonce, out, additional)
	subtle.XORBytes(sum[:], sum[:], c.mac[:])
	if subtle.ConstantTimeCompare(sum[:c.tag], tag[:c.tag]) != 1 {
		clear(out)
		return nil, errCCM
	}
	return dst, nil
}

// authenticate makes mac the CBC-MAC of RFC 3610, Section 2.2.
func (c *counterMode) authenticate(nonce, plaintext, additional []byte) {
	c.mac[0] = byte((c.tag-2)/2<<3) | 2 // 3 octets of length
	if len(additional) > 0 {
		c.mac[0] |= 1 << 6
	}
	copy(c.mac[1:13], nonce)
	n := len(plaintext)
	c.mac[13], c.mac[14], c.mac[15] = byte(n>>16), byte(n>>8), byte(n)
	c.block.Encrypt(c.mac[:], c.mac[:])
	if n := len(additional); n > 0 {
		c.mac[0] ^= byte(n >> 8)
		c.mac[1] ^= byte(n)
		first := min(n, 14)
		subtle.XORBytes(c.mac[2:], c.mac[2:], additional[:first])
		c.block.Encrypt(c.mac[:], c.mac[:])
		c.absorb(additional[first:])
	}
	c.absorb(plaintext)
}

// absorb goes on with data, the last block filled up with zeros.
func (c *counterMode) absorb(data []byte) {
	for ; len(data) >= 16; data = data[16:] {
		lo := binary.LittleEndian.Uint64(c.mac[:]) ^ binary.LittleEndian.Uint64(data)
		hi := binary.LittleEndian.Uint64(c.mac[8:]) ^ binary.LittleEndian.Uint64(data[8:])
		binary.LittleEndian.PutUint64(c.mac[:], lo)
		binary.LittleEndian.PutUint64(c.mac[8:], hi)
		c.block.Encrypt(c.mac[:], c.mac[:])
	}
	if len(data) > 0 {
		subtle.XORBytes(c.mac[:], c.mac[:], data)
		c.block.Encrypt(c.mac[:], c.mac[:])
	}
}

// start makes stream the block that protects the tag (RFC 3610, Section 2.3).
func (c *counterMode) start(nonce []byte) {
	c.seek(nonce, 0)
}

// seek makes stream the block of the key stream with that number: 1 is the
// first that protects plaintext.
func (c *counterMode) seek(nonce []byte, number uint32) {
	c.counter[0] = 2
	copy(c.counter[1:13], nonce)
	c.counter[13], c.counter[14], c.counter[15] = byte(number>>16), byte(number>>8), byte(number)
	c.block.Encrypt(c.stream[:], c.counter[:])
}

// crypt is behind start.
func (c *counterMode) crypt(dst, src []byte) {
	for number := uint32(1); len(src) > 0; number++ {
		c.counter[13], c.counter[14], c.counter[15] = byte(number>>16), byte(number>>8), byte(number)
		c.block.Encrypt(c.stream[:], c.counter[:])
		n := subtle.XORBytes(dst, src, c.stream[:])
		dst, src = dst[n:], src[n:]
	}
}

// extend appends n octets to b, and returns these too.
func extend(b []byte, n int) (whole, tail []byte) {
	have := len(b)
	if cap(b)-have < n {
		b = append(make([]byte, 0, have+n), b...)
	}
	whole = b[:have+n]
	return whole, whole[have:]
}
