package selftest

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"h2scope"
	"h2scope/samples/endpoint"
)

func TestSelect(t *testing.T) {
	all := Checks()
	names := map[string]bool{}
	for _, c := range all {
		if c.Title == "" || names[c.Name] {
			t.Errorf("check %q, %q", c.Name, c.Title)
		}
		names[c.Name] = true
	}
	for _, s := range endpoint.Scripts() {
		if !names[s.Name+"/cleartext"] || names[s.Name+"/tls1.3"] == s.Upgrade {
			t.Errorf("%s is not played as it should be", s.Name)
		}
	}
	for _, test := range []struct {
		only []string
		want int
	}{
		{nil, len(all)},
		{[]string{"exchange"}, 2},
		{[]string{"upgrade"}, 1},
		{[]string{"exchange/tls1.3"}, 1},
		{[]string{"exchange", "exchange/cleartext", "upgrade"}, 3},
	} {
		if got, err := Select(test.only); err != nil || len(got) != test.want {
			t.Errorf("%v selects %d checks, %v; want %d", test.only, len(got), err, test.want)
		}
	}
	for _, only := range []string{"exch", "", "exchange/", "exchange/tls"} {
		if _, err := Select([]string{"exchange", only}); err == nil {
			t.Errorf("%q names something", only)
		}
	}
}

// What is kept is what was decoded, and can be decoded again.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	results := run(t, Config{Only: []string{"exchange"}, Keep: dir})
	for _, r := range results {
		file, err := os.ReadFile(filepath.Join(dir, strings.ReplaceAll(r.Check.Name, "/", "-")+".pcapng"))
		if err != nil {
			t.Fatal(err)
		}
		o, err := observe(t.Context(), h2scope.Run, file)
		if err != nil || len(o.frames) != r.Frames || o.packets != r.Packets {
			t.Errorf("%s: %d frames, %d packets, %v", r.Check.Name, len(o.frames), o.packets, err)
		}
	}
	err := Run(t.Context(), Config{Only: []string{"exchange"}, Keep: filepath.Join(dir, "nosuch")}, func(Result) {})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

// A check that does not come to its end fails, and the next one is run.
func TestTimeout(t *testing.T) {
	results := run(t, Config{Only: []string{"stream-stall", "exchange/cleartext"}, Timeout: 100 * time.Millisecond})
	if len(results) != 3 {
		t.Fatalf("%d results", len(results))
	}
	for _, r := range results {
		stalls := strings.HasPrefix(r.Check.Name, "stream-stall/")
		if r.Passed == stalls {
			t.Errorf("%s passed: %t", r.Check.Name, r.Passed)
		}
		if stalls && r.Mismatches[0] != context.DeadlineExceeded.Error() {
			t.Errorf("%s: %q", r.Check.Name, r.Mismatches)
		}
	}
}

// A context that is done ends the run with its cause.
func TestCancelledRun(t *testing.T) {
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	results := 0
	err := Run(ctx, Config{Only: []string{"exchange"}}, func(Result) { results++; cancel(cause) })
	if errors.Is(err, ErrNoLoopback) {
		t.Skip("needs sockets on loopback")
	}
	if !errors.Is(err, cause) || results != 1 {
		t.Errorf("error %v after %d results", err, results)
	}
}

// Trouble with the recording is an error of the run, trouble with its end one of
// the check.
func TestRecorderErrors(t *testing.T) {
	trouble := errors.New("no room")
	cannotStart := Recording{Start: func(netip.AddrPort) (Recorder, error) { return nil, trouble }}
	err := Run(t.Context(), Config{Only: []string{"exchange/cleartext"}, Record: cannotStart}, func(Result) {})
	if errors.Is(err, ErrNoLoopback) {
		t.Skip("needs sockets on loopback")
	}
	if !errors.Is(err, trouble) {
		t.Errorf("error %v", err)
	}
	cannotFinish := Recording{Start: func(server netip.AddrPort) (Recorder, error) {
		r, err := AtSocket().Start(server)
		return failingRecorder{r, trouble}, err
	}}
	results := run(t, Config{Only: []string{"exchange/cleartext"}, Record: cannotFinish})
	if results[0].Passed || results[0].Mismatches[0] != "recording: no room" {
		t.Errorf("%q", results[0].Mismatches)
	}
}

type failingRecorder struct {
	Recorder
	err error
}

func (f failingRecorder) Finish([]byte) ([]byte, error) { return nil, f.err }

// Differences beyond the tenth are counted.
func TestManyDifferences(t *testing.T) {
	r := round{check: new(Check)}
	for range maxMismatches + 5 {
		r.differ("one")
	}
	got := r.result(0)
	if len(got.Mismatches) != maxMismatches+1 || got.Mismatches[maxMismatches] != "and 5 more differences" || got.Passed {
		t.Errorf("%q", got.Mismatches)
	}
}
