package hello

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"
)

// TestSuiteNames: the table is sorted and agrees with crypto/tls.
func TestSuiteNames(t *testing.T) {
	for i := 1; i < len(suites); i++ {
		if suites[i-1].id >= suites[i].id {
			t.Errorf("%#04x stands before %#04x", suites[i-1].id, suites[i].id)
		}
	}
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if SuiteName(s.ID) != s.Name {
			t.Errorf("%s, want %s", SuiteName(s.ID), s.Name)
		}
	}
	for id, want := range map[uint16]string{
		0x0000: "TLS_NULL_WITH_NULL_NULL",
		0x000a: "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
		0x00ff: "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
		0x1304: "TLS_AES_128_CCM_SHA256",
		0x1305: "TLS_AES_128_CCM_8_SHA256",
		0x5600: "TLS_FALLBACK_SCSV",
		0xc051: "TLS_RSA_WITH_ARIA_256_GCM_SHA384",
		0xc07b: "TLS_RSA_WITH_CAMELLIA_256_GCM_SHA384",
		0xc0a3: "TLS_DHE_RSA_WITH_AES_256_CCM_8",
		0xccac: "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
		0xd005: "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256",
		0x1234: "0x1234",
		0x0a0a: "0x0a0a",
		0xffff: "0xffff",
	} {
		if got := SuiteName(id); got != want {
			t.Errorf("%#04x: %s, want %s", id, got, want)
		}
	}
}

// TestProhibited: RFC 9113, Appendix A says by what rule its list was made from
// the suites that were registered when RFC 7540 was written.
func TestProhibited(t *testing.T) {
	later := func(id uint16) bool { // or never registered
		return 0x60 <= id && id <= 0x66 || 0x80 <= id && id <= 0x83 || id == 0xc6 || id == 0xc7 ||
			id>>8 == 0x13 || id == 0x5600 || id >= 0xc0b0
	}
	count := 0
	for _, s := range suites {
		prefixes := []string{"TLS_ECDHE_", "TLS_DHE_", "TLS_PSK_DHE_"}
		ephemeral := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s.name, p) })
		aead := strings.Contains(s.name, "_GCM_") || strings.Contains(s.name, "_CCM")
		want := !later(s.id) && (!ephemeral || !aead)
		if Prohibited(s.id) != want {
			t.Errorf("%s: %v", s.name, !want)
		}
		if want {
			count++
		}
	}
	octets := 0
	for _, r := range prohibited {
		octets += int(r[1]) - int(r[0]) + 1
	}
	if count != 276 || octets != 276 {
		t.Errorf("%d suites, %d numbers, want 276", count, octets)
	}
	for _, allowed := range []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, 0x1234} {
		if Prohibited(allowed) {
			t.Errorf("%s", SuiteName(allowed))
		}
	}
}

func TestVersionNames(t *testing.T) {
	for version, want := range map[uint16]string{
		0x0304: "TLS 1.3", 0x0303: "TLS 1.2", 0x0302: "TLS 1.1", 0x0301: "TLS 1.0", 0x0300: "SSL 3.0", 0x0002: "SSL 2.0",
		0x7f1c: "TLS 1.3 draft 28", 0x0305: "0x0305", 0x3a3a: "0x3a3a",
	} {
		if got := VersionName(version); got != want {
			t.Errorf("%#04x: %s, want %s", version, got, want)
		}
	}
	for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS13; version++ {
		if VersionName(version) != tls.VersionName(version) {
			t.Errorf("%s, crypto/tls has %s", VersionName(version), tls.VersionName(version))
		}
	}
}

func TestGroupNames(t *testing.T) {
	for id, want := range map[uint16]string{
		uint16(tls.CurveP256): "secp256r1", uint16(tls.X25519): "x25519", uint16(tls.X25519MLKEM768): "X25519MLKEM768",
		uint16(tls.SecP256r1MLKEM768): "SecP256r1MLKEM768", 256: "ffdhe2048", 0x1a1a: "0x1a1a",
	} {
		if got := GroupName(id); got != want {
			t.Errorf("%d: %s, want %s", id, got, want)
		}
	}
}
