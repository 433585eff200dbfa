package h2decode

import "encoding/binary"

// An AltSvcFrame is an ALTSVC payload (RFC 7838, Section 4).
type AltSvcFrame struct {
	Origin     []byte // up to 65535 octets; empty on a stream other than 0
	FieldValue []byte // as an Alt-Svc field has it
}

func (ps *payloads) parseAltSvc(_ FrameHeader, p []byte) (Payload, *FrameError) {
	if len(p) < 2 {
		return nil, frameError(FrameSizeError, "ALTSVC of %d octets has no room for the origin's length", len(p))
	}
	length, rest := int(binary.BigEndian.Uint16(p)), p[2:]
	if length > len(rest) {
		return nil, frameError(FrameSizeError, "ALTSVC origin of %d octets in the %d that are left", length, len(rest))
	}
	ps.altSvc = AltSvcFrame{Origin: rest[:length], FieldValue: rest[length:]}
	return &ps.altSvc, nil
}

// Append writes the payload's octets.
func (f *AltSvcFrame) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(f.Origin)))
	dst = append(dst, f.Origin...)
	return append(dst, f.FieldValue...)
}

func (f *AltSvcFrame) layoutFlags() Flags { return 0 }
