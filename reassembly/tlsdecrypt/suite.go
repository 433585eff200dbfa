package tlsdecrypt

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"strings"

	"h2scope/reassembly/tlsdecrypt/hello"
)

// A bulk is how records are protected.
type bulk uint8

const (
	gcm bulk = iota
	ccm
	ccm8
	chacha
	cbc
)

// A suite is what a cipher suite means for records.
type suite struct {
	id     uint16
	bulk   bulk
	keyLen int
	hash   func() hash.Hash // of HKDF, or of the PRF of TLS 1.2
	mac    func() hash.Hash // cbc only
	rsa    bool             // the key exchange is RSA: an RSA line of a key log may help
}

// ciphers are what stands behind "_WITH_" in the names of suites. The key
// exchange before it does not matter to who has the master secret.
var ciphers = map[string]suite{
	"AES_128_GCM_SHA256":       {bulk: gcm, keyLen: 16, hash: sha256.New},
	"AES_256_GCM_SHA384":       {bulk: gcm, keyLen: 32, hash: sha512.New384},
	"AES_128_CCM":              {bulk: ccm, keyLen: 16, hash: sha256.New},
	"AES_256_CCM":              {bulk: ccm, keyLen: 32, hash: sha256.New},
	"AES_128_CCM_8":            {bulk: ccm8, keyLen: 16, hash: sha256.New},
	"AES_256_CCM_8":            {bulk: ccm8, keyLen: 32, hash: sha256.New},
	"AES_128_CCM_SHA256":       {bulk: ccm, keyLen: 16, hash: sha256.New},
	"AES_128_CCM_8_SHA256":     {bulk: ccm8, keyLen: 16, hash: sha256.New},
	"CHACHA20_POLY1305_SHA256": {bulk: chacha, keyLen: 32, hash: sha256.New},
	"AES_128_CBC_SHA":          {bulk: cbc, keyLen: 16, hash: sha256.New, mac: sha1.New},
	"AES_256_CBC_SHA":          {bulk: cbc, keyLen: 32, hash: sha256.New, mac: sha1.New},
	"AES_128_CBC_SHA256":       {bulk: cbc, keyLen: 16, hash: sha256.New, mac: sha256.New},
	"AES_256_CBC_SHA256":       {bulk: cbc, keyLen: 32, hash: sha256.New, mac: sha256.New},
	"AES_256_CBC_SHA384":       {bulk: cbc, keyLen: 32, hash: sha512.New384, mac: sha512.New384},
}

// suites13 are those of TLS 1.3 (RFC 8446, Appendix B.4).
var suites13 = [...]suite{
	{id: 0x1301, bulk: gcm, keyLen: 16, hash: sha256.New},
	{id: 0x1302, bulk: gcm, keyLen: 32, hash: sha512.New384},
	{id: 0x1303, bulk: chacha, keyLen: 32, hash: sha256.New},
	{id: 0x1304, bulk: ccm, keyLen: 16, hash: sha256.New},
	{id: 0x1305, bulk: ccm8, keyLen: 16, hash: sha256.New},
}

// suite13 is a suite of TLS 1.3.
func suite13(id uint16) (*suite, bool) {
	for i := range suites13 {
		if suites13[i].id == id {
			return &suites13[i], true
		}
	}
	return nil, false
}

// suite12 is a suite of TLS 1.2 and below.
func suite12(id uint16) (*suite, bool) {
	exchange, cipher, found := strings.Cut(hello.SuiteName(id), "_WITH_")
	s, known := ciphers[cipher]
	if !found || !known {
		return nil, false
	}
	s.id = id
	s.rsa = exchange == "TLS_RSA"
	return &s, true
}

// hashSize is the octets of the suite's hash, which are those of its secrets in
// TLS 1.3.
func (s *suite) hashSize() int { return s.hash().Size() }

// tag is the octets by which an AEAD authenticates.
func (s *suite) tag() int {
	if s.bulk == ccm8 {
		return 8
	}
	return 16
}
