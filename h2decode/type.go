package h2decode

import "fmt"

// A Type is a frame type (RFC 9113, Section 11.2 and the registry it founds).
type Type uint8

// The frame types that have a decoder.
const (
	TypeData           Type = 0x00 // RFC 9113, Section 6.1
	TypeHeaders        Type = 0x01 // RFC 9113, Section 6.2
	TypePriority       Type = 0x02 // RFC 9113, Section 6.3
	TypeRSTStream      Type = 0x03 // RFC 9113, Section 6.4
	TypeSettings       Type = 0x04 // RFC 9113, Section 6.5
	TypePushPromise    Type = 0x05 // RFC 9113, Section 6.6
	TypePing           Type = 0x06 // RFC 9113, Section 6.7
	TypeGoAway         Type = 0x07 // RFC 9113, Section 6.8
	TypeWindowUpdate   Type = 0x08 // RFC 9113, Section 6.9
	TypeContinuation   Type = 0x09 // RFC 9113, Section 6.10
	TypeAltSvc         Type = 0x0a // RFC 7838, Section 4
	TypeOrigin         Type = 0x0c // RFC 8336, Section 2
	TypePriorityUpdate Type = 0x10 // RFC 9218, Section 7.1
)

// Flags is the flags octet of a frame header. What a bit means depends on the
// frame's type.
type Flags uint8

// The flags of RFC 9113. END_STREAM and ACK are the same bit, on different
// types.
const (
	FlagEndStream  Flags = 0x01
	FlagAck        Flags = 0x01
	FlagEndHeaders Flags = 0x04
	FlagPadded     Flags = 0x08
	FlagPriority   Flags = 0x20
)

// Has reports whether all bits of want are set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// placement says which stream identifiers a frame type may carry.
type placement uint8

const (
	anyStream      placement = iota
	streamOnly               // a stream identifier of 0 is an error
	connectionOnly           // any other than 0 is an error
)

// typeInfo is what one frame type means, for display and for the checks that
// need no state.
type typeInfo struct {
	name  string
	flags [8]string // by bit, lowest first; "" is unused
	on    placement
}

var types = [...]typeInfo{
	TypeData:           {"DATA", [8]string{0: "END_STREAM", 3: "PADDED"}, streamOnly},
	TypeHeaders:        {"HEADERS", [8]string{0: "END_STREAM", 2: "END_HEADERS", 3: "PADDED", 5: "PRIORITY"}, streamOnly},
	TypePriority:       {"PRIORITY", [8]string{}, streamOnly},
	TypeRSTStream:      {"RST_STREAM", [8]string{}, streamOnly},
	TypeSettings:       {"SETTINGS", [8]string{0: "ACK"}, connectionOnly},
	TypePushPromise:    {"PUSH_PROMISE", [8]string{2: "END_HEADERS", 3: "PADDED"}, streamOnly},
	TypePing:           {"PING", [8]string{0: "ACK"}, connectionOnly},
	TypeGoAway:         {"GOAWAY", [8]string{}, connectionOnly},
	TypeWindowUpdate:   {"WINDOW_UPDATE", [8]string{}, anyStream},
	TypeContinuation:   {"CONTINUATION", [8]string{2: "END_HEADERS"}, streamOnly},
	TypeAltSvc:         {"ALTSVC", [8]string{}, anyStream},
	TypeOrigin:         {"ORIGIN", [8]string{}, connectionOnly},
	TypePriorityUpdate: {"PRIORITY_UPDATE", [8]string{}, connectionOnly},
}

var unknownType = typeInfo{name: "UNKNOWN"}

func (t Type) info() *typeInfo {
	if int(t) < len(types) && types[t].name != "" {
		return &types[t]
	}
	return &unknownType
}

// Known reports whether the type has a name and a decoder here.
func (t Type) Known() bool { return t.info() != &unknownType }

// String is the name of the RFC, UNKNOWN for a type that has none here.
func (t Type) String() string { return t.info().name }

// FlagNames appends the names of the flags that are set and defined for the
// type, from the lowest bit.
func (t Type) FlagNames(dst []string, f Flags) []string {
	info := t.info()
	for bit, name := range info.flags {
		if name != "" && f&(1<<bit) != 0 {
			dst = append(dst, name)
		}
	}
	return dst
}

// An ErrorCode is an error code (RFC 9113, Section 7).
type ErrorCode uint32

// The error codes of RFC 9113, Section 7.
const (
	NoError            ErrorCode = 0x0
	ProtocolError      ErrorCode = 0x1
	InternalError      ErrorCode = 0x2
	FlowControlError   ErrorCode = 0x3
	SettingsTimeout    ErrorCode = 0x4
	StreamClosedError  ErrorCode = 0x5
	FrameSizeError     ErrorCode = 0x6
	RefusedStream      ErrorCode = 0x7
	Cancel             ErrorCode = 0x8
	CompressionError   ErrorCode = 0x9
	ConnectError       ErrorCode = 0xa
	EnhanceYourCalm    ErrorCode = 0xb
	InadequateSecurity ErrorCode = 0xc
	HTTP11Required     ErrorCode = 0xd
)

var errorCodeNames = [...]string{
	"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
	"STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
	"CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
}

// String is the registered name, or the number in hexadecimal.
func (c ErrorCode) String() string {
	if int64(c) < int64(len(errorCodeNames)) {
		return errorCodeNames[c]
	}
	return fmt.Sprintf("0x%x", uint32(c))
}
