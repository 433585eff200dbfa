package tlsdecrypt

import (
	"crypto/aes"
	"crypto/cipher"

	"golang.org/x/crypto/chacha20poly1305"
)

// Protocol versions as they are on the wire.
const (
	versionSSL30 = 0x0300
	versionTLS10 = 0x0301
	versionTLS11 = 0x0302
	versionTLS12 = 0x0303
	versionTLS13 = 0x0304
)

// An epoch is what a key protects.
type epoch uint8

const (
	unprotected epoch = iota
	early             // 0-RTT data
	handshaking       // TLS 1.3 up to Finished
	traffic           // application data; all that is protected below TLS 1.3
)

// A key opens the records of one half from one change of keys to the next.
type key struct {
	opener
	suite      *suite
	epoch      epoch
	generation uint32 // of traffic: how many KeyUpdates led to it
	secret     []byte // TLS 1.3; the key log's own, or derived
	master     []byte // below
	number     uint64 // of the next record
}

// newKey13 makes the key of a secret (RFC 8446, Section 7.3); nil for a secret
// that isn't the suite's.
func newKey13(s *suite, e epoch, generation uint32, secret []byte) *key {
	if len(secret) != s.hashSize() {
		return nil
	}
	octets := expandLabel(s.hash, secret, "key", s.keyLen)
	aead, block := newAEAD(s, octets)
	if aead == nil {
		return nil
	}
	a := &aead13{aead: aead}
	copy(a.iv[:], expandLabel(s.hash, secret, "iv", len(a.iv)))
	switch s.bulk {
	case gcm:
		a.peek = gcmPeeker{block}
	case chacha:
		a.peek = peekChaCha(octets)
	default:
		a.peek = peekCCM(aead.(*counterMode))
	}
	return &key{opener: a, suite: s, epoch: e, generation: generation, secret: secret}
}

// newAEAD makes the suite's AEAD, and its block cipher where it has one. A key
// of the suite's length is no error to any of them.
func newAEAD(s *suite, octets []byte) (cipher.AEAD, cipher.Block) {
	if s.bulk == chacha {
		aead, err := chacha20poly1305.New(octets)
		if err != nil {
			return nil, nil
		}
		return aead, nil
	}
	block, err := aes.NewCipher(octets)
	if err != nil {
		return nil, nil
	}
	if s.bulk != gcm {
		return newCCM(block, s.tag()), block
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, nil
	}
	return aead, block
}

// newKey12 makes the key of a half from the master secret (RFC 5246, Section
// 6.3).
func newKey12(shake *handshake, client bool, master []byte) *key {
	s := shake.suite
	macLen, ivLen := 0, 4
	switch {
	case s.bulk == chacha:
		ivLen = 12
	case s.bulk == cbc:
		macLen, ivLen = s.mac().Size(), 16
	}
	block := make([]byte, 2*(macLen+s.keyLen+ivLen))
	prf(shake.version, s.hash, block, master, "key expansion", shake.serverRandom[:], shake.clientRandom[:])
	part := func(n int) []byte {
		mine, other := block[:n], block[n:2*n]
		block = block[2*n:]
		if client {
			return mine
		}
		return other
	}
	mac, octets, iv := part(macLen), part(s.keyLen), part(ivLen)
	k := &key{suite: s, epoch: traffic, master: master}
	if s.bulk == cbc {
		cipherBlock, err := aes.NewCipher(octets)
		if err != nil {
			return nil
		}
		k.opener = newCBC(cipherBlock, s, shake.version, mac, iv, shake.encryptThenMAC)
		return k
	}
	aead, _ := newAEAD(s, octets)
	if aead == nil {
		return nil
	}
	a := &aead12{aead: aead, explicit: s.bulk != chacha}
	copy(a.iv[:], iv)
	k.opener = a
	return k
}
