package timeline_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// recording hands the pipeline's events to a recorder.
type recording struct{ recorder *timeline.Recorder }

func (r recording) Event(dst []byte, e h2decode.Event) []byte {
	r.recorder.Event(e)
	return dst
}

// Settled publishes, as for somebody who looks on.
func (r recording) Settled() { r.recorder.Publish() }

// record makes the record of a capture.
func record(t testing.TB, path string) *timeline.Snapshot {
	t.Helper()
	return recordWithin(t, path, timeline.Limits{})
}

// recordWithin makes the record of a capture within limits.
func recordWithin(t testing.TB, path string, limits timeline.Limits) *timeline.Snapshot {
	t.Helper()
	src, err := capture.Open([]string{path}, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	c := timeline.New(limits)
	recorder := c.Recorder()
	cfg := h2scope.Config{
		Messages: true,
		Observe: func(r h2scope.Renderer, conn uint64, decoder *h2decode.Conn) {
			r.(recording).recorder.Observe(conn, decoder)
		},
	}
	newRenderer := func() h2scope.Renderer { return recording{recorder} }
	if err := h2scope.Run(context.Background(), src, cfg, newRenderer, io.Discard); err != nil {
		t.Fatal(err)
	}
	recorder.Publish()
	return c.Snapshot()
}

// root is the repository's, found by its go.mod.
func root(t testing.TB) string {
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// unpacked is a capture of ../shared/perf without its compression.
func unpacked(t testing.TB, name string) string {
	t.Helper()
	in, err := os.Open(filepath.Join(root(t), "..", "shared", "perf", name+".pcap.zst"))
	if err != nil {
		t.Skip("needs ../shared: perf/" + name)
	}
	defer in.Close()
	path := filepath.Join(t.TempDir(), name+".pcap")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	z, err := zstd.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if _, err := io.Copy(out, z); err != nil {
		t.Fatal(err)
	}
	return path
}

// sample is a capture of ../shared/corpus.
func sample(t *testing.T, name string) *timeline.Snapshot {
	t.Helper()
	path := filepath.Join(root(t), "..", "shared", "corpus", name, "capture.pcapng")
	if _, err := os.Stat(path); err != nil {
		t.Skip("needs ../shared: corpus/" + name)
	}
	return record(t, path)
}

// A download that a client held up twice for 2 s: by the stream's window, then by
// the connection's.
func TestCorpusStall(t *testing.T) {
	c := sample(t, "08-stall").Conns()[0]
	x, found := c.ExchangeOf(1)
	if !found {
		t.Fatal("stream 1 is not there")
	}
	stalled := make(map[timeline.SegmentKind]int64)
	for _, s := range c.Segments(&x) {
		stalled[s.Kind] += (s.To - s.From) / 1e6
	}
	for _, kind := range []timeline.SegmentKind{timeline.SegmentStalledStream, timeline.SegmentStalledConnection} {
		if ms := stalled[kind]; ms < 1900 || ms > 2300 {
			t.Errorf("%s for %d ms, want about 2000", kind, ms)
		}
	}
	t.Log(c.Explain(&x))
	for _, a := range c.Advise() {
		t.Log(a.String())
	}
}

// After each frame of each sample the windows that the state has are those that
// the decoder told with the frame.
func TestCorpusStatesAgreeWithFrames(t *testing.T) {
	for _, name := range []string{"01-nghttp-h2c-push", "02-upgrade-h2c", "08-negwin", "08-winoverflow", "10-midstream-h2c", "13-rfc9218"} {
		t.Run(name, func(t *testing.T) {
			for _, c := range sample(t, name).Conns() {
				for n := uint64(1); n <= uint64(c.Len()); n++ {
					compareWindows(t, c, n)
				}
			}
		})
	}
}

func compareWindows(t *testing.T, c *timeline.Conn, n uint64) {
	t.Helper()
	f := c.Frame(n)
	if !f.Windows.Moved {
		return
	}
	sender := f.From
	if f.Header.Type == h2decode.TypeWindowUpdate {
		sender = sender.Other()
	}
	s := c.AtFrame(n)
	if w := f.Windows.Connection; w.Known && s.Windows[sender] != w {
		t.Errorf("connection %d, frame %d: %v, want %v", c.Number(), n, s.Windows[sender], w)
	}
	if stream, open := s.Stream(f.Header.Stream); open && stream.Windows[sender] != f.Windows.Stream {
		t.Errorf("connection %d, frame %d: stream %v, want %v", c.Number(), n, stream.Windows[sender], f.Windows.Stream)
	}
}
