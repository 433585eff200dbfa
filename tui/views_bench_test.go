package tui_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"h2scope/tui"
)

// perfCaptures are captures with 1.2 million frames together.
func perfCaptures(t testing.TB) []string {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
	}
	files, _ := filepath.Glob(filepath.Join(root, "..", "shared", "perf", "h2load-*"))
	if len(files) == 0 {
		t.Skip("needs ../shared: perf")
	}
	return files
}

// insideViews are the views that look inside, by their keys.
var insideViews = []struct {
	name string
	keys []string
}{
	{"stream", []string{"3"}}, {"body", []string{"3", "]"}}, {"frames", []string{"4"}}, {"windows", []string{"5"}},
	{"priority", []string{"6"}}, {"hpack", []string{"7"}},
}

// BenchmarkDrawInside draws each view of a capture with 1.2 million frames, and moves
// the clock before each drawing.
func BenchmarkDrawInside(b *testing.B) {
	p := play(b, perfCaptures(b), tui.Options{}, 200, 50)
	for range 200 {
		p.do(tui.Pressed{Key: ">"})
	}
	middle := p.model
	frames := 0
	for _, c := range middle.Snapshot.Conns() {
		frames += c.Len()
	}
	b.Logf("%d frames on %d connections", frames, len(middle.Snapshot.Conns()))
	for _, v := range insideViews {
		for _, scrub := range []bool{false, true} {
			name := v.name + "/still"
			if scrub {
				name = v.name + "/scrub"
			}
			b.Run(name, func(b *testing.B) {
				p.t, p.model = b, middle
				start := time.Now()
				for _, k := range v.keys {
					p.do(tui.Pressed{Key: k})
				}
				keyed := time.Since(start)
				start = time.Now()
				tui.Draw(&p.model)
				first := time.Since(start)
				for b.Loop() {
					if scrub {
						p.do(tui.Pressed{Key: ">"})
					}
					tui.Draw(&p.model)
				}
				b.ReportMetric(float64(keyed.Microseconds())/1000, "key-ms")
				b.ReportMetric(float64(first.Microseconds())/1000, "first-ms")
			})
		}
	}
	runtime.KeepAlive(p)
}
