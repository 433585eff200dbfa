package hello

import (
	"reflect"
	"slices"
	"testing"
)

// FuzzClientHello: nothing panics, memory is bounded, what is read does not depend
// on the body afterwards.
func FuzzClientHello(f *testing.F) {
	f.Add(fullClientHello())
	f.Add(clientHello(0x0301, []uint16{0x002f}))
	f.Add(clientHello(0x0303, []uint16{0x1301}, ext(extALPN, vec16(vec8()))))
	f.Fuzz(func(t *testing.T, body []byte) {
		body = slices.Clone(body)
		h, err := ParseClientHello(body)
		if err != nil {
			if h != nil {
				t.Fatal("a hello and an error")
			}
			return
		}
		again := parseClient(t, slices.Clone(body))
		clear(body)
		if !reflect.DeepEqual(h, again) {
			t.Fatal("it borrows")
		}
		octets := len(h.ServerName) + len(h.SessionTicket) + len(h.SessionID) + 2*len(h.CipherSuites) + 2*len(h.Extensions) + 16*len(h.ALPN)
		if octets > 16*len(body) || len(h.Malformed) > len(h.Extensions) {
			t.Fatalf("%d octets of %d", octets, len(body))
		}
		if ja4 := h.JA4(); len(ja4) != len("t13d1516h2_8daaf6152771_e5627efa2ab1") {
			t.Fatal(ja4)
		}
		h.JA3()
	})
}

// FuzzServerHello is for all messages but the ClientHello.
func FuzzServerHello(f *testing.F) {
	f.Add(serverHello(testRandom, 0x1301, ext(extSupportedVersions, num16(0x0304)), ext(extKeyShare, num16(29), vec16(testRandom))))
	f.Add(serverHello([]byte(retryRandom), 0x1301, ext(extKeyShare, num16(29))))
	f.Add(serverHello(testRandom, 0xc02f, alpnExt("h2"), ext(extRenegotiationInfo, vec8())))
	f.Add(vec16(alpnExt("h2"), ext(extEarlyData)))
	f.Add(join(vec8(), vec24(vec24([]byte("a")), vec16())))
	f.Add(join(num16(1), []byte{0, 0, 5}, vec24(deflate(f, []byte("12345")))))
	f.Add(join([]byte{3}, num16(23), vec8(testRandom)))
	f.Add(join(num16(0, 300, 1, 2), vec8([]byte{1}), vec16([]byte("ticket")), vec16(ext(extEarlyData, num16(1, 0)))))
	der, _ := makeCertificate(f)
	f.Add(der)
	f.Fuzz(func(t *testing.T, body []byte) {
		ParseServerHello(body)
		ParseEncryptedExtensions(body)
		for _, tls13 := range []bool{false, true} {
			certs, _ := ParseCertificate(body, tls13)
			octets := 0
			for _, c := range certs {
				octets += len(c)
			}
			if octets > len(body) {
				t.Fatalf("certificates of %d octets in %d", octets, len(body))
			}
			ParseNewSessionTicket(body, tls13)
		}
		if c, err := ParseCompressedCertificate(body); err == nil {
			if out, err := c.Decompress(); err == nil && len(out) != c.Length {
				t.Fatalf("%d octets, want %d", len(out), c.Length)
			}
		}
		ParseServerKeyExchange(body, 0xc02f)
		ParseServerKeyExchange(body, 0x009e)
		ParseEncryptedPreMaster(body)
		ParseKeyUpdate(body)
		ParseCertificateInfo(body)
	})
}
