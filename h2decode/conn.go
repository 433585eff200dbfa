package h2decode

import (
	"slices"

	"h2scope/hpack"
)

// A Chunk is a run of octets of one side, in order and without repetition.
type Chunk struct {
	From   Side
	Offset uint64 // of Data[0] in the side's octets

	// Packet let Data be delivered in order, at Time (nanoseconds since
	// 1970-01-01 UTC); OctetsPacket is the packet that held Data.
	Packet       uint64
	Time         int64
	OctetsPacket uint64
	OctetsTime   int64 // of OctetsPacket; 0: Time

	// MissedSince is when octets behind Data were captured first, where Data
	// came late; 0: it was the next.
	MissedSince int64

	// Acked is how many octets of the other side the sender's TCP had
	// acknowledged when it sent Data.
	Acked uint64

	// Late says that the octets could only be read when a secret came that the
	// capture or a key log had behind them.
	Late bool

	// Data is borrowed: valid during the call.
	Data []byte
}

// A Gap is a run of octets that the capture lacks.
type Gap struct {
	From           Side
	Offset, Length uint64
	Estimated      bool // Length is: where what follows stands is not certain
	Cause          GapCause
	Packet         uint64
	Time           int64
}

// Limits bound what one connection can cost. A zero field is its default.
type Limits struct {
	// Payload is how many octets of one frame's payload are decoded; DATA,
	// which is never gathered, has no limit, and of a type without a decoder
	// 16 KiB are kept. A frame above it is Malformed, and of its payload
	// nothing is told but the field block's beginning. Default 1 MiB.
	Payload int
	// FieldBlock is how many octets of one field block are decoded. Default
	// 1 MiB.
	FieldBlock int
	// Streams is how many streams are followed at a time. Where one more
	// opens, the one that opened first is told as it is (Stream.Evicted) and
	// forgotten. Default 16384.
	Streams int
	// Fields is how many octets the fields that are kept for the messages of
	// all open streams take together, each its name, its value and 80 more.
	// Those beyond are counted (Message.Omitted). Default 16 MiB.
	Fields int
}

func (l Limits) withDefaults() Limits {
	if l.Payload == 0 {
		l.Payload = 1 << 20
	}
	if l.FieldBlock == 0 {
		l.FieldBlock = 1 << 20
	}
	if l.Streams == 0 {
		l.Streams = 1 << 14
	}
	if l.Fields == 0 {
		l.Fields = 16 << 20
	}
	return l
}

// maxUnknownPayload is how much of a payload without a decoder is kept.
const maxUnknownPayload = 16 << 10

// payload is how many octets of a payload are decoded.
func (l *Limits) payload(t Type) int {
	if t.Known() {
		return l.Payload
	}
	return maxUnknownPayload
}

// Config says what a connection is to tell.
type Config struct {
	Conn     uint64 // the connection's number, for the origin of its events
	Messages bool   // StreamClosed carries fields
	Data     bool   // DataDecoded is told
	Late     bool   // the connection's beginning was not captured: the tables hold what nobody saw
	Limits   Limits

	// Unproven says of each side that frames may stand before its octets, though
	// these begin with one and look like its first: what rests on having seen
	// all of its frames is not taken for certain.
	Unproven [2]bool

	// Lost says of each side of a Late connection that its octets need not begin
	// with a frame: where one does is looked for.
	Lost [2]bool
}

// A Conn decodes the octets of one HTTP/2 connection into events.
//
// It is synchronous and keeps no reference to what it is given. It does no I/O
// and has no clock: time is the packets'.
type Conn struct {
	cfg  Config
	sink Sink

	halves  [2]half
	streams streamTable
	goAway  [2]*GoAway
	window  [2]Window  // the connection's, by the side that sends
	shut    [2]closure // of these windows
	tcp     [2]closure // of the receive windows for what a side sends
	slots   slots

	at       Chunk // the chunk in work, without its Data
	frames   uint64
	gaps     uint64
	altSeen  bool
	print    fingerprint
	payloads payloads

	// Events are made here, again and again.
	frameEvent   FrameDecoded
	dataEvent    DataDecoded
	changedEvent StreamChanged
	closedEvent  StreamClosed
	block        Block
}

