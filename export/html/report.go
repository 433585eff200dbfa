package html

import (
	"bufio"
	"crypto/sha256"
	_ "embed" // the template, the style and the script
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"

	"h2scope/export/redact"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
)

// Options say what is in a report. The zero value has all in it that fits, with
// nothing taken out of addresses.
type Options struct {
	// Selected says whether a stream is in the report, or with stream 0 what is
	// a connection's own; nil: all are.
	Selected func(conn uint64, stream uint32) bool
	// Redact says what of addresses is not shown.
	Redact *redact.Policy

	// How much is shown; zero is the default, 1 and more a limit.
	Streams     int // rows of the waterfall: 2,000
	Connections int // rows of connections: 500
	Findings    int // rows of each rule: 50
	Charts      int // connections whose windows are drawn: 6
	Stalls      int // rows of stalls: 100
	Trees       int // connections whose priorities are shown: 6
	Nodes       int // streams of each of them: 200
}

func (o Options) withDefaults() Options {
	if o.Selected == nil {
		o.Selected = func(uint64, uint32) bool { return true }
	}
	for limit, usual := range map[*int]int{
		&o.Streams: 2000, &o.Connections: 500, &o.Findings: 50, &o.Charts: 6, &o.Stalls: 100, &o.Trees: 6, &o.Nodes: 200,
	} {
		if *limit <= 0 {
			*limit = usual
		}
	}
	return o
}

// The parts of a page that are the same for all reports.
var (
	//go:embed report.html
	source string
	//go:embed style.css
	style string
	//go:embed script.js
	script string
)

// layout is the parsed template.
var layout = sync.OnceValue(func() *template.Template { return template.Must(template.New("report").Parse(source)) })

// A page is all that a report shows, as the template wants it.
type page struct {
	Policy template.HTMLAttr
	Style  template.CSS
	Script template.JS

	Name      string // of the inputs
	Summary   summary
	Waterfall waterfall
	Charts    charts
	Trees     trees
	Findings  findings
	Conns     connections
	Trouble   trouble
	Legend    []legendEntry
	Redacted  bool
}

// shown is how many there are of something, and how many of these are shown.
type shown struct{ Shown, Of string }

// Cut reports whether not all are shown.
func (s shown) Cut() bool { return s.Shown != s.Of }

func showing[N int | uint64](shownCount int, of N) shown {
	return shown{number(shownCount), number(of)}
}

// Write writes the report of what a snapshot has. The error is that of w.
func Write(w io.Writer, s *timeline.Snapshot, o Options) error {
	r := newReport(s, o.withDefaults())
	out := bufio.NewWriterSize(w, 64<<10)
	if err := layout().Execute(out, r.page()); err != nil {
		return err
	}
	return out.Flush()
}

// A report is what is gathered for a page.
type report struct {
	snapshot *timeline.Snapshot
	options  Options
	conns    []*timeline.Conn // of which something is selected
	zero     int64            // the time of the first packet
	end      int64            // the latest time
}

func newReport(s *timeline.Snapshot, o Options) *report {
	r := &report{snapshot: s, options: o}
	for _, c := range s.Conns() {
		if !r.hasAny(c) {
			continue
		}
		r.conns = append(r.conns, c)
		if opened := c.Opened().Time; r.zero == 0 || opened < r.zero {
			r.zero = opened
		}
		r.end = max(r.end, c.Clock())
	}
	if e := s.Ended(); e != nil && e.Packets > 0 {
		r.zero = e.First
	}
	return r
}

func (r *report) hasAny(c *timeline.Conn) bool {
	if r.options.Selected(c.Number(), 0) {
		return true
	}
	for i := c.NextExchange(0); i < c.Exchanges(); i = c.NextExchange(i + 1) {
		if x := c.Exchange(i); r.options.Selected(c.Number(), x.ID) {
			return true
		}
	}
	return false
}

func (r *report) page() *page {
	return &page{
		Policy: policy(), Style: template.CSS(style), Script: template.JS(script),
		Name: r.name(), Summary: r.summary(), Waterfall: r.waterfall(), Charts: r.charts(), Trees: r.trees(),
		Findings: r.findings(), Conns: r.connections(), Trouble: r.trouble(), Legend: legend(),
		Redacted: r.options.Redact != nil,
	}
}

func (r *report) name() string {
	opened := r.snapshot.Opened()
	if opened == nil {
		return "capture"
	}
	return printable.String(strings.Join(opened.Files, ", "))
}

// policy allows the page its own style and script, and nothing else.
func policy() template.HTMLAttr {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return template.HTMLAttr(`content="default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; ` +
		"style-src " + hash(style) + "; script-src " + hash(script) + `"`)
}
