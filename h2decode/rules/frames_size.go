package rules

import "h2scope/h2decode"

const (
	// leastMaxFrameSize is the first and the least value of
	// SETTINGS_MAX_FRAME_SIZE (RFC 9113, Section 6.5.2): shorter frames are
	// never too long.
	leastMaxFrameSize = 1 << 14

	priorityLength = 5 // of the priority fields of HEADERS and PRIORITY
	promisedLength = 4 // of the promised stream identifier of PUSH_PROMISE
)

// A size is what a frame type's payload must have.
type size struct {
	rule  string
	octet uint32 // how many octets
	exact bool   // no more either
}

// sizes is indexed by type; HEADERS, PUSH_PROMISE and SETTINGS are not so plain.
var sizes = [...]size{
	h2decode.TypePriority:       {"FR-10", priorityLength, true},
	h2decode.TypeRSTStream:      {"FR-11", 4, true},
	h2decode.TypePing:           {"FR-14", 8, true},
	h2decode.TypeGoAway:         {"FR-16", 8, false},
	h2decode.TypeWindowUpdate:   {"FR-15", 4, true},
	h2decode.TypeAltSvc:         {"FR-02", 2, false},
	h2decode.TypePriorityUpdate: {"PR-07", 4, false},
}

// checkSize holds the length of a frame against what its type asks for. It
// reports whether the payload can be judged.
func (j *Judge) checkSize(f *h2decode.FrameDecoded) bool {
	h := &f.Header
	if h.Type == h2decode.TypeSettings {
		return j.checkSettingsSize(h)
	}
	if int(h.Type) >= len(sizes) || sizes[h.Type].rule == "" {
		return true
	}
	want := &sizes[h.Type]
	if h.Length == want.octet || h.Length > want.octet && !want.exact {
		return true
	}
	least := "at least "
	if want.exact {
		least = ""
	}
	finding := j.broke(want.rule, octets(h.Length, want.octet), "%s has %d octets and must have %s%d", h.Type, h.Length, least, want.octet)
	if finding.Scope == byFrame {
		finding.Scope = errorScope(h)
	}
	return false
}

func (j *Judge) checkSettingsSize(h *h2decode.FrameHeader) bool {
	switch {
	case h.Flags.Has(h2decode.FlagAck) && h.Length != 0:
		j.broke("FR-13", octets(h.Length, 0), "an acknowledgment of SETTINGS has %d octets and must have none", h.Length)
	case h.Length%6 != 0:
		j.broke("FR-12", octets(h.Length, h.Length-h.Length%6), "SETTINGS has %d octets, which is not a multiple of 6", h.Length)
	default:
		return true
	}
	return false
}

func octets(length, limit uint32) []h2decode.Evidence {
	return []h2decode.Evidence{fact("length", int64(length)), fact("limit", int64(limit))}
}

// errorScope is what an error in the size of a frame ends (RFC 9113, Section
// 4.2).
func errorScope(h *h2decode.FrameHeader) string {
	switch {
	case h.Stream == 0, h.Type == h2decode.TypeHeaders, h.Type == h2decode.TypePushPromise,
		h.Type == h2decode.TypeContinuation, h.Type == h2decode.TypeSettings:
		return connection
	}
	return stream
}

// checkLength holds a long frame against what its receiver lets be sent. It is
// told of a frame that has ended, or, without f, of one that its receiver did
// not wait for.
func (j *Judge) checkLength(b h2decode.BegunFrame, f *h2decode.FrameDecoded) {
	s := &j.checks.frames.sides[b.From]
	if s.measured == b.Offset+1 {
		return
	}
	s.measured = b.Offset + 1
	about := sentFrame{Origin: b.Origin, stream: b.Header.Stream}
	if f != nil {
		about.number = f.Number
	}
	if isPreface(&b.Header) {
		j.blame("PF-09", b.From, about, nil, "the connection preface stands again where a frame begins")
		return
	}
	receiver := b.From.Other()
	_, limit, known := j.conn.Setting(receiver, h2decode.SettingMaxFrameSize)
	switch {
	case !known:
		j.skip("FR-01")
	case b.Header.Length > limit:
		j.blame("FR-01", b.From, about, octets(b.Header.Length, limit),
			"%s has %d octets and SETTINGS_MAX_FRAME_SIZE of the %s is %d", name(b.Header.Type), b.Header.Length, receiver, limit)
		j.found[len(j.found)-1].Scope = errorScope(&b.Header)
	}
}

// isPreface reports whether a header is the front of the client's preface.
func isPreface(h *h2decode.FrameHeader) bool {
	return *h == h2decode.ParseFrameHeader([]byte(h2decode.Preface))
}

// name is the frame type in a sentence.
func name(t h2decode.Type) string {
	if t.Known() {
		return t.String()
	}
	return "a frame of an unknown type"
}