// NewConn gives a connection whose octets are seen from its preface on.
func NewConn(cfg Config, sink Sink) *Conn {
	cfg.Limits = cfg.Limits.withDefaults()
	c := &Conn{cfg: cfg, sink: sink}
	for side := range c.halves {
		c.halves[side] = half{side: Side(side), table: hpack.NewDecoder(defaultHeaderTableSize)}
	}
	for side := range c.window {
		c.halves[side].settings.current = settingDefaults
		c.window[side] = Window{defaultWindow, !cfg.Late}
		if h := &c.halves[side]; cfg.Late {
			h.table, h.missed, h.back = hpack.NewLateDecoder(), true, nowhere
			h.settings.doubtful = true
		}
	}
	for side, unproven := range cfg.Unproven {
		if h := &c.halves[side]; unproven && !cfg.Late {
			h.missed, h.back = true, nowhere
			h.doubtTable(c)
		}
	}
	c.halves[Client].preface = expectPreface
	c.streams.init(cfg.Limits)
	for side, lost := range cfg.Lost {
		if lost {
			c.halves[side].preface = prefaceDone
			c.halves[side].beginSearch(c)
		}
	}
	return c
}

// Chunk decodes octets.
func (c *Conn) Chunk(chunk *Chunk) {
	if len(chunk.Data) == 0 {
		return
	}
	c.at = *chunk
	c.at.Data = nil
	h := &c.halves[chunk.From]
	h.last = arrivalOf(chunk)
	if h.seen == 0 {
		h.join(c, chunk.Offset)
	}
	h.seen = chunk.Offset + uint64(len(chunk.Data))
	h.regain(c)
	h.octets(c, chunk.Data, chunk.Offset)
}

// Gap takes note of missing octets. Where they lie inside the payload of a
// frame, and their number is certain, the connection stays in step.
func (c *Conn) Gap(gap *Gap) {
	c.at = Chunk{From: gap.From, Packet: gap.Packet, Time: gap.Time, OctetsPacket: gap.Packet}
	c.halves[gap.From].declared = gap.Packet
	c.halves[gap.From].miss(c, gap)
}

// Finish ends the connection: it tells of the gaps behind which the decoder was
// not in step again, and of the streams that are still open, and fills in what
// of conn is HTTP/2's. packet and time are the connection's last.
func (c *Conn) Finish(conn *Connection, packet uint64, time int64) {
	for side := range c.halves {
		h := &c.halves[side]
		c.at = Chunk{From: h.side, Packet: packet, Time: time, OctetsPacket: packet}
		h.finish(c)
		conn.Settings[side] = slices.Clone(h.settings.inForce)
		conn.GoAway[side] = c.goAway[side]
		conn.Unread[side] = uint64(h.unread())
	}
	c.at = Chunk{Packet: packet, Time: time, OctetsPacket: packet}
	c.finishStreams()
	conn.Akamai = c.print.text
	conn.Frames = c.frames
	conn.Streams = c.streams.opened
	conn.Gaps = c.gaps
}

// now is when the octets in work were captured, which is before they could be
// delivered where others were missing.
func (c *Conn) now() int64 {
	if c.at.OctetsTime != 0 {
		return c.at.OctetsTime
	}
	return c.at.Time
}

// delivered is when the receiver's TCP could deliver the octets in work. Those
// that waited here until a gap was declared it had without a wait: the hole is
// the capture's.
func (c *Conn) delivered() int64 {
	if c.at.Packet == c.halves[c.at.From].declared {
		return c.now()
	}
	return c.at.Time
}

func (c *Conn) origin(offset uint64) (o Origin) {
	c.setOrigin(&o, offset)
	return o
}

func (c *Conn) setOrigin(o *Origin, offset uint64) {
	o.Conn, o.From = c.cfg.Conn, c.at.From
	o.Packet, o.Time = c.at.Packet, c.at.Time
	o.Offset = offset
}
