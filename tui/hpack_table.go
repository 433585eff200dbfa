package tui

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/tui/cells"
)

func tableTitle(c *timeline.Conn, side h2decode.Side, frame uint64) string {
	t := c.Table(side, frame)
	if !t.Known {
		return fmt.Sprintf("%s's table, frame %d: not known", side, frame)
	}
	of := "?"
	if t.MaxSizeKnown {
		of = fmt.Sprint(t.MaxSize)
	}
	return fmt.Sprintf("%s's table, frame %d: %s, %d of %s octets", side, frame, entries(t.Len()), t.Size, of)
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// tableLines is the entries of a table, the newest first. A + stands before those
// that the block put in.
func tableLines(c *timeline.Conn, side h2decode.Side, frame uint64, block *timeline.Frame, width int) (lines []line) {
	t := c.Table(side, frame)
	if !t.Known {
		return nil
	}
	before, evicted := t.Inserted, 0
	if block.From == side {
		var in []hpack.Entry
		in, evicted = c.InsertedBy(side, block.Number)
		before = c.Table(side, block.Number).Inserted - uint64(len(in))
	}
	note := fmt.Sprintf("%d inserted, %d evicted since the beginning", t.Inserted, t.Evicted)
	if evicted > 0 {
		note += fmt.Sprintf(", %d by the block", evicted)
	}
	if !t.Complete {
		note += "; not all of it was seen"
	}
	lines = append(lines, plainLine(cells.Faint, printable.Truncate(note, width)), plainLine(cells.Heading, "  index size  entry"))
	for i := range t.Len() {
		e := t.Entry(i)
		mark, style := " ", cells.Plain
		if t.Inserted-1-uint64(i) >= before {
			mark, style = "+", cells.Good
		}
		text := "?"
		if e.NameTrust != hpack.Unknown {
			text = printable.String(string(e.Name)) + ": " + printable.String(string(e.Value))
		}
		if max(e.NameTrust, e.ValueTrust) != hpack.Exact {
			text, style = text+", "+max(e.NameTrust, e.ValueTrust).String(), cells.Warn
		}
		lead := fmt.Sprintf("%s %5d %4d  ", mark, staticEntries+1+i, e.Size())
		lines = append(lines, hang(lead, text, style, width)...)
	}
	return lines
}
