package resync

import (
	"iter"
	"math/bits"
)

// maxChains is how many chains are followed.
const maxChains = 32

// A chainSet is a set of places in search.chains.
type chainSet uint32

func (s chainSet) with(i int) chainSet    { return s | 1<<i }
func (s chainSet) without(i int) chainSet { return s &^ (1 << i) }

// all are the places of the set, in order.
func (s chainSet) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for ; s != 0; s &= s - 1 {
			if !yield(bits.TrailingZeros32(uint32(s))) {
				return
			}
		}
	}
}

// A search goes over octets without a gap, and follows the chains in them.
type search struct {
	cfg    *Config
	pos    uint64 // offset of the octet to look at
	extent extent

	sizes segmentSizes

	chains [maxChains]chain
	live   chainSet
	next   uint64 // the first place where one of them expects a header
	barred uint64 // a frame that ends there or behind finds no place among them

	expected uint64 // where the caller expects a header; 0: nowhere

	found    bool
	certain  bool // it is of the connection
	boundary uint64
	sender   Role // of the frames from boundary on
}

const never = 1<<64 - 1

// begin starts at offset.
func (s *search) begin(offset uint64) {
	s.pos, s.live, s.next, s.barred, s.found = offset, 0, never, never, false
	s.extent.held = offset
	s.sizes = segmentSizes{last: offset}
	s.suppose(offset)
}

// suppose makes offset the place that is in a DATA frame, or in the header of
// one, for all that is known. The next true header stands within the extent.
func (s *search) suppose(offset uint64) {
	s.extent.end = offset + headerLength - 1 + uint64(s.cfg.MaxData)
}

// A verdict is whether there is a plausible frame header.
type verdict uint8

const (
	no   verdict = iota
	more         // more octets are needed to say
	yes
)

// scan looks at octets, which begin at s.pos. starts are the offsets in them
// where segments begin, in order. It returns how many octets it is done with:
// all, up to a header whose payload's front is yet to come.
func (s *search) scan(octets []byte, starts []uint64) int {
	first := s.pos
	for !s.found {
		s.skip(octets[s.pos-first:], &starts)
		p := octets[s.pos-first:]
		if len(p) < headerLength {
			break
		}
		onStart := len(starts) > 0 && starts[0] == s.pos
		h, sender, v := inspect(p, s.cfg)
		if v == more {
			break
		}
		if onStart {
			s.segment()
			starts = starts[1:]
		}
		f := frame{header: h, offset: s.pos, onStart: onStart, sender: sender}
		s.at(&f, v == yes)
		s.pos++
	}
	return int(s.pos - first)
}

// skip goes to the next place where a header is expected, may stand, or where a
// segment begins.
func (s *search) skip(p []byte, starts *[]uint64) {
	end := min(uint64(max(0, len(p)-headerLength+1)), s.next-s.pos)
	if len(*starts) > 0 {
		end = min(end, (*starts)[0]-s.pos)
	}
	i := 0
	for i < int(end) && !(mayBeHeader(p[i:]) && parseHeader(p[i:]).plausible(s.cfg.Side, s.cfg.MaxFrameSize)) {
		i++
	}
	s.pos += uint64(i)
}

// inspect looks for a plausible header at the front of p, which has
// headerLength octets.
func inspect(p []byte, cfg *Config) (header, Role, verdict) {
	if !mayBeHeader(p) {
		return header{}, Unknown, no
	}
	h := parseHeader(p)
	if !h.plausible(cfg.Side, cfg.MaxFrameSize) {
		return h, Unknown, no
	}
	if uint64(len(p)) < headerLength+uint64(h.wanted()) {
		return h, Unknown, more
	}
	content := h.judge(p[headerLength:])
	sender, ok := h.sender().join(content.sender)
	if _, fits := sender.join(cfg.Side); !content.fits || !ok || !fits {
		return h, Unknown, no
	}
	return h, sender, yes
}

// segment takes note of a segment that begins at s.pos. Behind a full one it
// may go on with what that one began, and says nothing.
func (s *search) segment() {
	if s.sizes.full(s.pos) {
		return
	}
	for i := range s.live.all() {
		if c := &s.chains[i]; c.next != s.pos {
			c.segment(s.pos)
		}
	}
}

// at deals with one place: the chain that expects a header there goes on or
// ends, and a header that none expects begins one.
func (s *search) at(f *frame, plausible bool) {
	if plausible && f.stream != 0 && s.cfg.Stream != nil {
		f.known = s.cfg.Stream(f.stream)
		plausible = f.known != Impossible
	}
	i := -1
	if f.offset == s.next {
		i = s.expecting(f.offset)
		if !plausible || !s.chains[i].accepts(f) {
			s.drop(i)
			i = -1
		}
	}
	if plausible {
		s.take(f, i)
	}
	if f.offset == s.next {
		s.expect()
	}
}

