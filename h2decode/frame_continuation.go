package h2decode

// A ContinuationFrame is a CONTINUATION payload (RFC 9113, Section 6.10).
type ContinuationFrame struct {
	Fragment []byte // of the field block
}

func (ps *payloads) parseContinuation(_ FrameHeader, p []byte) (Payload, *FrameError) {
	ps.continuation = ContinuationFrame{Fragment: p}
	return &ps.continuation, nil
}

// Append writes the payload's octets.
func (f *ContinuationFrame) Append(dst []byte) []byte { return append(dst, f.Fragment...) }

func (f *ContinuationFrame) layoutFlags() Flags { return 0 }

// An UnknownFrame is the payload of a type that has no decoder here.
type UnknownFrame struct {
	// Payload is what the connection kept of the payload: up to 16 KiB.
	Payload []byte
}

// Append writes the payload's octets.
func (f *UnknownFrame) Append(dst []byte) []byte { return append(dst, f.Payload...) }

func (f *UnknownFrame) layoutFlags() Flags { return 0 }
