package tui

import "h2scope/tui/chart"

// zoom makes the visible time longer or shorter by a ratio, about the time
// cursor where it is visible, else about the middle.
func (m *Model) zoom(num, den int64) {
	s := m.Span
	about := m.Time
	if about < s.From || about >= s.To {
		about = s.From + s.Width()/2
	}
	width := min(max(minSpan, s.Width()/den*num), maxSpan)
	if width == s.Width() {
		m.say("this is as far as it goes")
		return
	}
	from := about - int64(float64(about-s.From)*float64(width)/float64(s.Width()))
	m.Span, m.Fitted = chart.Span{From: from, To: from + width}, false
	m.sayVisible()
}

// sayVisible says what time charts show, since not every view has one.
func (m *Model) sayVisible() {
	m.say(duration(m.Span.Width()) + " are visible, from " + seconds(m.Span.From-m.zero()) + " on")
}

// minSpan and maxSpan are the shortest and the longest visible time, in
// nanoseconds: a microsecond, and three years.
const (
	minSpan = 1000
	maxSpan = 100_000_000 * 1_000_000_000
)

// pan moves the visible time by an eighth of it, as long as something of the
// capture can be seen.
func (m *Model) pan(by int64) {
	d := max(1, m.Span.Width()/8) * by
	to := chart.Span{From: m.Span.From + d, To: m.Span.To + d}
	if all := m.wholeSpan(); to.To <= all.From || to.From >= all.To {
		m.say("there is nothing further on")
		return
	}
	m.Span, m.Fitted = to, false
	m.sayVisible()
}

// step moves the time cursor by a frame of the connection.
func (m *Model) step(by int) {
	c := m.conn()
	if c == nil || c.Len() == 0 {
		m.say("there is no frame to move the cursor to")
		return
	}
	to := int64(m.Frame) + int64(by)
	switch {
	case to < int64(c.FirstFrame()) && m.Frame > 0:
		m.say("this is the first frame of the connection")
	case to > int64(c.Len()):
		m.say("this is the last frame of the connection")
	}
	m.setCursor(c, uint64(min(max(int64(c.FirstFrame()), to), int64(c.Len()))))
	m.unfollow()
	m.reveal()
}

// reveal pans so that the time cursor is visible.
func (m *Model) reveal() {
	s := m.Span
	if m.Fitted || m.Time >= s.From && m.Time < s.To {
		return
	}
	from := m.Time - s.Width()/2
	m.Span = chart.Span{From: from, To: from + s.Width()}
}

// seek moves the clock to a time.
func (m *Model) seek(t int64) {
	if c := m.conn(); c != nil {
		m.Frame = c.FrameAt(t)
		if first := c.FirstFrame(); first > 1 {
			m.Frame = max(m.Frame, min(first, uint64(c.Len())))
		}
	}
	m.Time = t
	m.unfollow()
}

// mark begins a measurement at the instant, or ends it.
func (m *Model) mark() {
	switch {
	case m.Time == 0:
		m.say("< and > move the time cursor; then m marks it")
	case m.Marked != 0:
		m.say("measured " + duration(m.Time-m.Marked) + "; the mark is gone")
		m.Marked = 0
	default:
		m.Marked = m.Time
		m.say("marked; move the cursor to measure from here")
	}
}

func (m *Model) toggleFollow() {
	switch {
	case m.Status.Done:
		m.say("there is nothing to follow: all is read")
	case m.Follow:
		m.Follow = false
		m.say("the selection stays where it is")
	default:
		m.Follow = true
		m.say("the selection follows what comes")
	}
}

// unfollow is what choosing something means.
func (m *Model) unfollow() { m.Follow, m.Touched = false, true }

func (m *Model) togglePause() {
	switch {
	case m.Paused:
		m.Paused = false
	case m.Status.Done:
		m.say("there is nothing to pause: all is read")
	default:
		m.Paused = true
		m.say("paused: what comes is recorded, and shown when space is pressed again")
	}
}
