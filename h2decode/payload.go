package h2decode

import "slices"

// A Payload is a decoded frame payload: one of the *Frame types of this
// package. All octets in it are borrowed from the capture.
type Payload interface {
	// Append writes the payload's octets; the frame header is the caller's.
	Append(dst []byte) []byte
	// Flags are those of this payload that change its layout.
	layoutFlags() Flags
}

// payloads has room for one payload of each type, so that decoding does not
// allocate: a payload is valid until the next frame of its type.
type payloads struct {
	data           DataFrame
	headers        HeadersFrame
	priority       PriorityFrame
	rstStream      RSTStreamFrame
	settings       SettingsFrame
	pushPromise    PushPromiseFrame
	ping           PingFrame
	goAway         GoAwayFrame
	windowUpdate   WindowUpdateFrame
	continuation   ContinuationFrame
	altSvc         AltSvcFrame
	origin         OriginFrame
	priorityUpdate PriorityUpdateFrame
	unknown        UnknownFrame
}

// payloadParsers is indexed by type; a type without an entry is unknown.
var payloadParsers = [...]func(*payloads, FrameHeader, []byte) (Payload, *FrameError){
	TypeData:           (*payloads).parseData,
	TypeHeaders:        (*payloads).parseHeaders,
	TypePriority:       (*payloads).parsePriority,
	TypeRSTStream:      (*payloads).parseRSTStream,
	TypeSettings:       (*payloads).parseSettings,
	TypePushPromise:    (*payloads).parsePushPromise,
	TypePing:           (*payloads).parsePing,
	TypeGoAway:         (*payloads).parseGoAway,
	TypeWindowUpdate:   (*payloads).parseWindowUpdate,
	TypeContinuation:   (*payloads).parseContinuation,
	TypeAltSvc:         (*payloads).parseAltSvc,
	TypeOrigin:         (*payloads).parseOrigin,
	TypePriorityUpdate: (*payloads).parsePriorityUpdate,
}

// parse decodes a whole payload. Where it returns an error there may be a
// payload all the same: what could be read before the error.
func (ps *payloads) parse(h FrameHeader, p []byte) (Payload, *FrameError) {
	if int(h.Type) < len(payloadParsers) {
		if parse := payloadParsers[h.Type]; parse != nil {
			return parse(ps, h, p)
		}
	}
	ps.unknown = UnknownFrame{Payload: p}
	return &ps.unknown, nil
}

// ParsePayload decodes the payload of one frame, the first h.Length octets of
// p, into memory of its own; its octets are borrowed from p. It returns an error
// where p is not what the type asks for; the payload is then nil, or holds what
// could be read.
func ParsePayload(h FrameHeader, p []byte) (Payload, *FrameError) {
	if uint64(len(p)) < uint64(h.Length) {
		return nil, frameError(FrameSizeError, "%s of %d octets, of which %d are here", h.Type, h.Length, len(p))
	}
	return new(payloads).parse(h, p[:h.Length])
}

// AppendFrame writes a whole frame: header and payload, which may have up to
// MaxFrameLength octets. Flags that follow from the payload (PADDED, PRIORITY)
// are added to flags.
func AppendFrame(dst []byte, t Type, flags Flags, stream uint32, payload Payload) []byte {
	start := len(dst)
	h := FrameHeader{Type: t, Flags: flags | payload.layoutFlags(), Stream: stream}
	dst = h.Append(dst)
	dst = payload.Append(dst)
	h.Length = uint32(len(dst) - start - HeaderLength)
	h.Append(dst[:start])
	return dst
}

// A Padding is the padding of a DATA, HEADERS or PUSH_PROMISE frame.
type Padding struct {
	Padded bool
	// Octets are the padding itself, up to 255; empty, too, where the frame is
	// padded with 0 octets.
	Octets []byte
}

func (p Padding) layoutFlags() Flags {
	if p.Padded {
		return FlagPadded
	}
	return 0
}

func (p Padding) appendLength(dst []byte) []byte {
	if p.Padded {
		dst = append(dst, byte(len(p.Octets)))
	}
	return dst
}

// splitPadding takes the padding off a payload (RFC 9113, Section 6.1), of which
// p is at least the front.
func splitPadding(h FrameHeader, p []byte) (body []byte, padding Padding, err *FrameError) {
	if !h.Flags.Has(FlagPadded) {
		return p, Padding{}, nil
	}
	if len(p) == 0 {
		return nil, Padding{Padded: true}, frameError(FrameSizeError, "%s is PADDED and has no pad length", h.Type)
	}
	length := int(p[0])
	if length >= int(h.Length) {
		return nil, Padding{Padded: true}, padTooLong(h, length)
	}
	end := min(len(p), int(h.Length)-length)
	return p[1:end], Padding{Padded: true, Octets: p[end:]}, nil
}

// unclean reports whether padding octets are not zero, as they are to be
// (RFC 9113, Section 6.1).
func unclean(padding []byte) bool {
	return slices.ContainsFunc(padding, func(b byte) bool { return b != 0 })
}

// Unclean reports whether octets of the padding that are at hand are not zero.
func (p Padding) Unclean() bool { return unclean(p.Octets) }

func padTooLong(h FrameHeader, length int) *FrameError {
	return frameError(ProtocolError, "pad length %d does not fit in the %d octets of %s", length, h.Length, h.Type)
}

// fixedLength is the check of the types whose payload has one size only.
func fixedLength(h FrameHeader, want uint32) *FrameError {
	if h.Length != want {
		return frameError(FrameSizeError, "%s of %d octets; it must have %d", h.Type, h.Length, want)
	}
	return nil
}
