package tui

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"h2scope/h2decode/timeline"
)

// h2load is both captures of h2load together: 1,200,120 frames of 400,000
// exchanges on 20 connections.
var h2load = sync.OnceValues(func() (*stageSource, error) {
	root := ".."
	var files []string
	for _, name := range []string{"h2load-h2c-200k.pcap.zst", "h2load-h2c-200k-1kbody.pcap.zst"} {
		file := filepath.Join(root, "..", "shared", "perf", name)
		if _, err := os.Stat(file); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return readFilesFor(files)
})

func loaded(t testing.TB) *stageSource {
	t.Helper()
	if testing.Short() {
		t.Skip("reads 1,200,120 frames")
	}
	s, err := h2load()
	if err != nil {
		t.Skip("needs ../shared: perf")
	}
	return s
}

// gathered shows a view with all its rows.
func gathered(t testing.TB, view ViewID) *stage {
	s := open(loaded(t), 200, 50, Options{View: view.String()})
	for s.Busy {
		s.tick()
	}
	return s
}

// Of 1,200,120 frames each is in the list, and the whole takes no more than 150
// octets of heap a frame.
func TestHeapOfAMillionFrames(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector takes memory of its own")
	}
	s := gathered(t, Frames)
	streams := gathered(t, Streams)
	if n := len(s.Lists[Frames].rows); n != 1_200_120 {
		t.Errorf("%d rows of frames", n)
	}
	if n := len(streams.Lists[Streams].rows); n != 400_000 {
		t.Errorf("%d rows of exchanges", n)
	}
	perFrame := float64(leastHeap()) / 1_200_120
	t.Logf("%.1f octets of heap a frame", perFrame)
	if perFrame > 150 {
		t.Errorf("%.1f octets of heap a frame", perFrame)
	}
	runtime.KeepAlive(s)
	runtime.KeepAlive(streams)
}

// While a list is gathered and while it is ordered, ticks are short: a key waits
// no longer than for one.
func BenchmarkTickWhileLoading(b *testing.B) {
	source := loaded(b)
	for _, view := range []ViewID{Streams, Frames} {
		b.Run(view.String(), func(b *testing.B) {
			var longest time.Duration
			for b.Loop() {
				s := &stage{Model: NewModel(Options{View: view.String()}), source: source}
				s.do(Resized{Size{200, 50}})
				for more := true; more; more = s.Busy {
					began := time.Now()
					s.do(Ticked{Snapshot: source.Snapshot(), Status: source.Status()})
					longest = max(longest, time.Since(began))
				}
			}
			b.ReportMetric(float64(longest.Microseconds())/1000, "longest-ms")
		})
	}
}

// A key, and the drawing of what it changes.
func BenchmarkKey(b *testing.B) {
	for _, view := range []ViewID{Connections, Streams, Stream, Frames, Windows, Priority, HPACK, Findings, Settings} {
		s := gathered(b, view)
		for _, key := range []string{"Down", "PgDn", "End", "Home", "+", "-"} {
			b.Run(fmt.Sprintf("%s/%s", view, key), func(b *testing.B) {
				for b.Loop() {
					s.do(Pressed{key})
					Draw(&s.Model)
				}
			})
		}
	}
}

// A step of the time cursor, and the drawing of all that follows it.
func BenchmarkScrub(b *testing.B) {
	for _, view := range []ViewID{Connections, Streams, Stream, Frames, Windows, Priority, HPACK, Findings, Settings} {
		s := gathered(b, view)
		s.press("End")
		s.setCursor(s.conn(), uint64(s.conn().Len()/2))
		b.Run(view.String(), func(b *testing.B) {
			for b.Loop() {
				s.do(Pressed{">"})
				Draw(&s.Model)
			}
		})
	}
}

func BenchmarkDraw(b *testing.B) {
	for _, view := range []ViewID{Connections, Streams, Frames, Windows} {
		s := gathered(b, view)
		b.Run(view.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Draw(&s.Model)
			}
		})
	}
}

// The order of all exchanges, which is made beside the UI, and what the UI does
// about it.
func BenchmarkOrder(b *testing.B) {
	for _, column := range []string{"took", "path"} {
		b.Run(column, func(b *testing.B) {
			s := gathered(b, Streams)
			var asked, taken time.Duration
			for b.Loop() {
				began := time.Now()
				s.Model.sortBy(column)
				asked = max(asked, time.Since(began))
				done := Done{Kind: OrderList, Order: s.Effect.Order.Do()}
				began = time.Now()
				s.Model = s.Update(done)
				taken = max(taken, time.Since(began))
			}
			b.ReportMetric(float64(asked.Microseconds())/1000, "ask-ms")
			b.ReportMetric(float64(taken.Microseconds())/1000, "take-ms")
		})
	}
}

// The snapshot of what is not read any more is the same: ticks cost nothing.
func BenchmarkIdleTick(b *testing.B) {
	s := gathered(b, Streams)
	var snapshot *timeline.Snapshot = s.Snapshot
	for b.Loop() {
		s.do(Ticked{Snapshot: snapshot, Status: s.source.status})
	}
}

// leastHeap is what is in use after a collection: the least of several, since
// goroutines that are about to end keep what they had.
func leastHeap() uint64 {
	least := uint64(math.MaxUint64)
	for range 8 {
		var m runtime.MemStats
		runtime.Gosched()
		runtime.GC()
		runtime.ReadMemStats(&m)
		least = min(least, m.HeapAlloc)
	}
	return least
}
