package rules

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/rules.md anew")

// TestDocs holds docs/rules.md against the table and its tests.
func TestDocs(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "rules.md")
	var want bytes.Buffer
	writeMarkdown(&want, cases())
	if *update {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is not what the table says; go test ./h2decode/rules -update writes it anew", path)
	}
}

const preamble = `# Rules

What an endpoint must keep. ` + "`h2scope check`" + ` holds every HTTP/2 connection against
these rules, and ` + "`h2scope check --list`" + ` prints them.

This page is generated from the table of rules and from their tests
(` + "`go test ./h2decode/rules -update`" + `): each rule has the smallest traffic that breaks
it, which must be found under that rule and no other, and beside it the nearest
traffic that keeps it, which must not. ` + "`go test ./h2decode/rules -run TestRules/FC-03`" + `
plays those of one rule.

**Severity.** An *error* breaks what the RFC requires; a *warning* breaks what it
advises, or what receivers are to pass over, or is a risk; an *info* breaks nothing
and is worth knowing.

**Scope and answer.** Scope is what an error of the rule ends: the connection, or a
stream, where *message* is the stream that the message is on. The answer is the
error code that the RFC asks the peer to send; a dash: it asks nothing.

**One cause, one finding.** A rule that supersedes others is told in their place
where one frame breaks both.

**Consequences.** What is found behind an error that ends the connection is told as
its consequence, and is not counted as an error.

**What was in flight.** A frame is held against what its sender had received, as its
TCP had acknowledged; and while SETTINGS are not acknowledged, a limit is broken
only by what breaks the old and the new value.

**What was not seen.** A rule that rests on what was not seen (how a connection began
that was joined in the middle, what lies in a gap, the other direction) is not
judged, and the summary counts that.
`

// writeMarkdown writes the page of rules with the names of their tests.
func writeMarkdown(w io.Writer, cases []ruleCase) {
	tests := make(map[string][]string)
	for _, c := range cases {
		tests[c.rule] = append(tests[c.rule], c.name)
	}
	io.WriteString(w, preamble)
	for _, family := range Families {
		fmt.Fprintf(w, "\n## %s\n\n", family.Name)
		io.WriteString(w, "| rule | severity | scope | answer | what holds | section | supersedes | tests |\n|---|---|---|---|---|---|---|---|\n")
		for rule := range All() {
			if strings.HasPrefix(rule.ID, family.Letters+"-") {
				row(w, rule.ID, rule.Severity.String(), rule.Scope, dash(rule.ErrorCode), rule.Requirement, rule.Reference,
					dash(strings.Join(rule.Supersedes, ", ")), strings.Join(tests[rule.ID], "; "))
			}
		}
	}
}

func row(w io.Writer, cells ...string) {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(c, "|", `\|`)
	}
	fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
