package main

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"h2scope"
	"h2scope/export"
	"h2scope/export/report"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/h2decode/fields"
	"h2scope/h2decode/rules"
)

const checkLong = `Holds the traffic against the rules of RFC 9113 and its companions, and looks for
signs of attacks. Each finding names the frame, who broke the rule, the numbers,
what the RFC asks the peer to answer, and what the peer did. What follows an
error that ends the connection is shown as its consequence, and does not fail.

The exit code is 3 where there is a finding at or above --fail-on. A baseline is
the output of an earlier check --json: as many findings of each rule and side as
it has are accepted.`

// checkFlags are the flags that only check has.
type checkFlags struct {
	failOn, format string
	only, ignore   []string
	baseline       string
	thresholds     []string
	list           bool

	accepted report.Baseline
	limits   attack.Thresholds
	failed   func() bool
}

// failures are the values of --fail-on; the last is that nothing fails.
var failures = []string{"info", "warning", "error", "none"}

var reportFormats = []string{"text", "sarif", "junit", "markdown"}

func newCheck(std streams) *cobra.Command {
	k := new(checkFlags)
	a := analysis{
		use: "check FILE…", short: "What rules were broken, and what looks like an attack", long: checkLong,
		example: "h2scope check capture.pcapng\nh2scope check --only FC,ST-09 capture.pcapng\nh2scope check --format sarif -o findings.sarif capture.pcapng\nh2scope check --list",
		records: export.CheckRecords, level: fields.Finding, detailed: true,
	}
	a.view = k.report
	a.configure = func(cfg *h2scope.Config) { cfg.Thresholds = k.limits }
	a.recordView = k.records
	c := newAnalysis(std, a)
	k.register(c)
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if k.list {
			return listRules(std.out)
		}
		if err := k.prepare(); err != nil {
			return err
		}
		if err := run(c, args); err != nil {
			return err
		}
		if k.failed() {
			return errFindings
		}
		return nil
	}
	return c
}

func (k *checkFlags) register(c *cobra.Command) {
	fs := c.Flags()
	fs.StringVar(&k.failOn, "fail-on", "error", "the least `SEVERITY` that gives exit code 3: error,\nwarning, info, or none")
	fs.StringVar(&k.format, "format", "text", "write `FORMAT`: "+strings.Join(reportFormats, ", "))
	fs.StringSliceVar(&k.only, "only", nil, "show these `RULES` only: FC-01, or FC for all of them")
	fs.StringSliceVar(&k.ignore, "ignore", nil, "do not show these `RULES`")
	fs.StringVar(&k.baseline, "baseline", "", "accept the findings in `FILE`, which check --json wrote")
	fs.StringArrayVar(&k.thresholds, "threshold", nil, "change a threshold of an attack, `AT-01.resets_per_second=50`;\nh2scope check --list names them")
	fs.BoolVar(&k.list, "list", false, "print the rules, and read nothing")
	_ = c.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(failures, cobra.ShellCompDirectiveNoFileComp))
	_ = c.RegisterFlagCompletionFunc("threshold", cobra.FixedCompletions(thresholdNames(), cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(reportFormats, cobra.ShellCompDirectiveNoFileComp))
	for _, name := range []string{"only", "ignore"} {
		_ = c.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(ruleNames(), cobra.ShellCompDirectiveNoFileComp))
	}
}

// prepare finds mistakes in the flags, and reads the baseline.
func (k *checkFlags) prepare() error {
	switch {
	case !slices.Contains(failures, k.failOn):
		return usagef("--fail-on is %s, not %q", strings.Join(failures, ", "), k.failOn)
	case !slices.Contains(reportFormats, k.format):
		return usagef("--format is %s, not %q", strings.Join(reportFormats, ", "), k.format)
	}
	for _, name := range slices.Concat(k.only, k.ignore) {
		if !slices.ContainsFunc(ruleNames(), func(known string) bool { return strings.EqualFold(known, name) }) {
			return hintedError{usagef("there is no rule or family of rules %q", name), "h2scope check --list names them"}
		}
	}
	for _, text := range k.thresholds {
		t, err := attack.ParseThreshold(text)
		if err != nil {
			return hintedError{usagef("--threshold %s: %w", text, err), "h2scope check --list names the thresholds"}
		}
		k.limits.Set(t)
	}
	if k.baseline == "" {
		return nil
	}
	f, err := os.Open(k.baseline)
	if err != nil {
		return err
	}
	defer f.Close()
	if k.accepted, err = report.ReadBaseline(f); err != nil {
		return hintedError{usagef("baseline %s: %v", k.baseline, err), "h2scope check --json writes a baseline"}
	}
	return nil
}

