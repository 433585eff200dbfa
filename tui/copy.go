package tui

import (
	"fmt"
	"strings"

	"h2scope/h2decode/printable"
)

// copySelected asks for what is selected to be copied, as text: of the lists the
// line, else the curl command that repeats the request.
func (m *Model) copySelected() {
	if text := m.selectedText(); text != "" {
		m.Effect = Effect{Kind: CopyText, Text: text}
		return
	}
	if _, _, found := m.exchange(); !found {
		m.say("there is nothing selected to be copied")
		return
	}
	m.Effect = Effect{Kind: CopyCurl, Selection: m.selection()}
}

func (m *Model) selectedText() string {
	c := m.conn()
	l := &m.Lists[m.View]
	switch {
	case c == nil:
		return ""
	case m.View == Connections:
		return cellsText(connectionLine(c))
	case m.View == Findings && l.chosen:
		f := m.finding(l.selected)
		return fmt.Sprintf("%s: %s (connection %d, packet %d, by the %s; %s)", f.Rule, printable.String(f.Message), f.Conn, f.Packet, f.From, f.Reference)
	case m.View == Settings:
		return factsText(settingsLines(m, c))
	case m.View == Frames && m.Frame > 0:
		return cellsText(m.frameLine(row{uint32(m.Conn), uint32(m.Frame)}))
	}
	return ""
}

// cellsText is a line as text.
func cellsText(line []cell) string {
	var words []string
	for _, cell := range line {
		if cell.text != "" {
			words = append(words, cell.text)
		}
	}
	return strings.Join(words, "\t")
}

// factsText are facts as lines.
func factsText(facts []fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "%s\t%s\n", f.name, printable.String(f.text))
	}
	return b.String()
}

// firstLine is what of a text fits into a message.
func firstLine(text string) string {
	line, _, more := strings.Cut(text, "\n")
	if more {
		line += " …"
	}
	return line
}
