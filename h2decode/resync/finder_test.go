package resync

import (
	"bytes"
	"fmt"
	"testing"
)

// A script is octets in segments, as a test writes them.
type script struct {
	octets []byte
	starts []int
}

// segment adds a segment with these octets.
func (s *script) segment(parts ...[]byte) *script {
	s.starts = append(s.starts, len(s.octets))
	for _, p := range parts {
		s.octets = append(s.octets, p...)
	}
	return s
}

// cut adds octets in segments of size.
func (s *script) cut(octets []byte, size int) *script {
	for len(octets) > 0 {
		n := min(size, len(octets))
		s.segment(octets[:n])
		octets = octets[n:]
	}
	return s
}

// feed gives a finder the segments from the one with number from on, until
// something is found.
func (s *script) feed(f *Finder[int], from int) bool {
	for i := from; i < len(s.starts); i++ {
		end := len(s.octets)
		if i+1 < len(s.starts) {
			end = s.starts[i+1]
		}
		if f.Chunk(s.octets[s.starts[i]:end], uint64(s.starts[i]), i) {
			return true
		}
	}
	return false
}

// request is HEADERS of a request that ends its stream, of n octets with the
// header.
func request(stream uint32, n int) []byte {
	block := bytes.Repeat([]byte{'x'}, n-headerLength)
	block[0] = 0x82
	return appendFrame(nil, typeHeaders, flagEndHeaders|flagEndStream, stream, block...)
}

// response is HEADERS of a response.
func response(stream uint32) []byte {
	return appendFrame(nil, typeHeaders, flagEndHeaders, stream, 0x88, 0x5f, 0x87, 'o', 'c', 't', 'e', 't', 's', '.', 0x5c, 0x82, 0x10, 0x02)
}

func data(stream uint32, payload []byte) []byte {
	return appendFrame(nil, typeData, 0, stream, payload...)
}

// filler is octets that hold no header.
func filler(n int) []byte { return bytes.Repeat([]byte{0xa5}, n) }

func inUse(uint32) Knowledge { return InUse }

// TestRequests: requests in segments of their own. The proof is the last of the
// segments it takes.
func TestRequests(t *testing.T) {
	s := &script{}
	for i := range 20 {
		s.segment(request(uint32(2*i+101), 40+i%3))
	}
	f := New[int](Config{MaxFrameSize: 16384})
	if !s.feed(f, 3) || f.Boundary() != uint64(s.starts[6]) || f.Role() != Client {
		t.Errorf("found %v at %d, %v", f.Found(), f.Boundary(), f.Role())
	}
	f.Reset(Config{Side: Client, MaxFrameSize: 16384, Stream: inUse})
	if !s.feed(f, 3) || f.Boundary() != uint64(s.starts[4]) {
		t.Errorf("known streams: found %v at %d", f.Found(), f.Boundary())
	}
	f.Reset(Config{Side: Server, MaxFrameSize: 16384})
	if s.feed(f, 3) {
		t.Error("requests of a server")
	}
	f.Reset(Config{MaxFrameSize: 16384, Stream: func(uint32) Knowledge { return Impossible }})
	if s.feed(f, 3) {
		t.Error("on impossible streams")
	}
}

// TestBodies: DATA frames that no segment begins with.
func TestBodies(t *testing.T) {
	s, whole := &script{}, []byte{}
	var frames []int
	for range 12 {
		frames = append(frames, len(whole))
		whole = append(whole, data(1, filler(16384))...)
	}
	s.cut(whole, 1448)
	f := New[int](Config{MaxFrameSize: 16384})
	if !s.feed(f, 1) || f.Boundary() != uint64(frames[1]) || f.Role() != Unknown {
		t.Errorf("found %v at %d, want %d", f.Found(), f.Boundary(), frames[1])
	}
	f.Reset(Config{})
	if s.feed(f, 1) {
		t.Errorf("found %d where a frame may have 16 MiB", f.Boundary())
	}
}

// TestWithoutData: where no DATA can lie ahead, four headers are enough.
func TestWithoutData(t *testing.T) {
	s := &script{}
	var burst []byte
	for i := range 10 {
		burst = append(burst, request(uint32(2*i+1), 50)...)
	}
	s.segment(burst[20:])
	f := New[int](Config{MaxFrameSize: 16384, MaxData: NoData})
	if !s.feed(f, 0) || f.Boundary() != 80 { // 30 is the first header, which is not taken
		t.Errorf("found %v at %d", f.Found(), f.Boundary())
	}
	f.Reset(Config{MaxFrameSize: 16384})
	if s.feed(f, 0) {
		t.Errorf("found %d in what may be a DATA frame", f.Boundary())
	}
}

