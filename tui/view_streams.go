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
type streamsView struct{ plain }

var streamColumns = []column{
	{head: "conn", width: 4, right: true, wide: 100},
	{head: "id", width: 5, right: true},
	{head: "method", width: 7, wide: 100},
	{head: "status", width: 6, right: true},
	{head: "type", width: 10, wide: 140},
	{head: "size", width: 5, right: true},
	{head: "first", width: 7, right: true, wide: 120},
	{head: "took", width: 7, right: true},
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

func (v streamsView) draw(m *Model, c *cells.Canvas) {
	l := m.Lists[Streams]
	height := c.H - 2
	l.show(height - 1)
	left := v.listWidth(c.W)
	v.headline(m, c.Sub(0, 0, c.W, 1))
	t := table{columns: streamColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return m.streamLine(r) }}
	t.draw(c.Sub(0, 1, left, height), &l)
	bars := c.Sub(left+1, 1, c.W-left-1, height)
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
		c.Text(0, 0, cells.Faint, fmt.Sprintf("%d streams", len(m.Lists[Streams].rows)))
		return
	}
	text := fmt.Sprintf("stream %d of connection %d: %s", x.ID, m.Conn, conn.Explain(&x))
	c.Text(0, 0, cells.Value, printable.String(text))
}

func (streamsView) legend(m *Model, c *cells.Canvas) {
	x := 0
	for _, entry := range chart.Legend(m.glyphs()) {
		if x+len(entry.Name)+4 > c.W {
			break
		}
		c.Set(x, 0, entry.Rune, entry.Style)
		x = c.Text(x+2, 0, cells.Faint, entry.Name) + 2
	}
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
	line[7] = cell{duration(x.Timing.End - x.Timing.Request), tookStyle(&x)}
	path := value(request.Fields, ":path")
	if x.Kind == h2decode.KindPush {
		path = string(m.glyphs().Push) + " " + path
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

func tookStyle(x *timeline.Exchange) cells.Style {
	for _, waited := range x.Timing.Stalled {
		if waited > 0 {
			return cells.Warn
		}
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
	if m.moveList(l, b, m.bodySize().H-3) {
		m.chooseExchange(l)
		return true
	}
	switch b.Command {
	case Enter:
		m.goTo(Stream)
	case SortNext:
		m.sortList(l, len(streamColumns))
	case SortReverse:
		l.reverse = !l.reverse
		m.sortList(l, 0)
	default:
		return false
	}
	return true
}

// chooseExchange makes the selected line the exchange that all views are about,
// and puts the clock where it began.
func (m *Model) chooseExchange(l *list) {
	if !l.chosen {
		return
	}
	c := m.Snapshot.Conn(l.selected.connection())
	x := c.Exchange(int(l.selected.item))
	m.Stream = x.ID
	m.setCursor(c, x.First)
	m.reveal()
}
