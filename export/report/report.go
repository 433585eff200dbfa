package report

import (
	"cmp"
	"io"
	"slices"

	"h2scope/export/text"
	"h2scope/h2decode"
)

// A Format writes the findings.
type Format func(w io.Writer, f *Findings) error

// Findings is what a capture gave, in order of connection and packet.
type Findings struct {
	Files       []string
	Connections []Connection // of those that something was found on
	Capture     []Finding    // that are about no one connection
	Counts      h2decode.Severities
	// Consequences follow an error that ended their connection; Left is how
	// many findings the selection left out, Accepted how many the baseline.
	Consequences, Left, Accepted uint64
	NotJudged                    uint64
	FailOn                       h2decode.Severity // what fails, with Fails
	Fails                        bool
}

// A Connection is one on which something was found.
type Connection struct {
	Number         uint64
	Client, Server string
	Findings       []Finding
}

// A Finding is a copy of what was found.
type Finding struct {
	h2decode.Finding
	Requirement string // the rule that was broken, "" where it is not known
}

// Config says what a report shows, and how.
type Config struct {
	Text     text.Options
	Format   Format
	Select   Selection
	Baseline Baseline
	FailOn   h2decode.Severity
	NoFail   bool // nothing fails
	// Requirement gives the sentence of a rule.
	Requirement func(rule string) string
}

// A Report is the view of a capture's findings.
type Report struct {
	cfg     Config
	workers []*worker
	failed  bool
}

// New returns a view of findings.
func New(cfg Config) *Report { return &Report{cfg: cfg} }

// Failed reports, once Foot has returned, whether there is a finding at or
// above the severity that fails.
func (r *Report) Failed() bool { return r.failed }

// Head writes nothing: what comes first depends on all.
func (r *Report) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (r *Report) Worker() text.Renderer {
	w := &worker{ends: make(map[uint64]Connection)}
	r.workers = append(r.workers, w)
	return w
}

// A worker gathers what its connections gave.
type worker struct {
	files     []string
	ends      map[uint64]Connection
	found     []h2decode.Finding
	notJudged uint64
}

// Event keeps findings, and between whom they are.
func (w *worker) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.CaptureOpened:
		w.files = slices.Clone(e.Files)
	case *h2decode.Finding:
		w.found = append(w.found, *e)
	case *h2decode.ConnectionClosed:
		w.notJudged += e.NotJudged
		if e.Findings != (h2decode.Severities{}) || e.Consequences > 0 {
			w.ends[e.Number] = Connection{Number: e.Number, Client: e.Client.String(), Server: e.Server.String()}
		}
	}
	return dst
}

// Foot writes the findings.
func (r *Report) Foot(w io.Writer) error {
	f := r.gather()
	r.failed = f.Fails
	return r.cfg.Format(w, f)
}

// gather puts in order what the workers have.
func (r *Report) gather() *Findings {
	f := &Findings{FailOn: r.cfg.FailOn}
	var all []h2decode.Finding
	ends := make(map[uint64]Connection)
	for _, w := range r.workers {
		f.NotJudged += w.notJudged
		f.Files = append(f.Files, w.files...)
		all = append(all, w.found...)
		for n, c := range w.ends {
			ends[n] = c
		}
	}
	slices.SortStableFunc(all, func(a, b h2decode.Finding) int {
		return cmp.Or(cmp.Compare(a.Conn, b.Conn), cmp.Compare(a.Packet, b.Packet), cmp.Compare(a.Frame, b.Frame), cmp.Compare(a.Rule, b.Rule))
	})
	accepted := r.cfg.Baseline.accepter()
	for i := range all {
		switch finding := &all[i]; {
		case !r.cfg.Select.Shows(finding.Rule):
			f.Left++
		case accepted(finding):
			f.Accepted++
		default:
			r.add(f, ends, finding)
		}
	}
	return f
}

// add counts a finding, and puts it with its connection.
func (r *Report) add(f *Findings, ends map[uint64]Connection, finding *h2decode.Finding) {
	if finding.Consequence {
		f.Consequences++
	} else {
		f.Counts[finding.Severity]++
		f.Fails = f.Fails || !r.cfg.NoFail && finding.Severity >= r.cfg.FailOn
	}
	one := Finding{Finding: *finding}
	if r.cfg.Requirement != nil {
		one.Requirement = r.cfg.Requirement(finding.Rule)
	}
	if finding.Conn == 0 {
		f.Capture = append(f.Capture, one)
		return
	}
	if n := len(f.Connections); n == 0 || f.Connections[n-1].Number != finding.Conn {
		c := ends[finding.Conn]
		c.Number = finding.Conn
		f.Connections = append(f.Connections, c)
	}
	c := &f.Connections[len(f.Connections)-1]
	c.Findings = append(c.Findings, one)
}

// All yields every finding, those of connections first, in order.
func (f *Findings) All(yield func(*Connection, *Finding) bool) {
	for i := range f.Connections {
		c := &f.Connections[i]
		for j := range c.Findings {
			if !yield(c, &c.Findings[j]) {
				return
			}
		}
	}
	for i := range f.Capture {
		if !yield(nil, &f.Capture[i]) {
			return
		}
	}
}
