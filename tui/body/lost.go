package body

import (
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// Lost is how many octets at most are lost between two frames of one side, the
// second being later, with frames that nobody saw. Gaps inside the payload of a
// frame are not among them.
func Lost(c *timeline.Conn, before, after *timeline.Frame) (octets uint64) {
	for _, g := range c.Gaps() {
		if g.From != after.From || g.Offset <= before.Offset || g.Offset >= after.Offset {
			continue
		}
		if lost := g.Bytes + g.Skipped; g.Skipped > 0 || !insideFrame(c, before.Number, after.Number, g.Offset, g.Bytes) {
			octets += lost
		}
	}
	return octets
}

// insideFrame reports whether octets of a gap lie in the payload of one of the
// frames from the first to the last.
func insideFrame(c *timeline.Conn, first, last uint64, offset, length uint64) bool {
	from := c.Frame(first).From
	for n := first; n <= last; n++ {
		f := c.Frame(n)
		end := f.Offset + h2decode.HeaderLength + uint64(f.Header.Length)
		if f.From == from && f.Missing > 0 && f.Offset < offset && offset+length <= end {
			return true
		}
	}
	return false
}
