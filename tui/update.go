package tui

import (
	"h2scope/h2decode/timeline"
	"h2scope/tui/chart"
)

// NewModel is the model at the start, before anything was read.
func NewModel(o Options) Model {
	m := Model{Options: o, View: Streams, Fitted: true, ASCII: o.ASCII, Size: Size{80, 24}, Theme: themeNamed(o), memo: new(memo)}
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
	case Pasted:
		m.Prompt.insert(a.Text)
	case Clicked:
		m.click(a)
	case Done:
		if a.Kind == FetchOctets {
			m.keep(a.Octets)
		} else {
			m.done(a)
		}
	}
	m.align()
	m.want()
	return m
}

// usualBudget is how many items a tick looks at: a few milliseconds.
const usualBudget = 25_000

// tick takes what was recorded, and gathers the rows of the view's list.
func (m *Model) tick(t Ticked) {
	began := m.Snapshot == nil
	m.Status = t.Status
	forgets := t.Snapshot != nil && !began && t.Snapshot.Forgotten() != m.Snapshot.Forgotten()
	if t.Snapshot != nil && (!m.Paused || began || forgets) {
		m.take(t.Snapshot, forgets)
	}
	if m.Snapshot == nil {
		return
	}
	if began {
		m.Follow = m.Status.Live
	}
	budget := t.Budget
	if budget == 0 {
		budget = usualBudget
	}
	m.Busy = m.gather(budget)
	if m.View == Findings {
		m.Busy = !m.tally.look(m.Snapshot, budget) || m.Busy
		m.chooseWorst()
	}
	switch {
	case m.Follow:
		m.toNewest()
	case !m.Touched:
		m.Busy = !m.slow.look(m.Snapshot, budget) || m.Busy
		m.begin()
	}
	m.fit()
}

// gather looks at more items of the view's list, and has it ordered anew where
// that is due. It reports whether there is more to look at.
func (m *Model) gather(budget int) (more bool) {
	src, ok := views[m.View].rows(m)
	if !ok {
		return false
	}
	l := &m.Lists[m.View]
	offset := l.at() - l.top
	done := l.gather(m.Snapshot, src, budget)
	l.find()
	if l.chosen && offset >= 0 {
		l.top = max(0, l.line-offset) // what came above does not move the line
	}
	if done && len(l.fresh) > 0 {
		m.askOrder()
	}
	return !done
}

// begin selects something where the user has not yet: of the exchanges so far
// the one that took longest, and what was its trouble.
func (m *Model) begin() {
	if r, found := m.slow.slowest(); found {
		c := m.Snapshot.Conn(r.connection())
		x := c.Exchange(int(r.item))
		m.chooseExchange(c, &x)
		return
	}
	if m.Conn != 0 {
		return
	}
	for _, c := range m.Snapshot.Conns() {
		if c.Len() > 0 || m.Status.Done {
			m.Conn = c.Number()
			return
		}
	}
}

// chooseExchange makes an exchange the one that all views are about, and puts
// the clock where its longest stall began, or where it began itself.
func (m *Model) chooseExchange(c *timeline.Conn, x *timeline.Exchange) {
	m.Stream = x.ID
	frame, longest := x.First, int64(0)
	if x.Timing.Stalled != [len(x.Timing.Stalled)]int64{} || x.Live {
		for _, s := range c.StallsOf(x) {
			if s.Waited > longest && s.BeganFrame > 0 {
				frame, longest = s.BeganFrame, s.Waited
			}
		}
	}
	m.setCursor(c, frame)
}

// toNewest selects the newest row of the view, and else the newest frame.
func (m *Model) toNewest() {
	if l := &m.Lists[m.View]; len(l.rows) > 0 {
		l.choose(len(l.rows) - 1)
		m.chooseRow(l)
		return
	}
	if c := m.conn(); c != nil {
		m.setCursor(c, uint64(c.Len()))
		return
	}
	m.begin()
}

// fit sets the visible time to all of the capture, as long as the user has not
// zoomed. Where the slowest exchange would be a dot in that, it is to about that
// exchange until the user has chosen something.
func (m *Model) fit() {
	if !m.Fitted || m.Snapshot == nil {
		return
	}
	m.Span = m.wholeSpan()
	if took := m.slow.took; !m.Touched && !m.Follow && took > 0 && m.Span.Width()/took >= dot {
		m.Span = chart.Span{From: m.slow.began - took, To: m.slow.began + 3*took}
	}
}

// dot is how many times shorter than what is visible an exchange is that shows
// as a dot.
const dot = 300

// wholeSpan is the time of the capture.
func (m *Model) wholeSpan() chart.Span {
	s := chart.Span{}
	for _, c := range m.Snapshot.Conns() {
		if c.Len() == 0 {
			continue
		}
		from := c.Opened().Time
		if _, _, upTo := c.Forgotten(); upTo > 0 {
			from = upTo
		}
		if s.From == 0 || from < s.From {
			s.From = from
		}
		s.To = max(s.To, c.Clock()+1)
	}
	return s
}

// setCursor moves the one clock to a frame of a connection.
func (m *Model) setCursor(c *timeline.Conn, frame uint64) {
	m.Conn, m.Frame = c.Number(), min(frame, uint64(c.Len()))
	if first := c.FirstFrame(); first > 1 {
		m.Frame = min(max(m.Frame, first), uint64(c.Len())) // the nearest that is kept
	}
	switch {
	case m.Frame >= c.FirstFrame():
		m.Time = c.Frame(m.Frame).Time
	case m.Frame > 0: // all were forgotten
		m.Time = c.Clock()
	}
}

// align selects in the view's list what the clock is on, so that the views go
// together.
func (m *Model) align() {
	c := m.conn()
	if c == nil {
		return
	}
	want := row{conn: uint32(m.Conn)}
	switch m.View {
	case Connections:
	case Streams:
		x, found := c.ExchangeOf(m.Stream)
		if !found {
			return
		}
		want.item = uint32(x.Index)
	case Frames:
		if m.Frame == 0 {
			return
		}
		want.item = uint32(m.Frame)
	default:
		return
	}
	if l := &m.Lists[m.View]; !l.chosen || l.selected != want {
		l.selected, l.chosen = want, true
		l.find()
	}
}
