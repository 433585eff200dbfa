package resync

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// inputs are octets in which nothing is found, from the usual to the worst.
func inputs() map[string][]byte {
	random := make([]byte, 1<<20)
	rand.NewChaCha8([32]byte{1}).Read(random)
	return map[string][]byte{
		"random": random,
		"text":   bytes.Repeat([]byte("It was the best of times, it was the worst of times.\r\n"), 20000),
		"zeros":  make([]byte, 1<<20),
		"ones":   bytes.Repeat([]byte{1}, 1<<20), // each octet begins a plausible header
		"nested": inner(8000),
	}
}

func searchAll(f *Finder[int], cfg Config, octets []byte) {
	f.Reset(cfg)
	for at := 0; at < len(octets); at += 1448 {
		f.Chunk(octets[at:min(len(octets), at+1448)], uint64(at), at)
	}
}

// BenchmarkFinder searches where nothing is to be found, with and without a
// known frame size.
func BenchmarkFinder(b *testing.B) {
	for name, octets := range inputs() {
		for size, maxFrame := range map[string]uint32{"16KiB": 16384, "any": 0} {
			b.Run(name+"/"+size, func(b *testing.B) {
				f := New[int](Config{})
				b.SetBytes(int64(len(octets)))
				b.ReportAllocs()
				for b.Loop() {
					searchAll(f, Config{MaxFrameSize: maxFrame}, octets)
				}
			})
		}
	}
}

// TestNoAllocations: a finder that has been used allocates nothing.
func TestNoAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for name, octets := range inputs() {
		f := New[int](Config{})
		for _, cfg := range []Config{{}, {MaxFrameSize: 16384}} {
			searchAll(f, cfg, octets)
			if n := testing.AllocsPerRun(2, func() { searchAll(f, cfg, octets) }); n != 0 {
				t.Errorf("%s: %v allocations", name, n)
			}
		}
	}
}
