package timeline_test

import (
	"math"
	"runtime"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// heap is what is in use after a collection: the least of several, since goroutines
// that are about to end keep what they had.
func heap() uint64 {
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

// A million frames are in memory at once, so a frame, with all that is kept of
// exchanges, states and tables, must take no more than 150 octets.
func TestMemoryOfAFrame(t *testing.T) {
	for _, name := range []string{"h2load-h2c-200k", "h2load-h2c-200k-1kbody", "h2c-500mb-1stream"} {
		t.Run(name, func(t *testing.T) {
			path := unpacked(t, name)
			before := heap()
			s := record(t, path)
			used := heap() - before
			frames := 0
			for _, c := range s.Conns() {
				frames += c.Len()
			}
			runtime.KeepAlive(s)
			perFrame := float64(used) / float64(frames)
			t.Logf("%d frames, %.1f octets each", frames, perFrame)
			if perFrame > 150 {
				t.Errorf("%.1f octets a frame, more than 150", perFrame)
			}
		})
	}
}

// BenchmarkScrub moves the time cursor: the state at one instant after the
// other, and what is drawn of it.
func BenchmarkScrub(b *testing.B) {
	for _, name := range []string{"h2load-h2c-200k", "h2c-500mb-1stream"} {
		b.Run(name, func(b *testing.B) {
			c := record(b, unpacked(b, name)).Conns()[0]
			first, last := c.Totals().FirstFrame, c.Totals().LastFrame
			step := (last - first) / 1009
			at := first
			for b.Loop() {
				s := c.At(at)
				s.Tree()
				s.Urgencies()
				s.Table(h2decode.Client)
				if at += step; at > last {
					at = first
				}
			}
		})
	}
}

// BenchmarkRecord decodes a capture and records it.
func BenchmarkRecord(b *testing.B) {
	for _, name := range []string{"h2load-h2c-200k", "h2load-h2c-200k-1kbody", "h2c-500mb-1stream"} {
		b.Run(name, func(b *testing.B) {
			path := unpacked(b, name)
			for b.Loop() {
				record(b, path)
			}
		})
	}
}

// BenchmarkRecordWithinMemory does so where most of it has to be forgotten.
func BenchmarkRecordWithinMemory(b *testing.B) {
	for _, name := range []string{"h2load-h2c-200k", "h2c-500mb-1stream"} {
		b.Run(name, func(b *testing.B) {
			path := unpacked(b, name)
			for b.Loop() {
				s := recordWithin(b, path, timeline.Limits{Memory: 16 << 20})
				b.ReportMetric(float64(s.Forgotten().Frames), "forgotten")
			}
		})
	}
}

// BenchmarkSharesOfAnInterval adds up shares over a thousand frames.
func BenchmarkSharesOfAnInterval(b *testing.B) {
	c := record(b, unpacked(b, "h2load-h2c-200k")).Conns()[0]
	at := uint64(0)
	for b.Loop() {
		c.Shares(at, at+1000)
		if at += 1000; at+1000 > uint64(c.Len()) {
			at = 0
		}
	}
}

// BenchmarkRow makes a row of the list of exchanges, with and without its fields.
func BenchmarkRow(b *testing.B) {
	c := record(b, unpacked(b, "h2load-h2c-200k")).Conns()[0]
	b.Run("facts", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			c.Exchange(i % c.Exchanges())
		}
	})
	b.Run("fields", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			x := c.Exchange(i % c.Exchanges())
			c.Fields(&x, h2decode.Client)
		}
	})
	b.Run("segments", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			x := c.Exchange(i % c.Exchanges())
			c.Segments(&x)
		}
	})
}
