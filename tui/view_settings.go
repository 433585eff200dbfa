package tui

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// settingsView shows what the sides have agreed on: settings with the time of
// SETTINGS and of its acknowledgment, those in force at the instant, TLS, PING
// and GOAWAY.
type settingsView struct{ plain }

func (settingsView) draw(m *Model, c *cells.Canvas) {
	conn := m.conn()
	if conn == nil {
		return
	}
	lines := settingsLines(m, conn)
	top := min(m.Scroll[Settings], max(0, len(lines)-c.H))
	for y := 0; y < c.H && top+y < len(lines); y++ {
		l := lines[top+y]
		x := c.Text(1, y, cells.Label, l.name)
		c.Text(max(x+1, 34), y, l.style, printable.String(l.text))
	}
}

// settingsLines is what the view shows, a line each.
func settingsLines(m *Model, c *timeline.Conn) []fact {
	var lines []fact
	zero := m.zero()
	state := m.state()
	for _, side := range [...]h2decode.Side{h2decode.Client, h2decode.Server} {
		lines = append(lines, fact{"settings of the " + side.String(), "in force at the instant", cells.Heading})
		for _, s := range state.Settings(side) {
			text := fmt.Sprint(s.Value)
			if !s.Known {
				text += "?"
			}
			lines = append(lines, fact{"  " + s.ID.String(), text, sideStyle(side)})
		}
		for _, change := range c.SettingsChanges(side) {
			lines = append(lines, settingsChange(&change, zero))
		}
		lines = append(lines, fact{})
	}
	lines = append(lines, pingLines(c, zero)...)
	for i := range c.Endings() {
		if e := c.Ending(i); e.Stream == 0 {
			text := fmt.Sprintf("%s, last stream %d, at %s, frame %d", e.Code, e.LastStream, seconds(e.Time-zero), e.Frame)
			if len(e.Debug) > 0 {
				text += ": " + string(e.Debug)
			}
			lines = append(lines, fact{"GOAWAY of the " + e.From.String(), text, sideStyle(e.From)})
		}
	}
	return append(lines, connectionFacts(c)...)
}

func settingsChange(change *timeline.SettingsChange, zero int64) fact {
	text := "not seen"
	if change.Sent != 0 {
		text = "sent at " + seconds(change.Sent-zero)
	}
	if change.Acknowledged == 0 {
		return fact{"  SETTINGS", text + ", not acknowledged", cells.Warn}
	}
	text += ", acknowledged at " + seconds(change.Acknowledged-zero)
	if change.Sent != 0 {
		text += " (" + duration(change.Acknowledged-change.Sent) + ")"
	}
	return fact{"  SETTINGS", text, cells.Plain}
}

// pingLines are the round trips of PING beside TCP's.
func pingLines(c *timeline.Conn, zero int64) []fact {
	var lines []fact
	for _, side := range [...]h2decode.Side{h2decode.Client, h2decode.Server} {
		for _, p := range c.Pings(side) {
			text := fmt.Sprintf("at %s: ", seconds(p.Sent-zero))
			if p.Answer == 0 {
				text += "no answer was seen"
			} else {
				text += duration(p.RTT())
			}
			lines = append(lines, fact{"PING of the " + side.String(), text, sideStyle(side)})
		}
	}
	return lines
}

func (settingsView) act(m *Model, b Binding) bool { return m.scrollLines(Settings, b) }

// scrollLines scrolls a view that is one page of lines.
func (m *Model) scrollLines(v ViewID, b Binding) bool {
	page := m.bodySize().H - 1
	by, known := map[Command]int{Up: -1, Down: 1, PageUp: -page, PageDown: page, First: -1 << 30, Last: 1 << 30}[b.Command]
	if known {
		m.Scroll[v] = min(max(0, m.Scroll[v]+by), 1<<20)
	}
	return known
}
