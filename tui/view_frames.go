package tui

import (
	"fmt"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// framesView is every frame in order; below, the fields of the one that is
// selected as a tree and its octets, those of the selected field standing out.
type framesView struct{ plain }

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
	}, true
}

// listHeight is how many lines of the view the list has, its head included.
func (framesView) listHeight(h int) int { return max(4, h*6/10) }

func (v framesView) draw(m *Model, c *cells.Canvas) {
	l := m.Lists[Frames]
	height := v.listHeight(c.H)
	l.show(height - 1)
	t := table{columns: frameColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return m.frameLine(r) }}
	t.draw(c.Sub(0, 0, c.W, height), &l)
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
		return cell{windowText(f), cells.Plain}
	}
	switch f.Header.Type {
	case h2decode.TypeHeaders:
		if x, found := c.ExchangeOf(f.Header.Stream); found && f.Number == x.Opened {
			request := c.Fields(&x, h2decode.Client)
			return cell{value(request.Fields, ":method") + " " + value(request.Fields, ":path"), cells.Plain}
		} else if found && f.From == h2decode.Server {
			response := c.Fields(&x, h2decode.Server)
			return cell{value(response.Fields, ":status"), cells.Plain}
		}
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

// windowText says what a frame leaves of the windows.
func windowText(f *timeline.Frame) string {
	text := ""
	if f.Header.Type == h2decode.TypeWindowUpdate {
		text = fmt.Sprintf("+%d ", f.Increment)
	}
	if w := f.Windows.Connection; w.Known {
		text += fmt.Sprintf("connection %d ", w.Octets)
	}
	if w := f.Windows.Stream; w.Known {
		text += fmt.Sprintf("stream %d", w.Octets)
	}
	return text
}

func (v framesView) act(m *Model, b Binding) bool {
	l := &m.Lists[Frames]
	if m.moveList(l, b, v.listHeight(m.bodySize().H)-1) {
		if l.chosen {
			m.setCursor(m.Snapshot.Conn(l.selected.connection()), uint64(l.selected.item))
			m.chooseStreamOf()
			m.reveal()
		}
		return true
	}
	switch b.Command {
	case Enter:
		m.goTo(Stream)
	case SortNext:
		m.sortList(l, len(frameColumns))
	default:
		return false
	}
	return true
}

// chooseStreamOf makes the stream of the frame at the clock the selected one.
func (m *Model) chooseStreamOf() {
	if c := m.conn(); c != nil && m.Frame > 0 {
		if f := c.Frame(m.Frame); f.Header.Stream != 0 {
			m.Stream = f.Header.Stream
		}
	}
}

func (framesView) drawDetail(m *Model, c *cells.Canvas) {}
