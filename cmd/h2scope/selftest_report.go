package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"h2scope/h2decode/printable"
	"h2scope/samples/selftest"
)

// A selftestReport is how the self-test tells of its checks. Errors of writing
// stay with the output.
type selftestReport interface {
	listed(selftest.Check)
	result(selftest.Result)
	total(selftestTotal)
}

// A selftestTotal sums up.
type selftestTotal struct {
	passed, failed int
	recorded       string // how
	why            string // it was not recorded at the interface; "" where nobody asked for that
	took           time.Duration
}

func (t *selftestTotal) checks() int { return t.passed + t.failed }

func (t *selftestTotal) add(r selftest.Result) {
	if r.Passed {
		t.passed++
	} else {
		t.failed++
	}
}

// selftestText is a table, with the differences under each check that failed.
type selftestText struct {
	out   io.Writer
	width int // of the longest name
	begun bool
}

func newSelftestText(out io.Writer, checks []selftest.Check) *selftestText {
	t := &selftestText{out: out}
	for _, c := range checks {
		t.width = max(t.width, len(c.Name))
	}
	return t
}

func (t *selftestText) listed(c selftest.Check) {
	fmt.Fprintf(t.out, "%-*s  %s\n", t.width, c.Name, c.Title)
}

func (t *selftestText) result(r selftest.Result) {
	if !t.begun {
		t.begun = true
		fmt.Fprintf(t.out, "%-*s  frames  fields  bodies  windows  states  stalls  packets       took\n", t.width, "check")
	}
	verdict := "pass"
	if !r.Passed {
		verdict = "FAIL"
	}
	fmt.Fprintf(t.out, "%-*s  %6d  %6d  %6d  %7d  %6d  %6d  %7d  %6d ms  %s\n",
		t.width, r.Check.Name, r.Frames, r.Fields, r.Bodies, r.Windows, r.States, r.Stalls, r.Packets, r.Took.Milliseconds(), verdict)
	for _, m := range r.Mismatches {
		fmt.Fprintf(t.out, "  %s\n", printable.String(m))
	}
}

func (t *selftestText) total(s selftestTotal) {
	if s.failed == 0 {
		fmt.Fprintf(t.out, "\nAll %d checks passed in %.1f s. ", s.passed, s.took.Seconds())
	} else {
		fmt.Fprintf(t.out, "\n%d of %d checks failed in %.1f s. ", s.failed, s.checks(), s.took.Seconds())
	}
	fmt.Fprintf(t.out, "Recorded %s.\n", s.recorded)
	if s.why != "" {
		fmt.Fprintf(t.out, "Not recorded at the interface: %s.\n", printable.String(s.why))
	}
}

// selftestRecords are the records selftest_check, of each check, and
// selftest_summary, the last.
type selftestRecords struct{ out io.Writer }

type selftestCheckRecord struct {
	Record string `json:"record"`
	Check  string `json:"check"`
	Title  string `json:"title"`

	*selftestResultKeys
}

// selftestResultKeys are those of a check that was run; took is in milliseconds.
type selftestResultKeys struct {
	Passed     bool     `json:"passed"`
	Frames     int      `json:"frames"`
	Fields     int      `json:"fields"`
	Bodies     int      `json:"bodies"`
	Windows    int      `json:"windows"`
	States     int      `json:"states"`
	Stalls     int      `json:"stalls"`
	Packets    uint64   `json:"packets"`
	Took       float64  `json:"took"`
	Mismatches []string `json:"mismatches,omitempty"`
}

type selftestSummaryRecord struct {
	Record   string  `json:"record"`
	Checks   int     `json:"checks"`
	Passed   int     `json:"passed"`
	Failed   int     `json:"failed"`
	Recorded string  `json:"recorded"`
	Reason   string  `json:"reason,omitempty"` // it was not recorded at the interface
	Took     float64 `json:"took"`
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

func (s *selftestRecords) write(record any) {
	e := json.NewEncoder(s.out)
	e.SetEscapeHTML(false)
	_ = e.Encode(record) // the output keeps its error
}

func (s *selftestRecords) listed(c selftest.Check) {
	s.write(selftestCheckRecord{Record: "selftest_check", Check: c.Name, Title: c.Title})
}

func (s *selftestRecords) result(r selftest.Result) {
	s.write(selftestCheckRecord{Record: "selftest_check", Check: r.Check.Name, Title: r.Check.Title, selftestResultKeys: &selftestResultKeys{
		Passed: r.Passed, Frames: r.Frames, Fields: r.Fields, Bodies: r.Bodies, Packets: r.Packets,
		Windows: r.Windows, States: r.States, Stalls: r.Stalls,
		Took: milliseconds(r.Took), Mismatches: r.Mismatches,
	}})
}

func (s *selftestRecords) total(t selftestTotal) {
	s.write(selftestSummaryRecord{
		Record: "selftest_summary", Checks: t.checks(), Passed: t.passed, Failed: t.failed, Recorded: t.recorded, Reason: t.why, Took: milliseconds(t.took),
	})
}
