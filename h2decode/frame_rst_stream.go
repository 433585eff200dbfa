package h2decode

import "encoding/binary"

// An RSTStreamFrame is an RST_STREAM payload (RFC 9113, Section 6.4).
type RSTStreamFrame struct {
	Code ErrorCode
}

func (ps *payloads) parseRSTStream(h FrameHeader, p []byte) (Payload, *FrameError) {
	if err := fixedLength(h, 4); err != nil {
		return nil, err
	}
	ps.rstStream = RSTStreamFrame{Code: ErrorCode(binary.BigEndian.Uint32(p))}
	return &ps.rstStream, nil
}

// Append writes the payload's octets.
func (f *RSTStreamFrame) Append(dst []byte) []byte {
	return binary.BigEndian.AppendUint32(dst, uint32(f.Code))
}

func (f *RSTStreamFrame) layoutFlags() Flags { return 0 }
