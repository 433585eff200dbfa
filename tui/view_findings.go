package tui

import (
	"fmt"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// findingsView is the list of findings; below it the one that is selected in full,
// and what else went wrong in the whole capture.
type findingsView struct{}

var findingColumns = []column{
	{head: "conn", width: 4, right: true},
	{head: "packet", width: 7, right: true},
	{head: "stream", width: 6, right: true},
	{head: "severity", width: 8},
	{head: "rule", width: 5},
	{head: "by", width: 6, wide: 100},
	{head: "what"},
}

func (findingsView) rows(m *Model) (rowSource, bool) {
	return rowSource{
		count: (*timeline.Conn).Findings,
		keep: func(c *timeline.Conn, i int) bool {
			f := c.Finding(i)
			return m.Filter == nil || m.Filter.Finding(c, &f)
		},
		row:  func(c *timeline.Conn, i int) (uint32, int64) { f := c.Finding(i); return uint32(i), f.Time },
		next: func(c *timeline.Conn, i int) int { return max(i, c.FirstFinding()) },
		cost: m.judging(),
	}, true
}

// listArea is where the rows are: below a line that counts them, and above the
// selected one in full and the trouble of the whole capture.
func (findingsView) listArea(m *Model) (top, lines int) {
	h := m.bodySize().H
	return 2, max(0, h-2-min(h/2, max(11, h/3)))
}

func (v findingsView) draw(m *Model, c *cells.Canvas) {
	l := m.Lists[Findings]
	c.Text(0, 0, cells.Value, printable.Truncate(m.findingCounts(), c.W))
	if len(l.rows) == 0 {
		if m.Filter != nil {
			c.Text(0, 0, cells.Value, pad("no finding passes the filter; / and Enter without text turns it off", c.W))
		}
		m.drawTrouble(c.Sub(0, 1, c.W, c.H-1), true)
		return
	}
	_, lines := v.listArea(m)
	t := table{columns: findingColumns, sort: l.sort, reverse: l.reverse, line: func(r row) []cell { return findingLine(m.finding(r)) }}
	t.draw(c.Sub(0, 1, c.W, lines+1), &l)
	below := c.Sub(0, lines+2, c.W, c.H-lines-2)
	trouble := m.Pane[Findings] == troublePane
	switch {
	case panes(c.W) > 1:
		parts := columns(below, 2)
		m.drawFinding(parts[0], &l, !trouble)
		m.drawTrouble(parts[1], trouble)
	case trouble || !l.chosen:
		m.drawTrouble(below, trouble)
	default:
		m.drawFinding(below, &l, true)
	}
}

// The panes of the view, between which Tab goes.
const (
	findingPane = iota
	troublePane
)

// drawFinding is the selected finding in full.
func (m *Model) drawFinding(c *cells.Canvas, l *list, active bool) {
	c = m.drawPane(c, "finding", active)
	if !l.chosen {
		c.Text(1, 0, cells.Faint, "the arrows choose a finding, Enter goes to its frame")
		return
	}
	drawLines(c, factLines(findingFacts(m.finding(l.selected)), factNames, c.W), 0)
}

// drawTrouble is how often each rule was broken, and what else went wrong in the
// whole capture.
func (m *Model) drawTrouble(c *cells.Canvas, active bool) {
	c = m.drawPane(c, "trouble of the whole capture", active)
	drawLines(c, m.troubleLines(c.W), m.Scroll[Findings])
}

func (m *Model) troubleLines(width int) []line {
	lines := append(m.tally.lines(width), factLines(m.troubleFacts(), factNames, width)...)
	if len(lines) == 0 {
		lines = append(lines, plainLine(cells.Good, " none"))
	}
	return lines
}

// scrollTrouble scrolls the trouble of the whole capture.
func (v findingsView) scrollTrouble(m *Model, b Binding) bool {
	top, lines := v.listArea(m)
	size := m.bodySize()
	width, page := size.W, size.H-top-lines-1
	if panes(width) > 1 {
		width = (width+1)/2 - 1
	}
	if len(m.Lists[Findings].rows) == 0 {
		width, page = size.W, size.H-2
	}
	by, known := scrollStep(b.Command, page)
	if known {
		m.Scroll[Findings] = m.bounded("line", m.Scroll[Findings], m.Scroll[Findings]+by, max(0, len(m.troubleLines(width))-page))
	}
	return known
}

// findingCounts says how many findings of each severity there are.
func (m *Model) findingCounts() string {
	counts, unkept := m.severities(), m.trouble().unkept
	text := fmt.Sprintf("%s, %s, %s", plural(int(counts[h2decode.SeverityError]), "error"),
		plural(int(counts[h2decode.SeverityWarning]), "warning"), plural(int(counts[h2decode.SeverityInfo]), "note"))
	if counts == (h2decode.Severities{}) {
		text = "no rule was broken, and no attack was seen"
	}
	if unkept > 0 {
		text += fmt.Sprintf("; %s are beyond the limit and not listed", size(unkept))
	}
	return text
}

func (m *Model) finding(r row) h2decode.Finding {
	return m.Snapshot.Conn(r.connection()).Finding(int(r.item))
}

func findingLine(f h2decode.Finding) []cell {
	line := make([]cell, len(findingColumns))
	line[0].text = strconv.FormatUint(f.Conn, 10)
	line[1].text = strconv.FormatUint(f.Packet, 10)
	if f.Stream != 0 {
		line[2].text = strconv.FormatUint(uint64(f.Stream), 10)
	}
	line[3] = severityCell(&f)
	line[4].text = f.Rule
	line[5] = cell{f.From.String(), sideStyle(f.From)}
	line[6].text = printable.String(f.Message)
	return line
}

func severityCell(f *h2decode.Finding) cell {
	switch {
	case f.Consequence:
		return cell{"follows", cells.Faint}
	case f.Severity == h2decode.SeverityError:
		return cell{"error", cells.Bad}
	case f.Severity == h2decode.SeverityWarning:
		return cell{"warning", cells.Warn}
	}
	return cell{"info", cells.Faint}
}

func sideStyle(s h2decode.Side) cells.Style {
	if s == h2decode.Client {
		return cells.Client
	}
	return cells.Server
}

// findingFacts is a finding in full.
func findingFacts(f h2decode.Finding) []fact {
	facts := []fact{{f.Rule, f.Message, cells.Value}, {"rule", f.Reference, cells.Plain}}
	where := fmt.Sprintf("packet %d, by the %s", f.Packet, f.From)
	if f.Frame > 0 {
		where += fmt.Sprintf(", frame %d", f.Frame)
	}
	if f.Count > 0 {
		where += fmt.Sprintf(", %d times from packet %d to %d", f.Count, f.FirstPacket, f.LastPacket)
	}
	facts = append(facts, fact{"where", where, cells.Plain})
	for _, e := range f.Evidence {
		text := e.Text
		if text == "" {
			text = strconv.FormatInt(e.Number, 10)
		}
		facts = append(facts, fact{e.Name, text, cells.Plain})
	}
	switch a := f.Answer; {
	case a != nil && a.Frame > 0:
		facts = append(facts, fact{"answered", fmt.Sprintf("%s %s after %s, frame %d", a.Type, a.Code, duration(a.After), a.Frame), cells.Plain})
	case a != nil:
		facts = append(facts, fact{"answered", fmt.Sprintf("TCP closed (%s) after %s", a.Type, duration(a.After)), cells.Plain})
	case f.ErrorCode != "":
		facts = append(facts, fact{"asks for", f.ErrorCode + "; no answer was seen", cells.Warn})
	}
	return facts
}

func (v findingsView) act(m *Model, b Binding) bool {
	l := &m.Lists[Findings]
	_, lines := v.listArea(m)
	trouble := m.Pane[Findings] == troublePane || len(l.rows) == 0
	switch {
	case b.Command == NextPane && len(l.rows) > 0:
		m.Pane[Findings] = 1 - m.Pane[Findings]
	case trouble && v.scrollTrouble(m, b):
	case m.moveList(l, b, lines):
		m.chooseRow(l)
	case b.Command == Enter && l.chosen:
		m.chooseRow(l)
		m.goTo(Frames)
	case b.Command == Enter:
		m.say("no finding is selected")
	default:
		return false
	}
	return true
}
