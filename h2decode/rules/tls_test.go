package rules

import (
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

func hpackField(name, value string) hpack.Field {
	return hpack.Field{Name: []byte(name), Value: []byte(value)}
}

// tls12 is a connection with a suite of TLS 1.2.
func tls12(cipher string, bits int) func(*script) {
	return func(s *script) {
		t := s.connection.TLS
		t.Version, t.Cipher, t.EphemeralBits = "TLS 1.2", cipher, bits
	}
}

var tlsCases = []ruleCase{
	{
		rule: "PF-04", name: "ALPN selected nothing", secure: true,
		breaks: func(s *script) { s.connection.TLS.ALPN = "" },
		legal:  func(s *script) { s.connection.TLS.ALPN, s.connection.TLS.ALPNKnown = "", false },
	},
	{
		rule: "PF-04", name: "ALPN selected HTTP/1.1", secure: true,
		breaks: func(s *script) { s.connection.TLS.ALPN = "http/1.1" },
		legal:  func(s *script) {},
	},
	{
		rule: "PF-05", name: "h2c offered", secure: true,
		breaks: func(s *script) { s.connection.TLS.Offered = []string{"h2", "h2c"} },
		legal:  func(s *script) { s.connection.TLS.Offered = []string{"h2", "http/1.1"} },
	},
	{
		rule: "PF-05", name: "h2c selected", secure: true,
		breaks: func(s *script) { s.connection.TLS.ALPN = "h2c" },
	},
	{
		rule: "TL-01", name: "TLS 1.1", secure: true,
		breaks: func(s *script) { s.connection.TLS.Version = "TLS 1.1" },
		legal:  tls12("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 253),
	},
	{
		rule: "TL-02", name: "a domain name without SNI", secure: true,
		breaks: func(s *script) {
			s.connection.TLS.ServerName = ""
			s.client(s.request(1))
		},
		legal: func(s *script) {
			s.connection.TLS.ServerName = ""
			fields := s.fields("GET")
			fields[7] = "[2001:db8::1]:443"
			s.client(s.headers(client, 1, h2decode.FlagEndStream, fields...))
		},
	},
	{
		rule: "TL-03", name: "deflate", secure: true,
		breaks: func(s *script) {
			tls12("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 253)(s)
			s.connection.TLS.Compression = "deflate"
		},
		legal: tls12("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 253),
	},
	{
		rule: "TL-04", name: "behind the preface", secure: true,
		breaks: func(s *script) {
			tls12("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 253)(s)
			s.connection.TLS.Renegotiations, s.connection.TLS.Renegotiated = 1, 2
		},
		legal: func(s *script) {
			tls12("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 253)(s)
			s.connection.TLS.Renegotiations, s.connection.TLS.Renegotiated = 1, 1
		},
	},
	{
		rule: "TL-05", name: "CBC", secure: true,
		breaks: tls12("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", 253),
		legal:  tls12("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 253),
	},
	{
		rule: "TL-05", name: "no ephemeral key", secure: true,
		breaks: tls12("TLS_RSA_WITH_AES_128_GCM_SHA256", 0),
	},
	{
		rule: "TL-06", name: "1024 bits of DHE", secure: true,
		breaks: tls12("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 1024),
		legal:  tls12("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 2048),
	},
	{
		rule: "TL-06", name: "192 bits of ECDHE", secure: true,
		breaks: tls12("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 192),
		legal:  tls12("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 224),
	},
	{
		rule: "TL-07", name: "CertificateRequest behind the handshake", secure: true,
		breaks: func(s *script) { s.connection.TLS.LateAuthentication = 9 },
		legal:  func(s *script) {},
	},
	{
		rule: "TL-08", name: "POST in early data", secure: true, bare: true,
		breaks: func(s *script) { s.early("POST", "GET") },
		legal:  func(s *script) { s.early("GET", "POST") },
	},
}

// early plays two requests, of which the first was early data.
func (s *script) early(first, second string) {
	s.client(preface, settingsFrame(), s.headers(client, 1, h2decode.FlagEndStream, s.fields(first)...))
	s.connection.TLS.EarlyData, s.connection.TLS.EarlyOctets = "accepted", s.offset[client]
	s.client(s.headers(client, 3, h2decode.FlagEndStream, s.fields(second)...))
}

// TestUnknownSecurity: what TLS did not tell is not judged, and that is counted.
func TestUnknownSecurity(t *testing.T) {
	for _, test := range []struct {
		name    string
		alter   func(*h2decode.Security)
		skipped []string
	}{
		{"no handshake", func(s *h2decode.Security) { *s = h2decode.Security{} }, []string{"PF-04", "TL-01", "TL-02", "TL-03", "TL-05", "TL-06"}},
		{"TLS 1.2 without details", func(s *h2decode.Security) {
			s.Version, s.Cipher, s.Compression = "TLS 1.2", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", ""
			s.Renegotiations = 1
		}, []string{"TL-03", "TL-04", "TL-06"}},
		{"TLS 1.2 without a suite", func(s *h2decode.Security) { s.Version, s.Cipher = "TLS 1.2", "" }, []string{"TL-05", "TL-06"}},
		{"server not decrypted", func(s *h2decode.Security) { s.Decrypted = "client-only" }, []string{"TL-07"}},
		{"early data of unknown length", func(s *h2decode.Security) { s.EarlyData = "accepted" }, []string{"TL-08"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, h2decode.Config{})
			s.secure()
			s.begin()
			test.alter(s.connection.TLS)
			s.expect(t)
			for _, id := range test.skipped {
				if !s.skipped(id) {
					t.Errorf("%s was not counted as not judged", id)
				}
			}
			if s.connection.NotJudged != uint64(len(test.skipped)) {
				t.Errorf("%d rules not judged, want %v", s.connection.NotJudged, test.skipped)
			}
		})
	}
}

// TestProhibitedSuites: the table has the 276 suites of RFC 9113, Appendix A,
// which are those without an ephemeral key exchange or without AEAD.
func TestProhibitedSuites(t *testing.T) {
	if len(prohibitedSuites) != 276 || !slices.IsSorted(prohibitedSuites[:]) {
		t.Errorf("%d suites, sorted: %v", len(prohibitedSuites), slices.IsSorted(prohibitedSuites[:]))
	}
	for _, name := range prohibitedSuites {
		ephemeral := strings.HasPrefix(name, "TLS_ECDHE_") || strings.HasPrefix(name, "TLS_DHE_")
		aead := strings.Contains(name, "_GCM_") || strings.Contains(name, "_CCM") || strings.Contains(name, "_POLY1305_")
		if ephemeral && aead {
			t.Errorf("%s is prohibited", name)
		}
	}
	for _, name := range []string{
		"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
		"TLS_DHE_RSA_WITH_AES_256_CCM_8", "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256",
	} {
		if prohibited(name) {
			t.Errorf("%s is prohibited", name)
		}
	}
}
