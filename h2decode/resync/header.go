package resync

import "encoding/binary"

// headerLength is how many octets a frame header takes (RFC 9113, Section 4.1).
const headerLength = 9

// maxLength is the greatest length that a frame header can announce.
const maxLength = 1<<24 - 1

// The frame types that a plausible header may have.
const (
	typeData           = 0x00 // RFC 9113, Section 6.1
	typeHeaders        = 0x01 // RFC 9113, Section 6.2
	typePriority       = 0x02 // RFC 9113, Section 6.3
	typeRSTStream      = 0x03 // RFC 9113, Section 6.4
	typeSettings       = 0x04 // RFC 9113, Section 6.5
	typePushPromise    = 0x05 // RFC 9113, Section 6.6
	typePing           = 0x06 // RFC 9113, Section 6.7
	typeGoAway         = 0x07 // RFC 9113, Section 6.8
	typeWindowUpdate   = 0x08 // RFC 9113, Section 6.9
	typeContinuation   = 0x09 // RFC 9113, Section 6.10
	typeAltSvc         = 0x0a // RFC 7838, Section 4
	typeOrigin         = 0x0c // RFC 8336, Section 2
	typePriorityUpdate = 0x10 // RFC 9218, Section 7.1
)

// The flags of RFC 9113. END_STREAM and ACK are the same bit.
const (
	flagEndStream  = 0x01
	flagAck        = 0x01
	flagEndHeaders = 0x04
	flagPadded     = 0x08
	flagPriority   = 0x20
)

// A header is a frame header whose reserved bit is 0.
type header struct {
	length uint32
	typ    uint8
	flags  uint8
	stream uint32
}

func (h header) has(flag uint8) bool { return h.flags&flag != 0 }

// opensBlock reports whether the frame begins or continues a field block that
// does not end with it.
func (h header) opensBlock() bool {
	switch h.typ {
	case typeHeaders, typePushPromise, typeContinuation:
		return !h.has(flagEndHeaders)
	}
	return false
}

// endsStream reports whether the frame carries END_STREAM.
func (h header) endsStream() bool {
	return (h.typ == typeData || h.typ == typeHeaders) && h.has(flagEndStream)
}

// parseHeader reads the first headerLength octets of p.
func parseHeader(p []byte) header {
	_ = p[headerLength-1]
	return header{
		length: uint32(p[0])<<16 | uint32(p[1])<<8 | uint32(p[2]),
		typ:    p[3],
		flags:  p[4],
		stream: binary.BigEndian.Uint32(p[5:]),
	}
}

// placement says which streams a frame type may be on.
type placement uint8

const (
	anyStream placement = iota
	streamOnly
	connectionOnly
)

// A rule is what one frame type asks of its header.
type rule struct {
	flags    uint8 // that may be set
	min, max uint32
	on       placement
	from     Role // the only side that sends it; Unknown for both
}

// rules has the types of RFC 9113, Section 6, RFC 7838, RFC 8336 and RFC 9218.
// Minimum lengths leave out what is legal and senseless, such as a field block
// without octets.
var rules = [...]rule{
	typeData:           {flags: flagEndStream | flagPadded, max: maxLength, on: streamOnly},
	typeHeaders:        {flags: flagEndStream | flagEndHeaders | flagPadded | flagPriority, min: 1, max: maxLength, on: streamOnly},
	typePriority:       {min: 5, max: 5, on: streamOnly},
	typeRSTStream:      {min: 4, max: 4, on: streamOnly},
	typeSettings:       {flags: flagAck, max: 6 * 64, on: connectionOnly},
	typePushPromise:    {flags: flagEndHeaders | flagPadded, min: 5, max: maxLength, on: streamOnly, from: Server},
	typePing:           {flags: flagAck, min: 8, max: 8, on: connectionOnly},
	typeGoAway:         {min: 8, max: 16 << 10, on: connectionOnly},
	typeWindowUpdate:   {min: 4, max: 4, on: anyStream},
	typeContinuation:   {flags: flagEndHeaders, max: maxLength, on: streamOnly},
	typeAltSvc:         {min: 2, max: 16 << 10, on: anyStream, from: Server},
	typeOrigin:         {min: 2, max: 16 << 10, on: connectionOnly, from: Server},
	typePriorityUpdate: {min: 4, max: 16 << 10, on: connectionOnly, from: Client},
}

// illegal has for each type the flags that it does not have; for what is no
// type, noType too.
var illegal = illegalFlags()

// noType is a bit above the flags.
const noType = 0x100

func illegalFlags() (out [256]uint16) {
	for t := range out {
		out[t] = noType | 0xff
		if t < len(rules) && rules[t] != (rule{}) {
			out[t] = 0xff &^ uint16(rules[t].flags)
		}
	}
	return out
}

// mayBeHeader is the quick look that nearly all octets fail. p has headerLength
// octets.
func mayBeHeader(p []byte) bool {
	_ = p[headerLength-1]
	return illegal[p[3]]&(noType|uint16(p[4])) == 0 && p[5]&0x80 == 0
}

// plausible judges a header by itself. from is the sender, where that is known.
func (h header) plausible(from Role, maxFrame uint32) bool {
	r := &rules[h.typ]
	switch {
	case h.length > maxFrame || h.length < r.min || h.length > r.max,
		r.on == streamOnly && h.stream == 0,
		r.on == connectionOnly && h.stream != 0:
		return false
	case h.typ == typeSettings && (h.length%6 != 0 || h.has(flagAck) && h.length != 0):
		return false
	case h.typ == typePushPromise && h.stream%2 == 0: // promises are made on requests
		return false
	}
	sender := h.sender()
	return from == Unknown || sender == Unknown || sender == from
}

// sender is the side that alone can have sent a frame with that header. Streams
// with even numbers are the server's, and on them the client sends no message
// (RFC 9113, Sections 5.1.1 and 8.4).
func (h header) sender() Role {
	switch h.typ {
	case typeData, typeHeaders, typeContinuation:
		if h.stream%2 == 0 {
			return Server
		}
	}
	return rules[h.typ].from
}
