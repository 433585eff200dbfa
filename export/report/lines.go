package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// few is how many findings of one rule are shown of a connection, unless all
// are asked for.
const few = 3

// Text is the format for people: by connection and rule, with counts.
func Text(o text.Options) Format {
	return func(w io.Writer, f *Findings) error {
		p := &text.Paper{Options: o}
		for i := range f.Connections {
			connectionLines(p, &f.Connections[i], o.All)
		}
		if len(f.Capture) > 0 {
			p.Line(text.Heading, "the capture")
			groupLines(p, f.Capture, o.All)
		}
		totalLines(p, f)
		_, err := w.Write(p.Bytes())
		return err
	}
}

func connectionLines(p *text.Paper, c *Connection, all bool) {
	p.Line(text.Heading, fmt.Sprintf("conn %d  %s > %s", c.Number, c.Client, c.Server))
	groupLines(p, c.Findings, all)
	p.Line(text.Plain, "")
}

// groupLines shows findings rule by rule: errors first, then as they came;
// consequences stand behind all.
func groupLines(p *text.Paper, findings []Finding, all bool) {
	for _, group := range groups(findings) {
		first := group[0]
		look := severityStyle(first)
		p.Line(look, fmt.Sprintf("  %-7s %s  %s", label(first), first.Rule, times(len(group))), "  "+sentence(first), "  "+first.Reference)
		for i, f := range group {
			if i == few && !all && len(group) > few+1 {
				p.Line(text.Faint, fmt.Sprintf("      … %d more; -V shows all", len(group)-few))
				break
			}
			p.Line(text.Plain, "      "+where(f)+": "+printable.String(f.Message)+answered(f))
		}
	}
}

// groups puts findings of the same rule and side together, in the order in
// which they are shown.
func groups(findings []Finding) [][]*Finding {
	var out [][]*Finding
	for i := range findings {
		f := &findings[i]
		at := slices.IndexFunc(out, func(g []*Finding) bool {
			return g[0].Rule == f.Rule && g[0].From == f.From && g[0].Consequence == f.Consequence
		})
		if at < 0 {
			out = append(out, nil)
			at = len(out) - 1
		}
		out[at] = append(out[at], f)
	}
	slices.SortStableFunc(out, func(a, b []*Finding) int { return rank(a[0]) - rank(b[0]) })
	return out
}

func rank(f *Finding) int {
	if f.Consequence {
		return len(h2decode.Severities{})
	}
	return int(h2decode.SeverityError - f.Severity)
}

func label(f *Finding) string {
	if f.Consequence {
		return "follows"
	}
	return f.Severity.String()
}

func severityStyle(f *Finding) text.Style {
	switch {
	case f.Consequence || f.Severity == h2decode.SeverityInfo:
		return text.Faint
	case f.Severity == h2decode.SeverityError:
		return text.Bad
	}
	return text.Warn
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf("%d× ", n)
}

// sentence is the rule, or where it is not known what it is about.
func sentence(f *Finding) string {
	if f.Requirement != "" {
		return f.Requirement
	}
	return f.Scope
}

// where is the place of a finding: "packet 21 > stream 1 frame 11".
func where(f *Finding) string {
	if f.Count > 0 && f.FirstPacket != f.LastPacket {
		return fmt.Sprintf("packets %d to %d, %s", f.FirstPacket, f.LastPacket, actor(f))
	}
	s := fmt.Sprintf("packet %d, %s", f.Packet, actor(f))
	if f.Stream != 0 {
		s += fmt.Sprintf(", stream %d", f.Stream)
	}
	if f.Frame != 0 {
		s += fmt.Sprintf(", frame %d", f.Frame)
	}
	return s
}

func actor(f *Finding) string {
	if f.Conn == 0 {
		return "the capture"
	}
	return f.From.String()
}

// answered is what the peer did.
func answered(f *Finding) string {
	a := f.Answer
	switch {
	case a == nil && f.ErrorCode != "" && !f.Consequence:
		return "; asks for " + f.ErrorCode + ", no answer seen"
	case a == nil:
		return ""
	case a.Frame == 0:
		return fmt.Sprintf("; answered by closing TCP (%s) after %s", a.Type, time.Duration(a.After))
	}
	return fmt.Sprintf("; answered by %s %s after %s", a.Type, a.Code, time.Duration(a.After))
}

// totalLines is the last of the text: what was found in all.
func totalLines(p *text.Paper, f *Findings) {
	p.Line(text.Heading, Totals(f))
}

// Totals sums up in one line.
func Totals(f *Findings) string {
	var parts []string
	for severity := len(f.Counts) - 1; severity >= 0; severity-- {
		parts = append(parts, fmt.Sprintf("%d %s", f.Counts[severity], plural(h2decode.Severity(severity), f.Counts[severity])))
	}
	for _, more := range [...]struct {
		n    uint64
		what string
	}{
		{f.Consequences, "that follow a connection error"}, {f.Accepted, "accepted by the baseline"},
		{f.Left, "not selected"}, {f.NotJudged, "not judged: what they rest on was not seen"},
	} {
		if more.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", more.n, more.what))
		}
	}
	return strings.Join(parts, ", ")
}

func plural(s h2decode.Severity, n uint64) string {
	if n == 1 || s == h2decode.SeverityInfo {
		return s.String()
	}
	return s.String() + "s"
}
