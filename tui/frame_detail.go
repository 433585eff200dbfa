package tui

import (
	"fmt"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/tui/cells"
)

// A frameDetail is a frame taken apart.
type frameDetail struct {
	nodes   []node
	octets  []byte // of the frame, as far as they were read
	trouble string // why some are missing
}

// frameDetail takes the frame at the clock apart.
func (m *Model) frameDetail(c *timeline.Conn, f *timeline.Frame) (d frameDetail) {
	all, trouble := m.frameOctets(c, f.Number)
	d.trouble = trouble
	first, _ := blockFrames(c, f)
	offset := int(f.Offset - first.Offset)
	if offset >= len(all) {
		return d
	}
	d.octets = all[offset:min(len(all), offset+h2decode.HeaderLength+int(f.Header.Length))]
	t := treeOf(d.octets)
	if inBlock(f.Header) {
		b := m.blockOf(c, f, all)
		t.fields(&b, offset, len(d.octets))
	}
	d.nodes = t.nodes
	return d
}

// drawDetail shows the frame at the clock: its fields as a tree, and its octets.
func (framesView) drawDetail(m *Model, c *cells.Canvas) {
	conn := m.conn()
	if conn == nil || m.Frame == 0 || c.H < 2 {
		return
	}
	f := conn.Frame(m.Frame)
	d := m.frameDetail(conn, &f)
	hex := hexWidth(16)
	if c.W < 2*hex-20 {
		hex = min(c.W/2, hexWidth(8))
	}
	left, right := c.Sub(0, 0, c.W-hex-1, c.H), c.Sub(c.W-hex, 0, hex, c.H)
	tree := m.drawPane(left, fmt.Sprintf("frame %d: %s", f.Number, f.Header.Type), m.Pane[Frames] == 1)
	octets := m.drawPane(right, fmt.Sprintf("octets %d to %d of the %s's", f.Offset, f.Offset+h2decode.HeaderLength+uint64(f.Header.Length)-1, f.From), false)
	if d.trouble != "" {
		tree.Text(0, 0, cells.Warn, printable.Truncate(printable.String(d.trouble), tree.W))
		tree = tree.Sub(0, 1, tree.W, tree.H-1)
	}
	if len(d.nodes) == 0 {
		return
	}
	at := min(m.Scroll[Frames], len(d.nodes)-1)
	drawTree(tree, d.nodes, at, m.Pane[Frames] == 1)
	n := d.nodes[at]
	top := 0
	if line := n.from / hexOctets(octets.W); line >= octets.H {
		top = line - octets.H/2
	}
	drawHex(octets, d.octets, top, n.from, n.to)
}

// drawTree shows the nodes about the selected one.
func drawTree(c *cells.Canvas, nodes []node, at int, active bool) {
	top := min(max(0, at-c.H/2), max(0, len(nodes)-c.H))
	for y := 0; y < c.H && top+y < len(nodes); y++ {
		n := &nodes[top+y]
		var add cells.Style
		if top+y == at && active {
			add = cells.Selected
			c.Sub(0, y, c.W, 1).Fill(cells.Cell{Rune: ' ', Style: add})
		}
		mark := "  "
		if top+y == at {
			mark = "> "
		}
		x := c.Text(0, y, cells.Key|add, mark)
		x = c.Text(x, y, cells.Label|add, printable.Truncate(strings.Repeat("  ", n.depth)+n.name, c.W-x))
		c.Text(x+1, y, n.style|add, printable.Truncate(n.value, max(0, c.W-x-1)))
	}
}

// moveField selects another field of the frame.
func (m *Model) moveField(b Binding) bool {
	c := m.conn()
	by, known := map[Command]int{Up: -1, Down: 1, PageUp: -8, PageDown: 8, First: -1 << 30, Last: 1 << 30}[b.Command]
	if !known || c == nil || m.Frame == 0 {
		return false
	}
	f := c.Frame(m.Frame)
	last := len(m.frameDetail(c, &f).nodes) - 1
	m.Scroll[Frames] = m.bounded("field", m.Scroll[Frames], m.Scroll[Frames]+by, last)
	return true
}

// fieldText is the value of a field, and how it stood on the wire.
func fieldText(f *blockField) string {
	return fmt.Sprintf("%s  (%s, %s%s)", valueText(&f.Field), representation(&f.Field), plural(f.Wire, "octet"), trustText(&f.Field))
}

// valueText is the value of a field, safe to show.
func valueText(f *hpack.Field) string {
	if f.ValueTrust == hpack.Unknown {
		return "?"
	}
	return printable.String(string(f.Value))
}

// trustText says how far a field is not to be believed.
func trustText(f *hpack.Field) string {
	if f.Trust() == hpack.Exact {
		return ""
	}
	return ", " + f.Trust().String()
}

func trustStyle(f *hpack.Field) cells.Style {
	if f.Trust() == hpack.Exact {
		return cells.Plain
	}
	return cells.Warn
}
