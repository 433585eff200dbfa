package h2decode

// A PingFrame is a PING payload (RFC 9113, Section 6.7).
type PingFrame struct {
	Opaque [8]byte
}

func (ps *payloads) parsePing(h FrameHeader, p []byte) (Payload, *FrameError) {
	if err := fixedLength(h, uint32(len(ps.ping.Opaque))); err != nil {
		return nil, err
	}
	copy(ps.ping.Opaque[:], p)
	return &ps.ping, nil
}

// Append writes the payload's octets.
func (f *PingFrame) Append(dst []byte) []byte { return append(dst, f.Opaque[:]...) }

func (f *PingFrame) layoutFlags() Flags { return 0 }
