package resync

import (
	"slices"
	"testing"
)

// A said is HEADERS of the other side: on which stream, when it had heard so much.
type said struct {
	stream uint32
	acked  uint64
}

func answeredBy(all ...said) func(stream uint32, from, to uint64) bool {
	return func(stream uint32, from, to uint64) bool {
		return slices.ContainsFunc(all, func(s said) bool { return s.stream == stream && from <= s.acked && s.acked <= to })
	}
}

// TestTurns: HEADERS at 0, 100, 200 and so on, and what the other side said in
// between.
func TestTurns(t *testing.T) {
	for _, test := range []struct {
		name    string
		sender  Role
		streams []uint32
		said    []said
		want    int
	}{
		{"a client asks when it has the answer", Client, []uint32{1, 3, 5}, []said{{1, 100}, {3, 200}}, 2},
		{"two requests, and the answer to the first", Client, []uint32{1, 3, 5}, []said{{1, 200}}, 0},
		{"an answer to what was asked before", Client, []uint32{3, 5}, []said{{1, 100}}, 0},
		{"a server answers what it was asked", Server, []uint32{1, 3, 5}, []said{{3, 100}, {5, 200}}, 2},
		{"it was asked before it answered the last", Server, []uint32{1, 3, 5}, []said{{3, 0}, {5, 100}}, 0},
		{"it answers on another stream", Server, []uint32{1, 3, 5}, []said{{7, 100}, {9, 200}}, 0},
		{"trailers are no answer", Server, []uint32{1, 1, 3}, []said{{1, 100}, {3, 200}}, 1},
		{"nobody knows who it is", Unknown, []uint32{1, 3, 5}, []said{{1, 100}, {3, 100}, {3, 200}, {5, 200}}, 0},
	} {
		var turns turns
		for i, stream := range test.streams {
			turns.add(&frame{header: header{91, typeHeaders, flagEndHeaders, stream}, offset: uint64(100 * i)}, test.sender, answeredBy(test.said...))
		}
		if turns.count != test.want {
			t.Errorf("%s: %d turns, want %d", test.name, turns.count, test.want)
		}
	}
}

// TestDialogue: requests in segments of their own are found, and certain, where
// the other side answers each. Where it is known and does not, they may lie in a
// DATA frame; where it is not known they are found, and not certain.
func TestDialogue(t *testing.T) {
	s := &script{}
	var answers []said
	for i := range 12 {
		s.segment(request(uint32(2*i+101), 40+i%3))
		answers = append(answers, said{uint32(2*i + 101), uint64(len(s.octets))})
	}
	for _, test := range []struct {
		name           string
		answered       func(uint32, uint64, uint64) bool
		found, certain bool
		boundary       int // the number of the segment
	}{
		{"answered", answeredBy(answers...), true, true, 5},
		{"four turns, and then none", answeredBy(answers[3:7]...), true, true, 5},
		{"three turns", answeredBy(answers[3:6]...), false, false, 0},
		{"no answer", answeredBy(), false, false, 0},
		{"not known", nil, true, false, 6},
	} {
		f := New[int](Config{Side: Client, MaxFrameSize: 16384, Answered: test.answered})
		if s.feed(f, 3) != test.found || f.Certain() != test.certain {
			t.Errorf("%s: found %v, certain %v", test.name, f.Found(), f.Certain())
		}
		if test.found && f.Boundary() != uint64(s.starts[test.boundary]) {
			t.Errorf("%s: found %d of %v", test.name, f.Boundary(), s.starts)
		}
	}
}

// TestPiecesOfALargeFrame: a DATA frame whose header is lost carries HTTP/2, and
// is written in pieces that end where the frames inside end. What is inside is
// not found, unless nothing of the other side is known, and then not as certain.
// The frame is as long as any may be, or as is usual where that is not known.
func TestPiecesOfALargeFrame(t *testing.T) {
	for _, cfg := range []Config{{}, {MaxFrameSize: 1 << 20}, {MaxFrameSize: 1 << 20, Side: Server, Stream: inUse}} {
		s, length := &script{}, uint32(usualData)
		length = max(length, cfg.MaxFrameSize)
		for i := 0; i < 200 && len(s.octets)+1000 < int(length); i++ {
			s.segment(response(uint32(2*i+1)), data(uint32(2*i+1), filler(100+i)))
		}
		f := New[int](cfg)
		if !s.feed(f, 1) || f.Certain() {
			t.Errorf("recognised %v, certain %v", f.Found(), f.Certain())
		}
		cfg.Answered = answeredBy(said{1, 0}, said{9, 500})
		f.Reset(cfg)
		if s.feed(f, 1) {
			t.Errorf("found %d inside a DATA frame", f.Boundary())
		}
	}
}

func TestHeadersStream(t *testing.T) {
	for _, test := range []struct {
		octets []byte
		want   uint32
	}{
		{request(7, 40), 7},
		{response(9), 9},
		{response(9)[:12], 0},
		{request(7, 40)[:8], 0},
		{data(7, filler(20)), 0},
		{filler(40), 0},
		{nil, 0},
	} {
		if got := HeadersStream(test.octets); got != test.want {
			t.Errorf("%x: %d, want %d", test.octets, got, test.want)
		}
	}
}
