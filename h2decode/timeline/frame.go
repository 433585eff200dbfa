package timeline

import "h2scope/h2decode"

// A Frame is what is kept of a frame: its header, where its octets are, what it
// did. The rest is in its octets.
type Frame struct {
	Number uint64 // from 1 within the connection
	From   h2decode.Side
	Packet uint64
	Time   int64
	Offset uint64 // of its header in its sender's octets; it takes HeaderLength+Header.Length of them
	Header h2decode.FrameHeader

	State h2decode.State // of its stream, after it; Idle, too, where the stream is not followed
	Opens uint32         // the stream that it opened or reserved; 0: none

	// Windows are what it left of the windows that it moved. A WINDOW_UPDATE on
	// a stream does not move the connection's, which is not known here then;
	// ask State for it.
	Windows h2decode.Windows

	// By type, 0 where it is not of the type or could not be read:
	Increment uint32                 // WINDOW_UPDATE
	Code      h2decode.ErrorCode     // RST_STREAM, GOAWAY
	About     uint32                 // PUSH_PROMISE: the promised stream; PRIORITY_UPDATE: the prioritized one
	Priority  h2decode.PriorityFrame // PRIORITY
	// Of a frame that ended a field block: what the block took on the wire,
	// and the size of the field section (RFC 9113, Section 6.5.2).
	Block              bool
	BlockWire, Section uint32
	Interim            bool // the block is that of an interim response

	// As in h2decode.FrameDecoded:
	Missing      uint32
	OctetsPacket uint64
	FirstPacket  uint64
	FirstTime    int64
	Late         bool
	Malformed    *h2decode.FrameError
}

// frame is a Frame as it is kept: 48 octets.
type frame struct {
	time       int64
	packet     uint64
	offset     uint64
	stream     uint32 // with the reserved bit above it
	typeLength uint32 // the length above the type
	prev       uint32 // the number of the frame before it on its stream
	x, y       uint32 // by type; see describe
	flags      h2decode.Flags
	state      h2decode.State
	marks      marks
}

// marks are what a frame is or has.
type marks uint16

const (
	fromServer marks = 1 << iota
	moved            // x and y are windows
	connectionKnown
	streamKnown
	wide     // the windows are in record.wide at x
	noted    // record.notes has more about it
	block    // it ended a field block
	interim  // of an interim response
	opens    // it opened a stream: its own, or that of a PUSH_PROMISE
	missing  // octets are missing
	late     // a late secret opened it
	readable // it has a payload
	answers  // it ended the field section of a final response, or its trailers
)

const reserved = 1 << 31

func (f *frame) is(m marks) bool { return f.marks&m != 0 }

func (f *frame) from() h2decode.Side {
	if f.is(fromServer) {
		return h2decode.Server
	}
	return h2decode.Client
}

func (f *frame) kind() h2decode.Type { return h2decode.Type(f.typeLength) }
func (f *frame) length() uint32      { return f.typeLength >> 8 }
func (f *frame) id() uint32          { return f.stream &^ reserved }

// opened is the stream that it opened; 0: none.
func (f *frame) opened() uint32 {
	switch {
	case !f.is(opens):
		return 0
	case f.kind() == h2decode.TypePushPromise:
		return f.x
	}
	return f.id()
}

// sender is the side whose windows the frame moves.
func (f *frame) sender() h2decode.Side {
	if f.kind() == h2decode.TypeWindowUpdate {
		return f.from().Other()
	}
	return f.from()
}

// A note is what few frames have.
type note struct {
	frame        uint32
	missing      uint32
	octetsPacket uint64
	firstPacket  uint64
	firstTime    int64
	fault        *h2decode.FrameError
}

