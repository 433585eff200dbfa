package resync

import "encoding/binary"

// lookahead is how many octets of a payload are looked at, at most. A SETTINGS
// frame has eight settings in them, which few frames exceed.
const lookahead = 48

// wanted is how many octets of the payload the judgement on it needs.
func (h header) wanted() uint32 {
	switch h.typ {
	case typeData:
		if h.has(flagPadded) {
			return 1
		}
		return 0
	case typeContinuation, typePing:
		return 0
	case typeHeaders, typePushPromise:
		return min(h.length, 16)
	}
	return min(h.length, lookahead)
}

// A payload is what the front of a frame's payload tells.
type payload struct {
	fits   bool // it is what the type asks for
	sender Role // the side that alone can have sent it
}

// judge looks at the front of the payload of h, of which p has the wanted
// octets at least.
func (h header) judge(p []byte) payload {
	p = p[:h.wanted()]
	switch h.typ {
	case typeData:
		return payload{fits: !h.has(flagPadded) || h.length > 0 && uint32(p[0]) < h.length}
	case typeHeaders:
		return h.judgeHeaders(p)
	case typePushPromise:
		return h.judgePushPromise(p)
	case typeSettings:
		return judgeSettings(p)
	case typeAltSvc:
		origin := uint32(binary.BigEndian.Uint16(p))
		return payload{fits: origin <= h.length-2 && (origin > 0) == (h.stream == 0)}
	case typeOrigin:
		return payload{fits: uint32(binary.BigEndian.Uint16(p)) <= h.length-2}
	}
	return payload{fits: h.fixedFits(p)}
}

// fixedFits judges the types whose payload begins with 32-bit numbers.
func (h header) fixedFits(p []byte) bool {
	if len(p) < 4 {
		return true // of those types PING, which is opaque, and CONTINUATION
	}
	first := binary.BigEndian.Uint32(p)
	switch h.typ {
	case typePriority:
		return first&(1<<31-1) != h.stream
	case typeRSTStream:
		return plausibleError(first)
	case typeGoAway:
		return first < 1<<31 && plausibleError(binary.BigEndian.Uint32(p[4:]))
	case typeWindowUpdate:
		return first > 0 && first < 1<<31
	case typePriorityUpdate:
		return first > 0 && first < 1<<31
	}
	return true
}

// plausibleError reports whether code is an error code that somebody may use:
// the registered ones end with 0xd (RFC 9113, Section 7).
func plausibleError(code uint32) bool { return code <= 0xff }

// judgeHeaders steps over the pad length and the priority of RFC 9113, Section
// 6.2, to the field block.
func (h header) judgeHeaders(p []byte) payload {
	left := h.length
	if h.has(flagPadded) {
		if left < 1 || uint32(p[0]) >= left-1 {
			return payload{}
		}
		left -= 1 + uint32(p[0])
		p = p[1:]
	}
	if h.has(flagPriority) {
		if left < 6 || binary.BigEndian.Uint32(p)&(1<<31-1) == h.stream {
			return payload{}
		}
		left -= 5
		p = p[5:]
	}
	sender, fits := firstField(p[:min(uint32(len(p)), left)])
	return payload{fits: fits, sender: sender}
}

func (h header) judgePushPromise(p []byte) payload {
	left := h.length
	if h.has(flagPadded) {
		if uint32(p[0]) >= left-1 {
			return payload{}
		}
		left -= 1 + uint32(p[0])
		p = p[1:]
	}
	if left < 5 {
		return payload{}
	}
	promised := binary.BigEndian.Uint32(p)
	if promised == 0 || promised%2 == 1 || promised>>31 != 0 {
		return payload{}
	}
	p = p[4:]
	sender, fits := firstField(p[:min(uint32(len(p)), left-4)])
	return payload{fits: fits && sender != Server, sender: Server} // it holds a request
}

// The settings that have rules for their values (RFC 9113, Section 6.5.2; RFC
// 8441, Section 3; RFC 9218, Section 2.1).
const (
	settingEnablePush        = 0x2
	settingInitialWindowSize = 0x4
	settingMaxFrameSize      = 0x5
	settingLastOfRFC9113     = 0x6
	settingConnectProtocol   = 0x8
	settingNoPriorities      = 0x9
)

// judgeSettings looks at the settings that are whole in p.
func judgeSettings(p []byte) payload {
	out := payload{fits: true}
	for ; len(p) >= 6; p = p[6:] {
		id, value := binary.BigEndian.Uint16(p), binary.BigEndian.Uint32(p[2:])
		switch {
		case id&0x0f0f == 0x0a0a: // RFC 8701 keeps those for grease
		case id == settingEnablePush:
			out.fits = out.fits && value <= 1
			if value == 1 { // which a server must not send
				out.sender = Client
			}
		case id == settingInitialWindowSize:
			out.fits = out.fits && value < 1<<31
		case id == settingMaxFrameSize:
			out.fits = out.fits && value >= 1<<14 && value <= maxLength
		case id == settingConnectProtocol || id == settingNoPriorities:
			out.fits = out.fits && value <= 1
		case id == 0 || id > settingLastOfRFC9113:
			out.fits = false
		}
	}
	return out
}
