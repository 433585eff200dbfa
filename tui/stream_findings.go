package tui

import (
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// findingsOf are the indexes of the findings about a stream.
func findingsOf(c *timeline.Conn, stream uint32) (indexes []int) {
	for i := c.FirstFinding(); i < c.Findings(); i++ {
		if c.Finding(i).Stream == stream {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

func (streamView) findings(c *cells.Canvas, conn *timeline.Conn, x *timeline.Exchange, at int) {
	indexes := findingsOf(conn, x.ID)
	if len(indexes) == 0 {
		c.Text(0, 0, cells.Good, "nothing was found about this stream")
		return
	}
	at = min(at, len(indexes)-1)
	var lines []line
	begin := 0
	for i, index := range indexes {
		f := conn.Finding(index)
		severity := severityCell(&f)
		mark := "  "
		if i == at {
			mark, begin = "> ", len(lines)
		}
		lines = append(lines, line{{mark, cells.Key}, {pad(severity.text, 8), severity.style}, {" " + f.Rule + "  ", cells.Label}, {f.Reference, cells.Faint}})
		for _, part := range wrap(printable.String(f.Message), c.W-4) {
			lines = append(lines, plainLine(cells.Plain, "    "+part))
		}
	}
	drawLines(c, lines, max(0, begin-c.H/2))
}
