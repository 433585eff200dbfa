package tui

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

var stallColumns = []column{
	{head: "conn", width: 4, right: true, wide: 100},
	{head: "stream", width: 6, right: true},
	{head: "waits", width: 6},
	{head: "for", width: 10},
	{head: "from", width: 10, right: true},
	{head: "waited", width: 7, right: true},
	{head: "window", width: 7, right: true, wide: 100},
	{head: "ended by"},
}

// stalls are a source of the rows of all stalls whose exchanges, or the frames
// that began or ended them, pass the filter.
func (m *Model) stalls() rowSource {
	return rowSource{
		count: (*timeline.Conn).Stalls,
		keep: func(c *timeline.Conn, i int) bool {
			if m.Filter == nil {
				return true
			}
			s := c.Stall(i)
			if x, found := c.ExchangeOf(s.Stream); found && m.Filter.Exchange(c, &x) {
				return true
			}
			return m.passes(c, s.BeganFrame) || m.passes(c, s.EndedFrame)
		},
		row:  func(c *timeline.Conn, i int) (uint32, int64) { return uint32(i), c.Stall(i).Began },
		next: func(c *timeline.Conn, i int) int { return max(i, c.FirstStall()) },
		cost: m.judging(),
	}
}

// passes says that a frame that is kept passes the filter.
func (m *Model) passes(c *timeline.Conn, frame uint64) bool {
	if !m.Filter.OfFrames() || frame < c.FirstFrame() || frame > uint64(c.Len()) {
		return false
	}
	f := c.Frame(frame)
	return m.Filter.Frame(c, &f)
}

func (m *Model) stall(r row) h2decode.Stall {
	return m.Snapshot.Conn(r.connection()).Stall(int(r.item))
}

// stallList is the list of stalls, in which one of the selected stream is
// selected where it has any.
func (m *Model) stallList() list {
	l := m.Lists[Windows]
	if l.chosen && l.selected.connection() == m.Conn && m.stall(l.selected).Stream == m.Stream {
		return l
	}
	l.chosen = false
	c, x, found := m.exchange()
	if !found {
		return l
	}
	for _, s := range c.StallsOf(&x) {
		i, _ := slices.BinarySearchFunc(l.rows, s.Began, func(r row, t int64) int { return cmp.Compare(m.stall(r).Began, t) })
		for ; i < len(l.rows) && m.stall(l.rows[i]).Began == s.Began; i++ {
			if r := l.rows[i]; r.connection() == m.Conn && m.stall(r).Stream == m.Stream {
				l.selected, l.chosen = r, true
				return l
			}
		}
	}
	return l
}

// chooseStall makes the selected stall what all views are about: the clock goes
// to its beginning.
func (m *Model) chooseStall(l *list) {
	if !l.chosen {
		return
	}
	c, s := m.Snapshot.Conn(l.selected.connection()), m.stall(l.selected)
	frame := s.BeganFrame
	if frame == 0 {
		frame = c.FrameAt(s.Began)
	}
	m.setCursor(c, frame)
	m.Stream, m.Tab[Windows] = s.Stream, sideTab(s.From)
	m.reveal()
}

// openStall goes to the frame that ended the selected stall.
func (m *Model) openStall(l *list) {
	if !l.chosen {
		m.say("there is no stall to open")
		return
	}
	c, s := m.Snapshot.Conn(l.selected.connection()), m.stall(l.selected)
	if s.EndedFrame == 0 {
		m.say("no frame ended this stall: " + endedBy(c, &s))
		return
	}
	m.setCursor(c, s.EndedFrame)
	m.Stream = s.Stream
	m.reveal()
	m.goTo(Frames)
}

func (m *Model) stallLine(r row) []cell {
	c, s := m.Snapshot.Conn(r.connection()), m.stall(r)
	out := make([]cell, len(stallColumns))
	out[0].text = strconv.FormatUint(r.connection(), 10)
	out[1].text = strconv.Itoa(int(s.Stream))
	out[2] = cell{s.From.String(), sideStyle(s.From)}
	_, style := stallLook(s.Cause, m.glyphs())
	out[3] = cell{s.Cause.String(), style}
	out[4].text = seconds(s.Began - m.zero())
	out[5] = cell{duration(s.Waited), cells.Warn}
	out[6].text = strconv.FormatInt(s.Window, 10)
	out[7].text = endedBy(c, &s)
	return out
}

// endedBy says what ended a stall.
func endedBy(c *timeline.Conn, s *h2decode.Stall) string {
	if s.EndedFrame == 0 || s.EndedFrame > uint64(c.Len()) {
		if s.Cause == h2decode.StalledByTCP {
			return fmt.Sprintf("TCP, packet %d", s.Packet)
		}
		return fmt.Sprintf("the end of the stream, packet %d", s.Packet)
	}
	f := c.Frame(s.EndedFrame)
	text := f.Header.Type.String()
	switch f.Header.Type {
	case h2decode.TypeWindowUpdate:
		text += fmt.Sprintf(" +%d", f.Increment)
	case h2decode.TypeSettings:
		text += " " + flagText(f.Header)
	}
	return fmt.Sprintf("%s, frame %d", text, f.Number)
}

// stallLook is how a stall is drawn.
func stallLook(cause h2decode.StallCause, g *chart.Glyphs) (rune, cells.Style) {
	switch cause {
	case h2decode.StalledByStream:
		return g.StallStream, cells.StallStream
	case h2decode.StalledByConnection:
		return g.StallConnection, cells.StallConnection
	}
	return g.StallTCP, cells.StallTCP
}

// maxShades is how many stalls are looked at to shade a chart.
const maxShades = 8192

// connectionShades are the stalls on the connection's window that are visible.
func (m *Model) connectionShades(c *timeline.Conn, side h2decode.Side) (shades []chart.Shade) {
	n := c.Stalls()
	first := sort.Search(n, func(i int) bool { return c.Stall(i).Ended >= m.Span.From })
	for i := first; i < min(n, first+maxShades); i++ {
		if s := c.Stall(i); s.From == side && s.Cause == h2decode.StalledByConnection && s.Began < m.Span.To {
			shades = append(shades, m.shade(&s))
		}
	}
	return shades
}

// streamShades are the stalls of a stream.
func (m *Model) streamShades(c *timeline.Conn, stream uint32, side h2decode.Side) (shades []chart.Shade) {
	x, found := c.ExchangeOf(stream)
	if !found {
		return nil
	}
	for _, s := range c.StallsOf(&x) {
		if s.From == side {
			shades = append(shades, m.shade(&s))
		}
	}
	return shades
}

func (m *Model) shade(s *h2decode.Stall) chart.Shade {
	r, style := stallLook(s.Cause, m.glyphs())
	return chart.Shade{From: s.Began, To: s.Ended, Rune: r, Style: style}
}
