package endpoint

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared is a file that the project shares with others, beside its root.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	octets, err := os.ReadFile(filepath.Join(dir, "..", "shared", name))
	if err != nil {
		t.Skip("needs ../shared: " + name)
	}
	return string(octets)
}

// identifiers are those of a table, in its first column.
func identifiers(table string) []string {
	var all []string
	for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		id, _, _ := strings.Cut(line, "\t")
		all = append(all, id)
	}
	return all
}

// Every rule has its script, or a reason why it has none; so has every attack.
func TestEveryRuleHasItsScript(t *testing.T) {
	for _, test := range []struct {
		table   string
		scripts []Script
		without map[string]string
	}{
		{"rules/conformance.tsv", RuleScripts(), RulesNotPlayed()},
		{"rules/attacks.tsv", AttackScripts(), nil},
	} {
		t.Run(test.table, func(t *testing.T) {
			have := map[string]bool{}
			for _, s := range test.scripts {
				if have[s.Breaks] {
					t.Errorf("%s has two scripts", s.Breaks)
				}
				have[s.Breaks] = true
			}
			for _, id := range identifiers(shared(t, test.table)) {
				if _, excused := test.without[id]; have[id] == excused {
					t.Errorf("%s: a script %t, an excuse %t", id, have[id], excused)
				}
				delete(have, id)
			}
			for id := range have {
				t.Errorf("%s is in no table", id)
			}
		})
	}
}

// The names are made of the identifiers, and none is that of another script.
func TestRuleScriptsAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Scripts() {
		seen[s.Name] = true
	}
	for _, s := range append(RuleScripts(), AttackScripts()...) {
		prefix, _, _ := strings.Cut(s.Name, "-")
		if seen[s.Name] || s.Title == "" || s.Name != prefix+"-"+strings.ToLower(s.Breaks) {
			t.Errorf("%s: %q", s.Name, s.Title)
		}
		seen[s.Name] = true
	}
}

// A script is short enough to be read, and to be decoded a thousand times.
func TestRuleScriptsAreSmall(t *testing.T) {
	for _, s := range append(RuleScripts(), AttackScripts()...) {
		octets := 0
		transcript := s.Transcribe()
		for _, turn := range transcript.Turns {
			octets += len(turn.Octets)
		}
		if octets > 100_000 || len(transcript.Frames) > 700 || len(transcript.Turns) > 150 {
			t.Errorf("%s: %d octets, %d frames, %d steps", s.Name, octets, len(transcript.Frames), len(transcript.Turns))
		}
	}
}
