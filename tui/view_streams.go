package tui

import (
	"fmt"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// streamsView is the waterfall: each exchange as a line of facts and a bar.
type streamsView struct{}

var streamColumns = []column{
	{head: "conn", width: 4, right: true, wide: 44},
	{head: "id", width: 6, right: true},
	{head: "method", width: 7, wide: 52},
	{head: "status", width: 6, right: true},
	{head: "type", width: 10, wide: 70},
	{head: "size", width: 5, right: true},
	{head: "first", width: 6, right: true, wide: 62},
	{head: "took", width: 6, right: true},
	{head: "path"},
}

func (streamsView) rows(m *Model) (rowSource, bool) { return m.exchanges(), true }

// listWidth is how much of the width the facts have; the bars have the rest.
func (streamsView) listWidth(w int) int {
	switch {
	case w < 100:
		return w / 2
	case w < 160:
		return w * 9 / 20
	}
	return w * 2 / 5
}

// headLines is how many lines the headline has.
func headLines(w int) int {
	if w < 120 {
		return 2
	}
	return 1
}

// listArea is where the rows are: below the headline and the head, above the
// legend.
func (streamsView) listArea(m *Model) (top, lines int) {
	size := m.bodySize()
	top = headLines(size.W) + 1
	return top, max(0, size.H-top-1)
}

// timeAt is the time at a cell of the bars.
func (v streamsView) timeAt(m *Model, x, y int) (t int64, found bool) {
	w := m.bodySize().W
	left := v.listWidth(w) + 1
	if x < left || y < headLines(w) || y >= m.bodySize().H-1 {
		return 0, false
	}
	return m.Span.Time(x-left, w-left), true
}

func (v streamsView) draw(m *Model, c *cells.Canvas) {
	l := m.Lists[Streams]
	top, lines := v.listArea(m)
	l.show(lines)
	left := v.listWidth(c.W)
	v.headline(m, c.Sub(0, 0, c.W, top-1))
	t := table{columns: streamColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return m.streamLine(r) }}
	t.draw(c.Sub(0, top-1, left, lines+1), &l)
	bars := c.Sub(left+1, top-1, c.W-left-1, lines+1)
	chart.Axis(bars.Sub(0, 0, bars.W, 1), m.Span, m.zero())
	for y := 1; y < bars.H && l.top+y-1 < len(l.rows); y++ {
		m.drawBar(bars.Sub(0, y, bars.W, 1), l.rows[l.top+y-1])
	}
	m.drawCursor(bars)
	v.legend(m, c.Sub(0, c.H-1, c.W, 1))
}

// headline says what the selected exchange spent its time on.
func (streamsView) headline(m *Model, c *cells.Canvas) {
	conn, x, found := m.exchange()
	if !found {
		c.Text(0, 0, cells.Faint, plural(len(m.Lists[Streams].rows), "stream"))
		return
	}
	text := fmt.Sprintf("stream %d", x.ID)
	if len(m.Snapshot.Conns()) > 1 {
		text += fmt.Sprintf(" of connection %d", m.Conn)
	}
	why := conn.Explain(&x)
	switch {
	case x.Reset != nil:
		text += fmt.Sprintf(": reset by the %s, %s", x.Reset.From, x.Reset.Code)
		if why != "" {
			text += "; " + why
		}
	case why != "":
		text += ": " + why
	}
	for y, part := range wrapWords(printable.String(text), c.W) {
		c.Text(0, y, cells.Value, part)
	}
}

// legend names the parts of the bars.
func (streamsView) legend(m *Model, c *cells.Canvas) {
	g := m.glyphs()
	x := 0
	name := func(r rune, style cells.Style, name string) {
		if x+2+len(name) > c.W {
			return
		}
		c.Set(x, 0, r, style)
		x = c.Text(x+2, 0, cells.Faint, name) + 1
		if c.W >= 90 {
			x++
		}
	}
	names := [...]string{"blocked", "send", "wait", "receive", "stream window", "connection window", "TCP"}
	for i, part := range chart.Legend(g) {
		name(part.Rune, part.Style, names[i])
	}
	name(g.Reset, cells.Reset, "reset")
	name(g.Push, cells.Push, "pushed")
}

// drawBar draws the exchange of a row on the time axis.
func (m *Model) drawBar(c *cells.Canvas, r row) {
	conn := m.Snapshot.Conn(r.connection())
	x := conn.Exchange(int(r.item))
	bar := chart.Bar{Segments: conn.Segments(&x)}
	if x.Reset != nil {
		bar.Reset = x.Reset.Time
	}
	chart.Waterfall(c, &bar, m.Span, m.glyphs())
}

