package h2decode

import (
	"h2scope/h2decode/resync"
	"h2scope/hpack"
)

// Preface is the client's connection preface up to its SETTINGS frame
// (RFC 9113, Section 3.4).
const Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// expectPreface and prefaceDone are values of half.preface; between them it is
// how many octets of the preface have been matched.
const (
	expectPreface = 0
	prefaceDone   = -1
)

// A half cuts the octets of one side into frames.
//
// A frame that lies in one chunk is decoded where it lies. The payload of
// DATA is passed on as it arrives; any other payload that lies in several
// chunks is gathered first.
type half struct {
	side    Side
	preface int // matched octets of the preface

	last arrival // of its last octets
	seen uint64  // where they end

	partial  [HeaderLength]byte // a frame header that is not whole
	partialN int

	frame    frameProgress
	gathered []byte

	table    *hpack.Decoder // of the field blocks that this side sends
	section  openBlock
	memo     blockMemo
	settings settings // that this side sent

	gap      GapFound // the octets missed since the half was last in step
	gapped   bool     // there are such
	declared uint64   // the packet at which the last gap was; what waited for that comes with it

	finder  *resync.Finder[Chunk] // of frame boundaries; nil: it is known where the next frame begins
	skip    uint64                // octets before that: of a frame whose header is not whole
	used    [16]uint32            // streams that it sent frames on while its peer was not in step
	sent    [32]sentHeaders       // the last HEADERS that it sent
	sentN   uint                  // how many there were
	bounded bool                  // its connection window is no more than is known of it
	missed  bool                  // frames may have been missed
	back    uint64                // of these, the last before this offset: that of the frame behind them
	severed bool                  // a stream is forgotten that it may still send DATA on
}

func arrivalOf(c *Chunk) arrival {
	return arrival{c.Packet, c.OctetsPacket, c.Time, c.Late}
}

// An arrival is where octets came from, as Chunk says it.
type arrival struct {
	packet, octetsPacket uint64
	time                 int64
	late                 bool
}

// frameProgress is a frame whose header is read and whose payload is not.
type frameProgress struct {
	active bool
	header FrameHeader
	offset uint64 // of the frame header
	packet uint64 // in which the frame began
	time   int64
	acked  uint64 // Chunk.Acked where it began

	got     uint32 // payload octets passed, those missing included
	missing uint32

	// Of DATA:
	padding int    // the pad length, or one of the values below
	dataEnd uint32 // how far in the payload its data surely reaches
	unclean bool   // padding octets are not zero
}

// Values of frameProgress.padding before the pad length is read, and where it
// lies in a gap.
const (
	padUnread = -1
	padLost   = -2
)

// octets cuts data, which begins at offset, into frames.
func (h *half) octets(c *Conn, data []byte, offset uint64) {
	if h.skip > 0 {
		n := min(h.skip, uint64(len(data)))
		h.skip, h.gap.Skipped = h.skip-n, h.gap.Skipped+n
		data, offset = data[n:], offset+n
		h.regain(c)
	}
	if h.finder != nil {
		h.search(c, data, offset)
		return
	}
	if h.preface != prefaceDone && h.side == Client {
		n := h.matchPreface(c, data, offset)
		data, offset = data[n:], offset+uint64(n)
	} else {
		h.preface = prefaceDone
	}
	for len(data) > 0 {
		var n int
		switch {
		case h.frame.active && h.frame.header.Type == TypeData:
			n = h.continueData(c, data, offset)
		case h.frame.active:
			n = h.gather(c, data)
		case h.partialN > 0 || len(data) < HeaderLength:
			n = h.gatherHeader(c, data, offset)
		default:
			n = h.inPlace(c, data, offset)
		}
		data, offset = data[n:], offset+uint64(n)
	}
}

// matchPreface passes over the preface. Octets that are not one are frames
// from the first on.
func (h *half) matchPreface(c *Conn, data []byte, offset uint64) int {
	for i, b := range data {
		if b != Preface[h.preface] {
			h.unmatchPreface(c, offset+uint64(i))
			return i
		}
		if h.preface == 0 {
			h.frame.packet, h.frame.time = c.at.Packet, c.at.Time
		}
		h.preface++
		if h.preface == len(Preface) {
			h.preface = prefaceDone
			c.print.gathering = true
			c.sink.Event(&PrefaceSeen{c.origin(offset + uint64(i+1-len(Preface)))})
			return i + 1
		}
	}
	return len(data)
}

