package tui

import (
	"h2scope/h2decode/timeline"
	"h2scope/tui/chart"
)

// NewModel is the model at the start, before anything was read.
func NewModel(o Options) Model {
	m := Model{Options: o, View: Streams, Fitted: true, ASCII: o.ASCII, Size: Size{80, 24}}
	if v := ViewNamed(o.View); v != NoView {
		m.View = v
	}
	return m
}

// Update is the model after an action. It does not touch the model that it
// comes from.
func (m Model) Update(a Action) Model {
	m.Effect = Effect{}
	switch a := a.(type) {
	case Resized:
		m.Size = a.Size
	case Ticked:
		m.tick(a)
	case Pressed:
		m.Message = Message{}
		m.press(a.Key)
	case Clicked:
		m.click(a)
	case Done:
		m.done(a)
	}
	return m
}

// usualBudget is how many items a tick looks at: some milliseconds.
const usualBudget = 20_000

// tick takes what was recorded, and gathers the rows of the view's list.
func (m *Model) tick(t Ticked) {
	m.Status = t.Status
	if t.Snapshot != nil && !m.Paused {
		m.Snapshot = t.Snapshot
	}
	if m.Snapshot == nil {
		return
	}
	budget := t.Budget
	if budget == 0 {
		budget = usualBudget
	}
	m.Busy = false
	if src, ok := views[m.View].rows(m); ok {
		m.Busy = !m.Lists[m.View].gather(m.Snapshot, src, budget)
	}
	m.begin()
	m.fit()
}

// begin selects something where nothing is: of the exchanges so far the one
// that took longest.
func (m *Model) begin() {
	if m.Conn == 0 {
		for _, c := range m.Snapshot.Conns() {
			if c.Len() > 0 || m.Status.Done {
				m.Conn = c.Number()
				break
			}
		}
	}
	if l := &m.Lists[Streams]; !l.chosen || m.Trail == nil && m.untouched() {
		m.selectSlowest()
	}
}

// fit sets the visible time to all of the capture, as long as the user has not
// zoomed.
func (m *Model) fit() {
	if !m.Fitted {
		return
	}
	s := chart.Span{}
	for _, c := range m.Snapshot.Conns() {
		if c.Len() == 0 {
			continue
		}
		if from := c.Opened().Time; s.From == 0 || from < s.From {
			s.From = from
		}
		s.To = max(s.To, c.Clock()+1)
	}
	m.Span = s
}

// press takes a key.
func (m *Model) press(key string) {
	if m.Prompt.kind != noPrompt {
		m.type_(key)
		return
	}
	b, found := lookup(key, m.View)
	switch {
	case m.Help:
		m.Help = false // any key closes the help
	case !found:
		m.say("no key " + key + " here; ? lists them")
	default:
		m.run(b)
	}
}

func (m *Model) say(text string)  { m.Message = Message{Text: text} }
func (m *Model) warn(text string) { m.Message = Message{Text: text, Bad: true} }

// run does what a key means: what is the view's own first.
func (m *Model) run(b Binding) {
	if m.Snapshot != nil && views[m.View].act(m, b) {
		return
	}
	switch b.Command {
	case GoView:
		m.goTo(b.Arg)
	case Back:
		m.back()
	case ZoomIn:
		m.zoom(1, 2)
	case ZoomOut:
		m.zoom(2, 1)
	case ZoomFit:
		m.Fitted = true
		m.refit()
	case Left:
		m.pan(-1)
	case Right:
		m.pan(1)
	case CursorBack:
		m.step(-1)
	case CursorForward:
		m.step(1)
	case NextFinding:
		m.toFinding(1)
	case PreviousFinding:
		m.toFinding(-1)
	case OpenFilter:
		m.Prompt = prompt{kind: filterPrompt}
	case OpenCommand:
		m.Prompt = prompt{kind: commandPrompt}
	case ExportSelected:
		m.Prompt = prompt{kind: exportPrompt}
	case CopySelected:
		m.copySelected()
	case ToggleFollow:
		m.toggleFollow()
	case TogglePause:
		m.Paused = !m.Paused
	case NextTheme:
		m.Theme++
	case SetMark:
		m.mark()
	case ShowHelp:
		m.Help = true
	case QuitProgram:
		m.Effect = Effect{Kind: Quit}
	default:
		m.say("that does nothing in this view")
	}
}

func (m *Model) refit() {
	if m.Snapshot != nil {
		m.fit()
	}
}

// goTo shows a view, and remembers where it came from.
func (m *Model) goTo(v ViewID) {
	if v == m.View {
		return
	}
	trail := m.Trail[max(0, len(m.Trail)-maxTrail):]
	m.Trail = append(trail[:len(trail):len(trail)], place{m.View, m.Conn, m.Stream})
	m.View = v
	m.Busy = true
}

// maxTrail is how far back Esc leads.
const maxTrail = 64

func (m *Model) back() {
	n := len(m.Trail)
	if n == 0 {
		if m.Filter != nil {
			m.setFilter("", nil)
			m.say("the filter is off")
			return
		}
		m.say("this is where you began; q quits")
		return
	}
	p := m.Trail[n-1]
	m.Trail = m.Trail[:n-1]
	m.View, m.Conn, m.Stream = p.view, p.conn, p.stream
	m.Busy = true
}

// untouched says that the user has not yet chosen anything.
func (m *Model) untouched() bool { return !m.Lists[Streams].chosen || m.Frame == 0 && m.Time == 0 }

// selectSlowest selects the exchange that took longest.
func (m *Model) selectSlowest() {
	l := &m.Lists[Streams]
	var slowest row
	longest := int64(-1)
	for _, r := range l.rows {
		c := m.Snapshot.Conn(r.connection())
		x := c.Exchange(int(r.item))
		if took := x.Timing.End - x.Timing.Request; took > longest {
			slowest, longest = r, took
		}
	}
	if longest >= 0 {
		l.selected, l.chosen = slowest, true
		c := m.Snapshot.Conn(slowest.connection())
		m.Conn, m.Stream = slowest.connection(), c.Exchange(int(slowest.item)).ID
	}
}

// setCursor moves the one clock to a frame of a connection.
func (m *Model) setCursor(c *timeline.Conn, frame uint64) {
	m.Conn, m.Frame = c.Number(), min(frame, uint64(c.Len()))
	if m.Frame > 0 {
		m.Time = c.Frame(m.Frame).Time
	}
}