// drawCursor draws the time cursor, and the mark, over a chart.
func (m *Model) drawCursor(c *cells.Canvas) {
	for _, line := range [...]struct {
		at    int64
		r     rune
		style cells.Style
	}{{m.Marked, m.glyphs().Mark, cells.Mark}, {m.Time, m.glyphs().Cursor, cells.Cursor}} {
		if line.at == 0 {
			continue
		}
		x := m.Span.Column(line.at, c.W)
		for y := range c.H {
			if c.At(x, y).Rune == ' ' {
				c.Set(x, y, line.r, line.style)
			}
		}
	}
}

// streamLine is the facts of an exchange.
func (m *Model) streamLine(r row) []cell {
	c := m.Snapshot.Conn(r.connection())
	x := c.Exchange(int(r.item))
	request, response := c.Fields(&x, h2decode.Client), c.Fields(&x, h2decode.Server)
	line := make([]cell, len(streamColumns))
	line[0].text = strconv.FormatUint(r.connection(), 10)
	line[1].text = strconv.FormatUint(uint64(x.ID), 10)
	line[2].text = value(request.Fields, ":method")
	line[3] = statusCell(&x, value(response.Fields, ":status"))
	line[4].text = subtype(value(response.Fields, "content-type"))
	line[5].text = size(x.Response.DataBytes)
	if t := &x.Timing; t.FinalResponse != 0 {
		line[6].text = duration(t.FinalResponse - t.Request)
	}
	line[7] = cell{duration(took(&x)), tookStyle(&x)}
	path := value(request.Fields, ":path")
	if x.Kind == h2decode.KindPush {
		path = string(m.glyphs().Push) + path
	}
	line[8] = cell{path, findingStyle(x.Findings)}
	return line
}

// statusCell is the status, or what became of an exchange that has none.
func statusCell(x *timeline.Exchange, status string) cell {
	switch {
	case x.Reset != nil:
		return cell{"reset", cells.Reset}
	case status == "":
		return cell{"-", cells.Faint}
	case status[0] == '4' || status[0] == '5':
		return cell{status, cells.Bad}
	case status[0] == '3':
		return cell{status, cells.Warn}
	}
	return cell{status, cells.Good}
}

// Exchanges that take longer than these are noticed by people, and keep them
// waiting.
const (
	noticed = 100_000_000
	waiting = 1_000_000_000
)

// took is how long an exchange took, from its beginning to its last frame or,
// where that was not seen, to when it was known to be over.
func took(x *timeline.Exchange) int64 {
	return max(0, x.Timing.End-x.Timing.Request, x.ClosedAt-x.OpenedAt)
}

// tookStyle colours a duration: bad where most of it was a stall, or it kept
// someone waiting.
func tookStyle(x *timeline.Exchange) cells.Style {
	took := took(x)
	var stalled int64
	for _, waited := range x.Timing.Stalled {
		stalled = max(stalled, waited)
	}
	switch {
	case took >= waiting, stalled > took/2:
		return cells.Bad
	case took >= noticed, stalled > 0:
		return cells.Warn
	}
	return cells.Plain
}

func findingStyle(f h2decode.Severities) cells.Style {
	switch {
	case f[h2decode.SeverityError] > 0:
		return cells.Bad
	case f[h2decode.SeverityWarning] > 0:
		return cells.Warn
	}
	return cells.Plain
}

// value is the first field of a name, safe to show; with ? where it is not
// certain.
func value(fields []hpack.Field, name string) string {
	for i := range fields {
		f := &fields[i]
		if string(f.Name) != name || f.ValueTrust == hpack.Unknown {
			continue
		}
		s := printable.String(string(f.Value))
		if f.Trust() != hpack.Exact {
			s += "?"
		}
		return s
	}
	return ""
}

// subtype is the part of a media type that tells most: html of text/html.
func subtype(mediaType string) string {
	begin, end := 0, len(mediaType)
	for i, c := range mediaType {
		if c == '/' && begin == 0 {
			begin = i + 1
		}
		if c == ';' {
			end = i
			break
		}
	}
	return mediaType[min(begin, end):end]
}

func (v streamsView) act(m *Model, b Binding) bool {
	l := &m.Lists[Streams]
	_, lines := v.listArea(m)
	switch {
	case m.moveList(l, b, lines):
		m.chooseRow(l)
	case b.Command == Enter:
		m.goTo(Stream)
	default:
		return false
	}
	return true
}
