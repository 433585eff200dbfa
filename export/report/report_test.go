package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/export"
	"h2scope/export/text"
	"h2scope/h2decode"
)

var update = flag.Bool("update", false, "write the golden files anew")

func found(conn, packet uint64, from h2decode.Side, rule string, severity h2decode.Severity) *h2decode.Finding {
	return &h2decode.Finding{
		Origin: h2decode.Origin{Conn: conn, From: from, Packet: packet, Time: int64(packet) * 1e6}, Rule: rule, Severity: severity,
		Scope: "connection", Reference: "RFC 9113, Section 4.1", Frame: packet - 10, Message: "octet \x1b[31m | of packet",
	}
}

// events are findings of every kind, as two workers tell them: not in order of
// connection.
func events() [2][]h2decode.Event {
	broken := found(2, 21, h2decode.Client, "FC-01", h2decode.SeverityError)
	broken.Stream, broken.ErrorCode = 5, "FLOW_CONTROL_ERROR"
	broken.Answer = &h2decode.Answer{Type: "RST_STREAM", Code: h2decode.FlowControlError, Frame: 30, After: 1_500_000}
	unanswered := found(2, 22, h2decode.Server, "SE-03", h2decode.SeverityError)
	unanswered.ErrorCode = "FLOW_CONTROL_ERROR"
	closed := found(1, 14, h2decode.Client, "FC-01", h2decode.SeverityError)
	closed.Answer = &h2decode.Answer{Type: "FIN", After: 2_000_000}
	after := found(2, 23, h2decode.Client, "FR-03", h2decode.SeverityWarning)
	after.Consequence = true
	attack := found(1, 99, h2decode.Client, "AT-05", h2decode.SeverityError)
	attack.Frame, attack.Count, attack.FirstPacket, attack.LastPacket = 0, 400, 12, 99
	churn := found(0, 7, h2decode.Client, "AT-22", h2decode.SeverityWarning)
	churn.Frame = 0

	first := []h2decode.Event{&h2decode.CaptureOpened{Files: []string{"a capture.pcapng"}}, unanswered, broken, after}
	for packet := uint64(30); packet < 36; packet++ {
		first = append(first, found(2, packet, h2decode.Client, "FR-08", h2decode.SeverityWarning))
	}
	first = append(first, ended(2, 1), churn)
	return [2][]h2decode.Event{first, {closed, attack, found(1, 15, h2decode.Client, "FR-05", h2decode.SeverityInfo), ended(1, 0), ended(3, 0)}}
}

func ended(conn, notJudged uint64) *h2decode.ConnectionClosed {
	c := &h2decode.Connection{
		Number: conn, NotJudged: notJudged, Findings: h2decode.Severities{0, 0, 1},
		Client: netip.MustParseAddrPort("192.0.2.1:49152"), Server: netip.MustParseAddrPort("[2001:db8::2]:443"),
	}
	return &h2decode.ConnectionClosed{Connection: c}
}

func render(t *testing.T, cfg Config) (out string, failed bool) {
	t.Helper()
	r := New(cfg)
	var b bytes.Buffer
	for _, all := range events() {
		w := r.Worker()
		for _, e := range all {
			b.Write(w.Event(nil, e))
		}
	}
	if err := r.Foot(&b); err != nil {
		t.Fatal(err)
	}
	return b.String(), r.Failed()
}

var ruleList = []Rule{
	{"FR-03", "warning", "Frames", "the reserved bit is sent as 0", "RFC 9113, Section 4.1"},
	{"FR-08", "warning", "Frames", "padding octets are zero", "RFC 9113, Section 6.1"},
	{"FC-01", "error", "Flow control", "DATA fits in the window", "RFC 9113, Section 6.9.1"},
	{"SE-03", "error", "Settings", "the initial window is at most 2^31-1", "RFC 9113, Section 6.5.2"},
}

func requirement(id string) string {
	for _, r := range ruleList {
		if r.ID == id {
			return r.Requirement
		}
	}
	return ""
}

