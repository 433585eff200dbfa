package tui

import (
	"strings"

	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// drawPrompt is the line that is typed, and below it what is wrong with it or
// what could be typed.
func (m *Model) drawPrompt(c *cells.Canvas) {
	p := &m.Prompt
	lead := p.kind.lead()
	if len(lead) > c.W/2 {
		lead = ": "
	}
	c.Fill(cells.Cell{Rune: ' ', Style: cells.Plain})
	x := c.Text(0, 0, cells.Key, lead)
	line := c.Sub(x, 0, c.W-x, 1)
	skip := max(0, printable.Width(printable.String(p.text[:p.at]))-line.W+1)
	at := typed(line, p.text[:p.at], skip, 0)
	typed(line, p.text[p.at:], 0, at)
	line.Restyle(at, 0, cells.Plain|cells.Selected)
	switch {
	case p.wrong != "":
		m.drawWrong(c.Sub(0, 1, c.W, 1), x-skip)
	case p.offers != nil:
		c.Text(0, 1, cells.Faint, printable.Truncate(strings.Join(p.offers, "  "), c.W))
	default:
		c.Text(0, 1, cells.Faint, printable.Truncate(p.kind.hint(), c.W))
	}
}

// typed writes what was typed without its first cells, and gives the column
// behind it.
func typed(c *cells.Canvas, text string, skip, x int) int {
	for _, r := range printable.String(text) {
		if skip > 0 {
			skip -= printable.Width(string(r))
			continue
		}
		x = c.Text(x, 0, cells.Plain, string(r))
	}
	return x
}

// hint says what can be typed.
func (k promptKind) hint() string {
	switch k {
	case filterPrompt:
		return "h2.duration > 100ms, http2.type == RST_STREAM, h2.path contains \"/api\" · Tab completes · Enter without text: no filter"
	case commandPrompt:
		var names []string
		for _, c := range typedCommands() {
			names = append(names, c.name)
		}
		return strings.Join(names, "  ")
	}
	return "without a path it gets a name of its own in this directory; nothing is written over"
}

// drawWrong says what is wrong, below the place where it is.
func (m *Model) drawWrong(c *cells.Canvas, lead int) {
	p := &m.Prompt
	text := printable.String(p.wrong)
	if p.place < 0 {
		c.Text(0, 0, cells.Bad, printable.Truncate(text, c.W))
		return
	}
	x := min(max(0, lead+printable.Width(printable.String(p.text[:p.place]))), c.W-1)
	c.Set(x, 0, '^', cells.Bad)
	if room := c.W - x - 2; printable.Width(text) > room && x-1 > room {
		text = printable.Truncate(text, x-1)
		c.Right(x-1, 0, cells.Bad, text)
		return
	}
	c.Text(x+2, 0, cells.Bad, printable.Truncate(text, c.W-x-2))
}
