package tui

import (
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// A priorityLayout is how wide the columns of the table are.
type priorityLayout struct{ stream, weight, state, share, path int }

func layPriorities(w int) priorityLayout {
	l := priorityLayout{stream: min(40, max(16, w/5)), weight: 9, state: 18, path: max(12, w/4)}
	l.share = max(8, (w-l.stream-l.weight-l.state-l.path-5)/2)
	l.path = max(0, w-l.stream-l.weight-l.state-2*l.share-5)
	return l
}

// table shows the streams that fit, the selected one among them.
func (priorityView) table(m *Model, c *cells.Canvas, conn *timeline.Conn, p *priorities) {
	l := layPriorities(c.W)
	heads := [...]struct {
		text  string
		width int
	}{{"stream", l.stream}, {"weight", l.weight}, {"state", l.state}, {"due", l.share}, {"got", l.share}, {"path", l.path}}
	if p.scheme == timeline.RFC9218 {
		heads[1].text = "urgency"
	}
	x := 0
	for _, head := range heads {
		c.Text(x, 0, cells.Heading, printable.Truncate(head.text, head.width))
		x += head.width + 1
	}
	if len(p.rows) == 0 {
		c.Text(0, 1, cells.Faint, "no stream has a priority at the cursor")
		return
	}
	top := m.priorityTop(p, c.H-1)
	for y := 1; y < c.H && top+y-1 < len(p.rows); y++ {
		r := &p.rows[top+y-1]
		m.drawPriority(c.Sub(0, y, c.W, 1), conn, r, p, l)
	}
}

// priorityTop is the first row that is shown of a height.
func (m *Model) priorityTop(p *priorities, height int) int {
	at := p.at(m.Stream)
	return min(max(0, at-height/2), max(0, len(p.rows)-height))
}

// at is the row of a stream, 0 where it has none.
func (p *priorities) at(stream uint32) int {
	for i := range p.rows {
		if p.rows[i].stream == stream {
			return i
		}
	}
	return 0
}

// drawPriority is a stream in a line.
func (m *Model) drawPriority(c *cells.Canvas, conn *timeline.Conn, r *priorityRow, p *priorities, l priorityLayout) {
	var add cells.Style
	if r.stream == m.Stream {
		add = cells.Selected
		c.Fill(cells.Cell{Rune: ' ', Style: add})
	}
	x := c.Text(0, 0, cells.Guide|add, printable.Truncate(r.lead, l.stream-5))
	c.Text(x, 0, cells.Value|add, strconv.Itoa(int(r.stream)))
	x = l.stream + 1
	c.Text(x, 0, add, printable.Truncate(r.weight, l.weight))
	x += l.weight + 1
	c.Text(x, 0, r.style|add, printable.Truncate(r.state, l.state))
	x += l.state + 1
	if p.inForce {
		m.drawShare(c.Sub(x, 0, l.share, 1), r.due, p.sent, cells.Wait|add)
	} else {
		c.Text(x, 0, cells.Faint|add, "-")
	}
	x += l.share + 1
	m.drawShare(c.Sub(x, 0, l.share, 1), float64(r.got), p.sent, cells.Receive|add)
	if exchange, found := conn.ExchangeOf(r.stream); found && l.path > 0 {
		request := conn.Fields(&exchange, h2decode.Client)
		c.Text(x+l.share+1, 0, add, printable.Truncate(value(request.Fields, ":path"), l.path))
	}
}

// drawShare is a share of what was sent, as a number and a bar.
func (m *Model) drawShare(c *cells.Canvas, octets float64, of uint64, style cells.Style) {
	if of == 0 || octets <= 0 {
		return
	}
	part := octets / float64(of)
	c.Right(4, 0, style, strconv.Itoa(int(part*100+0.5))+"%")
	chart.Fraction(c.Sub(5, 0, c.W-5, 1), part, style, m.glyphs())
}
