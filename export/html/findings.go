package html

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"h2scope/export/label"
	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/rules"
)

// findings are grouped by rule, the gravest first.
type findings struct {
	Count        string // with the consequences
	Consequences string // which the summary does not count; "" for none
	Groups       []group
}

// A group is what was found of one rule.
type group struct {
	shown
	Rule, Severity, Reference string
	Requirement               string // what the rule asks, or what an attack looks like
	Open                      bool
	Rows                      []finding

	severity h2decode.Severity
	count    int
}

type finding struct {
	Conn          uint64 // 0: it is about the whole capture
	Stream        uint32
	Frame, Packet uint64
	Time, By      string
	Message       string
	Answer        string
	Consequence   bool
}

func (r *report) findings() (all findings) {
	groups := make(map[string]*group)
	count, consequences := 0, 0
	for f := range r.found() {
		g := groups[f.Rule]
		if g == nil {
			g = newGroup(f)
			groups[f.Rule] = g
		}
		g.severity, g.count, count = max(g.severity, f.Severity), g.count+1, count+1
		if f.Consequence {
			consequences++
		}
		if len(g.Rows) < r.options.Findings {
			g.Rows = append(g.Rows, r.finding(f))
		}
	}
	order := func(a, b string) int {
		return cmp.Or(cmp.Compare(groups[b].severity, groups[a].severity), cmp.Compare(a, b))
	}
	for _, rule := range slices.SortedFunc(maps.Keys(groups), order) {
		g := groups[rule]
		g.shown, g.Severity, g.Open = showing(len(g.Rows), g.count), g.severity.String(), g.severity > h2decode.SeverityInfo
		all.Groups = append(all.Groups, *g)
	}
	if all.Count = number(count); consequences > 0 {
		all.Consequences = number(consequences)
	}
	return all
}

// found are the findings that are selected: those about the whole capture, as of
// connection 0, and then those of the connections in their order.
func (r *report) found() iter.Seq[*h2decode.Finding] {
	return func(yield func(*h2decode.Finding) bool) {
		for _, f := range r.aboutCapture() {
			f.Conn = 0
			if !yield(&f) {
				return
			}
		}
		for _, c := range r.conns {
			for i := c.FirstFinding(); i < c.Findings(); i++ {
				f := c.Finding(i)
				selected := r.options.Selected(c.Number(), f.Stream) || r.options.Selected(c.Number(), 0)
				if selected && !yield(&f) {
					return
				}
			}
		}
	}
}

// aboutCapture are the findings about the whole capture, where the connection that
// each names is selected.
func (r *report) aboutCapture() (all []h2decode.Finding) {
	for _, f := range r.snapshot.Findings() {
		if r.options.Selected(f.Conn, 0) {
			all = append(all, f)
		}
	}
	return all
}

func newGroup(f *h2decode.Finding) *group {
	g := &group{Rule: f.Rule, Reference: f.Reference}
	if rule := rules.Lookup(f.Rule); rule != nil {
		g.Requirement = rule.Requirement
	} else if s := attack.Lookup(f.Rule); s != nil {
		g.Requirement = s.Name + ": " + s.Shows
	}
	return g
}

func (r *report) finding(f *h2decode.Finding) finding {
	row := finding{
		Conn: f.Conn, Stream: f.Stream, Frame: f.Frame, Packet: f.Packet, Time: seconds(f.Time - r.zero),
		By: f.From.String(), Message: label.Finding(f, r.options.Redact), Consequence: f.Consequence,
	}
	if a := f.Answer; a != nil {
		row.Answer = a.Type
		if a.Frame != 0 {
			row.Answer += " " + a.Code.String()
		}
		row.Answer = printable.String(row.Answer) + " after " + duration(a.After)
	}
	return row
}
