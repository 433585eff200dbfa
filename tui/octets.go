package tui

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// An OctetsKey says what octets are of.
type OctetsKey struct {
	Use    octetUse
	Conn   uint64
	Stream uint32        // of a body
	Side   h2decode.Side // who sent them
	Frame  uint64        // the frame that is shown; of a body, the last of the DATA frames
	Limit  int           // octets at most
	Tunnel bool          // of a body: it is what both sides sent into a tunnel
}

// An octetUse is what octets are read for.
type octetUse uint8

const (
	frameOctets octetUse = iota // of a frame, and of all of its field block
	bodyOctets                  // of the DATA frames of a message
	octetUses
)

// An OctetRange is whole frames of one side that follow each other.
type OctetRange struct {
	Offset uint64
	Length int
}

// Octets are what a view needs beyond the timeline. A model asks for them with
// an Effect, which has their Ranges; Done brings the Parts.
type Octets struct {
	Key    OctetsKey
	Ranges []OctetRange
	Frames []timeline.Frame // by range, of a tunnel: its DATA frames; nil for others
	Parts  [][]byte         // by range; a part is short where the rest was not kept
	Err    error            // why
}

// read reads the ranges.
func (o Octets) read(s Source) Octets {
	o.Parts = make([][]byte, len(o.Ranges))
	for i, r := range o.Ranges {
		side := o.Key.Side
		if o.Frames != nil {
			side = o.Frames[i].From
		}
		part, err := s.Octets(o.Key.Conn, side, r.Offset, r.Length)
		if err != nil && o.Err == nil {
			o.Err = err
		}
		o.Parts[i] = part
	}
	return o
}

// maxFrameOctets is how many octets of a frame and its field block are shown.
const maxFrameOctets = 256 << 10

// want asks for the octets that the view needs and does not have.
func (m *Model) want() {
	c := m.conn()
	if m.Effect.Kind != NoEffect || c == nil {
		return
	}
	var o Octets
	found := false
	switch m.View {
	case Frames:
		o, found = wantBlock(c, m.Frame)
	case HPACK:
		o, found = wantBlock(c, m.blockAtCursor(c))
	case Stream:
		o, found = m.wantBody(c)
	}
	if found && m.Octets[o.Key.Use].Key != o.Key {
		m.Effect = Effect{Kind: FetchOctets, Octets: o}
	}
}

// keep takes octets that were read.
func (m *Model) keep(o Octets) {
	m.Octets[o.Key.Use] = o
	if o.Key.Use == bodyOctets {
		m.Body = m.readBody(o)
	}
}

// wantBlock is the octets of a frame and, where it carries a field block, of all
// frames that do.
func wantBlock(c *timeline.Conn, number uint64) (o Octets, found bool) {
	if number == 0 || number > uint64(c.Len()) {
		return o, false
	}
	f := c.Frame(number)
	first, last := blockFrames(c, &f)
	from, to := first.Offset, last.Offset+h2decode.HeaderLength+uint64(last.Header.Length)
	n := int(min(to-from, maxFrameOctets))
	o.Key = OctetsKey{Use: frameOctets, Conn: c.Number(), Side: f.From, Frame: number, Limit: n}
	o.Ranges = []OctetRange{{from, n}}
	return o, true
}

// maxBlockFrames is how far the frames of a field block are looked for.
const maxBlockFrames = 4096

// blockFrames are the first and the last frame of the field block that a frame
// is of; the frame itself where it is of none. Those of one block follow each
// other (RFC 9113, Section 4.3), but the other side's may lie between.
func blockFrames(c *timeline.Conn, f *timeline.Frame) (first, last timeline.Frame) {
	first, last = *f, *f
	for n := f.Number; first.Header.Type == h2decode.TypeContinuation && n > 1 && f.Number-n < maxBlockFrames; {
		n--
		if before := c.Frame(n); before.From == f.From {
			if !inBlock(before.Header) || before.Header.Stream != f.Header.Stream {
				break
			}
			first = before
		}
	}
	for n := f.Number; inBlock(last.Header) && !endsBlock(last.Header) && n < uint64(c.Len()) && n-f.Number < maxBlockFrames; {
		n++
		if next := c.Frame(n); next.From == f.From {
			if next.Header.Type != h2decode.TypeContinuation || next.Header.Stream != f.Header.Stream {
				break
			}
			last = next
		}
	}
	return first, last
}

// inBlock says that a frame carries a part of a field block.
func inBlock(h h2decode.FrameHeader) bool {
	return h.Type == h2decode.TypeHeaders || h.Type == h2decode.TypePushPromise || h.Type == h2decode.TypeContinuation
}

func endsBlock(h h2decode.FrameHeader) bool { return h.Flags.Has(h2decode.FlagEndHeaders) }

// frameOctets are the octets of the block of a frame, as far as they were read,
// and why some are missing.
func (m *Model) frameOctets(c *timeline.Conn, number uint64) (octets []byte, trouble string) {
	o := &m.Octets[frameOctets]
	if o.Key.Conn != c.Number() || o.Key.Frame != number || len(o.Parts) == 0 {
		return nil, "reading the octets …"
	}
	octets = o.Parts[0]
	switch {
	case o.Err != nil:
		trouble = o.Err.Error()
	case o.Ranges[0].Length == maxFrameOctets:
		trouble = fmt.Sprintf("the first %d octets are shown", len(octets))
	}
	return octets, trouble
}
