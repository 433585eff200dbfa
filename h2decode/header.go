package h2decode

import (
	"encoding/binary"
	"fmt"
)

// HeaderLength is how many octets a frame header takes.
const HeaderLength = 9

// MaxFrameLength is the greatest payload that a frame header can announce.
const MaxFrameLength = 1<<24 - 1

const streamMask = 1<<31 - 1

// A FrameHeader is the 9 octets before each payload (RFC 9113, Section 4.1).
type FrameHeader struct {
	Length   uint32 // payload octets, 0 to MaxFrameLength
	Type     Type
	Flags    Flags
	Reserved bool   // the reserved bit before the stream identifier was set
	Stream   uint32 // 31 bits
}

// ParseFrameHeader reads a header from the first HeaderLength octets of p.
func ParseFrameHeader(p []byte) FrameHeader {
	_ = p[HeaderLength-1]
	stream := binary.BigEndian.Uint32(p[5:])
	return FrameHeader{
		Length:   uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2]),
		Type:     Type(p[3]),
		Flags:    Flags(p[4]),
		Reserved: stream>>31 != 0,
		Stream:   stream & streamMask,
	}
}

// Append writes the header's octets.
func (h FrameHeader) Append(dst []byte) []byte {
	stream := h.Stream & streamMask
	if h.Reserved {
		stream |= 1 << 31
	}
	dst = append(dst, byte(h.Length>>16), byte(h.Length>>8), byte(h.Length), byte(h.Type), byte(h.Flags))
	return binary.BigEndian.AppendUint32(dst, stream)
}

// Check tells what is wrong with the header alone: a frame on the connection
// that belongs on a stream, or the other way round. Nil is fine.
func (h FrameHeader) Check() *FrameError {
	info := h.Type.info()
	switch {
	case info.on == streamOnly && h.Stream == 0:
		return frameError(ProtocolError, "%s on stream 0", h.Type)
	case info.on == connectionOnly && h.Stream != 0:
		return frameError(ProtocolError, "%s on stream %d", h.Type, h.Stream)
	}
	return nil
}

// A FrameError says why a frame is not what its type asks for. It is data
// about the capture, not a failure of the decoder.
type FrameError struct {
	Code   ErrorCode // what RFC 9113 asks the receiver to answer
	Reason string
}

// Error is the reason, for a reader of the capture.
func (e *FrameError) Error() string { return e.Reason }

func frameError(code ErrorCode, format string, args ...any) *FrameError {
	return &FrameError{Code: code, Reason: fmt.Sprintf(format, args...)}
}
