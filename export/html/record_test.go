package html

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/samples"
)

// recording hands the pipeline's events to a recorder.
type recording struct{ *timeline.Recorder }

func (r recording) Event(dst []byte, e h2decode.Event) []byte {
	r.Recorder.Event(e)
	return dst
}

// record makes the record of a capture.
func record(t testing.TB, src capture.Source) *timeline.Snapshot {
	t.Helper()
	c := timeline.New(timeline.Limits{})
	recorder := c.Recorder()
	cfg := h2scope.Config{
		Messages: true,
		Observe: func(r h2scope.Renderer, conn uint64, decoder *h2decode.Conn) {
			r.(recording).Observe(conn, decoder)
		},
	}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return recording{recorder} }, io.Discard); err != nil {
		t.Fatal(err)
	}
	recorder.Publish()
	return c.Snapshot()
}

// sample is one of the embedded captures.
func sample(t testing.TB, name string) *timeline.Snapshot {
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
	return record(t, src)
}

// corpus are the captures beside the repository, which are not part of it.
func corpus(t *testing.T) []string {
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
