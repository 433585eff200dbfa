package tui

import (
	"fmt"
	"math/bits"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// noteLines is the notes in lines, as many as there is room for.
func (v windowsView) noteLines(m *Model, conn *timeline.Conn, width, height int) (lines []line) {
	for _, note := range v.notes(m, conn, sideOf(m.Tab[Windows])) {
		for _, part := range wrapWords(note.text, width) {
			lines = append(lines, plainLine(note.style, part))
		}
	}
	if room := max(5, height/5); len(lines) > room {
		last := &lines[room-1][0]
		last.text = printable.Truncate(last.text+" "+printable.Ellipsis, width)
		lines = lines[:room]
	}
	return lines
}

// A notesKey is what notes were made for.
type notesKey struct {
	conn   uint64
	side   h2decode.Side
	stream uint32
	frames int
}

// notes are how the windows are opened again, and what would have helped. As
// long as the connection grows they are made anew when it has grown by some
// hundredths, since that takes a look at all of it.
func (windowsView) notes(m *Model, c *timeline.Conn, side h2decode.Side) []cell {
	key := notesKey{c.Number(), side, m.Stream, m.grown(c)}
	return m.memo.notes.get(key, func() []cell {
		cadence := []string{cadenceText(c, side, 0, "connection")}
		if m.Stream != 0 {
			cadence = append(cadence, cadenceText(c, side, m.Stream, fmt.Sprintf("stream %d", m.Stream)))
		}
		var notes []cell
		for _, a := range m.advice(c) {
			if a.Sender == side && len(notes) < 2 {
				notes = append(notes, cell{printable.String(a.String()), cells.Warn})
			}
		}
		return append(notes, cell{"WINDOW_UPDATE  " + strings.Join(cadence, "; "), cells.Faint})
	})
}

// A grownKey is how far a connection has grown.
type grownKey struct {
	conn   uint64
	frames int
}

// grown is the length of a connection, as long as it grows in steps of some
// hundredths.
func (m *Model) grown(c *timeline.Conn) int {
	if m.Status.Done || c.Closed() != nil {
		return c.Len()
	}
	return c.Len() &^ (1<<max(0, bits.Len(uint(c.Len()))-6) - 1)
}

func cadenceText(c *timeline.Conn, side h2decode.Side, stream uint32, name string) string {
	k := c.Cadence(side, stream)
	switch k.Updates {
	case 0:
		return name + ": none"
	case 1:
		return fmt.Sprintf("%s: 1 of %s octets", name, size(k.Octets))
	}
	return fmt.Sprintf("%s: %s of %s octets, %s apart", name, size(uint64(k.Updates)), size(uint64(k.Median)), duration(k.Interval))
}
