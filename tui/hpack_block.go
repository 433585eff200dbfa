package tui

import (
	"encoding/hex"
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/tui/cells"
)

// A blockFound is the last frame up to one that ended a field block; 0: none.
type blockFound struct{ conn, frame, block uint64 }

// blockBefore is the last frame up to one that ended a field block. Where the
// clock moves on, it looks at what lies between only.
func (m *memo) blockBefore(c *timeline.Conn, frame uint64) uint64 {
	last := m.blockAt
	found := last.block
	switch {
	case last.conn != c.Number() || frame < last.block || last.block == 0:
		found = blockBeside(c, frame+1, -1)
	case frame > last.frame:
		if n := blockBeside(c, frame+1, -1, last.frame); n != 0 {
			found = n
		}
	}
	m.blockAt = blockFound{c.Number(), frame, found}
	return found
}

// blockBeside is the nearest frame before or behind one that ended a field block;
// 0 where there is none, or none between it and the frame to look up to.
func blockBeside(c *timeline.Conn, frame uint64, by int, to ...uint64) uint64 {
	for n := int64(frame) + int64(by); n >= int64(c.FirstFrame()) && n <= int64(c.Len()); n += int64(by) {
		if len(to) > 0 && n == int64(to[0]) {
			return 0
		}
		if c.Frame(uint64(n)).Block {
			return uint64(n)
		}
	}
	return 0
}

// blockTitle names a block and says how long it is. Of PUSH_PROMISE that stands in
// its octets only.
func (m *Model) blockTitle(c *timeline.Conn, f *timeline.Frame) string {
	text := fmt.Sprintf("%s's %s, frame %d, stream %d", f.From, f.Header.Type, f.Number, f.Header.Stream)
	wire := int(f.BlockWire)
	if f.Header.Type == h2decode.TypePushPromise {
		octets, trouble := m.frameOctets(c, f.Number)
		if trouble != "" || len(octets) == 0 {
			return text
		}
		wire = m.blockOf(c, f, octets).wire
	}
	text += fmt.Sprintf(": %d octets", wire)
	if f.Section > 0 {
		text += fmt.Sprintf(" for %d", f.Section)
	}
	return text
}

const (
	representationWidth = 20
	hexBlock            = 6  // octets of a field that are shown in its line
	hexFrom             = 72 // from which width on they are
)

// blockLines is each field of a block with how it stood on the wire.
func (m *Model) blockLines(c *timeline.Conn, f *timeline.Frame, width int) (lines []line) {
	octets, trouble := m.frameOctets(c, f.Number)
	if trouble != "" {
		lines = append(lines, plainLine(cells.Warn, printable.String(trouble)))
	}
	if len(octets) == 0 {
		return lines
	}
	b := m.blockOf(c, f, octets)
	for _, size := range b.updates {
		lines = append(lines, plainLine(cells.Value, fmt.Sprintf("table size update to %d", size)))
	}
	head := fmt.Sprintf("%5s %4s %-*s", "at", "size", representationWidth, "representation")
	if width >= hexFrom {
		head += fmt.Sprintf("%-*s", 2*hexBlock+3, "octets")
	}
	lines = append(lines, plainLine(cells.Heading, head+"field"))
	for i := range b.fields {
		lines = append(lines, blockFieldLine(&b, &b.fields[i], octets, width)...)
	}
	if b.trouble != "" {
		lines = append(lines, plainLine(cells.Bad, printable.String(b.trouble)))
	}
	return lines
}

// blockFieldLine is a field of a block, in a line or more.
func blockFieldLine(b *block, f *blockField, octets []byte, width int) []line {
	lead := fmt.Sprintf("%5d %4d %-*s", f.at, f.Wire, representationWidth, representation(&f.Field))
	if width >= hexFrom {
		from, to := b.octets(f.at, f.at+f.Wire)
		text, more := "", ""
		if to <= len(octets) {
			text = hex.EncodeToString(octets[from:min(to, from+hexBlock)])
			if to > from+hexBlock {
				more = "+"
			}
		}
		lead += fmt.Sprintf("%-*s", 2*hexBlock+3, text+more)
	}
	style := trustStyle(&f.Field)
	if f.Representation == hpack.Incremental && style == cells.Plain {
		style = cells.Good // it is put in the table
	}
	return hang(lead, printable.String(string(f.Name))+": "+valueText(&f.Field)+trustText(&f.Field), style, width)
}

// hang is text behind a lead, under which it goes on where it is longer than the
// line.
func hang(lead, text string, style cells.Style, width int) []line {
	parts := wrap(text, width-len(lead))
	lines := []line{{{lead, cells.Faint}, {parts[0], style}}}
	for _, part := range parts[1:] {
		lines = append(lines, plainLine(style, pad("", len(lead))+part))
	}
	return lines
}
