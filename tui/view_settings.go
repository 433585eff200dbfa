package tui

import (
	"fmt"
	"slices"

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
	parts := columns(c, panes(c.W))
	for i, facts := range settingsParts(m, conn, len(parts)) {
		drawLines(parts[i], factLines(facts, namesWidth(facts), parts[i].W), m.Scroll[Settings])
	}
}

// namesWidth is how many cells the names of facts take, so that what is known
// stands in one column.
func namesWidth(facts []fact) (width int) {
	for _, f := range facts {
		if f.text != "" {
			width = max(width, printable.Width(f.name)+1)
		}
	}
	return width
}

// settingsLines is all that the view shows.
func settingsLines(m *Model, c *timeline.Conn) []fact { return settingsParts(m, c, 1)[0] }

// settingsParts is what the view shows, side by side: settings of the client,
// of the server, and the connection.
func settingsParts(m *Model, c *timeline.Conn, n int) [][]fact {
	client, server := sideSettings(m, c, h2decode.Client), sideSettings(m, c, h2decode.Server)
	rest := append([]fact{{name: "connection", style: cells.Heading}}, m.connectionFacts(c)...)
	rest = append(rest, pingLines(c, m.zero())...)
	rest = append(rest, goAways(c, m.zero())...)
	switch n {
	case 1:
		return [][]fact{slices.Concat(client, []fact{{name: " "}}, server, []fact{{name: " "}}, rest)}
	case 2:
		return [][]fact{slices.Concat(client, []fact{{name: " "}}, server), rest}
	}
	return [][]fact{client, server, rest}
}

// sideSettings are the settings of a side: those in force at the instant, and
// when they were sent.
func sideSettings(m *Model, c *timeline.Conn, side h2decode.Side) []fact {
	facts := []fact{{name: "settings of the " + side.String() + " in force at the cursor", style: cells.Heading}}
	inForce := m.state().Settings(side)
	for _, s := range inForce {
		text := fmt.Sprint(s.Value)
		if !s.Known {
			text += "? (a later one may have been missed)"
		}
		facts = append(facts, fact{s.ID.String(), text, sideStyle(side)})
	}
	switch {
	case panes(m.Size.W) > 1:
		facts = append(facts, defaultFacts(inForce)...)
	case len(inForce) == 0:
		facts = append(facts, fact{"none yet", "the defaults hold", cells.Faint})
	}
	changes := c.SettingsChanges(side)
	for i := range changes {
		facts = append(facts, settingsChange(&changes[i], m.zero())...)
	}
	return facts
}

// settingDefaults are what holds where nothing was said (RFC 9113, Section 6.5.2).
var settingDefaults = [...]struct {
	id   h2decode.SettingID
	text string
}{
	{h2decode.SettingHeaderTableSize, "4096"}, {h2decode.SettingEnablePush, "1"},
	{h2decode.SettingMaxConcurrentStreams, "no limit"}, {h2decode.SettingInitialWindowSize, "65535"},
	{h2decode.SettingMaxFrameSize, "16384"}, {h2decode.SettingMaxHeaderListSize, "no limit"},
}

// defaultFacts are the settings that are as they begin.
func defaultFacts(inForce []timeline.SettingInForce) (facts []fact) {
	for _, d := range settingDefaults {
		if !slices.ContainsFunc(inForce, func(s timeline.SettingInForce) bool { return s.ID == d.id }) {
			facts = append(facts, fact{d.id.String(), d.text + " (default)", cells.Faint})
		}
	}
	return facts
}

func goAways(c *timeline.Conn, zero int64) []fact {
	var facts []fact
	for i := c.FirstEnding(); i < c.Endings(); i++ {
		e := c.Ending(i)
		if e.Stream != 0 {
			continue
		}
		text := fmt.Sprintf("%s, last stream %d, at %s, frame %d", e.Code, e.LastStream, seconds(e.Time-zero), e.Frame)
		if len(e.Debug) > 0 {
			text += ": " + string(e.Debug)
		}
		facts = append(facts, fact{"GOAWAY of the " + e.From.String(), text, sideStyle(e.From)})
	}
	return facts
}

// settingsChange is a SETTINGS frame: when it was sent and acknowledged, and what
// it says.
func settingsChange(change *timeline.SettingsChange, zero int64) []fact {
	text := "not seen"
	if change.Sent != 0 {
		text = "sent at " + seconds(change.Sent-zero)
	}
	style := cells.Plain
	switch {
	case change.Acknowledged == 0:
		text += ", not acknowledged"
		style = cells.Warn
	case change.Sent != 0:
		text += ", acknowledged " + duration(change.Acknowledged-change.Sent) + " later"
	default:
		text += ", acknowledged at " + seconds(change.Acknowledged-zero)
	}
	facts := []fact{{"SETTINGS", text, style}}
	for _, s := range change.Settings {
		facts = append(facts, fact{"  " + s.ID.String(), fmt.Sprint(s.Value), cells.Plain})
	}
	return facts
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

func (v settingsView) act(m *Model, b Binding) bool {
	by, isChange := map[Command]int{PreviousChange: -1, NextChange: 1}[b.Command]
	if isChange {
		m.toSettings(by)
		return true
	}
	if !m.scrollLines(Settings, b) {
		return false
	}
	longest := 0
	n := panes(m.bodySize().W)
	for _, facts := range settingsParts(m, m.conn(), n) {
		longest = max(longest, len(factLines(facts, namesWidth(facts), (m.bodySize().W+1)/n-1)))
	}
	m.Scroll[Settings] = min(m.Scroll[Settings], max(0, longest-m.bodySize().H))
	return true
}

// toSettings moves the clock to the next frame that changes a setting, or the
// one before.
func (m *Model) toSettings(by int) {
	c := m.conn()
	var frames []uint64
	for _, side := range [...]h2decode.Side{h2decode.Client, h2decode.Server} {
		for _, change := range c.SettingsChanges(side) {
			frames = append(frames, change.Frame, change.Acknowledgment)
		}
	}
	slices.Sort(frames)
	if by < 0 {
		slices.Reverse(frames)
	}
	for _, frame := range frames {
		if frame > 0 && (frame > m.Frame) == (by > 0) && frame != m.Frame {
			m.setCursor(c, frame)
			m.unfollow()
			m.reveal()
			return
		}
	}
	m.say("there is no change of settings further on")
}

// scrollLines scrolls a view that is one page of lines.
func (m *Model) scrollLines(v ViewID, b Binding) bool {
	page := m.bodySize().H - 1
	if m.conn() == nil {
		return false
	}
	by, known := map[Command]int{Up: -1, Down: 1, PageUp: -page, PageDown: page, First: -1 << 30, Last: 1 << 30}[b.Command]
	if known {
		m.Scroll[v] = min(max(0, m.Scroll[v]+by), 1<<20)
	}
	return known
}
