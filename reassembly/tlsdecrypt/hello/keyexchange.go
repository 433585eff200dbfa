package hello

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"math/bits"
	"strings"
)

// A KeyExchange is how the ends of a connection agree on a secret that a later
// theft of the server's key does not open. HTTP/2 over TLS 1.2 wants 2048 bits at
// least of finite fields and 224 of elliptic curves (RFC 9113, Section 9.2.1).
type KeyExchange struct {
	Group uint16 // of the registry, or 0 for a finite field that the server brings
	Bits  int    // of the field; 0 for a group that is not known
}

// ParseServerKeyExchange reads the body of a ServerKeyExchange, up to TLS 1.2,
// whose form depends on the suite (RFC 5246, Section 7.4.3; RFC 8422, Section
// 5.4; RFC 4279; RFC 5489). Suites with another key exchange than these give an
// error.
func ParseServerKeyExchange(body []byte, suite uint16) (KeyExchange, error) {
	r, name := reader{rest: body}, SuiteName(suite)
	if strings.Contains(name, "_PSK_") {
		r.vector16("psk_identity_hint")
	}
	var k KeyExchange
	switch {
	case strings.HasPrefix(name, "TLS_ECDHE_"), strings.HasPrefix(name, "TLS_ECDH_anon_"):
		if r.uint8("curve_type") != namedCurve {
			r.fail("curve_type")
		}
		k.Group = r.uint16("namedcurve")
		k.Bits = groupBits(k.Group)
		r.vector8("public")
	case strings.HasPrefix(name, "TLS_DHE_"), strings.HasPrefix(name, "TLS_PSK_DHE_"), strings.HasPrefix(name, "TLS_DH_anon_"):
		k.Bits = bitLen(r.vector16("dh_p"))
		r.vector16("dh_g")
		r.vector16("dh_Ys")
	default:
		r.fail("params")
	}
	if r.failed != "" { // a signature follows, which is not looked at
		return KeyExchange{}, &Error{Message: "ServerKeyExchange", Field: r.failed}
	}
	return k, nil
}

const namedCurve = 3 // RFC 8422, Section 5.4

// bitLen is the length of a number without zeros in front.
func bitLen(b []byte) int {
	for i, octet := range b {
		if octet != 0 {
			return 8*(len(b)-i-1) + bits.Len8(octet)
		}
	}
	return 0
}

// ParseEncryptedPreMaster reads the body of a ClientKeyExchange of a suite with
// RSA key exchange, TLS 1.0 to 1.2 (RFC 5246, Section 7.4.7.1), for the lines of
// key logs that begin with RSA. The result borrows from body.
func ParseEncryptedPreMaster(body []byte) ([]byte, error) {
	r := reader{rest: body}
	encrypted := r.vector16("encrypted_pre_master_secret")
	if err := r.end("ClientKeyExchange"); err != nil {
		return nil, err
	}
	return encrypted, nil
}

func keyBits(public any) int {
	switch key := public.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen()
	case *ecdsa.PublicKey:
		return key.Params().BitSize
	case ed25519.PublicKey:
		return 8 * len(key)
	}
	return 0
}
