package resync

import (
	"bytes"
	"testing"
)

// FuzzTruth searches in generated traffic that the seed makes.
func FuzzTruth(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	finder := New[int](Config{})
	f.Fuzz(func(t *testing.T, seed uint64) {
		var plain, nested tally
		searchTraffic(t, finder, seed, &plain, &nested)
	})
}

// FuzzFinder gives a finder any octets in any segments: it never panics, what it
// holds is bounded, and what it gives back is what it was given, once.
func FuzzFinder(f *testing.F) {
	var frames []byte
	for i := range 20 {
		frames = append(frames, request(uint32(2*i+1), 30+i)...)
	}
	f.Add(frames, []byte{38, 39, 40}, uint32(0), uint32(0), 0, uint8(0))
	f.Add(bytes.Repeat([]byte{1}, 3000), []byte{7}, uint32(0), uint32(NoData), 300, uint8(1))
	f.Add(make([]byte, 3000), []byte{255, 1}, uint32(16384), uint32(0), 0, uint8(2))
	f.Add(inner(20), []byte{}, uint32(16384), uint32(NoData), 0, uint8(6))
	f.Fuzz(func(t *testing.T, octets, sizes []byte, maxFrame, maxData uint32, hold int, flags uint8) {
		cfg := Config{Side: Role(flags & 3 % 3), MaxFrameSize: maxFrame, MaxData: maxData, Hold: hold & 0xffff}
		if flags&4 != 0 {
			cfg.Stream = func(id uint32) Knowledge { return Knowledge(id / 2 % 3) }
		}
		finder := New[int](cfg)
		offset, base := uint64(1<<40), uint64(1<<40)
		for i := 0; len(octets) > int(offset-base); i++ {
			size := len(octets)
			if len(sizes) > 0 {
				size = 1 + int(sizes[i%len(sizes)])
			}
			chunk := octets[offset-base : min(len(octets), int(offset-base)+size)]
			found := finder.Chunk(chunk, offset, i)
			offset += uint64(len(chunk))
			if len(finder.held) > 2*(finder.cfg.Hold+size) {
				t.Fatalf("%d octets held", len(finder.held))
			}
			if found {
				break
			}
		}
		if !finder.Found() {
			if finder.Passed() != offset-base {
				t.Fatalf("passed %d of %d", finder.Passed(), offset-base)
			}
			return
		}
		at := finder.Boundary()
		if at < base || at >= offset || finder.Passed() != at-base {
			t.Fatalf("found %d in %d to %d, passed %d", at, base, offset, finder.Passed())
		}
		finder.Replay(func(data []byte, o uint64, _ int) {
			if o != at || !bytes.Equal(data, octets[at-base:][:len(data)]) {
				t.Fatalf("replay at %d, want %d", o, at)
			}
			at += uint64(len(data))
		})
		if at != offset {
			t.Fatalf("replay to %d of %d", at, offset)
		}
	})
}