// take adds a frame to chain i, or begins one where i is -1.
func (s *search) take(f *frame, i int) {
	if f.offset > s.extent.end && !s.anyWithin() {
		s.suppose(f.offset)
	}
	switch {
	case i >= 0:
		s.chains[i].add(f, &s.extent)
		s.barred = never
	case f.length == 0: // mostly zeros
		return
	default:
		if i = s.add(f); i < 0 {
			return
		}
	}
	c := &s.chains[i]
	sender, _ := c.sender.join(s.cfg.Side)
	c.turns.add(f, sender, s.cfg.Answered)
	if !s.meet(i) {
		s.prove(i, f)
	}
}

// anyWithin reports whether a chain is alive that began within the extent. One
// of those is the true one, unless it had a frame that is not plausible.
func (s *search) anyWithin() bool {
	for i := range s.live.all() {
		if s.chains[i].first <= s.extent.end {
			return true
		}
	}
	return false
}

// expecting is the chain whose next header is at offset.
func (s *search) expecting(offset uint64) int {
	for i := range s.live.all() {
		if s.chains[i].next == offset {
			return i
		}
	}
	return -1
}

// expect finds where the next header is expected.
func (s *search) expect() {
	s.next = never
	for i := range s.live.all() {
		s.next = min(s.next, s.chains[i].next)
	}
}

// add begins a chain. It returns -1 where there is no place for one. If what is
// given up for want of a place was the true chain, its next header will begin it
// again.
func (s *search) add(f *frame) int {
	next := f.offset + headerLength + uint64(f.length)
	i := bits.TrailingZeros32(^uint32(s.live))
	if i >= maxChains {
		s.suppose(f.offset)
		if next >= s.barred {
			return -1
		}
		if i = s.dispensable(next); i < 0 {
			s.barred = next
			return -1
		}
		s.drop(i)
		s.expect()
	}
	s.chains[i] = chain{first: f.offset}
	s.chains[i].add(f, &s.extent)
	s.live = s.live.with(i)
	s.next = min(s.next, next)
	return i
}

// dispensable is of the chains with few headers that which reaches furthest, and
// further than next: -1 for none.
func (s *search) dispensable(next uint64) int {
	out := -1
	for i := range s.chains {
		if c := &s.chains[i]; c.headers < provenHeaders && c.next > next {
			out, next = i, c.next
		}
	}
	return out
}

func (s *search) drop(i int) {
	s.live, s.barred = s.live.without(i), never
}

// meet gives chain i up, and returns true, where another expects its next header
// at the same place. Where it lies in a DATA frame of the other that ends there,
// it is what the frame carries. Else it is open which of them was right up to
// there.
func (s *search) meet(i int) bool {
	c := &s.chains[i]
	for j := range s.live.without(i).all() {
		d := &s.chains[j]
		if d.next != c.next {
			continue
		}
		if d.last.typ != typeData || c.first < d.at {
			d.reach = reachProof{}
		}
		s.drop(i)
		return true
	}
	return false
}

// prove looks whether the frame that chain i was given last proves something.
func (s *search) prove(i int, f *frame) {
	c := &s.chains[i]
	switch {
	case c.first <= s.extent.end && c.reach.proven() && !s.rivalled(i):
		s.find(c.reach.keep, c.reach.sender, true)
	case s.expected != 0 && c.first == s.expected && c.headers >= knownHeaders && c.first >= s.extent.held:
		s.find(c.first, c.sender, true)
	case c.turns.proven() && c.run.likely(f) && !s.disputed(i):
		if c.turns.keep < s.extent.held {
			s.find(f.offset, f.sender, true)
		} else {
			s.find(c.turns.keep, c.turns.sender, true)
		}
	case c.outlivesData(s.cfg) && c.run.inStep(f) && !s.disputed(i):
		s.find(f.offset, f.sender, true)
	case s.cfg.Answered == nil && c.run.proven(f, c.headers) && !s.disputed(i):
		s.find(f.offset, f.sender, false)
	}
}

func (s *search) find(boundary uint64, sender Role, certain bool) {
	s.found, s.boundary, s.sender, s.certain = true, boundary, sender, certain
}

// rivalled reports whether another chain than i began within the extent: it may
// be the true one.
func (s *search) rivalled(i int) bool {
	for j := range s.live.without(i).all() {
		if s.chains[j].first <= s.extent.end {
			return true
		}
	}
	return false
}

// disputed reports whether another chain than i is alive for which as much
// speaks: four headers, two segments, that a segment begins with its last header
// and goes on, or that it has a DATA frame in which the chain lies.
func (s *search) disputed(i int) bool {
	for j := range s.live.without(i).all() {
		if c := &s.chains[j]; c.headers >= provenHeaders || c.onStart || c.run.length > 0 && !c.run.broken || c.covers(&s.chains[i]) {
			return true
		}
	}
	return false
}

// needed is the first octet that a proof may yet need.
func (s *search) needed() uint64 {
	if s.found {
		return s.boundary
	}
	out := s.pos
	for i := range s.live.all() {
		p := &s.chains[i].reach
		if p.headers > 0 && p.keep >= s.extent.held {
			out = min(out, p.keep)
		}
		c := &s.chains[i]
		if c.first == s.expected {
			out = min(out, c.first)
		}
		if c.turns.count >= keptTurn && c.turns.keep >= s.extent.held {
			out = min(out, c.turns.keep)
		}
	}
	return out
}
