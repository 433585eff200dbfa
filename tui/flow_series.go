package tui

import (
	"sort"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/chart"
)

// A windowSeries is a flow-control window over time.
type windowSeries struct {
	points []chart.Point
	frames []uint32 // which frame left the window so, by point
	until  int64    // from when on there is no window
}

type windowKey struct {
	conn   *timeline.Conn
	side   h2decode.Side
	stream uint32
}

// window is the window for what a side sends, of a stream or, with 0, of the
// connection.
func (m *Model) window(c *timeline.Conn, side h2decode.Side, stream uint32) windowSeries {
	return m.memo.windows[side][m.band(stream)].get(windowKey{c, side, stream}, func() windowSeries { return readWindow(c, side, stream) })
}

// readWindow gathers the points of a window.
func readWindow(c *timeline.Conn, side h2decode.Side, stream uint32) (s windowSeries) {
	s.until = c.Clock() + 1
	if x, found := c.ExchangeOf(stream); stream != 0 && found && !x.Live && x.Timing.End != 0 {
		s.until = x.Timing.End + 1
	}
	var clock int64 // frames may be earlier than those before them
	for p := range c.Windows(side, stream) {
		clock = max(clock, p.Time)
		s.points = append(s.points, chart.Point{Time: clock, Value: p.Window.Octets, Known: p.Window.Known})
		s.frames = append(s.frames, uint32(p.Frame))
	}
	return s
}

// beside is the frame of the nearest change after one, or, with by below 0,
// before it; 0 where there is none.
func (s *windowSeries) beside(frame uint64, by int) uint64 {
	if by > 0 {
		i := sort.Search(len(s.frames), func(i int) bool { return uint64(s.frames[i]) > frame })
		if i == len(s.frames) {
			return 0
		}
		return uint64(s.frames[i])
	}
	i := sort.Search(len(s.frames), func(i int) bool { return uint64(s.frames[i]) >= frame })
	if i == 0 {
		return 0
	}
	return uint64(s.frames[i-1])
}

// stepWindow moves the clock to the next change of a window that is shown, or
// the one before.
func (m *Model) stepWindow(side h2decode.Side, by int) {
	c := m.conn()
	if c == nil {
		return
	}
	var to uint64
	for _, stream := range append([]uint32{0}, m.compared()...) {
		s := m.window(c, side, stream)
		n := s.beside(m.Frame, by)
		if n != 0 && (to == 0 || (n < to) == (by > 0)) {
			to = n
		}
	}
	if to == 0 {
		m.say("no window that is shown changes further on")
		return
	}
	m.setCursor(c, to)
	m.reveal()
}
