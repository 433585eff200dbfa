package h2decode

import "encoding/binary"

// A PriorityUpdateFrame is a PRIORITY_UPDATE payload (RFC 9218, Section 7.1).
type PriorityUpdateFrame struct {
	Prioritized uint32 // the stream meant, 31 bits
	FieldValue  []byte // as a Priority field has it
}

func (ps *payloads) parsePriorityUpdate(_ FrameHeader, p []byte) (Payload, *FrameError) {
	if len(p) < 4 {
		return nil, frameError(FrameSizeError, "PRIORITY_UPDATE of %d octets; it must have 4 or more", len(p))
	}
	ps.priorityUpdate = PriorityUpdateFrame{
		Prioritized: binary.BigEndian.Uint32(p) & streamMask,
		FieldValue:  p[4:],
	}
	return &ps.priorityUpdate, nil
}

// Check tells whether the frame names a stream (RFC 9218, Section 7.1). Nil is
// fine.
func (f *PriorityUpdateFrame) Check() *FrameError {
	if f.Prioritized == 0 {
		return frameError(ProtocolError, "PRIORITY_UPDATE for stream 0")
	}
	return nil
}

// Append writes the payload's octets.
func (f *PriorityUpdateFrame) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, f.Prioritized&streamMask)
	return append(dst, f.FieldValue...)
}

func (f *PriorityUpdateFrame) layoutFlags() Flags { return 0 }
