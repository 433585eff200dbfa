package h2decode

import "encoding/binary"

// A WindowUpdateFrame is a WINDOW_UPDATE payload (RFC 9113, Section 6.9).
type WindowUpdateFrame struct {
	Increment uint32 // 31 bits
}

func (ps *payloads) parseWindowUpdate(h FrameHeader, p []byte) (Payload, *FrameError) {
	if err := fixedLength(h, 4); err != nil {
		return nil, err
	}
	ps.windowUpdate = WindowUpdateFrame{Increment: binary.BigEndian.Uint32(p) & streamMask}
	return &ps.windowUpdate, nil
}

// Check tells whether the increment is a legal one. Nil is fine.
func (f *WindowUpdateFrame) Check() *FrameError {
	if f.Increment == 0 {
		return frameError(ProtocolError, "WINDOW_UPDATE with an increment of 0")
	}
	return nil
}

// Append writes the payload's octets.
func (f *WindowUpdateFrame) Append(dst []byte) []byte {
	return binary.BigEndian.AppendUint32(dst, f.Increment&streamMask)
}

func (f *WindowUpdateFrame) layoutFlags() Flags { return 0 }
