package h2decode

import "encoding/binary"

// A GoAwayFrame is a GOAWAY payload (RFC 9113, Section 6.8).
type GoAwayFrame struct {
	LastStream uint32 // 31 bits
	Code       ErrorCode
	DebugData  []byte
}

func (ps *payloads) parseGoAway(_ FrameHeader, p []byte) (Payload, *FrameError) {
	if len(p) < 8 {
		return nil, frameError(FrameSizeError, "GOAWAY of %d octets; it must have 8 or more", len(p))
	}
	ps.goAway = GoAwayFrame{
		LastStream: binary.BigEndian.Uint32(p) & streamMask,
		Code:       ErrorCode(binary.BigEndian.Uint32(p[4:])),
		DebugData:  p[8:],
	}
	return &ps.goAway, nil
}

// Append writes the payload's octets.
func (f *GoAwayFrame) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, f.LastStream&streamMask)
	dst = binary.BigEndian.AppendUint32(dst, uint32(f.Code))
	return append(dst, f.DebugData...)
}

func (f *GoAwayFrame) layoutFlags() Flags { return 0 }