// TestReplay: what was held comes back in its chunks, from the boundary on.
func TestReplay(t *testing.T) {
	s := &script{}
	s.segment(filler(1000)).segment(filler(15300), request(1, 30))
	for i := range 4 {
		next := request(uint32(4*i+5), 30)
		s.segment(request(uint32(4*i+3), 30), next[:10]).segment(next[10:])
	}
	f := New[int](Config{MaxFrameSize: 16384, MaxData: 16384})
	if !s.feed(f, 0) {
		t.Fatal("not found")
	}
	at := f.Boundary()
	if at != 16390 { // 16300 is the first header, and 16392 the end of the extent
		t.Errorf("found %d", at)
	}
	if f.Passed() != at {
		t.Errorf("passed %d", f.Passed())
	}
	var chunks int
	f.Replay(func(octets []byte, offset uint64, tag int) {
		if offset != at || !bytes.Equal(octets, s.octets[at:at+uint64(len(octets))]) {
			t.Errorf("chunk %d: %d octets at %d, want %d", tag, len(octets), offset, at)
		}
		if want := max(uint64(s.starts[tag]), f.Boundary()); offset != want {
			t.Errorf("chunk %d begins at %d, want %d", tag, offset, want)
		}
		at += uint64(len(octets))
		chunks++
	})
	if chunks < 4 {
		t.Errorf("%d chunks", chunks)
	}
}

// TestNothingFound: what a finder says before it has found something.
func TestNothingFound(t *testing.T) {
	f := New[int](Config{Side: Client})
	if f.Chunk(nil, 7, 0) || f.Found() || f.Role() != Unknown || f.Passed() != 0 {
		t.Error("an empty finder says something")
	}
	f.Chunk(request(1, 40), 100, 0)
	f.Replay(func([]byte, uint64, int) { t.Error("replayed") })
	if f.Found() || f.Role() != Unknown || f.Passed() != 40 {
		t.Errorf("found %v, %v, passed %d", f.Found(), f.Role(), f.Passed())
	}
}

// TestGapBeginsAnew: neither evidence nor octets outlive a gap, declared or seen
// by the offset, nor a boundary that was found.
func TestGapBeginsAnew(t *testing.T) {
	s := &script{}
	for i := range 30 {
		s.segment(request(uint32(2*i+1), 40))
	}
	cfg := Config{MaxFrameSize: 16384, Stream: inUse}
	f := New[int](cfg)
	chunk := func(i int) bool { return f.Chunk(s.octets[40*i:40*i+40], uint64(40*i), i) }
	if chunk(0) {
		t.Fatal("found in one")
	}
	f.Gap()
	if chunk(1) {
		t.Error("a declared gap is no gap")
	}
	if chunk(3) {
		t.Error("a jump of the offset is no gap")
	}
	if !chunk(4) || f.Boundary() != 160 || f.Passed() != 120 {
		t.Errorf("found %v at %d, passed %d", f.Found(), f.Boundary(), f.Passed())
	}
	if chunk(5) || f.Passed() != 200 {
		t.Errorf("found %v in a new search, passed %d", f.Found(), f.Passed())
	}
	if !chunk(6) || f.Boundary() != 240 {
		t.Errorf("found %v at %d", f.Found(), f.Boundary())
	}
}

// TestHold: octets beyond the limit are given up, and the boundary is the first
// of the proven ones that is held.
func TestHold(t *testing.T) {
	s, whole := &script{}, filler(20000)
	for i := range 40 {
		whole = append(whole, request(uint32(2*i+1), 1000)...)
	}
	s.cut(whole, 100)
	for _, hold := range []int{0, 40000, 2500, 1} {
		cfg := Config{MaxFrameSize: 16384, Hold: hold, Side: Client}
		f := New[int](cfg)
		if !s.feed(f, 0) {
			t.Errorf("hold %d: not found", hold)
			continue
		}
		held := 0
		f.Replay(func(octets []byte, _ uint64, _ int) { held += len(octets) })
		if limit := cfg.withDefaults().Hold + 100; held > limit {
			t.Errorf("hold %d: %d octets held", hold, held)
		}
		if (f.Boundary()-20000)%1000 != 0 || f.Passed() != f.Boundary() {
			t.Errorf("hold %d: found %d, passed %d", hold, f.Boundary(), f.Passed())
		}
	}
}

// TestPieces: so many chunks are held, and no more.
func TestPieces(t *testing.T) {
	f := New[int](Config{MaxFrameSize: 1 << 20, MaxData: NoData})
	whole := bytes.Join([][]byte{request(1, 20), request(3, 20), request(5, 9000)}, nil)
	for i, b := range whole {
		f.Chunk([]byte{b}, uint64(i), i)
		if len(f.pieces) > 2*maxPieces+2 || len(f.starts) > headerLength+lookahead {
			t.Fatalf("%d pieces, %d starts", len(f.pieces), len(f.starts))
		}
	}
}

