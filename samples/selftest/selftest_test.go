package selftest

import (
	"errors"
	"testing"
	"time"
)

// run runs checks, and skips the test where there are no sockets.
func run(t *testing.T, cfg Config) []Result {
	t.Helper()
	var results []Result
	err := Run(t.Context(), cfg, func(r Result) { results = append(results, r) })
	if errors.Is(err, ErrNoLoopback) {
		t.Skip("needs sockets on loopback")
	}
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// Everything passes, in less than 20 seconds.
func TestAllPass(t *testing.T) {
	began := time.Now()
	results := run(t, Config{})
	if len(results) != len(Checks()) {
		t.Errorf("%d results of %d checks", len(results), len(Checks()))
	}
	var windows, states, stalls int
	for _, r := range results {
		windows, states, stalls = windows+r.Windows, states+r.States, stalls+r.Stalls
		if !r.Passed {
			t.Errorf("%s: %q", r.Check.Name, r.Mismatches)
		}
		if r.Frames == 0 || r.Packets == 0 {
			t.Errorf("%s compared %d frames of %d packets", r.Check.Name, r.Frames, r.Packets)
		}
	}
	if windows < 2000 || states < 3000 || stalls < 300 {
		t.Errorf("compared windows of %d frames, %d steps of streams, %d stalls", windows, states, stalls)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
