package rules

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
)

// cases are the traffic that shows each rule: that it is found where it is
// broken, and not where the nearest legal traffic keeps it.
func cases() []ruleCase {
	return slices.Concat(frameCases, stateCases, messageCases)
}

func (c *ruleCase) play(t *testing.T, do func(*script)) *script {
	s := newScript(t, h2decode.Config{Late: c.late})
	if c.secure {
		s.secure()
	}
	if !c.bare && !c.late {
		s.begin()
	}
	do(s)
	s.finish()
	return s
}

// TestRules plays each rule's cases.
func TestRules(t *testing.T) {
	for _, c := range cases() {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			c.play(t, c.breaks).expectAll(t, append(slices.Clone(c.also), c.rule))
			if c.legal != nil {
				c.play(t, c.legal).expectAll(t, slices.Clone(c.also))
			}
		})
	}
}

// TestEveryRuleHasACase holds the cases against the table: each rule has one,
// with legal traffic beside it.
func TestEveryRuleHasACase(t *testing.T) {
	legal := make(map[string]bool)
	for _, c := range cases() {
		if Lookup(c.rule) == nil {
			t.Errorf("%s/%s: there is no such rule", c.rule, c.name)
		}
		legal[c.rule] = legal[c.rule] || c.legal != nil
	}
	for rule := range All() {
		if !legal[rule.ID] {
			t.Errorf("%s has no case with legal traffic beside it", rule.ID)
		}
	}
}

// TestFamilies: each rule belongs to a family, and stands beside its like.
func TestFamilies(t *testing.T) {
	at := 0
	for rule := range All() {
		for at < len(Families) && !strings.HasPrefix(rule.ID, Families[at].Letters+"-") {
			at++
		}
		if at == len(Families) {
			t.Fatalf("%s is of no family, or out of their order", rule.ID)
		}
	}
}

// TestContract: identifiers, severities and error codes are what others rely on.
func TestContract(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "rules", "conformance.tsv"))
	if err != nil {
		t.Skip("needs ../shared: rules/conformance.tsv")
	}
	rows := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(rows)-1 != len(table) {
		t.Errorf("%d rules, want %d", len(table), len(rows)-1)
	}
	for i, line := range rows[1:] {
		row := strings.Split(line, "\t")
		rule := &table[min(i, len(table)-1)]
		code := strings.TrimPrefix(row[3], "-")
		if rule.ID != row[0] || rule.Severity.String() != row[1] || rule.Scope != row[2] || rule.ErrorCode != code {
			t.Errorf("%s %s %q %s, want %s", rule.ID, rule.Severity, rule.Scope, rule.ErrorCode, row[:4])
		}
	}
}
