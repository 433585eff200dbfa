package tui

import (
	"fmt"
	"sort"

	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// priorityView is the dependency tree of RFC 7540 or the urgencies of RFC 9218
// at the cursor, with the share that each stream was due beside the one it got;
// below, what the client said.
type priorityView struct{ plain }

// The tabs of the view.
const (
	schemeInForce = iota
	schemeTree
	schemeUrgencies
)

// scheme is which of the two is shown.
func (m *Model) scheme(s *timeline.State) timeline.Scheme {
	switch m.Tab[Priority] {
	case schemeTree:
		return timeline.RFC7540
	case schemeUrgencies:
		return timeline.RFC9218
	}
	return s.Scheme()
}

// changesHeight is how many lines what the client said has.
func (priorityView) changesHeight(h int) int { return min(12, h/3) }

func (v priorityView) draw(m *Model, c *cells.Canvas) {
	conn := m.conn()
	if conn == nil {
		return
	}
	p := m.priorities(conn)
	below := v.changesHeight(c.H)
	area := m.drawPane(c.Sub(0, 0, c.W, c.H-below), p.title(m), true)
	v.table(m, area, conn, &p)
	m.drawChanges(m.drawPane(c.Sub(0, c.H-below, c.W, below), "what the client said", false), conn)
}

// title says what is shown, and of which frames the shares are.
func (p *priorities) title(m *Model) string {
	what := "dependency tree, RFC 7540"
	if p.scheme == timeline.RFC9218 {
		what = "urgencies, RFC 9218"
	}
	if !p.inForce {
		what += " (the other scheme is in force: u)"
	}
	what += fmt.Sprintf(", after frame %d", m.Frame)
	if p.sent == 0 {
		return what + ": no DATA of the server yet"
	}
	return what + fmt.Sprintf(": shares of %s octets", size(p.sent))
}

// drawChanges lists what the client said about priorities about the cursor.
func (m *Model) drawChanges(c *cells.Canvas, conn *timeline.Conn) {
	changes := m.changes(conn)
	if len(changes) == 0 {
		c.Text(0, 0, cells.Faint, "nothing about priorities: all streams have the same weight, or urgency 3")
		return
	}
	next := sort.Search(len(changes), func(i int) bool { return changes[i].Frame > m.Frame })
	top := max(0, min(next-c.H/2-1, len(changes)-c.H))
	for y := 0; y < c.H && top+y < len(changes); y++ {
		change := &changes[top+y]
		style, mark := cells.Plain, "  "
		switch {
		case change.Frame == m.Frame:
			style, mark = cells.Value, "> "
		case top+y >= next:
			style = cells.Faint // it is still to come
		}
		f := conn.Frame(change.Frame)
		text := fmt.Sprintf("%s%s  frame %-5d %s", mark, seconds(f.Time-m.zero()), change.Frame, changeText(change))
		c.Text(0, y, style, printable.Truncate(text, c.W))
	}
}

func (m *Model) changes(c *timeline.Conn) []timeline.PriorityChange {
	return m.memo.changes.get(c, c.PriorityChanges)
}

// changeText is what a client said about a stream.
func changeText(c *timeline.PriorityChange) string {
	if c.Scheme == timeline.RFC9218 {
		text := fmt.Sprintf("stream %d: urgency %d", c.Signal.Stream, c.Signal.Params.Urgency)
		if c.Signal.Params.Incremental {
			text += ", incremental"
		}
		return text + " (" + c.Signal.Kind.String() + ")"
	}
	text := fmt.Sprintf("stream %d: on %d, weight %d", c.Op.Stream, c.Op.DependsOn, c.Op.Weight)
	if c.Op.Exclusive {
		text += ", exclusive"
	}
	return text + " (" + c.Op.Kind.String() + ")"
}

func (v priorityView) act(m *Model, b Binding) bool {
	conn := m.conn()
	if conn == nil {
		return false
	}
	switch b.Command {
	case PreviousChange, NextChange:
		m.stepChange(conn, b.Command == NextChange)
	case ToggleTree:
		tab := schemeTree
		if m.priorities(conn).scheme == timeline.RFC7540 {
			tab = schemeUrgencies
		}
		m.Tab[Priority] = tab
	case Enter:
		m.goTo(Stream)
	default:
		by, known := scrollStep(b.Command, m.bodySize().H/2)
		if known {
			m.moveStream(conn, by)
		}
		return known
	}
	return true
}

// moveStream selects another stream with a priority.
func (m *Model) moveStream(c *timeline.Conn, by int) {
	p := m.priorities(c)
	if len(p.rows) == 0 {
		m.say("no stream has a priority at the cursor")
		return
	}
	at := p.at(m.Stream)
	to := m.bounded("stream", at, at+by, len(p.rows)-1)
	m.Stream = p.rows[to].stream
}

// stepChange moves the clock to the next change of priorities, or the one before.
func (m *Model) stepChange(c *timeline.Conn, forward bool) {
	changes := m.changes(c)
	i := sort.Search(len(changes), func(i int) bool { return changes[i].Frame > m.Frame })
	if !forward {
		i = sort.Search(len(changes), func(i int) bool { return changes[i].Frame >= m.Frame }) - 1
	}
	if i < 0 || i >= len(changes) {
		m.say("the client said nothing more about priorities there")
		return
	}
	m.setCursor(c, changes[i].Frame)
	m.Stream = changes[i].Op.Stream
	if changes[i].Scheme == timeline.RFC9218 {
		m.Stream = changes[i].Signal.Stream
	}
	m.reveal()
}
