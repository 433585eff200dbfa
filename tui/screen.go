package tui

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// bodyTop is the line of the screen at which the view begins; below it are two
// more.
const bodyTop = 1

// The smallest screen on which something can be shown.
const (
	leastWidth  = 20
	leastHeight = 5
)

// Draw is the whole screen: a line of views, the view, what is typed or said,
// and the footer.
func Draw(m *Model) *cells.Canvas {
	c := cells.New(m.Size.W, m.Size.H)
	if m.Size.H < leastHeight || m.Size.W < leastWidth {
		c.Text(0, 0, cells.Warn, printable.Truncate("too small; q quits", c.W))
		return c
	}
	m.drawTabs(c.Sub(0, 0, c.W, 1))
	body := c.Sub(0, bodyTop, c.W, c.H-3)
	switch {
	case m.Help:
		m.drawHelp(body)
	case m.Snapshot == nil || len(m.Snapshot.Conns()) == 0:
		m.drawNothing(body)
	default:
		views[m.View].draw(m, body)
	}
	m.drawStatus(c.Sub(0, c.H-2, c.W, 1))
	footer := c.Sub(0, c.H-1, c.W, 1)
	if m.Prompt.kind != noPrompt {
		m.drawPrompt(c.Sub(0, c.H-2, c.W, 2))
	} else {
		m.drawFooter(footer)
	}
	if m.ASCII {
		toASCII(c)
	}
	return c
}

// bodySize is the size of the part of the screen that views have.
func (m *Model) bodySize() Size { return Size{m.Size.W, m.Size.H - 3} }

// toASCII puts in place of characters that are our own those of every terminal.
// Of captured text what is no ASCII is shown as a question mark.
func toASCII(c *cells.Canvas) {
	for y := range c.H {
		for x := range c.W {
			at := c.At(x, y)
			switch i := strings.IndexRune(ours, at.Rune); {
			case at.Rune == 0: // behind a wide one
				c.Set(x, y, ' ', at.Style)
			case at.Rune < utf8.RuneSelf && c.Marks(x, y) == nil:
			case i >= 0:
				c.Set(x, y, rune(ascii[utf8.RuneCountInString(ours[:i])]), at.Style)
			default:
				c.Set(x, y, '?', at.Style)
			}
		}
	}
}

// ours are the characters that the UI writes itself, and ascii what stands for
// them.
const (
	ours  = "…·µ─│└↓↑▶◀×→←≥≤"
	ascii = "~|u-|`v^><x><><"
)

// A tab is the name of a view on the first line of the screen.
type tab struct {
	view    ViewID
	x, to   int
	caption string
}

// tabs are the names of the views; on narrow screens the first is shorter, and
// on narrower ones the others are cut.
func (m *Model) tabs() []tab {
	const all80, whole = 79, 85 // cells that the names take, with the first cut and without
	room := 12
	if m.Size.W < all80 {
		room = max(1, m.Size.W/int(viewCount-1)-3)
	}
	var all []tab
	x := 0
	for id := Connections; id < viewCount; id++ {
		caption := names[id]
		if id == Connections && m.Size.W < whole {
			caption = "conns"
		}
		switch {
		case id == m.View:
			caption = "[" + caption + "]" // also without colours
		case len(caption) > room:
			caption = caption[:room]
		}
		to := x + 1 + len(caption)
		all = append(all, tab{id, x, to, caption})
		x = to + 1
	}
	return all
}

// drawTabs names the views with their keys; that which is shown stands out.
func (m *Model) drawTabs(c *cells.Canvas) {
	for _, t := range m.tabs() {
		style := cells.Faint
		if t.view == m.View {
			style = cells.Title
		}
		c.Text(t.x, 0, cells.Key, fmt.Sprint(int(t.view)))
		c.Text(t.x+1, 0, style, t.caption)
	}
}

// viewAt is the view whose tab is at a column.
func (m *Model) viewAt(x int) ViewID {
	for _, t := range m.tabs() {
		if x >= t.x && x < t.to {
			return t.view
		}
	}
	return NoView
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

// A footnote is a key of the footer.
type footnote struct {
	Binding
	x, to int
}

// footnotes are the keys of the view that fit into the footer: what leads out is
// always among them.
func (m *Model) footnotes() []footnote {
	var all []footnote
	room := m.Size.W
	x := 0
	for _, b := range keysOf(m.View) {
		width := len(b.Keys[0]) + 1 + len(b.Short)
		if b.Short == "" || x+width > room {
			continue
		}
		all = append(all, footnote{b, x, x + width})
		x += width + 2
	}
	return all
}

// drawFooter names the keys of the view.
func (m *Model) drawFooter(c *cells.Canvas) {
	for _, f := range m.footnotes() {
		x := c.Text(f.x, 0, cells.Key, f.Keys[0])
		c.Text(x+1, 0, cells.Faint, f.Short)
	}
}

// bindingAt is the key of the footer at a column.
func (m *Model) bindingAt(x int) (Binding, bool) {
	for _, f := range m.footnotes() {
		if x >= f.x && x < f.to {
			return f.Binding, true
		}
	}
	return Binding{}, false
}
