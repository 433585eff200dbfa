package tui

import (
	"fmt"
	"strings"

	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// Draw is the whole screen: a line of views, the view, what is typed or said,
// and the footer.
func Draw(m *Model) *cells.Canvas {
	c := cells.New(m.Size.W, m.Size.H)
	if m.Size.H < 5 || m.Size.W < 20 {
		c.Text(0, 0, cells.Warn, "the screen is too small")
		return c
	}
	m.drawTabs(c.Sub(0, 0, c.W, 1))
	body := c.Sub(0, 1, c.W, c.H-3)
	switch {
	case m.Help:
		m.drawHelp(body)
	case m.Snapshot == nil || len(m.Snapshot.Conns()) == 0:
		m.drawNothing(body)
	default:
		views[m.View].draw(m, body)
	}
	m.drawStatus(c.Sub(0, c.H-2, c.W, 1))
	m.drawFooter(c.Sub(0, c.H-1, c.W, 1))
	return c
}

// bodySize is the size of the part of the screen that views have.
func (m *Model) bodySize() Size { return Size{m.Size.W, m.Size.H - 3} }

// drawTabs names the views with their keys; that which is shown stands out.
func (m *Model) drawTabs(c *cells.Canvas) {
	x := 0
	for id := Connections; id < viewCount; id++ {
		style, label := cells.Faint, names[id]
		if id == m.View {
			style, label = cells.Title, "["+label+"]"
		} else if c.W < 90 {
			label = label[:min(len(label), 4)]
		}
		x = c.Text(x, 0, cells.Key, fmt.Sprint(int(id)))
		x = c.Text(x, 0, style, label) + 1
	}
}

// drawNothing says what is missing.
func (m *Model) drawNothing(c *cells.Canvas) {
	text := "reading " + printable.String(m.Status.Name) + " …"
	switch {
	case m.Status.Err != nil:
		text = printable.String(m.Status.Err.Error())
	case m.Status.Done:
		text = "there is no TCP connection in this capture"
	case m.Status.Live:
		text = "listening on " + printable.String(m.Status.Name) + ": nothing was seen yet"
	}
	c.Text(2, c.H/2, cells.Plain, text)
}

// drawStatus is the line that is typed, a message, or where things stand.
func (m *Model) drawStatus(c *cells.Canvas) {
	switch {
	case m.Prompt.kind != noPrompt:
		m.drawPrompt(c)
	case m.Message.Text != "":
		style := cells.Plain
		if m.Message.Bad {
			style = cells.Bad
		}
		c.Text(0, 0, style, printable.String(m.Message.Text))
	default:
		c.Text(0, 0, cells.Faint, m.standing())
	}
}

// standing says what is read, and where the clock is.
func (m *Model) standing() string {
	st := &m.Status
	parts := []string{printable.String(st.Name), fmt.Sprintf("%d packets", st.Packets)}
	if st.Drops > 0 {
		parts = append(parts, fmt.Sprintf("%d DROPPED", st.Drops))
	}
	switch {
	case st.Err != nil:
		parts = append(parts, "ended early: "+printable.String(st.Err.Error()))
	case st.Live && m.Paused:
		parts = append(parts, "PAUSED")
	case st.Live:
		parts = append(parts, "live")
	case !st.Done && st.Progress >= 0:
		parts = append(parts, fmt.Sprintf("loading %d%%", int(100*st.Progress)))
	case !st.Done:
		parts = append(parts, "loading")
	}
	if m.Filter != nil && len(m.Filters) > 0 {
		parts = append(parts, "filter "+printable.String(m.Filters[0]))
	}
	if m.Time != 0 {
		at := "at " + seconds(m.Time-m.zero())
		if m.Marked != 0 {
			at += ", " + duration(m.Time-m.Marked) + " from the mark"
		}
		parts = append(parts, at)
	}
	if st.Memory > 0 {
		parts = append(parts, size(st.Memory)+"B memory")
	}
	return strings.Join(parts, " · ")
}

func (m *Model) drawPrompt(c *cells.Canvas) {
	p := &m.Prompt
	x := c.Text(0, 0, cells.Key, p.kind.lead())
	at := c.Text(x, 0, cells.Plain, printable.String(p.text[:p.at]))
	end := c.Text(at, 0, cells.Plain, printable.String(p.text[p.at:]))
	c.Restyle(at, 0, cells.Plain|cells.Selected)
	if p.wrong != "" {
		c.Text(end+2, 0, cells.Bad, printable.String(p.wrong))
	}
}

// drawFooter names the keys of the view.
func (m *Model) drawFooter(c *cells.Canvas) {
	x := 0
	for _, b := range keysOf(m.View) {
		if b.Short == "" {
			continue
		}
		if x+len(b.Keys[0])+len(b.Short)+3 > c.W {
			break
		}
		x = c.Text(x, 0, cells.Key, b.Keys[0]) + 1
		x = c.Text(x, 0, cells.Faint, b.Short) + 2
	}
}

// drawHelp lists the keys of the view, in as many columns as fit.
func (m *Model) drawHelp(c *cells.Canvas) {
	c.Text(1, 0, cells.Title, "Keys of the "+names[m.View]+" view (any key closes this)")
	all := keysOf(m.View)
	const width = 60
	columns := max(1, c.W/width)
	lines := (len(all) + columns - 1) / columns
	for i, b := range all {
		x, y := i/lines*width+1, i%lines+2
		c.Text(x, y, cells.Key, strings.Join(shown(b.Keys), " "))
		c.Sub(x+14, y, width-15, 1).Text(0, 0, cells.Plain, b.Help)
	}
}

// shown are keys as they are written for people.
func shown(keys []string) []string {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		switch k {
		case " ":
			k = "Space"
		case "Backspace2":
			continue
		}
		out = append(out, k)
	}
	return out
}
