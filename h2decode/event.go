package h2decode

import (
	"net/netip"

	"h2scope/hpack"
)

// A Side is an endpoint of a connection.
type Side uint8

// The two sides.
const (
	Client Side = iota
	Server
)

// Other is the peer.
func (s Side) Other() Side { return 1 - s }

// String is the name that records use.
func (s Side) String() string { return [...]string{"client", "server"}[s] }

// An Origin says where a fact comes from.
type Origin struct {
	Conn uint64 // the connection's number
	From Side   // who sent it

	// Packet is the packet whose arrival let the last octet be delivered in
	// order, Time its time in nanoseconds since 1970-01-01 UTC.
	Packet uint64
	Time   int64

	// Offset is where it begins in the octets of that side.
	Offset uint64
}

// An Event is a fact about a connection, told once, in the order in which the
// packets that prove it came. Events point to memory that is used again: they
// and all they refer to are valid during the call only.
//
// The set is closed: *ConnectionOpened, *SetUp, *UpgradeSeen, *PrefaceSeen, *DataDecoded,
// *FrameDecoded, *WindowsShifted, *Stall, *PathSample, *ReceiverClosed,
// *ReceiverOpened, *Retransmitted, *Finding, *SettingsAcknowledged, *StreamChanged, *StreamClosed,
// *AlternativeSeen, *GapFound and *ConnectionClosed; and of the whole capture
// *CaptureOpened, *Noticed and *CaptureEnded.
type Event interface{ event() }

// A Sink is told events.
type Sink interface {
	Event(e Event)
}

// ConnectionOpened tells of a TCP connection, whatever it carries. It comes
// before all else of its connection.
type ConnectionOpened struct {
	Conn           uint64
	Client, Server netip.AddrPort
	Packet         uint64
	Time           int64
}

// PrefaceSeen tells that the client's connection preface was read (RFC 9113,
// Section 3.4).
type PrefaceSeen struct {
	Origin
}

// FrameDecoded tells of one whole frame, or of one whose missing octets lie in
// a gap. One that the end cuts is not told: Connection.Unread counts its octets.
type FrameDecoded struct {
	Origin
	Number uint64 // from 1 within the connection, both sides counted together

	// OctetsPacket is the packet that held the last octet, where that is
	// another than Packet: the segment came early and waited. Else 0.
	OctetsPacket uint64
	// FirstPacket and FirstTime are where the frame began, where that was
	// another packet than Packet. Else 0.
	FirstPacket uint64
	FirstTime   int64

	// Acked is how many octets of the other side its sender's TCP had
	// acknowledged when it began to send the frame: what lies behind them it
	// may not have known.
	Acked uint64

	Header  FrameHeader
	Windows Windows // what it leaves of the flow-control windows that it moves
	Missing uint32  // payload octets that the capture lacks; Packet is then the last that gave any
	Late    bool    // a late secret opened it

	// Payload is nil where octets are missing or Malformed left nothing; but of
	// a frame that carries a field block it is what could be read of it.
	Payload   Payload
	Malformed *FrameError

	// Block is what the frame's END_HEADERS completed, else nil.
	Block *Block
}

// A Block is a decoded field block (RFC 9113, Section 4.3): one field section.
type Block struct {
	Fields     []hpack.Field
	Incomplete bool  // the block has a hole, or a frame above Limits.Payload: Fields are those wholly before it
	Omitted    int   // fields that a limit kept out of Fields
	Err        error // why decoding ended early; Fields are those before
	// Violations are what a strict decoder would have refused and this one
	// could decode all the same.
	Violations []hpack.Error
	// SizeUpdates are those of the HPACK table in the block, in order and octets.
	SizeUpdates []uint32
	// Serial is not 0 where the same octets stood before, with the same HPACK
	// table: blocks of a side with the same serial have the same fields,
	// which stay where they are as long as they come.
	Serial    uint64
	Size      uint64 // of the section, as SETTINGS_MAX_HEADER_LIST_SIZE counts it, with what is omitted
	Wire      int    // octets of the block that are at hand
	Frames    int    // HEADERS or PUSH_PROMISE, and CONTINUATION frames
	EndStream bool   // END_STREAM stood on its HEADERS frame
	Stream    uint32 // the stream it is about; for PUSH_PROMISE the promised one
}

// DataDecoded tells of data on a stream, padding taken off, as it arrives:
// before the FrameDecoded of its DATA frame.
type DataDecoded struct {
	Origin        // Offset is that of Data[0]
	Stream uint32 // the stream
	Data   []byte
	// Missing is how many octets the capture lacks here; Data is then empty.
	Missing uint32
}

// SettingsAcknowledged tells that the side From has acknowledged settings of
// its peer, which are in force from here on for what From sends.
type SettingsAcknowledged struct {
	Origin
	Settings []Setting // in wire order
	SentAt   int64     // when the SETTINGS frame came; 0: that is not known
	// Incomplete says that Settings are not known: the frame has a hole, or was
	// above a limit. What was in force before may be so no longer.
	Incomplete bool
}

// StreamChanged tells of a step of the stream state machine (RFC 9113,
// Section 5.1).
type StreamChanged struct {
	Origin
	Stream   uint32
	Old, New State
}

// StreamClosed tells what happened on a stream: when it closed, or at the
// connection's end.
type StreamClosed struct {
	Origin
	Stream *Stream
}

// AlternativeSeen tells of an alternative service that the server advertises
// (RFC 7838): the first HTTP/3 one of the connection only.
type AlternativeSeen struct {
	Origin
	Value []byte // the field value
}

// A GapCause says why octets are missing.
type GapCause uint8

// The causes.
const (
	CauseMissing     GapCause = iota // they never came
	CauseCaptureLoss                 // the peer acknowledged them: the capture lost them
	CauseSnaplen                     // the capture cut their packet
)

// String is the name that records use.
func (c GapCause) String() string { return [...]string{"missing", "capture-loss", "snaplen"}[c] }

// GapFound tells of octets that the capture lacks: when the decoder was in step
// again behind them, or at the connection's end.
type GapFound struct {
	Origin // Packet and Time are where the gap was declared
	// Bytes are octets that the capture lacks; in TLS that is an estimate. 0:
	// the connection was joined in the middle, and nothing behind is missing.
	Bytes   uint64
	Skipped uint64 // octets that it has and that were passed over until sync
	Cause   GapCause
	// Resynced is the packet at which the decoder was in step again; 0: never.
	Resynced uint64
}

// ConnectionClosed tells all about a connection, when it closed or at the end.
type ConnectionClosed struct {
	*Connection
}

func (*ConnectionOpened) event()     {}
func (*PrefaceSeen) event()          {}
func (*FrameDecoded) event()         {}
func (*DataDecoded) event()          {}
func (*SettingsAcknowledged) event() {}
func (*StreamChanged) event()        {}
func (*StreamClosed) event()         {}
func (*AlternativeSeen) event()      {}
func (*GapFound) event()             {}
func (*ConnectionClosed) event()     {}