// newFrame puts into 48 octets what fits there.
func newFrame(e *h2decode.FrameDecoded) frame {
	f := frame{
		time: e.Time, packet: e.Packet, offset: e.Offset,
		stream: e.Header.Stream, typeLength: e.Header.Length<<8 | uint32(e.Header.Type), flags: e.Header.Flags,
	}
	if e.Header.Reserved {
		f.stream |= reserved
	}
	f.mark(fromServer, e.From == h2decode.Server)
	f.mark(missing, e.Missing != 0)
	f.mark(late, e.Late)
	f.mark(readable, e.Payload != nil)
	f.mark(noted, e.Missing != 0 || e.OctetsPacket != 0 || e.FirstPacket != 0 || e.Malformed != nil)
	f.describe(e)
	return f
}

func (f *frame) mark(m marks, on bool) {
	if on {
		f.marks |= m
	}
}

// describe puts into x and y what the type asks for. Windows are put there by
// the caller.
func (f *frame) describe(e *h2decode.FrameDecoded) {
	switch p := e.Payload.(type) {
	case *h2decode.WindowUpdateFrame:
		f.y = p.Increment
	case *h2decode.RSTStreamFrame:
		f.x = uint32(p.Code)
	case *h2decode.GoAwayFrame:
		f.x = uint32(p.Code)
	case *h2decode.PushPromiseFrame:
		f.x = p.Promised
	case *h2decode.PriorityUpdateFrame:
		f.x = p.Prioritized
	case *h2decode.PriorityFrame:
		f.x, f.y = p.DependsOn, uint32(p.Weight)
		if p.Exclusive {
			f.x |= reserved
		}
	}
}

// Len is how many frames the connection has had so far, those that were forgotten
// included.
func (c *Conn) Len() int { return c.frames.len() }

// FirstFrame is the number of the first frame that is kept; Len+1: none is.
func (c *Conn) FirstFrame() uint64 { return uint64(c.frames.first) + 1 }

// Frame is the frame of a number, 1 ≤ n ≤ Len. Of one before FirstFrame nothing is
// known but its number.
func (c *Conn) Frame(n uint64) Frame {
	if n < c.FirstFrame() {
		return Frame{Number: n}
	}
	stored := c.frames.at(int(n) - 1)
	f := Frame{
		Number: n, From: stored.from(), Packet: stored.packet, Time: stored.time, Offset: stored.offset,
		Header: h2decode.FrameHeader{
			Length: stored.length(), Type: stored.kind(), Flags: stored.flags,
			Reserved: stored.stream&reserved != 0, Stream: stored.id(),
		},
		State: stored.state, Opens: stored.opened(), Late: stored.is(late),
		Block: stored.is(block), Interim: stored.is(interim),
	}
	f.Windows = c.windowsOf(stored)
	f.fill(stored)
	if stored.is(noted) {
		c.annotate(&f)
	}
	return f
}

func (f *Frame) fill(stored *frame) {
	if f.Block && f.Header.Type != h2decode.TypePushPromise {
		f.Section, f.BlockWire = stored.x, stored.y
	}
	if !stored.is(readable) {
		return
	}
	switch f.Header.Type {
	case h2decode.TypeWindowUpdate:
		f.Increment = stored.y
	case h2decode.TypeRSTStream, h2decode.TypeGoAway:
		f.Code = h2decode.ErrorCode(stored.x)
	case h2decode.TypePushPromise, h2decode.TypePriorityUpdate:
		f.About = stored.x
	case h2decode.TypePriority:
		f.Priority = h2decode.PriorityFrame{
			Exclusive: stored.x&reserved != 0, DependsOn: stored.x &^ reserved, Weight: int(stored.y),
		}
	}
}

func (c *Conn) annotate(f *Frame) {
	i := c.notes.search(func(n *note) bool { return uint64(n.frame) >= f.Number })
	n := c.notes.at(i)
	f.Missing, f.OctetsPacket = n.missing, n.octetsPacket
	f.FirstPacket, f.FirstTime, f.Malformed = n.firstPacket, n.firstTime, n.fault
}
