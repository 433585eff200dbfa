package hello

import (
	"errors"
	"reflect"
	"slices"
	"testing"
)

// TestClientHelloExtensions reads all extensions of one hello.
func TestClientHelloExtensions(t *testing.T) {
	got := parseClient(t, fullClientHello())
	want := &ClientHello{
		Version: 0x0303, Random: [32]byte(testRandom), SessionID: []byte("session"),
		CipherSuites: []uint16{0x0a0a, 0x1301, 0xc02f, 0x00ff}, Compression: []byte{0},
		Extensions: []uint16{0x1a1a, 0, 1, 10, 11, 13, 16, 22, 23, 27, 28, 35, 43, 45, 51, 42, 0xfe0d, 0xff01, 41},
		ServerName: "example.com", ALPN: []string{"h2", "http/1.1"},
		SupportedVersions: []uint16{0x3a3a, 0x0304, 0x0303}, Groups: []uint16{0x2a2a, 4588, 29, 23}, PointFormats: []byte{0, 1, 2},
		SignatureAlgorithms: []uint16{0x0403, 0x0804}, KeyShares: []uint16{0x2a2a, 29},
		PSKIdentities: 2, PSKModes: []byte{1}, EarlyData: true, HasSessionTicket: true, SessionTicket: []byte("ticket"),
		ECH: ECHOuter, ExtendedMasterSecret: true, EncryptThenMAC: true, SecureRenegotiation: true,
		CertificateCompression: []uint16{2, 1}, RecordSizeLimit: 16385, MaxFragmentLength: 4,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if !got.PSK() || !got.Offers("h2") || got.Offers("h3") {
		t.Error("offers")
	}
}

// TestClientHelloOwnsItsMemory: the body may be used again.
func TestClientHelloOwnsItsMemory(t *testing.T) {
	body := fullClientHello()
	h, same := parseClient(t, body), parseClient(t, fullClientHello())
	clear(body)
	if !reflect.DeepEqual(h, same) {
		t.Errorf("%+v\nwant %+v", h, same)
	}
}

// TestNoExtensions: TLS 1.2 allows a hello to end behind the compression methods
// (RFC 5246, Section 7.4.1.2), with a suite that stands for an extension.
func TestNoExtensions(t *testing.T) {
	h := parseClient(t, clientHello(0x0301, []uint16{0x002f, scsvRenegotiation}))
	if h.Extensions != nil || !h.SecureRenegotiation || h.Renegotiation || h.PSK() || h.ECH.String() != "" || h.HasSessionTicket {
		t.Errorf("%+v", h)
	}
}

func TestClientHelloVariants(t *testing.T) {
	for name, test := range map[string]struct {
		extension []byte
		check     func(h *ClientHello) bool
	}{
		"inner": {ext(extECH, []byte{1}), func(h *ClientHello) bool { return h.ECH == ECHInner && h.ECH.String() == "inner" }},
		"outer": {ext(extECH, []byte{0}, num16(1, 1), []byte{7}, vec16(), vec16([]byte{1})), func(h *ClientHello) bool { return h.ECH.String() == "outer" }},
		"empty session ticket": {ext(extSessionTicket), func(h *ClientHello) bool {
			return h.HasSessionTicket && h.SessionTicket == nil
		}},
		"renegotiation": {ext(extRenegotiationInfo, vec8([]byte("verify_data!"))), func(h *ClientHello) bool {
			return h.SecureRenegotiation && h.Renegotiation
		}},
		"name of another type": {ext(extServerName, vec16([]byte{9}, vec16([]byte("x")), []byte{0}, vec16([]byte("host")))),
			func(h *ClientHello) bool { return h.ServerName == "host" }},
		"name of any octets": {sniExt("\x00\xff\n"), func(h *ClientHello) bool { return h.ServerName == "\x00\xff\n" }},
		"unknown extension":  {ext(0x1234, []byte("whatever")), func(h *ClientHello) bool { return h.Extensions[0] == 0x1234 }},
	} {
		h := parseClient(t, clientHello(0x0303, []uint16{0x1301}, test.extension))
		if !test.check(h) || len(h.Malformed) > 0 {
			t.Errorf("%s: %+v", name, h)
		}
	}
}

// TestMalformedExtension: it spoils only itself, and what could be read stays.
func TestMalformedExtension(t *testing.T) {
	for name, extension := range map[string][]byte{
		"ALPN, cut":                   ext(extALPN, num16(6), vec8([]byte("h2")), []byte{9}),
		"ALPN, empty name":            ext(extALPN, vec16(vec8([]byte("h2")), vec8())),
		"ALPN, more behind":           ext(extALPN, vec16(vec8([]byte("h2"))), []byte{0}),
		"server_name, empty":          ext(extServerName),
		"server_name, no host_name":   ext(extServerName, vec16([]byte{1}, vec16([]byte("x")))),
		"server_name, cut":            ext(extServerName, vec16([]byte{0}, num16(99))),
		"supported_versions, odd":     ext(extSupportedVersions, vec8([]byte{3, 4, 3})),
		"supported_groups, empty":     ext(extSupportedGroups),
		"key_share, cut":              ext(extKeyShare, vec16(num16(29, 32))),
		"pre_shared_key, no binders":  ext(extPreSharedKey, vec16(vec16([]byte("a")), num16(0, 0))),
		"pre_shared_key, cut":         ext(extPreSharedKey, vec16(vec16([]byte("a")), num16(0)), vec16()),
		"early_data, not empty":       ext(extEarlyData, []byte{1}),
		"ECH, empty":                  ext(extECH),
		"ECH, unknown type":           ext(extECH, []byte{2}),
		"ECH, outer, cut":             ext(extECH, []byte{0, 0}),
		"record_size_limit, too long": ext(extRecordSizeLimit, num16(1, 2)),
	} {
		h := parseClient(t, clientHello(0x0303, []uint16{0x1301}, extension, ext(extExtendedMasterSecret)))
		if !slices.Equal(h.Malformed, h.Extensions[:1]) || !h.ExtendedMasterSecret {
			t.Errorf("%s: malformed %v of %v", name, h.Malformed, h.Extensions)
		}
	}
	h := parseClient(t, clientHello(0x0303, nil, ext(extALPN, vec16(vec8([]byte("h2")), vec8()))))
	if !slices.Equal(h.ALPN, []string{"h2"}) {
		t.Errorf("%q", h.ALPN)
	}
}

// TestCut: every front part of a message is an error, but the one that is a hello
// without extensions.
func TestCut(t *testing.T) {
	client := fullClientHello()
	server := serverHello(testRandom, 0x1301, ext(extSupportedVersions, num16(0x0304)))
	for name, test := range map[string]struct {
		body  []byte
		parse func([]byte) error
		whole int // octets of a hello without extensions
	}{
		"ClientHello": {client, func(b []byte) error { _, err := ParseClientHello(b); return err }, len(clientHello(0, make([]uint16, 4)))},
		"ServerHello": {server, func(b []byte) error { _, err := ParseServerHello(b); return err }, len(serverHello(testRandom, 0))},
		"EncryptedExtensions": {vec16(alpnExt("h2"), ext(extEarlyData)),
			func(b []byte) error { _, err := ParseEncryptedExtensions(b); return err }, -1},
		"Certificate 1.2": {vec24(vec24([]byte("cert")), vec24([]byte("cert"))),
			func(b []byte) error { _, err := ParseCertificate(b, false); return err }, -1},
		"Certificate 1.3": {join(vec8([]byte("context")), vec24(vec24([]byte("cert")), vec16(ext(5)), vec24([]byte("cert")), vec16())),
			func(b []byte) error { _, err := ParseCertificate(b, true); return err }, -1},
		"CompressedCertificate": {join(num16(1), []byte{0, 1, 0}, vec24([]byte("data"))),
			func(b []byte) error { _, err := ParseCompressedCertificate(b); return err }, -1},
		"NewSessionTicket 1.2": {join(num16(0, 300), vec16([]byte("ticket"))),
			func(b []byte) error { _, err := ParseNewSessionTicket(b, false); return err }, -1},
		"NewSessionTicket 1.3": {join(num16(0, 300, 1, 2), vec8([]byte{1}), vec16([]byte("ticket")), vec16(ext(extEarlyData, num16(1, 0)))),
			func(b []byte) error { _, err := ParseNewSessionTicket(b, true); return err }, -1},
		"KeyUpdate":         {[]byte{1}, func(b []byte) error { _, err := ParseKeyUpdate(b); return err }, -1},
		"ClientKeyExchange": {vec16(testRandom), func(b []byte) error { _, err := ParseEncryptedPreMaster(b); return err }, -1},
		"ServerKeyExchange": {join([]byte{3}, num16(23), vec8(testRandom)),
			func(b []byte) error { _, err := ParseServerKeyExchange(b, 0xc02f); return err }, -1},
	} {
		if err := test.parse(test.body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for n := range test.body {
			err := test.parse(test.body[:n:n])
			var malformed *Error
			if n != test.whole && !errors.As(err, &malformed) || n == test.whole && err != nil {
				t.Errorf("%s, %d of %d octets: %v", name, n, len(test.body), err)
			}
		}
		if err := test.parse(append(test.body[:len(test.body):len(test.body)], 0)); err == nil && name != "ServerKeyExchange" {
			t.Errorf("%s: an octet more is no error", name)
		}
	}
}

func TestErrorNamesTheField(t *testing.T) {
	_, err := ParseClientHello(clientHello(0x0303, nil)[:40])
	if err == nil || err.Error() != "TLS ClientHello is malformed at legacy_session_id" {
		t.Error(err)
	}
	_, err = ParseClientHello(append(clientHello(0x0303, nil, ext(1, []byte{1})), 0))
	if err == nil || err.Error() != "TLS ClientHello is malformed at its end, with more octets" {
		t.Error(err)
	}
}
