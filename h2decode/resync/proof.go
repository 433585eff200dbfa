package resync

// How many headers with a payload the proofs ask for. See the package's
// documentation.
const (
	provenHeaders = 4
	beyondHeaders = 2 // by reach: of those, behind the extent
	knownHeaders  = 2 // by segments: where all streams are known
)

// An extent is where the first true header can stand, for all that is known.
type extent struct {
	end  uint64 // the last offset at which the header behind it can stand
	held uint64 // offset of the first octet that is held
}

// A reachProof gathers the proof by reach.
type reachProof struct {
	headers int    // with a payload, from the boundary in question on
	beyond  int    // of them, behind the extent
	keep    uint64 // the first boundary of those that is held
	stream  uint32 // of the frame there
	trusted bool   // keep is a boundary if the chain is true
	sender  Role   // from keep on
}

// add takes a frame. The first of a chain is not trusted: what leads to it is
// nothing, and what it leads to may be reached by chance. But it is where the
// next is on the same stream.
func (p *reachProof) add(f *frame, e *extent, first bool) {
	if f.offset <= e.end { // a DATA frame may end here, so what was before is in question
		*p = reachProof{}
	}
	if p.keep < e.held {
		p.trusted, p.stream = false, 0
	}
	if !p.trusted {
		if f.stream == 0 || f.stream != p.stream {
			p.keep, p.stream, p.sender = f.offset, f.stream, Unknown
		}
		p.trusted = !first
	}
	p.sender, _ = p.sender.join(f.sender)
	if f.length == 0 {
		return
	}
	p.headers++
	if f.offset > e.end {
		p.beyond++
	}
}

func (p *reachProof) proven() bool {
	return p.headers >= provenHeaders && p.beyond >= beyondHeaders
}

// segmentSizes are the lengths of the segments so far.
type segmentSizes struct {
	last    uint64 // offset of the last segment
	longest uint64
	times   int // that there were longest ones
}

// full takes note of a segment that begins at offset, and reports whether the
// one before it was full: as long as any, which another was, too.
func (s *segmentSizes) full(offset uint64) bool {
	length := offset - s.last
	s.last = offset
	if length > s.longest {
		s.longest, s.times = length, 0
	}
	if length < s.longest {
		return false
	}
	s.times++
	return s.times > 1 && length >= longSegment
}

// A segmentRun gathers the proof by segments.
type segmentRun struct {
	odds   uint64 // one in so many is the run by chance; 0: there is none
	steady uint64 // the same where equal segments count, too
	last   uint64 // offset of its last segment
	length uint64 // of the segment before that; 0: there is none
	frames uint64 // since last
	broken bool   // a segment began off the boundaries

	known   int  // frames on streams that are in use
	unknown bool // a frame on a stream of which that is not known
}

// What the odds of a run must reach, and how they are counted.
const (
	provenOdds  = 1 << 20
	knownOdds   = 1 << 10
	maxFactor   = 1 << 8
	maxOdds     = 1 << 40
	usualData   = 1 << 14 // SETTINGS_MAX_FRAME_SIZE unless another is announced (RFC 9113, Section 6.5.2)
	longSegment = 512     // TCP's segments are 536 octets or more where a path allows
)

func (r *segmentRun) add(f *frame) {
	if r.broken {
		*r = segmentRun{}
	}
	if f.onStart {
		r.start(f.offset)
	}
	r.frames++
	if f.stream == 0 || r.odds == 0 {
		return
	}
	if f.known == InUse {
		r.known++
	} else {
		r.unknown = true
	}
}

// start counts that a segment begins on a boundary. That of the first is taken
// for as probable as that of the second. A segment of empty frames counts
// nothing, nor does a long one that is as long as the one before.
func (r *segmentRun) start(offset uint64) {
	if r.odds == 0 {
		*r = segmentRun{odds: 1, steady: 1, last: offset}
		return
	}
	length := offset - r.last
	factor := min(maxFactor, length/r.frames)
	if length == r.frames*headerLength {
		factor = 1
	}
	r.steady = min(r.steady*factor, maxOdds)
	if length == r.length && length >= longSegment {
		factor = 1
	}
	r.odds *= factor
	if r.length == 0 {
		r.odds *= factor
	}
	r.odds = min(r.odds, maxOdds)
	r.last, r.length, r.frames = offset, length, 0
}

// proven reports whether the frame that was added last is proven, in a chain
// with so many headers.
func (r *segmentRun) proven(f *frame, headers int) bool {
	if !f.onStart {
		return false
	}
	if !r.unknown && r.known >= 2 && r.odds >= knownOdds && headers >= knownHeaders {
		return true
	}
	return r.odds >= provenOdds && headers >= provenHeaders
}

// inStep reports whether segments begin with the chain's frames, the last with the
// frame that was added last, and so many that chance would not have it; whether or
// not they are of equal length, as frames may be, too.
func (r *segmentRun) inStep(f *frame) bool { return f.onStart && r.steady >= provenOdds }

// likely reports whether the frame that was added last begins a segment, and a
// run that is not by chance.
func (r *segmentRun) likely(f *frame) bool { return f.onStart && r.odds >= knownOdds }
