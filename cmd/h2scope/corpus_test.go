package main

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"testing"

	"h2scope/export/recordtest"
	"h2scope/h2decode/printable"
)

// outputOf is what a command writes for a capture.
func outputOf(t *testing.T, file string, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(append(args, "-q", file), streams{nil, &stdout, &stderr}); code != exitOK {
		t.Errorf("%v %s: exit code %d, %s", args, file, code, stderr.Bytes())
	}
	return stdout.Bytes()
}

// TestCorpus holds, of all captures, that the output is the same for any number
// of workers, that every record is JSON, and that text does not act on a
// terminal.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through the whole corpus: left out of short runs")
	}
	for _, file := range recordtest.Corpus(t) {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			for _, command := range []string{"summary", "conns", "streams", "frames"} {
				records, text := outputOf(t, file, command, "--json", "-j1"), outputOf(t, file, command, "-j1")
				if !bytes.Equal(records, outputOf(t, file, command, "--json", "-j3")) || !bytes.Equal(text, outputOf(t, file, command, "-j3")) {
					t.Errorf("%s: the output depends on the number of workers", command)
				}
				allJSON(t, records)
				allPrintable(t, text)
			}
			allPrintable(t, outputOf(t, file, "frames", "-V"))
		})
	}
}

func allJSON(t *testing.T, records []byte) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(records))
	for {
		var record map[string]any
		err := d.Decode(&record)
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for key, value := range record {
			if value == nil {
				t.Errorf("%s is null in %v", key, record)
			}
		}
	}
}

func allPrintable(t *testing.T, text []byte) {
	t.Helper()
	for _, r := range string(text) {
		if r != '\n' && !printable.Safe(r) {
			t.Fatalf("%U gets through", r)
		}
	}
}
