package resync

import "testing"

// TestWhatMayFollow: which frame a chain accepts behind another.
func TestWhatMayFollow(t *testing.T) {
	headers := func(flags uint8, stream uint32, sender Role) frame {
		return frame{header: header{9, typeHeaders, flags, stream}, sender: sender}
	}
	plain := func(typ, flags uint8, stream uint32) frame {
		return frame{header: header{9, typ, flags, stream}}
	}
	for _, test := range []struct {
		rule         string
		first, other frame
		want         bool
	}{
		{"DATA behind HEADERS", headers(flagEndHeaders, 1, Unknown), plain(typeData, 0, 1), true},
		{"another stream", headers(flagEndHeaders|flagEndStream, 1, Unknown), headers(flagEndHeaders, 3, Unknown), true},
		{"a field block goes on (6.10)", headers(0, 1, Unknown), plain(typeContinuation, 0, 1), true},
		{"on another stream (6.10)", headers(0, 1, Unknown), plain(typeContinuation, 0, 3), false},
		{"a field block is interrupted (6.10)", headers(0, 1, Unknown), plain(typePing, 0, 0), false},
		{"a promise is interrupted (6.10)", plain(typePushPromise, 0, 1), plain(typeData, 0, 1), false},
		{"a continuation goes on (6.10)", plain(typeContinuation, 0, 1), plain(typeContinuation, flagEndHeaders, 1), true},
		{"CONTINUATION behind a whole block (6.10)", headers(flagEndHeaders, 1, Unknown), plain(typeContinuation, 0, 1), false},
		{"DATA behind END_STREAM (5.1)", headers(flagEndHeaders|flagEndStream, 1, Unknown), plain(typeData, 0, 1), false},
		{"HEADERS behind END_STREAM (5.1)", plain(typeData, flagEndStream, 1), headers(flagEndHeaders, 1, Unknown), false},
		{"RST_STREAM behind END_STREAM", plain(typeData, flagEndStream, 1), plain(typeRSTStream, 0, 1), true},
		{"a request behind a request", headers(flagEndHeaders, 1, Client), headers(flagEndHeaders, 3, Client), true},
		{"a response behind a request", headers(flagEndHeaders, 1, Client), headers(flagEndHeaders, 3, Server), false},
	} {
		var c chain
		c.add(&test.first, &extent{})
		if got := c.accepts(&test.other); got != test.want {
			t.Errorf("%s: %v", test.rule, got)
		}
	}
}

// A step is a frame of a run: how many octets behind the one before, and
// whether a segment begins with it.
type step struct {
	octets  uint64
	onStart bool
	known   Knowledge
}

// TestRunsOfSegments is the arithmetic of the proof by segments.
func TestRunsOfSegments(t *testing.T) {
	repeat := func(n int, s ...step) (out []step) {
		for range n {
			out = append(out, s...)
		}
		return out
	}
	request := step{40, true, NothingKnown}
	known := step{40, true, InUse}
	for _, test := range []struct {
		name  string
		steps []step
		want  bool
	}{
		{"one segment", repeat(1, request), false},
		{"three of 40 octets: 40^3", repeat(3, request), false},
		{"a fourth: 40^4", repeat(4, request), true},
		{"two on known streams: 40^2", repeat(2, known), true},
		{"two, one of them not known", []step{known, request}, false},
		{"two, of 13 octets each: 13^2", []step{{13, true, InUse}, {13, true, InUse}}, false},
		{"two frames in each: 20^n", repeat(5, request, step{40, false, NothingKnown})[:4], false},
		{"the last does not begin a segment", append(repeat(6, request), step{40, false, NothingKnown}), false},
		{"a factor is 256 at most", repeat(2, step{400000, true, NothingKnown}), false},
		{"long segments of one length: once", repeat(9, step{1400, true, NothingKnown}), false},
		{"empty frames count nothing", repeat(9, step{headerLength, true, NothingKnown}), false},
		{"long segments of two lengths", []step{{1400, true, 0}, {1400, true, 0}, {1300, true, 0}, {1400, true, 0}}, true},
	} {
		var r segmentRun
		at, got := uint64(0), false
		for _, s := range test.steps {
			at += s.octets
			f := frame{header: header{length: 1, stream: 1}, offset: at, onStart: s.onStart, known: s.known}
			r.add(&f)
			got = r.proven(&f, provenHeaders)
		}
		if got != test.want {
			t.Errorf("%s: %v, one in %d", test.name, got, r.odds)
		}
	}
}

// TestABrokenRunBeginsAnew: a segment that begins inside a frame takes all
// evidence away, but between the header and the payload of DATA.
func TestABrokenRunBeginsAnew(t *testing.T) {
	for _, test := range []struct {
		name   string
		typ    uint8
		inside uint64
		broken bool
	}{
		{"in a payload", typeData, 50, true},
		{"in a header", typeData, 4, true},
		{"between header and payload of DATA", typeData, headerLength, false},
		{"between header and payload of HEADERS", typeHeaders, headerLength, true},
	} {
		var c chain
		f := frame{header: header{100, test.typ, flagEndHeaders, 1}, offset: 1000, onStart: true}
		c.add(&f, &extent{})
		c.segment(f.offset + test.inside)
		if c.run.broken != test.broken {
			t.Errorf("%s: %v", test.name, c.run.broken)
		}
		next := frame{header: header{4, typeWindowUpdate, 0, 1}, offset: c.next, onStart: true}
		c.add(&next, &extent{})
		if anew := c.run.length == 0; anew != test.broken {
			t.Errorf("%s: begun anew is %v", test.name, anew)
		}
	}
}

// TestTheFirstHeaderIsNotTaken: nothing leads to it. But the second speaks for
// it where that is on the same stream.
func TestTheFirstHeaderIsNotTaken(t *testing.T) {
	for _, test := range []struct {
		streams []uint32
		keep    uint64
	}{
		{[]uint32{1, 3, 3, 3}, 109},
		{[]uint32{1, 1, 3, 5}, 0},
		{[]uint32{0, 0, 3, 5}, 109},
		{[]uint32{1, 0, 1, 1}, 109},
	} {
		var c chain
		for i, stream := range test.streams {
			c.add(&frame{header: header{100, typeWindowUpdate, 0, stream}, offset: uint64(109 * i)}, &extent{})
		}
		if !c.reach.proven() || c.reach.keep != test.keep {
			t.Errorf("streams %v: %v, %d", test.streams, c.reach.proven(), c.reach.keep)
		}
	}
}

// TestReach is the arithmetic of the proof by reach, of frames of 109 octets
// from offset 0 on.
func TestReach(t *testing.T) {
	for _, test := range []struct {
		name   string
		extent extent
		frames int
		proven bool
		keep   uint64
	}{
		{"the first, since all are on one stream", extent{}, 4, true, 0},
		{"three are too few", extent{}, 3, false, 0},
		{"the last within the extent", extent{end: 400}, 7, true, 327},
		{"two behind the extent", extent{end: 327}, 5, false, 0},
		{"one at the extent is within", extent{end: 327}, 7, true, 327},
		{"given up since", extent{end: 400, held: 500}, 7, true, 545},
	} {
		var c chain
		for i := range test.frames {
			f := frame{header: header{100, typeData, 0, 1}, offset: uint64(109 * i)}
			c.add(&f, &test.extent)
		}
		if got := c.reach.proven(); got != test.proven || got && c.reach.keep != test.keep {
			t.Errorf("%s: %v, %d", test.name, got, c.reach.keep)
		}
	}
}
