package main

import (
	"flag"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"h2scope/samples"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"h2scope": func() {
		signal.Ignore(syscall.SIGPIPE)
		os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
	}})
}

// update writes what the scripts compare with anew.
var update = flag.Bool("update", false, "write what the scripts compare with anew")

// TestScripts runs testdata/script. Each script finds the example capture as
// example.pcap, its beginning up to within a packet as half.pcap, and
// empty.pcap.
func TestScripts(t *testing.T) {
	example := exampleCapture(t, time.Millisecond)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Condition: func(cond string) (bool, error) {
			return cond == "root" && os.Geteuid() == 0, nil
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("TZ", "UTC")
			for name, octets := range map[string][]byte{
				"example.pcap": example, "half.pcap": example[:len(example)-500], "empty.pcap": nil,
				"wrong.pcap": sample(t, "push-story-wrong"), "stall.pcap": sample(t, "stream-stall"),
			} {
				if err := os.WriteFile(filepath.Join(e.WorkDir, name), octets, 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// sample is an embedded capture.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	r, err := samples.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	octets, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return octets
}
