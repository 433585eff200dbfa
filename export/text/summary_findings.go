package text

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"h2scope/h2decode"
)

// A brokenRule is how often a rule was broken, consequences apart.
type brokenRule struct {
	severity h2decode.Severity
	count    uint64
}

// A waitCount is how many streams waited, and for how long together, in
// nanoseconds.
type waitCount struct {
	streams uint64
	waited  int64
}

func (w *waitCount) add(o waitCount) {
	w.streams += o.streams
	w.waited += o.waited
}

func (t *tally) finding(f *h2decode.Finding) {
	if !f.Consequence {
		t.rules[f.Rule] = brokenRule{f.Severity, t.rules[f.Rule].count + 1}
	}
}

// maxRules is how many broken rules of a kind the summary names.
const maxRules = 8

// findings says what looks like an attack, and which rules were broken. What
// is only for information is left to the command that lists findings.
func (r *report) findings() {
	for _, kind := range [...]struct {
		label   string
		attacks bool
	}{{"Attacks", true}, {"Rules", false}} {
		names := r.tally.broken(kind.attacks)
		if len(names) == 0 {
			continue
		}
		look := warn
		if r.tally.rules[names[0]].severity == h2decode.SeverityError {
			look = bad
		}
		r.wrong(kind.label, look, r.ruleItems(names)...)
	}
	if n := r.tally.ended.NotJudged; n > 0 {
		r.wrong("Not judged", faint, count(n, "rule")+": what they rest on was not seen")
	}
}

func (r *report) ruleItems(names []string) (items []string) {
	for i, name := range names {
		if i == maxRules {
			return append(items, fmt.Sprintf("%d more: h2scope check lists them", len(names)-i))
		}
		rule := r.tally.rules[name]
		items = append(items, fmt.Sprintf("%s %s %d×", name, rule.severity, rule.count))
	}
	return items
}

// broken are the rules, or the signatures of attacks, that were found, the
// worst and most frequent first.
func (t *tally) broken(attacks bool) []string {
	names := slices.SortedFunc(maps.Keys(t.rules), func(a, b string) int {
		x, y := t.rules[a], t.rules[b]
		return cmp.Or(cmp.Compare(y.severity, x.severity), cmp.Compare(y.count, x.count), cmp.Compare(a, b))
	})
	return slices.DeleteFunc(names, func(name string) bool {
		return strings.HasPrefix(name, "AT-") != attacks || t.rules[name].severity == h2decode.SeverityInfo
	})
}

// waitNames say what was waited for, by h2decode.StallCause.
var waitNames = [...]string{
	h2decode.StalledByStream:     "own window",
	h2decode.StalledByConnection: "connection window",
	h2decode.StalledByTCP:        "TCP",
}

// waits says what streams waited for.
func (r *report) waits() {
	var items []string
	for cause, w := range r.tally.waits {
		if w.streams > 0 {
			items = append(items, fmt.Sprintf("%s: %s %s", waitNames[cause], count(w.streams, "stream"), duration(w.waited)))
		}
	}
	r.wrong("Waits", warn, items...)
}
