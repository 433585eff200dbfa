package h2scope_test

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
)

// BenchmarkRun decodes the large captures of ../shared/perf with one worker:
// what the command does for `summary`, without its text.
func BenchmarkRun(b *testing.B) {
	for _, name := range []string{"h2load-h2c-200k", "h2load-h2c-200k-1kbody", "h2c-500mb-1stream"} {
		b.Run(name, func(b *testing.B) {
			path, size := unpacked(b, name)
			frames := 0
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				frames = decodeAll(b, path)
			}
			b.ReportMetric(float64(frames)*float64(b.N)/b.Elapsed().Seconds(), "frames/s")
		})
	}
}

func decodeAll(b *testing.B, path string) (frames int) {
	src, err := capture.Open([]string{path}, capture.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	g := &gatherer{on: func(h2decode.Event) {}}
	if err := h2scope.Run(context.Background(), src, h2scope.Config{}, func() h2scope.Renderer { return g }, io.Discard); err != nil {
		b.Fatal(err)
	}
	return g.frames
}

// unpacked is a capture of ../shared/perf without its compression, which is
// not what is measured.
func unpacked(b *testing.B, name string) (path string, size int64) {
	packed := filepath.Join("..", "shared", "perf", name+".pcap.zst")
	if _, err := os.Stat(packed); err != nil {
		b.Skip("needs ../shared: perf/" + name)
	}
	in, err := os.Open(packed)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	path = filepath.Join(b.TempDir(), name+".pcap")
	out, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	unzstd, err := zstd.NewReader(in)
	if err != nil {
		b.Fatal(err)
	}
	defer unzstd.Close()
	if size, err = io.Copy(out, unzstd); err != nil {
		b.Fatal(err)
	}
	return path, size
}
