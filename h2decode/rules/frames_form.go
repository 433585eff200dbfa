package rules

import "h2scope/h2decode"

// A form is what the header of a frame type may look like.
type form struct {
	flags h2decode.Flags // that are defined
	on    placement
}

// A placement says which stream identifiers a frame type may carry.
type placement uint8

const (
	anyStream    placement = iota
	onStream               // not 0
	onConnection           // 0 only
)

// forms is indexed by type. Extensions have rules of their own about streams.
var forms = [256]form{
	h2decode.TypeData:         {h2decode.FlagEndStream | h2decode.FlagPadded, onStream},
	h2decode.TypeHeaders:      {h2decode.FlagEndStream | h2decode.FlagEndHeaders | h2decode.FlagPadded | h2decode.FlagPriority, onStream},
	h2decode.TypePriority:     {0, onStream},
	h2decode.TypeRSTStream:    {0, onStream},
	h2decode.TypeSettings:     {h2decode.FlagAck, onConnection},
	h2decode.TypePushPromise:  {h2decode.FlagEndHeaders | h2decode.FlagPadded, onStream},
	h2decode.TypePing:         {h2decode.FlagAck, onConnection},
	h2decode.TypeGoAway:       {0, onConnection},
	h2decode.TypeContinuation: {h2decode.FlagEndHeaders, onStream},
}

// fits reports whether a header has the form.
func (m *form) fits(h *h2decode.FrameHeader) bool { return h.Flags&^m.flags == 0 && m.placed(h) }

func (m *form) placed(h *h2decode.FrameHeader) bool {
	return m.on == anyStream || (h.Stream == 0) == (m.on == onConnection)
}

// checkForm holds a header that is not as usual against the rules.
func (j *Judge) checkForm(f *h2decode.FrameDecoded) {
	h := &f.Header
	if h.Reserved {
		j.broke("FR-03", nil, "the reserved bit of a frame of type 0x%02x is set", uint8(h.Type))
	}
	if !h.Type.Known() {
		j.checkUnknown(f)
		return
	}
	if undefined := h.Flags &^ forms[h.Type].flags; undefined != 0 {
		j.broke("FR-04", []h2decode.Evidence{fact("flags", int64(undefined))},
			"%s has the flags 0x%02x set, which it does not define", h.Type, uint8(undefined))
	}
	if !forms[h.Type].placed(h) {
		j.broke("FR-09", []h2decode.Evidence{fact("stream", int64(h.Stream))}, "%s is sent on stream %d", h.Type, h.Stream)
	}
}

// checkUnknown tells of a frame of an unknown type. Inside a field block that
// is another fault.
func (j *Judge) checkUnknown(f *h2decode.FrameDecoded) {
	t := f.Header.Type
	switch {
	case j.checks.frames.sides[f.From].inBlock, isPreface(&f.Header):
	case reservedForGrease(t):
		j.broke("FR-05", []h2decode.Evidence{fact("type", int64(t))},
			"a frame of the type 0x%02x was sent, which is one of those kept free to exercise that receivers ignore them", uint8(t))
	default:
		j.broke("FR-05", []h2decode.Evidence{fact("type", int64(t))}, "a frame of the unknown type 0x%02x was sent", uint8(t))
	}
}

// reservedForGrease reports whether a frame type is of the form 0x1f*N+0x0b, as
// those that endpoints send to see whether their peers ignore what they do not
// know.
func reservedForGrease(t h2decode.Type) bool { return t >= 0x0b && (t-0x0b)%0x1f == 0 }

// checkErrorCode holds the error code of the frame in work against the registry.
func (j *Judge) checkErrorCode(code h2decode.ErrorCode) {
	if code > h2decode.HTTP11Required {
		j.broke("FR-17", []h2decode.Evidence{fact("code", int64(code))},
			"the error code %s of %s is not registered", code, j.frame.Header.Type)
	}
}

// checkPadding holds the padding of a frame, and the room for its mandatory
// fields besides the pad length, against the rules.
func (j *Judge) checkPadding(f *h2decode.FrameDecoded, mandatory uint32) {
	h := &f.Header
	padded := h.Flags.Has(h2decode.FlagPadded)
	if padded {
		mandatory++
	}
	evidence := []h2decode.Evidence{fact("length", int64(h.Length)), fact("mandatory", int64(mandatory))}
	switch p := f.Payload.(type) {
	case *h2decode.DataFrame:
		j.checkClean(p.Unclean)
		return
	case *h2decode.HeadersFrame:
		j.checkClean(p.Padding.Unclean())
		return
	case *h2decode.PushPromiseFrame:
		j.checkClean(p.Padding.Unclean())
		return
	}
	switch {
	case h.Length < mandatory:
		j.broke("FR-02", evidence, "%s has %d octets and must have %d for its mandatory fields", h.Type, h.Length, mandatory).Scope = errorScope(h)
	case padded && f.Malformed != nil:
		j.broke("FR-07", evidence, "the padding does not fit in the %d octets of %s: %s", h.Length, h.Type, f.Malformed.Reason)
	}
}

func (j *Judge) checkClean(unclean bool) {
	if unclean {
		j.broke("FR-08", nil, "octets of the padding of %s are not zero", j.frame.Header.Type)
	}
}