func TestFormatsGolden(t *testing.T) {
	o := text.Options{}
	all := o
	all.All = true
	for name, f := range map[string]Format{
		"text.txt": Text(o), "text-all.txt": Text(all), "markdown.md": Markdown,
		"junit.xml": JUnit(ruleList), "sarif.json": SARIF("v1.2.3", ruleList),
	} {
		t.Run(name, func(t *testing.T) {
			got, failed := render(t, Config{Format: f, FailOn: h2decode.SeverityError, Requirement: requirement})
			if !failed {
				t.Error("errors do not fail")
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if strings.Contains(got, "\x1b") {
				t.Error("what was captured acts on the terminal")
			}
		})
	}
}

// JUnit's cases and SARIF's results are as many as the rules and the findings.
func TestFormatsAreWhole(t *testing.T) {
	junit, _ := render(t, Config{Format: JUnit(ruleList), FailOn: h2decode.SeverityError})
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal([]byte(junit), &suites); err != nil || suites.Tests != len(ruleList) || suites.Failures != 2 {
		t.Errorf("%+v, %v", suites, err)
	}
	sarif, _ := render(t, Config{Format: SARIF("", ruleList)})
	var log struct {
		Runs []struct {
			Results []struct{ RuleID, Level string }
		}
	}
	if err := json.Unmarshal([]byte(sarif), &log); err != nil || len(log.Runs) != 1 || len(log.Runs[0].Results) != 13 {
		t.Errorf("%+v, %v", log, err)
	}
}

func TestSelection(t *testing.T) {
	for _, tt := range []struct {
		name   string
		cfg    Config
		total  string
		failed bool
	}{
		{"all", Config{FailOn: h2decode.SeverityError}, "4 errors, 7 warnings, 1 info, 1 that follow", true},
		{"only a rule", Config{FailOn: h2decode.SeverityError, Select: Selection{Only: []string{"fr-08"}}}, "0 errors, 6 warnings, 0 info, 7 not selected", false},
		{"only a family", Config{FailOn: h2decode.SeverityWarning, Select: Selection{Only: []string{"FR"}}}, "0 errors, 6 warnings, 1 info, 1 that follow", true},
		{"ignored", Config{FailOn: h2decode.SeverityError, Select: Selection{Ignore: []string{"FC", "SE-03", "AT"}}}, "0 errors, 6 warnings, 1 info, 1 that follow", false},
		{"a consequence does not fail", Config{FailOn: h2decode.SeverityInfo, Select: Selection{Only: []string{"FR-03"}}}, "0 errors, 0 warnings, 0 info, 1 that follow", false},
		{"nothing fails", Config{NoFail: true}, "4 errors", false},
		{"baseline", Config{FailOn: h2decode.SeverityError, Baseline: Baseline{{"FR-08", "client"}: 5, {"FC-01", "client"}: 2, {"SE-03", "server"}: 1, {"AT-05", "client"}: 9}},
			"0 errors, 2 warnings, 1 info, 1 that follow a connection error, 9 accepted", false},
		{"beyond the baseline", Config{FailOn: h2decode.SeverityError, Baseline: Baseline{{"FC-01", "client"}: 1}}, "3 errors", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.cfg.Format = Text(text.Options{})
			got, failed := render(t, tt.cfg)
			lines := strings.Split(strings.TrimSpace(got), "\n")
			if last := lines[len(lines)-1]; !strings.HasPrefix(last, tt.total) || failed != tt.failed {
				t.Errorf("got %s, failed %v", last, failed)
			}
		})
	}
}

// What check --json writes is a baseline that accepts all of it.
func TestBaselineOfRecords(t *testing.T) {
	s := Select(records{}, Config{})
	var b bytes.Buffer
	for _, all := range events() {
		w := s.Worker()
		for _, e := range all {
			b.Write(w.Event(nil, e))
		}
	}
	if !s.Failed() {
		t.Error("what is at or above info does not fail")
	}
	baseline, err := ReadBaseline(&b)
	if err != nil {
		t.Fatal(err)
	}
	got, failed := render(t, Config{Format: Text(text.Options{}), Baseline: baseline})
	if failed || !strings.HasPrefix(got, "0 errors, 0 warnings, 0 info, 13 accepted") {
		t.Errorf("failed %v: %s", failed, got)
	}
}

func TestReadBaselineRefusesOtherFiles(t *testing.T) {
	for _, bad := range []string{"FC-01\n", "{}\n", "{\"record\":\"finding\"}\n[1]\n"} {
		if _, err := ReadBaseline(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

type records struct{ text.View }

func (records) Worker() text.Renderer { return export.NewRecords(export.CheckRecords) }
