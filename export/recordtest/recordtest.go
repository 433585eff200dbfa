// Package recordtest has the captures that exporters are tested with, as records
// over time. Only tests import it.
package recordtest

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode/timeline"
	"h2scope/samples"
)

// Of is the record of a capture.
func Of(t testing.TB, src capture.Source) *timeline.Snapshot {
	t.Helper()
	s, err := h2scope.Record(context.Background(), src, h2scope.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Sample is the record of an embedded capture.
func Sample(t testing.TB, name string) *timeline.Snapshot {
	t.Helper()
	r, err := samples.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(r, name, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	return Of(t, src)
}

// Corpus names the captures beside the repository, which are not part of it.
func Corpus(t *testing.T) []string {
	t.Helper()
	root := "."
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Join("..", root)
	}
	files, _ := filepath.Glob(filepath.Join(root, "..", "shared", "corpus", "*", "capture.*"))
	if len(files) == 0 {
		t.Skip("needs ../shared: corpus")
	}
	return files
}
