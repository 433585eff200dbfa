package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// framesView is every frame in order; below, the fields of the one that is
// selected as a tree and its octets, those of the selected field standing out.
type framesView struct{}

var frameColumns = []column{
	{head: "conn", width: 4, right: true, wide: 100},
	{head: "frame", width: 7, right: true},
	{head: "packet", width: 7, right: true, wide: 100},
	{head: "time", width: 11, right: true},
	{head: "", width: 1},
	{head: "stream", width: 6, right: true},
	{head: "type", width: 15},
	{head: "length", width: 6, right: true},
	{head: "flags", width: 24, wide: 110},
	{head: "what"},
}

func (framesView) rows(m *Model) (rowSource, bool) {
	return rowSource{
		count: (*timeline.Conn).Len,
		keep: func(c *timeline.Conn, i int) bool {
			if m.Filter == nil {
				return true
			}
			f := c.Frame(uint64(i + 1))
			return m.Filter.Frame(c, &f)
		},
		row: func(c *timeline.Conn, i int) (uint32, int64) {
			f := c.Frame(uint64(i + 1))
			return uint32(i + 1), f.Time
		},
		next: func(c *timeline.Conn, i int) int { return max(i, int(c.FirstFrame())-1) },
		cost: m.judging(),
	}, true
}

// listHeight is how many lines of the view the list has, its head included.
func (framesView) listHeight(h int) int { return max(4, h*6/10) }

func (v framesView) draw(m *Model, c *cells.Canvas) {
	l := m.framesList()
	height := v.listHeight(c.H)
	l.show(height - 1)
	t := table{columns: frameColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return m.frameLine(r) }}
	t.draw(c.Sub(0, 0, c.W, height), &l)
	if len(l.rows) == 0 {
		m.drawEmpty(c.Sub(0, 1, c.W, height-1), "frame")
	}
	v.drawDetail(m, c.Sub(0, height, c.W, c.H-height))
}

// frameLine is a frame in a line.
func (m *Model) frameLine(r row) []cell {
	c := m.Snapshot.Conn(r.connection())
	f := c.Frame(uint64(r.item))
	line := make([]cell, len(frameColumns))
	line[0].text = strconv.FormatUint(r.connection(), 10)
	line[1].text = strconv.FormatUint(f.Number, 10)
	line[2].text = strconv.FormatUint(f.Packet, 10)
	line[3].text = seconds(f.Time - m.zero())
	line[4] = cell{arrow(f.From), sideStyle(f.From)}
	line[5].text = strconv.FormatUint(uint64(f.Header.Stream), 10)
	line[6] = cell{f.Header.Type.String(), sideStyle(f.From)}
	line[7].text = strconv.FormatUint(uint64(f.Header.Length), 10)
	line[8].text = flagText(f.Header)
	line[9] = frameInfo(m, c, &f)
	return line
}

func arrow(s h2decode.Side) string {
	if s == h2decode.Client {
		return ">"
	}
	return "<"
}

func flagText(h h2decode.FrameHeader) string {
	var text string
	for _, name := range h.Type.FlagNames(nil, h.Flags) {
		if text != "" {
			text += " "
		}
		text += name
	}
	return text
}

// frameInfo is what matters most about a frame, in a few words.
func frameInfo(m *Model, c *timeline.Conn, f *timeline.Frame) cell {
	switch {
	case f.Malformed != nil:
		return cell{"malformed: " + f.Malformed.Reason, cells.Bad}
	case f.Missing > 0:
		return cell{fmt.Sprintf("%d octets are missing", f.Missing), cells.Bad}
	case f.Windows.Moved:
		return cell{m.windowText(f), cells.Plain}
	}
	switch f.Header.Type {
	case h2decode.TypeHeaders:
		return cell{text: headersText(c, f)}
	case h2decode.TypeRSTStream, h2decode.TypeGoAway:
		return cell{f.Code.String(), cells.Reset}
	case h2decode.TypePushPromise:
		return cell{fmt.Sprintf("promises stream %d", f.About), cells.Push}
	case h2decode.TypePriorityUpdate:
		return cell{fmt.Sprintf("of stream %d", f.About), cells.Plain}
	case h2decode.TypePriority:
		p := f.Priority
		return cell{fmt.Sprintf("on %d, weight %d", p.DependsOn, p.Weight), cells.Plain}
	}
	return cell{}
}

// headersText is what the field section that HEADERS begins is: a request, a
// status, or trailers.
func headersText(c *timeline.Conn, f *timeline.Frame) string {
	x, found := c.ExchangeOf(f.Header.Stream)
	if !found {
		return ""
	}
	fields := c.Fields(&x, f.From)
	switch {
	case f.Header.Flags.Has(h2decode.FlagEndStream) && len(fields.Trailers) > 0:
		return "trailers"
	case f.From == h2decode.Client:
		return value(fields.Fields, ":method") + " " + value(fields.Fields, ":path")
	case f.Interim && len(fields.Interim) > 0:
		return "interim " + value(fields.Interim[0], ":status")
	}
	return value(fields.Fields, ":status")
}

// windowText says what a frame leaves of the windows. On narrow screens it is
// shorter.
func (m *Model) windowText(f *timeline.Frame) string {
	lead, connection := "", "conn"
	if m.Size.W >= 110 {
		lead, connection = "window: ", "connection"
	}
	var parts []string
	if f.Header.Type == h2decode.TypeWindowUpdate {
		lead = fmt.Sprintf("+%d %s", f.Increment, lead)
	}
	if w := f.Windows.Connection; w.Known {
		parts = append(parts, fmt.Sprintf("%s %d", connection, w.Octets))
	}
	if w := f.Windows.Stream; w.Known {
		parts = append(parts, fmt.Sprintf("stream %d", w.Octets))
	}
	return lead + strings.Join(parts, " ")
}

func (v framesView) act(m *Model, b Binding) bool {
	if m.Pane[Frames] == 1 && m.moveField(b) {
		return true
	}
	l := &m.Lists[Frames]
	*l = m.framesList()
	if m.moveList(l, b, v.listHeight(m.bodySize().H)-1) {
		m.chooseRow(l)
		m.Scroll[Frames] = 0
		return true
	}
	switch b.Command {
	case Enter:
		m.chooseStreamOf()
		m.goTo(Stream)
	case NextPane:
		m.Pane[Frames] = 1 - m.Pane[Frames]
	default:
		return false
	}
	return true
}

// framesList is the list of frames with the one at the clock selected: here the
// selection and the clock are one.
func (m *Model) framesList() list {
	l := m.Lists[Frames]
	c := m.conn()
	if c == nil || m.Frame == 0 || m.Frame > uint64(c.Len()) {
		return l
	}
	l.selected, l.chosen = row{conn: uint32(m.Conn), item: uint32(m.Frame)}, true
	if l.sort == 0 { // the rows are in order of time
		src, _ := framesView{}.rows(m)
		at := src.place(c, int(m.Frame-1))
		l.line, _ = slices.BinarySearchFunc(l.rows, at, func(r row, p placed) int { return inPlace(src.placeOf(m.Snapshot, r), p) })
	}
	return l
}

// chooseStreamOf makes the stream of the frame at the clock the selected one.
func (m *Model) chooseStreamOf() {
	if c := m.conn(); c != nil && m.Frame > 0 {
		if f := c.Frame(m.Frame); f.Header.Stream != 0 {
			m.Stream = f.Header.Stream
		}
	}
}
