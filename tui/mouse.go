package tui

import "h2scope/tui/chart"

// wheelLines is how far a step of the wheel goes.
const wheelLines = 3

// click takes the mouse: it chooses views, keys of the footer and lines, drags
// the time cursor over a chart, and scrolls.
func (m *Model) click(c Clicked) {
	if m.Prompt.kind != noPrompt {
		return
	}
	m.Message = Message{}
	switch {
	case m.Help:
		m.Help = c.Button == LeftDrag
	case c.Button == WheelUp || c.Button == WheelDown:
		m.wheel(c)
	case c.Y == 0 && c.Button == LeftButton:
		if v := m.viewAt(c.X); v != NoView {
			m.goTo(v)
		}
	case c.Y == m.Size.H-1 && c.Button == LeftButton:
		if b, found := m.bindingAt(c.X); found {
			m.run(b)
		}
	case m.Snapshot == nil || len(m.Snapshot.Conns()) == 0:
	case m.dragged(c):
	default:
		m.clickLine(c)
	}
}

// wheel moves as the arrows do, but further.
func (m *Model) wheel(c Clicked) {
	b := Binding{Command: Down}
	if c.Button == WheelUp {
		b.Command = Up
	}
	if m.Snapshot == nil || len(m.Snapshot.Conns()) == 0 {
		return
	}
	for range wheelLines {
		if !views[m.View].act(m, b) {
			return
		}
	}
	m.Touched = true
}

// A charted view has a time axis. timeAt is the time at a cell of the view.
type charted interface {
	timeAt(m *Model, x, y int) (t int64, found bool)
}

// timeIn is the time at a column of a chart of a width, where the cell is in it.
func (m *Model) timeIn(s chart.Span, x, width int, in bool) (t int64, found bool) {
	if !in || x < 0 || x >= width {
		return 0, false
	}
	return s.Time(x, width), true
}

// dragged puts the time cursor where the mouse is on a chart.
func (m *Model) dragged(c Clicked) bool {
	v, ok := views[m.View].(charted)
	if !ok {
		return false
	}
	t, found := v.timeAt(m, c.X, c.Y-bodyTop)
	if !found {
		return false
	}
	if c.Button == LeftButton { // the line, too
		m.clickLine(c)
	}
	m.seek(t)
	return true
}

// A listed view has a list: top is the line of the view at which its rows begin,
// lines how many there are.
type listed interface {
	listArea(m *Model) (top, lines int)
}

// clickLine selects a line of the view's list; twice opens it.
func (m *Model) clickLine(c Clicked) {
	v, ok := views[m.View].(listed)
	if !ok || c.Button == LeftDrag {
		return
	}
	top, lines := v.listArea(m)
	l := &m.Lists[m.View]
	l.show(lines)
	y := c.Y - bodyTop - top
	if y < 0 || y >= lines || l.top+y >= len(l.rows) {
		return
	}
	l.choose(l.top + y)
	m.chooseRow(l)
	m.unfollow()
	if c.Button == LeftDouble {
		m.run(Binding{Command: Enter})
	}
}

// listArea is where the rows of frames are.
func (v framesView) listArea(m *Model) (top, lines int) {
	return 1, v.listHeight(m.bodySize().H) - 1
}
