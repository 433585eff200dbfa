package h2decode

import "encoding/binary"

// A PriorityFrame is a PRIORITY payload and the same 5 octets in a HEADERS
// frame (RFC 9113, Section 6.3; their meaning: RFC 7540, Section 5.3).
type PriorityFrame struct {
	Exclusive bool
	DependsOn uint32 // the stream depended on, 31 bits
	Weight    int    // 1 to 256: one more than the octet
}

const priorityLength = 5

func (ps *payloads) parsePriority(h FrameHeader, p []byte) (Payload, *FrameError) {
	if err := fixedLength(h, priorityLength); err != nil {
		return nil, err
	}
	ps.priority = readPriority(p)
	return &ps.priority, nil
}

func readPriority(p []byte) PriorityFrame {
	dependency := binary.BigEndian.Uint32(p)
	return PriorityFrame{
		Exclusive: dependency>>31 != 0,
		DependsOn: dependency & streamMask,
		Weight:    int(p[4]) + 1,
	}
}

// Append writes the payload's octets.
func (f *PriorityFrame) Append(dst []byte) []byte {
	dependency := f.DependsOn & streamMask
	if f.Exclusive {
		dependency |= 1 << 31
	}
	dst = binary.BigEndian.AppendUint32(dst, dependency)
	return append(dst, byte(f.Weight-1))
}

func (f *PriorityFrame) layoutFlags() Flags { return 0 }
