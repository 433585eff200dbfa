package tlsdecrypt

import "encoding/binary"

const (
	headerLen = 5

	// maxPayload is what TLS 1.2 allows (RFC 5246, Section 6.2.3); TLS 1.3
	// allows 1,792 octets less.
	maxPayload = 1<<14 + 2048
	maxRecord  = headerLen + maxPayload
)

// isHeader reports whether b begins, as far as it goes, like a record of SSL
// 3.0 or later (RFC 8446, Section 5.1).
func isHeader(b []byte) bool {
	switch {
	case len(b) > 0 && (b[0] < byte(ChangeCipherSpec) || b[0] > byte(Heartbeat)),
		len(b) > 1 && b[1] != 3,
		len(b) > 2 && b[2] > 4,
		len(b) > 4 && binary.BigEndian.Uint16(b[3:]) > maxPayload:
		return false
	}
	return true
}

// recordLen is the length of the record that begins with the header b.
func recordLen(b []byte) int {
	return headerLen + int(binary.BigEndian.Uint16(b[3:]))
}

// isSSLv2 reports whether b begins like a ClientHello of SSL 2.0's form (RFC
// 5246, Appendix E.2).
func isSSLv2(b []byte) bool {
	return len(b) >= headerLen && b[0]&0x80 != 0 && b[2] == 1 && (b[3] == 3 || b[3] == 0 && b[4] == 2)
}
