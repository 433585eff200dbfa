package tui

import (
	"fmt"
	"slices"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
	"h2scope/tui/chart"
)

// framesOf are the frames of a stream in order, and those on the connection that
// ended a stall of it.
func (m *Model) framesOf(c *timeline.Conn, stream uint32) []uint64 {
	return m.memo.ladder.get(streamKey{c, stream}, func() []uint64 {
		frames := slices.Collect(c.FramesOf(stream))
		x, found := c.ExchangeOf(stream)
		if !found {
			return frames
		}
		for _, s := range c.StallsOf(&x) {
			if s.EndedFrame != 0 && s.Cause != h2decode.StalledByStream {
				frames = append(frames, s.EndedFrame)
			}
		}
		slices.Sort(frames)
		return slices.Compact(frames)
	})
}

// ladderAt is the index of the frame at the clock, or the one before it.
func (m *Model) ladderAt(frames []uint64) int {
	i, found := slices.BinarySearch(frames, m.Frame)
	if !found {
		i--
	}
	return max(0, i)
}

// drawLadder shows the frames about the clock between client and server, with
// the pauses between them.
func (m *Model) drawLadder(c *cells.Canvas, conn *timeline.Conn, x *timeline.Exchange) {
	frames := m.framesOf(conn, x.ID)
	if len(frames) == 0 {
		c.Text(0, 0, cells.Faint, "no frame of this stream was seen")
		return
	}
	at := m.ladderAt(frames)
	top := max(0, min(at-c.H/3, len(frames)-c.H/2))
	if len(frames) < c.H/2 {
		top = 0
	}
	begin := conn.Frame(frames[0]).Time
	stalls := conn.StallsOf(x)
	var rungs []chart.Rung
	for i := top; i < len(frames) && len(rungs) < c.H; i++ {
		f := conn.Frame(frames[i])
		if i > 0 {
			before := conn.Frame(frames[i-1])
			rungs = append(rungs, pauseRungs(x, stalls, &before, &f)...)
		}
		rungs = append(rungs, chart.Rung{
			Time: "+" + duration(f.Time-begin), From: direction(f.From), Label: ladderLabel(m, conn, &f),
			Style: rungStyle(&f), Note: ladderNote(&f), Selected: f.Number == m.Frame,
		})
	}
	chart.Ladder(c, rungs, "stream, conn.", m.glyphs())
}

func direction(s h2decode.Side) chart.Direction {
	if s == h2decode.Client {
		return chart.Rightward
	}
	return chart.Leftward
}

func rungStyle(f *timeline.Frame) cells.Style {
	switch {
	case f.Malformed != nil || f.Missing > 0:
		return cells.Bad
	case f.Header.Type == h2decode.TypeRSTStream:
		return cells.Reset
	}
	return sideStyle(f.From)
}

// pauseRungs are what lies between two frames: a stall that the later one ended,
// or else a pause that is long for the exchange.
func pauseRungs(x *timeline.Exchange, stalls []h2decode.Stall, before, f *timeline.Frame) (rungs []chart.Rung) {
	causes := [...]struct {
		text  string
		style cells.Style
	}{{"stalled: own window", cells.StallStream}, {"stalled: connection's window", cells.StallConnection}, {"stalled: TCP", cells.StallTCP}}
	for _, s := range stalls {
		if s.EndedFrame == f.Number && f.Number != 0 {
			cause := causes[s.Cause]
			rungs = append(rungs, chart.Rung{Label: duration(s.Waited) + " " + cause.text, Style: cause.style})
		}
	}
	const part, shortest = 10, 100_000 // a tenth of the exchange, and 0.1 ms
	gap := f.Time - before.Time
	if len(rungs) == 0 && gap > shortest && gap > (x.Timing.End-x.OpenedAt)/part {
		rungs = append(rungs, chart.Rung{Label: duration(gap), Style: cells.Faint})
	}
	return rungs
}

// ladderLabel is a frame in few words.
func ladderLabel(m *Model, c *timeline.Conn, f *timeline.Frame) string {
	text := f.Header.Type.String()
	switch f.Header.Type {
	case h2decode.TypeData:
		text += " " + strconv.Itoa(int(f.Header.Length))
	case h2decode.TypeWindowUpdate:
		text += fmt.Sprintf(" +%d", f.Increment)
		if f.Header.Stream == 0 {
			text += " on the connection"
		}
	case h2decode.TypeHeaders, h2decode.TypeRSTStream, h2decode.TypePushPromise, h2decode.TypePriority:
		if info := frameInfo(m, c, f); info.text != "" {
			text += " " + info.text
		}
	}
	if f.Header.Type == h2decode.TypeData || f.Header.Type == h2decode.TypeHeaders {
		if f.Header.Flags.Has(h2decode.FlagEndStream) {
			text += " END_STREAM"
		}
	}
	return text
}

// ladderNote is what a frame left of the windows: of its stream and of the
// connection.
func ladderNote(f *timeline.Frame) string {
	if !f.Windows.Moved {
		return ""
	}
	text := "-"
	if w := f.Windows.Stream; w.Known && f.Header.Stream != 0 {
		text = strconv.FormatInt(w.Octets, 10)
	}
	if w := f.Windows.Connection; w.Known {
		text += ", " + strconv.FormatInt(w.Octets, 10)
	}
	return text
}

// moveLadder moves the clock along the frames of the stream.
func (m *Model) moveLadder(c *timeline.Conn, b Binding, page int) bool {
	by, known := scrollStep(b.Command, page)
	frames := m.framesOf(c, m.Stream)
	if !known || len(frames) == 0 {
		return false
	}
	at := m.ladderAt(frames)
	if m.Frame >= frames[0] {
		at += by
	}
	to := frames[max(0, min(at, len(frames)-1))]
	if to == m.Frame {
		m.say("the stream has no frame beyond this one")
	}
	m.setCursor(c, to)
	m.reveal()
	return true
}

// scrollStep is how many lines a command moves by.
func scrollStep(cmd Command, page int) (by int, known bool) {
	switch cmd {
	case Up:
		return -1, true
	case Down:
		return 1, true
	case PageUp:
		return -page, true
	case PageDown:
		return page, true
	case First:
		return -1 << 30, true
	case Last:
		return 1 << 30, true
	}
	return 0, false
}
