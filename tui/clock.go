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
	width := max(minSpan, s.Width()*num/den)
	from := about - (about-s.From)*num/den
	m.Span, m.Fitted = chart.Span{From: from, To: from + width}, false
}

// minSpan is the shortest visible time, in nanoseconds.
const minSpan = 1000

// pan moves the visible time by an eighth of it.
func (m *Model) pan(by int64) {
	d := max(1, m.Span.Width()/8) * by
	m.Span, m.Fitted = chart.Span{From: m.Span.From + d, To: m.Span.To + d}, false
}

// step moves the time cursor by a frame of the connection.
func (m *Model) step(by int) {
	c := m.conn()
	if c == nil || c.Len() == 0 {
		m.say("there is no frame to move the cursor to")
		return
	}
	to := int64(m.Frame) + int64(by)
	m.setCursor(c, uint64(min(max(1, to), int64(c.Len()))))
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
	}
	m.Time = t
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
	if !m.Status.Live && m.Status.Done {
		m.say("there is nothing to follow: all is read")
		return
	}
	m.Follow = !m.Follow
}
