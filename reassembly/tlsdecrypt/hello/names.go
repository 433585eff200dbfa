package hello

import (
	"cmp"
	"fmt"
	"slices"
)

// SuiteName is the name of a cipher suite in the IANA registry, or its number, as
// "0x1234".
func SuiteName(suite uint16) string {
	i, ok := slices.BinarySearchFunc(suites[:], suite, func(s struct {
		id   uint16
		name string
	}, id uint16) int {
		return cmp.Compare(s.id, id)
	})
	if !ok {
		return hex16(suite)
	}
	return suites[i].name
}

// VersionName is the name of a protocol version, as "TLS 1.3", or its number, as
// "0x1234".
func VersionName(version uint16) string {
	switch version {
	case 0x0002:
		return "SSL 2.0"
	case 0x0300:
		return "SSL 3.0"
	case 0x0301:
		return "TLS 1.0"
	case 0x0302:
		return "TLS 1.1"
	case 0x0303:
		return "TLS 1.2"
	case 0x0304:
		return "TLS 1.3"
	}
	if version>>8 == 0x7f { // RFC 8446 was in use before it was one
		return fmt.Sprintf("TLS 1.3 draft %d", version&0xff)
	}
	return hex16(version)
}

// GroupName is the name of a group in the IANA registry "TLS Supported Groups",
// or its number, as "0x1234".
func GroupName(group uint16) string {
	for _, g := range groups {
		if g.id == group {
			return g.name
		}
	}
	return hex16(group)
}

func groupBits(group uint16) int {
	for _, g := range groups {
		if g.id == group {
			return g.bits
		}
	}
	return 0
}

func hex16(n uint16) string { return fmt.Sprintf("0x%04x", n) }

// groups has the supported groups with the bits of their fields. Post-quantum
// groups have no field to speak of; hybrids have that of their curve.
var groups = [...]struct {
	id   uint16
	name string
	bits int
}{
	{1, "sect163k1", 163},
	{2, "sect163r1", 163},
	{3, "sect163r2", 163},
	{4, "sect193r1", 193},
	{5, "sect193r2", 193},
	{6, "sect233k1", 233},
	{7, "sect233r1", 233},
	{8, "sect239k1", 239},
	{9, "sect283k1", 283},
	{10, "sect283r1", 283},
	{11, "sect409k1", 409},
	{12, "sect409r1", 409},
	{13, "sect571k1", 571},
	{14, "sect571r1", 571},
	{15, "secp160k1", 160},
	{16, "secp160r1", 160},
	{17, "secp160r2", 160},
	{18, "secp192k1", 192},
	{19, "secp192r1", 192},
	{20, "secp224k1", 224},
	{21, "secp224r1", 224},
	{22, "secp256k1", 256},
	{23, "secp256r1", 256},
	{24, "secp384r1", 384},
	{25, "secp521r1", 521},
	{26, "brainpoolP256r1", 256},
	{27, "brainpoolP384r1", 384},
	{28, "brainpoolP512r1", 512},
	{29, "x25519", 255},
	{30, "x448", 448},
	{31, "brainpoolP256r1tls13", 256},
	{32, "brainpoolP384r1tls13", 384},
	{33, "brainpoolP512r1tls13", 512},
	{41, "curveSM2", 256},
	{256, "ffdhe2048", 2048},
	{257, "ffdhe3072", 3072},
	{258, "ffdhe4096", 4096},
	{259, "ffdhe6144", 6144},
	{260, "ffdhe8192", 8192},
	{512, "MLKEM512", 0},
	{513, "MLKEM768", 0},
	{514, "MLKEM1024", 0},
	{4587, "SecP256r1MLKEM768", 256},
	{4588, "X25519MLKEM768", 255},
	{4589, "SecP384r1MLKEM1024", 384},
	{25497, "X25519Kyber768Draft00", 255},
	{25498, "SecP256r1Kyber768Draft00", 256},
}