// unmatchPreface gives back the octets before end that looked like a preface:
// they are the front of a frame, which began where they did.
func (h *half) unmatchPreface(c *Conn, end uint64) {
	matched, at := h.preface, c.at
	h.preface = prefaceDone
	if matched > 0 {
		c.at.Packet, c.at.Time = h.frame.packet, h.frame.time
		h.octets(c, []byte(Preface[:matched]), end-uint64(matched))
		c.at = at
	}
}

// inPlace begins the frame at the front of data, and ends it too where it is
// all there. data holds a whole frame header.
func (h *half) inPlace(c *Conn, data []byte, offset uint64) int {
	header := ParseFrameHeader(data)
	if header.Type == TypeData {
		h.begin(c, header, offset)
		if header.Length == 0 {
			h.endData(c)
		}
		return HeaderLength
	}
	end := HeaderLength + int(header.Length)
	if len(data) < end {
		h.begin(c, header, offset)
		return HeaderLength
	}
	c.beginEvent(header, offset)
	h.decode(c, data[HeaderLength:end])
	return end
}

// gatherHeader puts a frame header together that lies in several chunks.
func (h *half) gatherHeader(c *Conn, data []byte, offset uint64) int {
	if h.partialN == 0 {
		h.frame = frameProgress{offset: offset, packet: c.at.Packet, time: c.at.Time, acked: c.at.Acked}
	}
	n := copy(h.partial[h.partialN:], data)
	h.partialN += n
	if h.partialN < HeaderLength {
		return n
	}
	h.partialN = 0
	begun := h.frame
	h.begin(c, ParseFrameHeader(h.partial[:]), begun.offset)
	h.frame.packet, h.frame.time, h.frame.acked = begun.packet, begun.time, begun.acked
	if h.frame.header.Length == 0 {
		h.end(c)
	}
	return n
}

func (h *half) begin(c *Conn, header FrameHeader, offset uint64) {
	f := &h.frame
	f.active, f.header, f.offset = true, header, offset
	f.packet, f.time, f.acked = c.at.Packet, c.at.Time, c.at.Acked
	f.got, f.missing = 0, 0
	f.padding, f.dataEnd, f.unclean = 0, header.Length, false
	if header.Flags.Has(FlagPadded) {
		f.padding, f.dataEnd = padUnread, 0
	}
	h.gathered = h.gathered[:0]
}

// gather keeps payload octets until the payload is whole.
func (h *half) gather(c *Conn, data []byte) int {
	f := &h.frame
	n := min(len(data), int(f.header.Length-f.got))
	limit := c.cfg.Limits.payload(f.header.Type)
	if f.missing == 0 { // behind a hole nothing can be read
		keep := min(n, max(0, limit-len(h.gathered)))
		h.gathered = append(h.gathered, data[:keep]...)
	}
	f.got += uint32(n)
	if f.got == f.header.Length {
		h.end(c)
	}
	return n
}

// end decodes the frame whose payload has been passed.
func (h *half) end(c *Conn) {
	if h.frame.header.Type == TypeData {
		h.endData(c)
		return
	}
	h.describe(c)
	h.decode(c, h.gathered)
	if cap(h.gathered) > maxIdleBuffer {
		h.gathered = nil
	}
}

// maxIdleBuffer is what a half keeps of its buffer between frames.
const maxIdleBuffer = 64 << 10

// describe begins the event of the frame in progress, and ends the progress.
func (h *half) describe(c *Conn) {
	f := &h.frame
	c.beginEvent(f.header, f.offset)
	c.frameEvent.Missing, c.frameEvent.Acked = f.missing, f.acked
	if f.packet != c.at.Packet {
		c.frameEvent.FirstPacket, c.frameEvent.FirstTime = f.packet, f.time
	}
	f.active = false
}

// beginEvent makes the event of a frame, member by member: the compiler would
// build a whole one elsewhere and copy it, which shows at millions of frames.
func (c *Conn) beginEvent(header FrameHeader, offset uint64) {
	e := &c.frameEvent
	c.setOrigin(&e.Origin, offset)
	e.OctetsPacket = c.octetsPacket()
	e.FirstPacket, e.FirstTime = 0, 0
	e.Header, e.Acked = header, c.at.Acked
	e.Windows.Moved = false
	e.Missing, e.Late = 0, c.at.Late
	e.Payload, e.Malformed, e.Block = nil, nil, nil
}

// octetsPacket is the packet of the octets in work, 0 where it is the packet
// that delivered them.
func (c *Conn) octetsPacket() uint64 {
	if c.at.OctetsPacket == c.at.Packet {
		return 0
	}
	return c.at.OctetsPacket
}
