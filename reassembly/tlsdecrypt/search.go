package tlsdecrypt

import (
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"

	"golang.org/x/crypto/chacha20"
)

// A peeker finds the number of a record of TLS 1.3 faster than by opening it
// under each.
type peeker interface {
	search(a *aead13, scratch, record []byte, lo, hi uint64, work *int64) (uint64, bool)
}

// gcmPeeker calculates the number. The tag of AES-GCM is
//
//	GHASH(key, additional data, ciphertext) XOR AES(key, nonce || 1)
//
// and the first part does not depend on the nonce (NIST SP 800-38D, Section
// 7.1). Sealing what the ciphertext would be the sealing of under a nonce of
// zeros gives that part; what is left of the tag, decrypted as one block, is the
// nonce, which is the number XOR the key's IV. 64 bits of it must be right, so
// the number needs no bound other than that no connection lives for 2^48
// records.
type gcmPeeker struct{ block cipher.Block }

func (p gcmPeeker) search(a *aead13, scratch, record []byte, lo, _ uint64, work *int64) (uint64, bool) {
	const tagLen = 16
	body := record[headerLen:]
	n := len(body) - tagLen
	if n < 1 {
		return 0, false
	}
	*work -= int64(len(record))
	var zeros [12]byte
	count := [16]byte{15: 2}
	_, plain := extend(scratch[:0], n)
	cipher.NewCTR(p.block, count[:]).XORKeyStream(plain, body[:n])
	sealed := a.aead.Seal(plain[:0], zeros[:], plain, record[:headerLen])

	first := [16]byte{15: 1}
	p.block.Encrypt(first[:], first[:])
	subtle.XORBytes(first[:], first[:], sealed[n:])
	subtle.XORBytes(first[:], first[:], body[n:])
	p.block.Decrypt(first[:], first[:])
	if [4]byte(first[:4]) != [4]byte(a.iv[:4]) || [4]byte(first[12:]) != [4]byte{3: 1} {
		return 0, false
	}
	number := binary.BigEndian.Uint64(first[4:]) ^ binary.BigEndian.Uint64(a.iv[4:])
	if number < lo || number >= 1<<48 {
		return 0, false
	}
	_, _, ok := a.open(scratch[:0], record, number)
	return number, ok
}

// lastOctet searches for the number by decrypting the last octet: it must be a
// content type or padding (RFC 8446, Section 5.2), as 5 of 256 are by chance.
// Only then the record is opened.
type lastOctet struct {
	tag  int
	cost int64 // of a try, in octets of decryption that take as long

	// keyStream is the octet of the key stream at that place.
	keyStream func(nonce *[12]byte, place int) byte
}

func (p *lastOctet) search(a *aead13, scratch, record []byte, lo, hi uint64, work *int64) (uint64, bool) {
	place := len(record) - headerLen - p.tag - 1
	if place < 0 {
		return 0, false
	}
	last := record[headerLen+place]
	for number := lo; number <= hi && *work > 0; number++ {
		*work -= p.cost
		a.at(number)
		switch ContentType(last ^ p.keyStream(&a.nonce, place)) {
		case 0, AlertContent, HandshakeContent, ApplicationData:
			*work -= int64(len(record))
			if _, _, ok := a.open(scratch[:0], record, number); ok {
				return number, true
			}
		}
	}
	return 0, false
}

// peekChaCha knows the key stream of RFC 8439, Section 2.8: blocks of 64 octets,
// of which number 0 makes the key of Poly1305.
func peekChaCha(key []byte) *lastOctet {
	return &lastOctet{tag: 16, cost: 256, keyStream: func(nonce *[12]byte, place int) byte {
		stream, err := chacha20.NewUnauthenticatedCipher(key, nonce[:])
		if err != nil {
			return 0
		}
		stream.SetCounter(1 + uint32(place/64))
		var block [64]byte
		stream.XORKeyStream(block[:], block[:])
		return block[place%64]
	}}
}

// peekCCM knows that of RFC 3610, Section 2.3.
func peekCCM(c *counterMode) *lastOctet {
	return &lastOctet{tag: c.tag, cost: 64, keyStream: func(nonce *[12]byte, place int) byte {
		c.seek(nonce[:], 1+uint32(place/16))
		return c.stream[place%16]
	}}
}
