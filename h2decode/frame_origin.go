package h2decode

import (
	"encoding/binary"
	"iter"
)

// An OriginFrame is an ORIGIN payload (RFC 8336, Section 2), kept as its
// octets.
type OriginFrame struct {
	Octets []byte // whole Origin-Entry structures
}

func (ps *payloads) parseOrigin(_ FrameHeader, p []byte) (Payload, *FrameError) {
	n := 0
	for n < len(p) {
		if len(p)-n < 2 || int(binary.BigEndian.Uint16(p[n:])) > len(p)-n-2 {
			ps.origin = OriginFrame{Octets: p[:n]}
			return &ps.origin, frameError(FrameSizeError, "ORIGIN entry at octet %d does not fit in the %d octets", n, len(p))
		}
		n += 2 + int(binary.BigEndian.Uint16(p[n:]))
	}
	ps.origin = OriginFrame{Octets: p}
	return &ps.origin, nil
}

// All gives the origins in wire order.
func (f *OriginFrame) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for p := f.Octets; len(p) >= 2; {
			end := 2 + int(binary.BigEndian.Uint16(p))
			if end > len(p) || !yield(p[2:end]) {
				return
			}
			p = p[end:]
		}
	}
}

// Append writes the payload's octets.
func (f *OriginFrame) Append(dst []byte) []byte { return append(dst, f.Octets...) }

func (f *OriginFrame) layoutFlags() Flags { return 0 }