func (k *checkFlags) config() report.Config {
	at := slices.Index(failures, k.failOn)
	return report.Config{
		Select: report.Selection{Only: k.only, Ignore: k.ignore}, Baseline: k.accepted,
		FailOn: h2decode.Severity(min(at, int(h2decode.SeverityError))), NoFail: at == len(failures)-1,
		Requirement: requirement,
	}
}

// report is the view of all formats but records.
func (k *checkFlags) report(o text.Options) text.View {
	cfg := k.config()
	switch k.format {
	case "sarif":
		cfg.Format = report.SARIF(moduleVersion(), ruleList())
	case "junit":
		cfg.Format = report.JUnit(ruleList())
	case "markdown":
		cfg.Format = report.Markdown
	default:
		cfg.Format = report.Text(o)
	}
	r := report.New(cfg)
	k.failed = r.Failed
	return r
}

// records is the view of records: those of findings are selected.
func (k *checkFlags) records() text.View {
	s := report.Select(records(export.CheckRecords), k.config())
	k.failed = s.Failed
	return s
}

// requirement is the sentence of a rule or signature.
func requirement(id string) string {
	if r := rules.Lookup(id); r != nil {
		return r.Requirement
	}
	if s := attack.Lookup(id); s != nil {
		return s.Name + ": " + s.Shows
	}
	return ""
}

// ruleList is every rule, family by family.
func ruleList() (list []report.Rule) {
	for r := range rules.All() {
		family, _, _ := strings.Cut(r.ID, "-")
		list = append(list, report.Rule{
			ID: r.ID, Severity: r.Severity.String(), Family: familyName(family), Requirement: r.Requirement, Reference: r.Reference,
		})
	}
	for s := range attack.All() {
		list = append(list, report.Rule{
			ID: s.ID, Severity: s.Severity.String(), Family: attacks, Requirement: s.Name + ": " + s.Shows, Reference: s.Reference,
		})
	}
	return list
}

// attacks is what the signatures are called together.
const attacks = "Attacks"

func familyName(letters string) string {
	for _, f := range rules.Families {
		if f.Letters == letters {
			return f.Name
		}
	}
	return letters
}

// ruleNames are the rules and their families.
func ruleNames() (names []string) {
	for _, r := range ruleList() {
		family, _, _ := strings.Cut(r.ID, "-")
		if !slices.Contains(names, family) {
			names = append(names, family)
		}
		names = append(names, r.ID)
	}
	return names
}

// thresholdNames are what --threshold changes, with what they are by default.
func thresholdNames() (names []string) {
	for s := range attack.All() {
		for l := range s.Limits() {
			names = append(names, fmt.Sprintf("%s=\t%s; %d by default", l, l.Meaning, l.Default))
		}
	}
	return names
}

// listRules prints the table of rules.
func listRules(w io.Writer) error {
	p := new(text.Paper)
	family := ""
	for r := range rules.All() {
		if letters, _, _ := strings.Cut(r.ID, "-"); letters != family {
			family = letters
			p.Line(text.Plain, "")
			p.Line(text.Heading, familyName(family))
		}
		asks := ""
		if r.ErrorCode != "" {
			asks = ", " + r.ErrorCode
		}
		p.Line(text.Plain, r.ID+"  "+r.Severity.String()+"  "+r.Requirement, "  ("+r.Reference+asks+")")
	}
	p.Line(text.Plain, "")
	p.Line(text.Heading, attacks)
	for s := range attack.All() {
		p.Line(text.Plain, s.ID+"  "+s.Severity.String()+"  "+s.Name+": "+s.Shows, "  ("+s.Reference+")")
		for l := range s.Limits() {
			p.Line(text.Faint, fmt.Sprintf("       --threshold %s=%d  %s", l, l.Default, l.Meaning))
		}
	}
	_, err := w.Write(p.Bytes()[1:])
	return err
}

// moduleVersion is the version that this was built as; "" for none.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "(devel)" {
		return ""
	}
	return info.Main.Version
}
