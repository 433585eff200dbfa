package tui

import (
	"fmt"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// A node is a field of a frame, and which of its octets it is.
type node struct {
	depth       int
	name, value string // safe to show
	style       cells.Style
	from, to    int // octets of the frame
}

// A frameTree is the fields of a frame as they are gathered, in wire order.
type frameTree struct {
	nodes []node
	at    int // octets so far
	depth int
}

// field adds what the next n octets are.
func (t *frameTree) field(n int, name, value string) {
	t.nodes = append(t.nodes, node{t.depth, name, value, cells.Plain, t.at, t.at + n})
	t.at += n
}

// about adds what lies within octets that were told already.
func (t *frameTree) about(from, to int, name, value string, style cells.Style) {
	t.nodes = append(t.nodes, node{t.depth, name, value, style, from, to})
}

// group adds a heading over the next n octets; what follows lies in it.
func (t *frameTree) group(n int, name, value string) {
	t.about(t.at, t.at+n, name, value, cells.Heading)
	t.depth++
}

// treeOf is the fields of a frame, whose octets may end early.
func treeOf(octets []byte) *frameTree {
	t := new(frameTree)
	if len(octets) < h2decode.HeaderLength {
		return t
	}
	h := h2decode.ParseFrameHeader(octets)
	t.header(h)
	body := octets[h2decode.HeaderLength:]
	whole := h
	if len(body) < int(h.Length) {
		whole.Length = uint32(len(body))
	}
	payload, err := h2decode.ParsePayload(whole, body)
	t.group(int(whole.Length), "Payload", plural(int(h.Length), "octet"))
	t.payload(whole, payload, int(whole.Length))
	if err != nil && whole.Length == h.Length {
		t.about(h2decode.HeaderLength, len(octets), "malformed", printable.String(err.Error()), cells.Bad)
	}
	return t
}

// header adds the frame header (RFC 9113, Section 4.1).
func (t *frameTree) header(h h2decode.FrameHeader) {
	t.group(h2decode.HeaderLength, h.Type.String(), "")
	t.field(3, "Length", strconv.Itoa(int(h.Length)))
	t.field(1, "Type", fmt.Sprintf("%s (0x%02x)", h.Type, uint8(h.Type)))
	t.field(1, "Flags", fmt.Sprintf("0x%02x %s", uint8(h.Flags), flagText(h)))
	text := strconv.Itoa(int(h.Stream))
	if h.Reserved {
		text += ", reserved bit set"
	}
	t.field(4, "Stream Identifier", text)
	t.depth = 0
}

// payload adds the fields of a payload of n octets.
func (t *frameTree) payload(h h2decode.FrameHeader, payload h2decode.Payload, n int) {
	end := t.at + n
	switch p := payload.(type) {
	case *h2decode.DataFrame:
		t.padLength(p.Padding)
		t.field(len(p.Data), "Data", plural(len(p.Data), "octet"))
		t.padding(p.Padding)
	case *h2decode.HeadersFrame:
		t.padLength(p.Padding)
		if p.HasPriority {
			t.priority(&p.Priority)
		}
		t.field(len(p.Fragment), "Field Block Fragment", plural(len(p.Fragment), "octet"))
		t.padding(p.Padding)
	case *h2decode.PushPromiseFrame:
		t.padLength(p.Padding)
		t.field(4, "Promised Stream ID", strconv.Itoa(int(p.Promised)))
		t.field(len(p.Fragment), "Field Block Fragment", plural(len(p.Fragment), "octet"))
		t.padding(p.Padding)
	case *h2decode.ContinuationFrame:
		t.field(len(p.Fragment), "Field Block Fragment", plural(len(p.Fragment), "octet"))
	default:
		t.control(payload, end)
	}
	if t.at < end {
		t.field(end-t.at, "rest", plural(end-t.at, "octet"))
	}
}

// control adds the payload of frames without data or fields.
func (t *frameTree) control(payload h2decode.Payload, end int) {
	switch p := payload.(type) {
	case *h2decode.PriorityFrame:
		t.priority(p)
	case *h2decode.RSTStreamFrame:
		t.field(4, "Error Code", p.Code.String())
	case *h2decode.SettingsFrame:
		for s := range p.All() {
			t.field(6, s.ID.String(), strconv.FormatUint(uint64(s.Value), 10))
		}
	case *h2decode.PingFrame:
		t.field(8, "Opaque Data", fmt.Sprintf("%x", p.Opaque))
	case *h2decode.GoAwayFrame:
		t.field(4, "Last-Stream-ID", strconv.Itoa(int(p.LastStream)))
		t.field(4, "Error Code", p.Code.String())
		t.field(len(p.DebugData), "Additional Debug Data", printable.String(string(p.DebugData)))
	case *h2decode.WindowUpdateFrame:
		t.field(4, "Window Size Increment", strconv.Itoa(int(p.Increment)))
	case *h2decode.PriorityUpdateFrame:
		t.field(4, "Prioritized Stream ID", strconv.Itoa(int(p.Prioritized)))
		t.field(len(p.FieldValue), "Priority Field Value", printable.String(string(p.FieldValue)))
	case *h2decode.AltSvcFrame:
		t.field(2, "Origin-Len", strconv.Itoa(len(p.Origin)))
		t.field(len(p.Origin), "Origin", printable.String(string(p.Origin)))
		t.field(len(p.FieldValue), "Alt-Svc-Field-Value", printable.String(string(p.FieldValue)))
	case *h2decode.OriginFrame:
		for origin := range p.All() {
			t.field(2+len(origin), "Origin-Entry", printable.String(string(origin)))
		}
	}
}

// priority adds the 5 octets of PRIORITY (RFC 9113, Section 6.3).
func (t *frameTree) priority(p *h2decode.PriorityFrame) {
	text := strconv.Itoa(int(p.DependsOn))
	if p.Exclusive {
		text += ", exclusive"
	}
	t.field(4, "Stream Dependency", text)
	t.field(1, "Weight", strconv.Itoa(p.Weight))
}

func (t *frameTree) padLength(p h2decode.Padding) {
	if p.Padded {
		t.field(1, "Pad Length", strconv.Itoa(len(p.Octets)))
	}
}

func (t *frameTree) padding(p h2decode.Padding) {
	if !p.Padded {
		return
	}
	text := plural(len(p.Octets), "octet")
	if p.Unclean() {
		text += ", not all zero"
	}
	t.field(len(p.Octets), "Padding", text)
}

// fields adds the field lines that a block has, at the octets of a frame that
// begins at an offset in those of the block.
func (t *frameTree) fields(b *block, offset, length int) {
	for i := range b.fields {
		f := &b.fields[i]
		from, to := b.octets(f.at, f.at+f.Wire)
		from, to = max(0, from-offset), min(length, to-offset)
		if to <= from {
			continue // it stands in another frame of the block
		}
		t.about(from, to, printable.String(string(f.Name)), fieldText(f), trustStyle(&f.Field))
	}
	if b.trouble != "" {
		t.about(0, 0, "trouble", printable.String(b.trouble), cells.Bad)
	}
}
