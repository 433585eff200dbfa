package hello

import (
	"strings"
	"testing"
)

// Messages of the tests are put together with these.

func num16(all ...uint16) (b []byte) {
	for _, n := range all {
		b = append(b, byte(n>>8), byte(n))
	}
	return b
}

func join(parts ...[]byte) (b []byte) {
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func vec8(parts ...[]byte) []byte {
	b := join(parts...)
	return append([]byte{byte(len(b))}, b...)
}

func vec16(parts ...[]byte) []byte {
	b := join(parts...)
	return append(num16(uint16(len(b))), b...)
}

func vec24(parts ...[]byte) []byte {
	b := join(parts...)
	return append([]byte{byte(len(b) >> 16), byte(len(b) >> 8), byte(len(b))}, b...)
}

func ext(extension uint16, body ...[]byte) []byte {
	return join(num16(extension), vec16(body...))
}

func sniExt(name string) []byte { return ext(extServerName, vec16([]byte{0}, vec16([]byte(name)))) }

func alpnExt(names ...string) []byte {
	var list []byte
	for _, name := range names {
		list = append(list, vec8([]byte(name))...)
	}
	return ext(extALPN, vec16(list))
}

var testRandom = []byte(strings.Repeat("\x42", 32))

// clientHello is the body of a ClientHello without extensions at all, or with
// these.
func clientHello(version uint16, suites []uint16, extensions ...[]byte) []byte {
	b := join(num16(version), testRandom, vec8([]byte("session")), vec16(num16(suites...)), vec8([]byte{0}))
	if len(extensions) > 0 {
		b = append(b, vec16(extensions...)...)
	}
	return b
}

func serverHello(random []byte, suite uint16, extensions ...[]byte) []byte {
	b := join(num16(0x0303), random, vec8([]byte("session")), num16(suite), []byte{0})
	if len(extensions) > 0 {
		b = append(b, vec16(extensions...)...)
	}
	return b
}

func parseClient(t testing.TB, body []byte) *ClientHello {
	t.Helper()
	h, err := ParseClientHello(body)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// fullClientHello has every extension that is read.
func fullClientHello() []byte {
	return clientHello(0x0303, []uint16{0x0a0a, 0x1301, 0xc02f, 0x00ff},
		ext(0x1a1a),
		sniExt("example.com"),
		ext(extMaxFragmentLength, []byte{4}),
		ext(extSupportedGroups, vec16(num16(0x2a2a, 4588, 29, 23))),
		ext(extPointFormats, vec8([]byte{0, 1, 2})),
		ext(extSignatureAlgorithms, vec16(num16(0x0403, 0x0804))),
		alpnExt("h2", "http/1.1"),
		ext(extEncryptThenMAC), ext(extExtendedMasterSecret),
		ext(extCompressCertificate, vec8(num16(2, 1))),
		ext(extRecordSizeLimit, num16(16385)),
		ext(extSessionTicket, []byte("ticket")),
		ext(extSupportedVersions, vec8(num16(0x3a3a, 0x0304, 0x0303))),
		ext(extPSKModes, vec8([]byte{1})),
		ext(extKeyShare, vec16(num16(0x2a2a), vec16([]byte{0}), num16(29), vec16(testRandom))),
		ext(extEarlyData),
		ext(extECH, []byte{0}, num16(1, 1), []byte{7}, vec16(testRandom), vec16(testRandom)),
		ext(extRenegotiationInfo, vec8()),
		ext(extPreSharedKey, vec16(vec16([]byte("a")), num16(0, 0), vec16([]byte("b")), num16(0, 0)), vec16(vec8(testRandom), vec8(testRandom))),
	)
}
