package tui

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/tui/cells"
)

// A tally counts the findings of a capture by rule, a few at a time.
type tally struct {
	seen   map[uint64]int // how many findings of a connection were looked at
	rules  map[string]broken
	behind *timeline.Snapshot
}

// broken is how often a rule was broken.
type broken struct {
	severity h2decode.Severity
	count    uint64
	first    string // what was said the first time
}

// look counts up to budget more findings, and reports whether that was all. What
// follows from another finding does not count.
func (t *tally) look(s *timeline.Snapshot, budget int) (done bool) {
	if t.behind == s {
		return true
	}
	if t.seen == nil {
		t.seen, t.rules = make(map[uint64]int), make(map[string]broken)
	}
	for _, c := range s.Conns() {
		at := max(t.seen[c.Number()], c.FirstFinding())
		for ; at < c.Findings() && budget > 0; at++ {
			budget--
			if f := c.Finding(at); !f.Consequence {
				t.add(&f)
			}
		}
		t.seen[c.Number()] = at
		if budget == 0 {
			return false
		}
	}
	t.behind = s
	return true
}

func (t *tally) add(f *h2decode.Finding) {
	b, known := t.rules[f.Rule]
	if !known {
		b = broken{severity: f.Severity, first: f.Message}
	}
	b.count++
	t.rules[f.Rule] = b
}

// chooseWorst selects the first of the worst findings where none is yet. The clock
// stays where it is.
func (m *Model) chooseWorst() {
	const looked = 10_000 // rows
	l := &m.Lists[Findings]
	if l.chosen || m.Busy || len(l.rows) == 0 {
		return
	}
	worst := l.rows[0]
	for _, r := range l.rows[:min(len(l.rows), looked)] {
		if m.severityOf(r) > m.severityOf(worst) {
			worst = r
		}
	}
	l.selected, l.chosen = worst, true
	l.find()
}

func (m *Model) severityOf(r row) int64 {
	f := m.finding(r)
	return severityKey(&f).number
}

// lines are the rules that were broken, the worst and the most frequent first.
func (t *tally) lines(width int) (lines []line) {
	names := slices.SortedFunc(maps.Keys(t.rules), func(a, b string) int {
		x, y := t.rules[a], t.rules[b]
		return cmp.Or(cmp.Compare(y.severity, x.severity), cmp.Compare(y.count, x.count), cmp.Compare(a, b))
	})
	for _, name := range names {
		b := t.rules[name]
		severity := severityCell(&h2decode.Finding{Severity: b.severity})
		lead := fmt.Sprintf(" %-5s %-7s %5s  ", name, severity.text, size(b.count)+"×")
		for _, part := range wrapWords(printable.String(b.first), width-printable.Width(lead)) {
			lines = append(lines, line{{lead, severity.style}, {part, cells.Plain}})
			lead = pad("", printable.Width(lead))
		}
	}
	return lines
}
