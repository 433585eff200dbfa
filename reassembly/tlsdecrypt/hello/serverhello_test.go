package hello

import (
	"crypto/sha256"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestServerHello13(t *testing.T) {
	got, err := ParseServerHello(serverHello(testRandom, 0x1302, ext(extSupportedVersions, num16(0x0304)),
		ext(extKeyShare, num16(29), vec16(testRandom)), ext(extPreSharedKey, num16(1))))
	if err != nil {
		t.Fatal(err)
	}
	want := &ServerHello{
		Version: 0x0303, Random: [32]byte(testRandom), SessionID: []byte("session"), CipherSuite: 0x1302,
		Extensions: []uint16{43, 51, 41}, SelectedVersion: 0x0304, KeyShare: 29, PSK: true, SelectedPSK: 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

func TestServerHello12(t *testing.T) {
	got, err := ParseServerHello(serverHello(testRandom, 0xc02f, ext(extRenegotiationInfo, vec8()), ext(extPointFormats, vec8([]byte{0})),
		ext(extSessionTicket), alpnExt("h2"), ext(extExtendedMasterSecret), ext(extEncryptThenMAC),
		ext(extRecordSizeLimit, num16(512)), ext(extMaxFragmentLength, []byte{1}), ext(extServerName)))
	if err != nil {
		t.Fatal(err)
	}
	want := &ServerHello{
		Version: 0x0303, Random: [32]byte(testRandom), SessionID: []byte("session"), CipherSuite: 0xc02f,
		Extensions: []uint16{0xff01, 11, 35, 16, 23, 22, 28, 1, 0}, SelectedVersion: 0x0303, ALPN: "h2",
		ExtendedMasterSecret: true, EncryptThenMAC: true, SessionTicket: true, SecureRenegotiation: true,
		RecordSizeLimit: 512, MaxFragmentLength: 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
}

// TestHelloRetryRequest is RFC 8446, Section 4.1.4: a key_share is a group alone.
func TestHelloRetryRequest(t *testing.T) {
	random := sha256.Sum256([]byte("HelloRetryRequest"))
	h, err := ParseServerHello(serverHello(random[:], 0x1301, ext(extSupportedVersions, num16(0x0304)), ext(extKeyShare, num16(24)), ext(44, vec16([]byte("cookie")))))
	if err != nil || !h.HelloRetryRequest || h.KeyShare != 24 || len(h.Malformed) > 0 {
		t.Errorf("%+v %v", h, err)
	}
}

func TestServerHelloMalformed(t *testing.T) {
	for name, extension := range map[string][]byte{
		"two protocols":      alpnExt("h2", "h3"),
		"no protocol":        ext(extALPN, vec16()),
		"key_share, cut":     ext(extKeyShare, num16(29)),
		"version, cut":       ext(extSupportedVersions, []byte{3}),
		"pre_shared_key cut": ext(extPreSharedKey),
		"version, long":      ext(extSupportedVersions, num16(0x0304, 0)),
	} {
		h, err := ParseServerHello(serverHello(testRandom, 0x1301, extension))
		if err != nil || !slices.Equal(h.Malformed, h.Extensions) || h.PSK || h.ALPN != "" || name == "version, cut" && h.SelectedVersion != 0x0303 {
			t.Errorf("%s: %+v %v", name, h, err)
		}
	}
}

func TestEncryptedExtensions(t *testing.T) {
	got, err := ParseEncryptedExtensions(vec16(ext(extServerName), ext(extMaxFragmentLength, []byte{2}), ext(extSupportedGroups, vec16(num16(29, 23))),
		alpnExt("h2"), ext(extRecordSizeLimit, num16(100)), ext(extEarlyData), ext(extECH, vec16([]byte("configs"))), ext(0x4469, []byte("x"))))
	want := &EncryptedExtensions{
		Extensions: []uint16{0, 1, 10, 16, 28, 42, 0xfe0d, 0x4469}, ALPN: "h2", EarlyData: true, ServerName: true,
		Groups: []uint16{29, 23}, RecordSizeLimit: 100, MaxFragmentLength: 2, ECHRetry: true,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v\nwant %+v", got, err, want)
	}
	if e, err := ParseEncryptedExtensions(vec16()); err != nil || e.ALPN != "" {
		t.Errorf("empty: %+v %v", e, err)
	}
}

func TestNewSessionTicket(t *testing.T) {
	got, err := ParseNewSessionTicket(join(num16(0, 300, 1, 2), vec8([]byte{1}), vec16([]byte("ticket")), vec16(ext(0x0a0a), ext(extEarlyData, num16(1, 0)))), true)
	want := &NewSessionTicket{Lifetime: 5 * time.Minute, Ticket: []byte("ticket"), Nonce: []byte{1}, MaxEarlyData: 65536}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("TLS 1.3: %+v %v", got, err)
	}
	got, err = ParseNewSessionTicket(join(num16(0xffff, 0xffff), vec16([]byte("ticket"))), false)
	want = &NewSessionTicket{Lifetime: (1<<32 - 1) * time.Second, Ticket: []byte("ticket")}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("TLS 1.2: %+v %v", got, err)
	}
}

func TestKeyUpdate(t *testing.T) {
	for _, test := range []struct {
		body      []byte
		requested bool
		wrong     bool
	}{{[]byte{0}, false, false}, {[]byte{1}, true, false}, {[]byte{2}, false, true}, {nil, false, true}, {[]byte{0, 0}, false, true}} {
		requested, err := ParseKeyUpdate(test.body)
		if requested != test.requested || (err != nil) != test.wrong {
			t.Errorf("%x: %v %v", test.body, requested, err)
		}
	}
}

func TestServerKeyExchange(t *testing.T) {
	dh := func(bits int) []byte {
		p := make([]byte, bits/8+1)
		p[1] = 0x80
		return join(vec16(p), vec16([]byte{2}), vec16([]byte{3}), []byte("signature"))
	}
	ec := func(group uint16) []byte { return join([]byte{3}, num16(group), vec8(testRandom), []byte("signature")) }
	for _, test := range []struct {
		suite string
		body  []byte
		want  KeyExchange
		wrong bool
	}{
		{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ec(23), KeyExchange{Group: 23, Bits: 256}, false},
		{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", ec(0x1234), KeyExchange{Group: 0x1234}, false},
		{"TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256", join(vec16([]byte("hint")), ec(29)), KeyExchange{Group: 29, Bits: 255}, false},
		{"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", dh(1024), KeyExchange{Bits: 1024}, false},
		{"TLS_PSK_DHE_WITH_AES_128_CCM_8", join(vec16(), dh(2048)), KeyExchange{Bits: 2048}, false},
		{"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", join(vec16(make([]byte, 9)), vec16(), vec16()), KeyExchange{}, false},
		{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", dh(1024), KeyExchange{}, true}, // explicit curve
		{"TLS_RSA_WITH_AES_128_GCM_SHA256", ec(23), KeyExchange{}, true},
		{"0x1234", ec(23), KeyExchange{}, true},
	} {
		got, err := ParseServerKeyExchange(test.body, suiteNumber(test.suite))
		if got != test.want || (err != nil) != test.wrong {
			t.Errorf("%s: %+v %v, want %+v", test.suite, got, err, test.want)
		}
	}
}

// suiteNumber is the number of a suite, 0x1234 for a name that there is not.
func suiteNumber(name string) uint16 {
	for _, s := range suites {
		if s.name == name {
			return s.id
		}
	}
	return 0x1234
}
