package resync

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// A tally counts searches in generated traffic.
type tally struct {
	searches, found int
	octets, passed  uint64 // passed of what was found
}

// TestTruth searches in generated traffic, cut anywhere, with whatever may be
// known: what is certain is a frame, always. Two of three connections carry HTTP/2
// inside their DATA, up to two deep, some of them in one frame that is written in
// pieces which end where the frames inside do.
func TestTruth(t *testing.T) {
	connections := uint64(300)
	if testing.Short() {
		connections = 100
	}
	var plain, nested tally
	f := New[int](Config{})
	for seed := range connections {
		searchTraffic(t, f, seed, &plain, &nested)
	}
	for _, n := range []tally{plain, nested} {
		if n.found < n.searches/3 {
			t.Errorf("found in %d of %d", n.found, n.searches)
		}
	}
	t.Logf("without HTTP/2 in DATA: %+v", plain)
	t.Logf("with it:                %+v", nested)
}

// searchTraffic makes one connection's side and cuts it at eight places.
func searchTraffic(t testing.TB, f *Finder[int], seed uint64, plain, nested *tally) {
	r := rand.New(rand.NewPCG(seed, 0))
	tr := newSpeaker(r, []Role{Client, Server}[r.IntN(2)], 2).make(2000 + r.IntN(300000))
	n := plain
	if tr.nested {
		n = nested
	}
	for range 8 {
		from := tr.starts[r.IntN(len(tr.starts))]
		if r.IntN(2) == 0 {
			from = uint64(r.IntN(len(tr.octets)))
		}
		cfg := tr.config(r)
		f.Reset(cfg)
		end, found := tr.find(f, from)
		n.searches++
		if !found {
			continue
		}
		n.found++
		n.octets += uint64(len(tr.octets)) - from
		n.passed += f.Passed()
		tr.judge(t, f, seed, from, end)
	}
}

// judge compares what was found with the truth.
func (tr *traffic) judge(t testing.TB, f *Finder[int], seed, from, end uint64) {
	// Where nothing says that frames are longer than is usual, they are not.
	certain := f.Certain() && !(f.cfg.unknownSize && tr.maxFrame > usualData)
	if certain && !tr.isFrame(f.Boundary()) {
		t.Errorf("seed %d, %v, from %d: %d is no frame (%+v)", seed, tr.side, from, f.Boundary(), f.cfg)
	}
	if role := f.Role(); certain && role != Unknown && role != tr.side {
		t.Errorf("seed %d, from %d: %v, which is the %v", seed, from, role, tr.side)
	}
	at := f.Boundary()
	f.Replay(func(octets []byte, offset uint64, _ int) {
		if offset != at || !bytes.Equal(octets, tr.octets[at:at+uint64(len(octets))]) {
			t.Errorf("seed %d, from %d: replay at %d, want %d", seed, from, offset, at)
		}
		at += uint64(len(octets))
	})
	if at != end || f.Passed() != f.Boundary()-from {
		t.Errorf("seed %d, from %d: replay to %d of %d, passed %d", seed, from, at, end, f.Passed())
	}
}
