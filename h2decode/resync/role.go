package resync

// A Role is an end of a connection, or that it is not known.
type Role uint8

// The roles.
const (
	Unknown Role = iota
	Client
	Server
)

// String is the role's name.
func (r Role) String() string { return [...]string{"unknown", "client", "server"}[r] }

// join is what two pieces of evidence for one sender say together. ok is false
// where they contradict each other.
func (r Role) join(other Role) (joined Role, ok bool) {
	switch {
	case r == Unknown:
		return other, true
	case other == Unknown:
		return r, true
	}
	return r, r == other
}

// FrameRole is the side that alone can have sent the frame at the front of data,
// as far as its header and the first octets of its payload tell:
//
//   - PUSH_PROMISE, ALTSVC and ORIGIN, messages on streams with even numbers, and
//     field sections that begin with :status are the server's;
//   - PRIORITY_UPDATE, SETTINGS_ENABLE_PUSH of 1, and field sections that begin
//     with another pseudo-header field are the client's.
//
// A field name counts where it is one of the static table (RFC 7541, Appendix
// A). All else is Unknown: windows, PING, RST_STREAM, PRIORITY and DATA on
// streams with odd numbers come from both; so are frames that break a rule, and
// those of which data has too little.
//
// A caller that is in step, and still does not know who is who, asks for one
// frame after the other.
func FrameRole(data []byte) Role {
	if len(data) < headerLength {
		return Unknown
	}
	if _, role, v := inspect(data, &Config{MaxFrameSize: maxLength}); v == yes {
		return role
	}
	return Unknown
}

// IsSettings reports whether data begins with a plausible SETTINGS frame that is
// no acknowledgment: the server connection preface (RFC 9113, Section 3.4).
func IsSettings(data []byte) bool {
	if len(data) < headerLength {
		return false
	}
	h, _, v := inspect(data, &Config{MaxFrameSize: maxLength})
	return v == yes && h.typ == typeSettings && !h.has(flagAck)
}

// HeadersStream is the stream of the HEADERS frame at the front of data; 0 where
// there is no plausible one.
func HeadersStream(data []byte) uint32 {
	if len(data) < headerLength {
		return 0
	}
	h, _, v := inspect(data, &Config{MaxFrameSize: maxLength})
	if v != yes || h.typ != typeHeaders {
		return 0
	}
	return h.stream
}

// The static table's pseudo-header fields (RFC 7541, Appendix A) and its size.
const (
	lastOfRequest  = 7 // 1 to 7: :authority, :method, :path, :scheme
	lastOfResponse = 14
	staticEntries  = 61
)

// maxIndex is the greatest index that is taken for one: a dynamic table of 128
// KiB with the smallest entries there are.
const maxIndex = staticEntries + 128<<10/32

// firstField looks at the front of a field block: which side sends a message
// whose first field is that (pseudo-header fields come first, RFC 9113, Section
// 8.3), and whether a block can begin so at all.
func firstField(block []byte) (sender Role, fits bool) {
	for len(block) > 0 && block[0]&0xe0 == 0x20 { // size updates, RFC 7541, Section 6.3
		_, rest, ok := integer(block, 5)
		if !ok {
			return Unknown, rest != nil
		}
		block = rest
	}
	if len(block) == 0 {
		return Unknown, true
	}
	prefix := uint(4) // literals, RFC 7541, Sections 6.2.2 and 6.2.3
	switch {
	case block[0]&0x80 != 0: // indexed, RFC 7541, Section 6.1
		prefix = 7
	case block[0]&0x40 != 0: // with incremental indexing, RFC 7541, Section 6.2.1
		prefix = 6
	}
	index, rest, ok := integer(block, prefix)
	switch {
	case !ok:
		return Unknown, rest != nil
	case index == 0:
		return Unknown, prefix != 7
	case index <= lastOfRequest:
		return Client, true
	case index <= lastOfResponse:
		return Server, true
	}
	return Unknown, index <= maxIndex
}

// integer reads an integer with a prefix of that many bits (RFC 7541, Section
// 5.1). Not ok with a rest is one that p has too little of, without one it is
// too large.
func integer(p []byte, prefix uint) (value uint32, rest []byte, ok bool) {
	limit := uint32(1)<<prefix - 1
	if value = uint32(p[0]) & limit; value < limit {
		return value, p[1:], true
	}
	for i, b := range p[1:] {
		if i == 4 || i == 3 && b&0x7f > 0x3f {
			return 0, nil, false
		}
		value += uint32(b&0x7f) << (7 * i)
		if b < 0x80 {
			return value, p[i+2:], true
		}
	}
	return 0, p[:0], false
}
