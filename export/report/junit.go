package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"h2scope/h2decode/printable"
)

// A Rule is what a pipeline's report says of a rule, found or not.
type Rule struct {
	ID, Severity, Family, Requirement, Reference string
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name      string        `xml:"name,attr"`
	ClassName string        `xml:"classname,attr"`
	Failure   *junitFailure `xml:"failure"`
	Output    string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit is the format that build servers read: a suite for each family of
// rules, a case for each rule. A rule with findings at or above the severity
// that fails is a failure; lesser findings, and consequences, are output.
func JUnit(rules []Rule) Format {
	return func(w io.Writer, f *Findings) error {
		byRule := make(map[string][]*Finding)
		for _, finding := range f.All {
			byRule[finding.Rule] = append(byRule[finding.Rule], finding)
		}
		suites := junitSuites{Name: "h2scope check " + strings.Join(f.Files, " ")}
		for _, rule := range rules {
			n := len(suites.Suites)
			if n == 0 || suites.Suites[n-1].Name != rule.Family {
				suites.Suites = append(suites.Suites, junitSuite{Name: rule.Family})
				n++
			}
			suites.Suites[n-1].add(junitRule(f, rule, byRule[rule.ID]))
		}
		for i := range suites.Suites {
			suites.Tests += suites.Suites[i].Tests
			suites.Failures += suites.Suites[i].Failures
		}
		if _, err := io.WriteString(w, xml.Header); err != nil {
			return err
		}
		e := xml.NewEncoder(w)
		e.Indent("", "  ")
		if err := e.Encode(suites); err != nil {
			return err
		}
		_, err := io.WriteString(w, "\n")
		return err
	}
}

func (s *junitSuite) add(c junitCase) {
	s.Cases = append(s.Cases, c)
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
}

func junitRule(f *Findings, rule Rule, found []*Finding) junitCase {
	c := junitCase{Name: rule.ID + " " + rule.Requirement, ClassName: "h2scope." + rule.Family}
	var failing, other []string
	for _, finding := range found {
		line := fmt.Sprintf("conn %d, %s: %s%s", finding.Conn, where(finding), printable.String(finding.Message), answered(finding))
		if !finding.Consequence && f.Fails && finding.Severity >= f.FailOn {
			failing = append(failing, line)
		} else {
			other = append(other, line)
		}
	}
	if len(failing) > 0 {
		c.Failure = &junitFailure{Message: failing[0], Type: rule.Severity, Text: strings.Join(failing, "\n")}
	}
	c.Output = strings.Join(other, "\n")
	return c
}