// TestManyChains: where there are more chains than are followed, what is found
// is still found.
func TestManyChains(t *testing.T) {
	s := &script{}
	s.segment(filler(1), bytes.Repeat([]byte{1}, 5000)) // each octet is HEADERS of 65,793
	for i := range 10 {
		s.segment(request(uint32(2*i+1), 100), request(uint32(2*i+51), 99+i%2))
	}
	f := New[int](Config{})
	if !s.feed(f, 0) || f.Boundary() < 5000 {
		t.Errorf("found %v at %d", f.Found(), f.Boundary())
	}
}

// TestConfig: what the defaults make of a configuration.
func TestConfig(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{fmt.Sprint(Config{}.withDefaults()), fmt.Sprint(Config{MaxFrameSize: maxLength, MaxData: maxLength, Hold: DefaultHold, unknownSize: true})},
		{fmt.Sprint(Config{MaxFrameSize: 16384}.withDefaults()), fmt.Sprint(Config{MaxFrameSize: 16384, MaxData: 16384, Hold: DefaultHold})},
		{fmt.Sprint(Config{MaxFrameSize: 1 << 30, MaxData: 99, Hold: 1}.withDefaults()), fmt.Sprint(Config{MaxFrameSize: maxLength, MaxData: 99, Hold: minHold})},
		{fmt.Sprint(Config{MaxFrameSize: 16384, MaxData: NoData}.withDefaults()), fmt.Sprint(Config{MaxFrameSize: 16384, Hold: DefaultHold})},
		{fmt.Sprint(Config{MaxFrameSize: 16384, MaxData: 1 << 20}.withDefaults()), fmt.Sprint(Config{MaxFrameSize: 16384, MaxData: 16384, Hold: DefaultHold})},
	} {
		if test.in != test.want {
			t.Errorf("%s, want %s", test.in, test.want)
		}
	}
}

// TestExpected: where a header is expected two are proof enough; elsewhere not.
func TestExpected(t *testing.T) {
	s := &script{}
	s.segment(filler(300), request(1, 40), request(3, 50), filler(300))
	for expected, found := range map[uint64]bool{0: false, 299: false, 300: true, 301: false} {
		f := New[int](Config{})
		f.Expect(expected)
		if s.feed(f, 0) != found || found && f.Boundary() != 300 {
			t.Errorf("expected at %d: found %v at %d", expected, f.Found(), f.Boundary())
		}
		f.Gap()
		if s.feed(f, 0) {
			t.Errorf("expected at %d: found behind another gap", expected)
		}
	}
}

// TestWiden: a frame that is longer than was allowed at first is plausible once
// that is allowed.
func TestWiden(t *testing.T) {
	s := &script{}
	for i := range 8 {
		s.segment(data(1, filler(20000+i)))
	}
	f := New[int](Config{MaxFrameSize: 16384})
	if s.feed(f, 0) {
		t.Errorf("found %d among frames that are too long", f.Boundary())
	}
	f.Reset(Config{MaxFrameSize: 16384})
	f.Widen(32768, 0)
	if !s.feed(f, 0) {
		t.Error("not found")
	}
	f.Widen(100, 100)
	if f.cfg.MaxFrameSize != 32768 || f.cfg.MaxData != 32768 {
		t.Errorf("narrowed to %d, %d", f.cfg.MaxFrameSize, f.cfg.MaxData)
	}
}

// TestFullSegments: a write that is longer than a segment goes on in the next,
// which is no exception to the run. Behind a segment that is not full it is.
func TestFullSegments(t *testing.T) {
	write := func(s *script, size, i int) {
		octets := append(response(uint32(2*i+101)), data(uint32(2*i+101), filler(2*size+100+i))...)
		for at := 0; at < len(octets); at += size {
			s.segment(octets[at:min(len(octets), at+size)])
		}
	}
	for size, found := range map[int]bool{1448: true, 536: true, 300: false} {
		s := &script{}
		for i := range 8 {
			write(s, size, i)
		}
		f := New[int](Config{Side: Server})
		if s.feed(f, 1) != found {
			t.Errorf("segments of %d: found %v", size, f.Found())
		}
	}
}

func TestIsSettings(t *testing.T) {
	settings := appendFrame(nil, typeSettings, 0, 0, 0, 3, 0, 0, 0, 100)
	for _, test := range []struct {
		octets []byte
		want   bool
	}{
		{settings, true},
		{append(settings, 1, 2, 3), true},
		{appendFrame(nil, typeSettings, 0, 0), true},
		{settings[:14], false},
		{settings[:8], false},
		{nil, false},
		{appendFrame(nil, typeSettings, flagAck, 0), false},
		{appendFrame(nil, typeSettings, 0, 1, 0, 3, 0, 0, 0, 100), false},
		{appendFrame(nil, typeSettings, 0, 0, 99, 3, 0, 0, 0, 100), false},
		{request(1, 40), false},
	} {
		if got := IsSettings(test.octets); got != test.want {
			t.Errorf("%x: %v", test.octets, got)
		}
	}
}
