package endpoint

import (
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// Preface writes the client's connection preface up to its SETTINGS frame (RFC
// 9113, Section 3.4).
type Preface struct{}

// Plain writes octets that are no HTTP/2: the HTTP/1.1 before an Upgrade.
type Plain string

// Settings writes a SETTINGS frame.
type Settings []http2.Setting

// SettingsAck writes a SETTINGS frame with ACK.
type SettingsAck struct{}

// TableSize writes nothing at once: the next field block of the side begins with
// a size update to so many octets (RFC 7541, Section 6.3).
type TableSize uint32

// Fields are a field section, in order. A sensitive one is never indexed (RFC
// 7541, Section 6.2.3).
type Fields []hpack.HeaderField

// Headers writes a HEADERS frame, and CONTINUATION frames where Split asks for
// them.
type Headers struct {
	Stream    uint32
	Fields    Fields
	EndStream bool
	Pad       uint8 // octets of padding; 0: the frame is not padded
	Priority  *http2.PriorityParam

	// Split has the lengths of the fragments that are sent in frames of their
	// own; the last frame has what they leave. Longer ones than the block has
	// octets are cut.
	Split []int
	// Block is the field block, where it is not to be what the side's encoder
	// makes of Fields.
	Block []byte
	// Broken says that Block breaks a rule of RFC 7541. Fields are those that can
	// be read of it.
	Broken bool
	// Between is what stands between the first frame and the others.
	Between []Action
}

// PushPromise writes a PUSH_PROMISE frame, and CONTINUATION frames like Headers.
type PushPromise struct {
	Stream, Promised uint32
	Fields           Fields
	Pad              uint8
	Split            []int
}

// Data writes a DATA frame. Pad is its padding; nil: the frame is not padded.
type Data struct {
	Stream    uint32
	Body      []byte
	EndStream bool
	Pad       []byte
}

// Priority writes a PRIORITY frame (RFC 7540, Section 6.3).
type Priority struct {
	Stream uint32
	http2.PriorityParam
}

// ResetStream writes an RST_STREAM frame.
type ResetStream struct {
	Stream uint32
	Code   http2.ErrCode
}

// Ping writes a PING frame.
type Ping struct {
	Ack    bool
	Opaque [8]byte
}

// GoAway writes a GOAWAY frame.
type GoAway struct {
	LastStream uint32
	Code       http2.ErrCode
	DebugData  string
}

// WindowUpdate writes a WINDOW_UPDATE frame.
type WindowUpdate struct{ Stream, Increment uint32 }

// AltSvc writes an ALTSVC frame (RFC 7838, Section 4).
type AltSvc struct {
	Stream        uint32
	Origin, Value string
}

// Origins writes an ORIGIN frame (RFC 8336, Section 2).
type Origins []string

// PriorityUpdate writes a PRIORITY_UPDATE frame (RFC 9218, Section 7.1).
type PriorityUpdate struct {
	Stream uint32
	Value  string
}

// Raw writes a frame of any type, flags and payload.
type Raw struct {
	Type    http2.FrameType
	Flags   http2.Flags
	Stream  uint32
	Payload []byte
	// Malformed says that the payload is not what the type asks for.
	Malformed bool
	// Fields are those that the frame completes, if it ends a field block.
	Fields Fields
}

// Frame types that package http2 has no name for.
const (
	typeAltSvc http2.FrameType = 0x0a
	typeOrigin http2.FrameType = 0x0c
)
