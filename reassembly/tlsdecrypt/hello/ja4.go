package hello

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// JA4 is the fingerprint of the client's software as FoxIO has published it
// (github.com/FoxIO-LLC/ja4, technical_details/JA4.md), for TLS over TCP:
//
//	t13d1516h2_8daaf6152771_e5627efa2ab1
//
// That is: version, whether there is a server name, number of cipher suites and
// of extensions, first and last character of the first ALPN protocol; hash of the
// cipher suites, sorted; hash of the extensions, sorted, and the signature
// algorithms as they stand. GREASE is left out everywhere.
func (h *ClientHello) JA4() string {
	name := 'i'
	if slices.Contains(h.Extensions, extServerName) {
		name = 'd'
	}
	suites, extensions := withoutGREASE(h.CipherSuites), withoutGREASE(h.Extensions)
	first := fmt.Sprintf("t%s%c%02d%02d%s", h.ja4Version(), name,
		min(len(suites), 99), min(len(extensions), 99), h.ja4ALPN())

	slices.Sort(suites)
	slices.Sort(extensions)
	extensions = slices.DeleteFunc(extensions, func(e uint16) bool { return e == extServerName || e == extALPN })
	third := appendHexList(nil, extensions)
	if algorithms := withoutGREASE(h.SignatureAlgorithms); len(algorithms) > 0 {
		third = appendHexList(append(third, '_'), algorithms)
	}
	return first + "_" + ja4Hash(suites, appendHexList(nil, suites)) + "_" + ja4Hash(extensions, third)
}

// ja4Hash is the front of the text's SHA-256; zeros where the list is empty.
func ja4Hash(list []uint16, text []byte) string {
	if len(list) == 0 {
		return "000000000000"
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// ja4Version is the highest version on offer, in two characters.
func (h *ClientHello) ja4Version() string {
	version := h.Version
	if slices.Contains(h.Extensions, extSupportedVersions) {
		version = 0
		for _, v := range h.SupportedVersions {
			if !isGREASE(v) {
				version = max(version, v)
			}
		}
	}
	switch version {
	case 0x0304:
		return "13"
	case 0x0303:
		return "12"
	case 0x0302:
		return "11"
	case 0x0301:
		return "10"
	case 0x0300:
		return "s3"
	case 0x0002:
		return "s2"
	}
	return "00"
}

// ja4ALPN is the first and last character of the first protocol, or of its hex
// where one of them is no letter and no digit.
func (h *ClientHello) ja4ALPN() string {
	if len(h.ALPN) == 0 || h.ALPN[0] == "" {
		return "00"
	}
	text := h.ALPN[0]
	if !isAlphanumeric(text[0]) || !isAlphanumeric(text[len(text)-1]) {
		text = hex.EncodeToString([]byte(text))
	}
	return text[:1] + text[len(text)-1:]
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// appendHexList appends numbers as four hex digits each, with commas between.
func appendHexList(b []byte, list []uint16) []byte {
	for i, n := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = hex.AppendEncode(b, []byte{byte(n >> 8), byte(n)})
	}
	return b
}
