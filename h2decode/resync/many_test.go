package resync

import (
	"testing"
)

// A tally counts searches in generated traffic.
type tally2 struct {
	searches, found int
	octets, passed  uint64 // passed of what was found
}

// TestTruth searches in generated traffic, cut anywhere, with whatever may be
// known: what is found is a frame, always. Two of three connections carry HTTP/2
// inside their DATA, up to two deep.
func TestMany7000(t *testing.T) {
	connections := uint64(7000)
	if testing.Short() {
		connections = 100
	}
	var plain, nested tally
	f := New[int](Config{})
	for seed := range connections {
		searchTraffic(t, f, seed, &plain, &nested)
	}
	for _, n := range []tally{plain, nested} {
		if n.found < n.searches/2 {
			t.Errorf("found in %d of %d", n.found, n.searches)
		}
	}
	t.Logf("without HTTP/2 in DATA: %+v", plain)
	t.Logf("with it:                %+v", nested)
}

