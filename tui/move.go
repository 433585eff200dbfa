package tui

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// moveList moves the selection of a list of so many lines on the screen, and
// reports whether the command was about that.
func (m *Model) moveList(l *list, b Binding, height int) bool {
	by, known := map[Command]int{Up: -1, Down: 1, PageUp: -height, PageDown: height}[b.Command]
	switch {
	case known:
		l.move(by)
	case b.Command == First:
		l.choose(0)
	case b.Command == Last:
		l.choose(len(l.rows) - 1)
	default:
		return false
	}
	if len(l.rows) == 0 {
		m.say("the list is empty")
	}
	l.show(height)
	m.unfollow()
	return true
}

// chooseRow puts the clock on the row that is selected in the view's list.
func (m *Model) chooseRow(l *list) {
	if !l.chosen {
		return
	}
	c := m.Snapshot.Conn(l.selected.connection())
	switch m.View {
	case Connections:
		m.chooseConnection(c)
	case Streams:
		x := c.Exchange(int(l.selected.item))
		m.chooseExchange(c, &x)
	case Frames:
		m.setCursor(c, uint64(l.selected.item))
		m.chooseStreamOf()
	case Windows:
		m.chooseStall(l)
	case Findings:
		f := c.Finding(int(l.selected.item))
		m.showFinding(c, &f)
	}
	m.reveal()
}

// chooseConnection makes a connection the one that all views are about.
func (m *Model) chooseConnection(c *timeline.Conn) {
	if c.Number() == m.Conn {
		return
	}
	m.Stream = 0
	if first := c.NextExchange(0); first < c.Exchanges() {
		m.Stream = c.Exchange(first).ID
	}
	m.Conn, m.Frame, m.Time = c.Number(), 0, c.Opened().Time
	if c.Len() > 0 {
		m.setCursor(c, 1)
	}
}

// toFinding moves to the next finding of the connection, or the one before.
func (m *Model) toFinding(by int) {
	c := m.conn()
	if c == nil || c.Findings() == c.FirstFinding() {
		m.say(fmt.Sprintf("there is no finding on connection %d", m.Conn))
		return
	}
	var best *h2decode.Finding
	for i := c.FirstFinding(); i < c.Findings(); i++ {
		f := c.Finding(i)
		ahead := f.Frame > m.Frame
		if by < 0 {
			ahead = f.Frame < m.Frame
		}
		if ahead && f.Frame > 0 && (best == nil || (f.Frame < best.Frame) == (by > 0)) {
			best = &f
		}
	}
	switch {
	case best != nil:
		m.showFinding(c, best)
	case by > 0:
		m.say("there is no finding behind the time cursor on this connection; N goes back")
	default:
		m.say("there is no finding before the time cursor on this connection; n goes on")
	}
}

// showFinding puts the clock on a finding, and says it.
func (m *Model) showFinding(c *timeline.Conn, f *h2decode.Finding) {
	m.setCursor(c, f.Frame)
	if f.Stream != 0 {
		m.Stream = f.Stream
	}
	m.reveal()
	m.say(f.Rule + ": " + f.Message)
}
