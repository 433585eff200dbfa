package hello

import (
	"crypto/md5"
	"encoding/hex"
	"strconv"
)

// JA3 is the fingerprint of the client's software as Salesforce has published it
// (github.com/salesforce/ja3): version, cipher suites, extensions, groups and
// point formats in decimal, GREASE left out, and the MD5 of that text in hex.
// Clients that shuffle their extensions have another one each time; JA4 has not.
func (h *ClientHello) JA3() (text, md5hex string) {
	b := strconv.AppendUint(nil, uint64(h.Version), 10)
	for _, list := range [][]uint16{h.CipherSuites, h.Extensions, h.Groups} {
		b = appendDashed(append(b, ','), withoutGREASE(list))
	}
	b = append(b, ',')
	for i, format := range h.PointFormats {
		if i > 0 {
			b = append(b, '-')
		}
		b = strconv.AppendUint(b, uint64(format), 10)
	}
	sum := md5.Sum(b)
	return string(b), hex.EncodeToString(sum[:])
}

func appendDashed(b []byte, list []uint16) []byte {
	for i, n := range list {
		if i > 0 {
			b = append(b, '-')
		}
		b = strconv.AppendUint(b, uint64(n), 10)
	}
	return b
}
