package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSelftestRecords where it may: at the interface with the right to capture,
// at the socket without, and says which and why.
func TestSelftestRecords(t *testing.T) {
	needTools(t, "setpriv")
	binary := buildStatic(t)
	namespace(t)
	dir, err := os.MkdirTemp("", "h2scope")
	check(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	check(t, os.Chmod(dir, 0o755))
	program := filepath.Join(dir, "h2scope")
	octets, err := os.ReadFile(binary)
	check(t, err)
	check(t, os.WriteFile(program, octets, 0o755))
	for _, test := range []struct {
		name             string
		by               []string
		recorded, reason string
	}{
		{"with the right to capture", nil, "on the interface lo", ""},
		{
			"without", []string{"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"},
			"at the socket, packets made from it", "listen on lo: not permitted",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			command := append(test.by, program, "selftest", "--json")
			out, err := exec.Command(command[0], command[1:]...).Output()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			var summary selftestSummaryRecord
			check(t, json.Unmarshal([]byte(lines[len(lines)-1]), &summary))
			if summary.Failed != 0 || summary.Passed != len(lines)-1 || summary.Recorded != test.recorded || summary.Reason != test.reason || summary.Took > 20_000 {
				t.Errorf("%+v of %d lines", summary, len(lines))
			}
		})
	}
}
