package tlsdecrypt

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"hash"
)

// expandLabel is HKDF-Expand-Label with an empty context (RFC 8446, Section
// 7.1). It returns nil for a length that no hash gives.
func expandLabel(h func() hash.Hash, secret []byte, label string, length int) []byte {
	const prefix = "tls13 "
	info := make([]byte, 0, 4+len(prefix)+len(label))
	info = append(info, byte(length>>8), byte(length), byte(len(prefix)+len(label)))
	info = append(info, prefix...)
	info = append(info, label...)
	info = append(info, 0)
	out, err := hkdf.Expand(h, secret, string(info), length)
	if err != nil {
		return nil
	}
	return out
}

// nextTraffic is the secret that a KeyUpdate leads to (RFC 8446, Section 7.2).
func nextTraffic(s *suite, secret []byte) []byte {
	return expandLabel(s.hash, secret, "traffic upd", len(secret))
}

// prf fills out: with the suite's hash in TLS 1.2 (RFC 5246, Section 5), with
// MD5 and SHA-1 below (RFC 2246, Section 5).
func prf(version uint16, h func() hash.Hash, out, secret []byte, label string, seeds ...[]byte) {
	seed := []byte(label)
	for _, s := range seeds {
		seed = append(seed, s...)
	}
	clear(out)
	if version >= versionTLS12 {
		addHash(out, h, secret, seed)
		return
	}
	half := (len(secret) + 1) / 2
	addHash(out, md5.New, secret[:half], seed)
	addHash(out, sha1.New, secret[len(secret)-half:], seed)
}

// addHash adds P_hash to out, modulo 2.
func addHash(out []byte, h func() hash.Hash, secret, seed []byte) {
	mac := hmac.New(h, secret)
	mac.Write(seed)
	a := mac.Sum(nil)
	for len(out) > 0 {
		mac.Reset()
		mac.Write(a)
		mac.Write(seed)
		block := mac.Sum(nil)
		n := min(len(block), len(out))
		for i := range n {
			out[i] ^= block[i]
		}
		out = out[n:]
		mac.Reset()
		mac.Write(a)
		a = mac.Sum(nil)
	}
}
