package tui

import (
	"fmt"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/tui/cells"
)

// drawEmpty says why a list is empty, and where else to look.
func (m *Model) drawEmpty(c *cells.Canvas, what string) {
	lines := []string{"no " + what + " was seen"}
	switch {
	case m.Busy:
		lines[0] = "looking …"
	case m.Filter != nil:
		lines[0] = "no " + what + " passes the filter; / and Enter without text turns it off"
	case !m.Status.Done:
		lines[0] += " yet"
	}
	if text, _ := m.troubleInShort(); text != "" {
		lines = append(lines, text)
	}
	for y, text := range lines {
		c.Text(2, 1+y, cells.Plain, printable.Truncate(text, c.W-2))
	}
}

// severities are the findings of the whole capture.
func (m *Model) severities() h2decode.Severities {
	return m.memo.severities.get(m.Snapshot, func() (sum h2decode.Severities) {
		for _, c := range m.Snapshot.Conns() {
			for severity, n := range c.Totals().Findings {
				sum[severity] += n
			}
		}
		for _, f := range m.Snapshot.Findings() {
			sum[f.Severity]++
		}
		return sum
	})
}

// severitiesText names errors and warnings, "" where there are none.
func severitiesText(s h2decode.Severities) string {
	var parts []string
	for _, severity := range [...]h2decode.Severity{h2decode.SeverityError, h2decode.SeverityWarning} {
		if n := s[severity]; n > 0 {
			parts = append(parts, counted(n, severity.String()))
		}
	}
	return strings.Join(parts, ", ")
}

// drawStatus is a message, or where things stand.
func (m *Model) drawStatus(c *cells.Canvas) {
	if m.Message.Text == "" {
		c.Text(0, 0, cells.Faint, m.standing())
		return
	}
	style := cells.Plain
	if m.Message.Bad {
		style = cells.Bad
	}
	c.Text(0, 0, style, printable.Truncate(printable.String(m.Message.Text), c.W))
}

// standing says what is read, and where the clock is. What matters most comes
// first.
func (m *Model) standing() string {
	st := &m.Status
	parts := []string{printable.Truncate(printable.String(st.Name), max(12, m.Size.W/4)), size(st.Packets) + " packets"}
	if st.Drops > 0 {
		parts = append(parts, size(st.Drops)+" DROPPED")
	}
	parts = append(parts, m.reading()...)
	if l := &m.Lists[m.View]; l.ordering {
		parts = append(parts, "ordering")
	}
	if m.Filter != nil && len(m.Filters) > 0 {
		parts = append(parts, fmt.Sprintf("filter %s (%s shown)", printable.Truncate(printable.String(m.Filters[0]), max(12, m.Size.W/3)), size(uint64(len(m.Lists[m.View].rows)))))
	}
	if m.Snapshot != nil {
		if text := severitiesText(m.severities()); text != "" {
			parts = append(parts, text)
		}
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

// reading says how far the reading is.
func (m *Model) reading() (parts []string) {
	st := &m.Status
	if text := m.forgottenText(); text != "" {
		parts = append(parts, text)
	}
	switch {
	case st.Err != nil:
		parts = append(parts, "ended early: "+printable.String(st.Err.Error()))
	case m.Paused:
		parts = append(parts, "PAUSED")
	case st.Done:
	case st.Live && m.Follow:
		parts = append(parts, "live, following")
	case st.Live:
		parts = append(parts, "live")
	case st.Progress >= 0:
		parts = append(parts, fmt.Sprintf("loading %d%%", int(100*st.Progress)))
	default:
		parts = append(parts, "loading")
	}
	return parts
}
