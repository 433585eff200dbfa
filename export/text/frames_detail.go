package text

import (
	"encoding/hex"
	"fmt"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// indent stands before the lines that tell all of a frame.
const indent = "         "

// details appends everything about a frame that its line does not say, a fact a
// line. These lines are not cut: they are there to say all.
func (f *frameLines) details(dst []byte, e *h2decode.FrameDecoded) []byte {
	d := detail(dst)
	d.where(e)
	d.header(&e.Header)
	if e.Missing > 0 {
		d.say("%d of the %d octets are missing from the capture", e.Missing, e.Header.Length)
	}
	if e.Payload != nil {
		d.payload(e)
	}
	if e.Block != nil {
		d.block(e.Block)
	}
	if e.Malformed != nil {
		d.say("malformed, which calls for %s: %s", e.Malformed.Code, printable.String(e.Malformed.Reason))
	}
	return d
}

// A detail appends lines.
type detail []byte

func (d *detail) say(format string, args ...any) {
	*d = append(*d, indent...)
	*d = fmt.Appendf(*d, format, args...)
	*d = append(*d, '\n')
}

// text says something with octets from the capture at its end.
func (d *detail) text(what string, octets []byte) {
	*d = append(*d, indent...)
	*d = append(*d, what...)
	if len(octets) == 0 {
		*d = append(*d, "(empty)"...)
	}
	*d = printable.Append(*d, octets)
	*d = append(*d, '\n')
}

func (d *detail) where(e *h2decode.FrameDecoded) {
	from := ""
	if e.FirstPacket > 0 {
		from = fmt.Sprintf(", begun in packet %d (%s before)", e.FirstPacket, duration(e.Time-e.FirstTime))
	}
	if e.OctetsPacket > 0 {
		from += fmt.Sprintf(", its last octet in packet %d", e.OctetsPacket)
	}
	d.say("frame %d of connection %d, at octet %d of the %s%s", e.Number, e.Conn, e.Offset, e.From, from)
}

func (d *detail) header(h *h2decode.FrameHeader) {
	var room [8]string
	names := h.Type.FlagNames(room[:0], h.Flags)
	switch {
	case len(names) > 0:
		d.say("flags 0x%02x: %s", uint8(h.Flags), strings.Join(names, ", "))
	case h.Flags != 0:
		d.say("flags 0x%02x, none of which %s defines", uint8(h.Flags), h.Type)
	}
	if h.Reserved {
		d.say("the reserved bit before the stream identifier is set")
	}
}

func (d *detail) payload(e *h2decode.FrameDecoded) {
	switch p := e.Payload.(type) {
	case *h2decode.DataFrame:
		if e.Header.Flags.Has(h2decode.FlagPadded) {
			d.say("padding: %s, and one for the pad length", count(uint64(p.PadLength), "octet"))
		}
		d.say("data: %s", count(uint64(p.Length), "octet"))
	case *h2decode.HeadersFrame:
		d.padding(p.Padding)
		if p.HasPriority {
			d.tree(&p.Priority)
		}
		d.fragment(p.Fragment)
	case *h2decode.PushPromiseFrame:
		d.padding(p.Padding)
		d.say("promised stream: %d", p.Promised)
		d.fragment(p.Fragment)
	case *h2decode.ContinuationFrame:
		d.fragment(p.Fragment)
	case *h2decode.PriorityFrame:
		d.tree(p)
	case *h2decode.SettingsFrame:
		for s := range p.All() {
			d.say("%s (%d) = %d", s.ID, uint16(s.ID), s.Value)
		}
	case *h2decode.RSTStreamFrame:
		d.code(p.Code)
	case *h2decode.GoAwayFrame:
		d.code(p.Code)
		d.say("last stream: %d", p.LastStream)
		if len(p.DebugData) > 0 {
			d.text("debug data: ", p.DebugData)
		}
	default:
		d.extension(p)
	}
}

// extension says the rest, of RFC 9113 and of those that add to it.
func (d *detail) extension(p h2decode.Payload) {
	switch p := p.(type) {
	case *h2decode.PingFrame:
		d.text("opaque data: ", hex.AppendEncode(nil, p.Opaque[:]))
	case *h2decode.WindowUpdateFrame:
		d.say("window size increment: %d", p.Increment)
	case *h2decode.AltSvcFrame:
		d.text("origin: ", p.Origin)
		d.text("alternative services: ", p.FieldValue)
	case *h2decode.OriginFrame:
		for origin := range p.All() {
			d.text("origin: ", origin)
		}
	case *h2decode.PriorityUpdateFrame:
		d.say("prioritized stream: %d", p.Prioritized)
		d.text("priority field value: ", p.FieldValue)
	case *h2decode.UnknownFrame:
		d.text("payload: ", hex.AppendEncode(nil, p.Payload))
	}
}

func (d *detail) code(code h2decode.ErrorCode) { d.say("error code: %s (%d)", code, uint32(code)) }

func (d *detail) fragment(p []byte) {
	d.say("field block fragment: %s", count(uint64(len(p)), "octet"))
}

func (d *detail) tree(p *h2decode.PriorityFrame) {
	d.text("priority: ", appendTree(nil, p))
}

func (d *detail) padding(p h2decode.Padding) {
	if !p.Padded {
		return
	}
	zero := ""
	for _, c := range p.Octets {
		if c != 0 {
			zero = ", not all zero"
		}
	}
	d.say("padding: %s%s", count(uint64(len(p.Octets)), "octet"), zero)
}

func (d *detail) block(b *h2decode.Block) {
	d.say("field section of stream %d: %s in %d octets of %s", b.Stream, count(uint64(len(b.Fields)), "field"), b.Wire, count(uint64(b.Frames), "frame"))
	if len(b.Fields) > 0 {
		d.say("representation   index  wire  field")
	}
	for i := range b.Fields {
		*d = append(*d, indent...)
		*d = append(appendField(*d, &b.Fields[i]), '\n')
	}
	if b.Incomplete {
		d.say("the block has a hole: these are the fields that stand wholly before it")
	}
	if b.Omitted > 0 {
		d.say("%s more than the limit on a field section lets through", count(uint64(b.Omitted), "field"))
	}
	if b.Err != nil {
		d.say("decoding ended there: %s", printable.String(b.Err.Error()))
	}
}
