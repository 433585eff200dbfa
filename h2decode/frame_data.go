package h2decode

// A DataFrame is a DATA payload (RFC 9113, Section 6.1).
//
// From a connection it comes without octets, which the connection gives as
// [DataDecoded] when they arrive, so that a frame of 16 MiB needs no buffer.
type DataFrame struct {
	Data    []byte
	Padding Padding
	// Length is how many octets of data the frame carries, its padding not
	// counted; PadLength the pad length that it announces.
	Length    uint32
	PadLength uint8
	// Unclean says that padding octets are not zero.
	Unclean bool
}

func (ps *payloads) parseData(h FrameHeader, p []byte) (Payload, *FrameError) {
	body, padding, err := splitPadding(h, p)
	if err != nil {
		return nil, err
	}
	ps.data = DataFrame{
		Data: body, Padding: padding, Length: uint32(len(body)), PadLength: uint8(len(padding.Octets)),
		Unclean: unclean(padding.Octets),
	}
	return &ps.data, nil
}

// Append writes the payload's octets.
func (f *DataFrame) Append(dst []byte) []byte {
	dst = f.Padding.appendLength(dst)
	dst = append(dst, f.Data...)
	return append(dst, f.Padding.Octets...)
}

func (f *DataFrame) layoutFlags() Flags { return f.Padding.layoutFlags() }
