package h2decode

import "encoding/binary"

// A PushPromiseFrame is a PUSH_PROMISE payload (RFC 9113, Section 6.6).
type PushPromiseFrame struct {
	Promised uint32 // the stream that is reserved, 31 bits
	Fragment []byte // of the field block
	Padding  Padding
}

func (ps *payloads) parsePushPromise(h FrameHeader, p []byte) (Payload, *FrameError) {
	body, padding, err := splitPadding(h, p)
	if err != nil {
		return nil, err
	}
	if len(body) < 4 {
		return nil, frameError(FrameSizeError, "PUSH_PROMISE of %d octets has no room for the promised stream", h.Length)
	}
	ps.pushPromise = PushPromiseFrame{
		Promised: binary.BigEndian.Uint32(body) & streamMask,
		Fragment: body[4:],
		Padding:  padding,
	}
	return &ps.pushPromise, nil
}

// Check tells whether the promised stream is one that a server may promise
// (RFC 9113, Section 5.1.1). Nil is fine.
func (f *PushPromiseFrame) Check() *FrameError {
	if f.Promised == 0 || f.Promised%2 == 1 {
		return frameError(ProtocolError, "PUSH_PROMISE promises stream %d; a server's streams are even", f.Promised)
	}
	return nil
}

// Append writes the payload's octets.
func (f *PushPromiseFrame) Append(dst []byte) []byte {
	dst = f.Padding.appendLength(dst)
	dst = binary.BigEndian.AppendUint32(dst, f.Promised&streamMask)
	dst = append(dst, f.Fragment...)
	return append(dst, f.Padding.Octets...)
}

func (f *PushPromiseFrame) layoutFlags() Flags { return f.Padding.layoutFlags() }
