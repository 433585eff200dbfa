package h2decode

// A HeadersFrame is a HEADERS payload (RFC 9113, Section 6.2).
type HeadersFrame struct {
	HasPriority bool
	Priority    PriorityFrame
	Fragment    []byte // of the field block
	Padding     Padding
}

func (ps *payloads) parseHeaders(h FrameHeader, p []byte) (Payload, *FrameError) {
	body, padding, err := splitPadding(h, p)
	if err != nil {
		return nil, err
	}
	ps.headers = HeadersFrame{Padding: padding}
	if h.Flags.Has(FlagPriority) {
		if len(body) < priorityLength {
			return nil, frameError(FrameSizeError, "HEADERS has PRIORITY and no room for its %d octets", priorityLength)
		}
		ps.headers.HasPriority = true
		ps.headers.Priority = readPriority(body)
		body = body[priorityLength:]
	}
	ps.headers.Fragment = body
	return &ps.headers, nil
}

// Append writes the payload's octets.
func (f *HeadersFrame) Append(dst []byte) []byte {
	dst = f.Padding.appendLength(dst)
	if f.HasPriority {
		dst = f.Priority.Append(dst)
	}
	dst = append(dst, f.Fragment...)
	return append(dst, f.Padding.Octets...)
}

func (f *HeadersFrame) layoutFlags() Flags {
	flags := f.Padding.layoutFlags()
	if f.HasPriority {
		flags |= FlagPriority
	}
	return flags
}
