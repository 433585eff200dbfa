package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"h2scope/samples/selftest"
)

func needsLoopback(t *testing.T) {
	t.Helper()
	if selftest.Loopback() != nil {
		t.Skip("needs sockets on loopback")
	}
}

// TestLoopbackScripts runs testdata/loopback: scripts that open sockets.
func TestLoopbackScripts(t *testing.T) {
	needsLoopback(t)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "loopback"), RequireExplicitExec: true, RequireUniqueNames: true, UpdateScripts: *update,
	})
}

// The report of a check that failed says in what, under its line; a control
// character in it does not act on a terminal.
func TestSelftestReportsFailure(t *testing.T) {
	failed := selftest.Result{
		Check: selftest.Check{Name: "page/cleartext", Title: "a page"}, Took: 1500 * time.Microsecond,
		Frames: 7, Fields: 8, Bodies: 9, Packets: 10, Mismatches: []string{"frame 3: \x1b[31m", "7 frames; sent were 8"},
	}
	total := selftestTotal{recorded: "by hand", took: 2 * time.Second}
	total.add(failed)
	total.add(selftest.Result{Passed: true})

	var text bytes.Buffer
	r := newSelftestText(&text, []selftest.Check{failed.Check})
	r.result(failed)
	r.total(total)
	const want = `check           frames  fields  bodies  windows  states  stalls  packets       took
page/cleartext       7       8       9        0       0       0       10       1 ms  FAIL
  frame 3: \x1b[31m
  7 frames; sent were 8

1 of 2 checks failed in 2.0 s. Recorded by hand.
`
	if got := text.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	var records bytes.Buffer
	(&selftestRecords{out: &records}).result(failed)
	var record struct {
		Passed     *bool
		Took       float64
		Mismatches []string
	}
	if err := json.Unmarshal(records.Bytes(), &record); err != nil || record.Passed == nil || *record.Passed || record.Took != 1.5 || len(record.Mismatches) != 2 {
		t.Errorf("record %s, %v", records.String(), err)
	}
}

// An interrupt and an output that nobody reads end the run at once.
func TestSelftestEndsEarly(t *testing.T) {
	needsLoopback(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	err := new(selftestFlags).run(ctx, streams{out: &out})
	if err == nil || !strings.HasPrefix(err.Error(), "interrupted after 0 of ") {
		t.Errorf("error %v", err)
	}

	full := errors.New("no space")
	if err := new(selftestFlags).run(context.Background(), streams{out: failingWriter{full}}); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }
