package resync

// Knowledge is what is known of a stream.
type Knowledge uint8

// What may be known of a stream, as the sender of the octets may use it.
const (
	NothingKnown Knowledge = iota
	InUse                  // it is open: both sides' frames show it
	Impossible             // it cannot be: never opened, and beyond what the gap can have opened
)

// The defaults of Config.
const (
	DefaultHold = 128 << 10 // octets
	maxPieces   = 4096
)

// minHold is the least that can be held: a header and what is looked at of its
// payload.
const minHold = 256

// Config is what is known of the connection. The zero value knows nothing.
type Config struct {
	// Side is who sends the octets.
	Side Role

	// MaxFrameSize is the longest payload that the receiver allows, in octets:
	// its SETTINGS_MAX_FRAME_SIZE, and the greatest of those that may be in
	// force. 0: not known, so that any length is plausible, and DATA is taken
	// for no longer than is usual by the proof of which that is said. A longer
	// frame breaks a chain.
	MaxFrameSize uint32

	// MaxData is how many octets of one DATA frame can lie ahead, at most: by
	// default MaxFrameSize. A caller that knows of a flow-control window that
	// is smaller says so here; NoData where no stream can carry DATA in that
	// direction. The proof by reach rests on it.
	MaxData uint32

	// Stream tells what is known of a stream; nil: nothing. It is called for
	// plausible headers only, while Chunk runs.
	Stream func(id uint32) Knowledge

	// Answered reports whether the other side sent HEADERS on a stream when it
	// had had the octets of this one up to from, and not those behind to; and
	// whether this side had had them when it sent the octets in work. The proof
	// by turns asks for it. nil: the other side is not known, and segments alone
	// find what Certain then says is not certain.
	Answered func(stream uint32, from, to uint64) bool

	// Hold is how many octets are held for Replay, at most: the oldest beyond
	// are given up. 0 is DefaultHold, the least 256. A chunk is taken whole
	// before the limit is looked at, so that for the time of the call a chunk
	// more is held.
	Hold int

	unknownSize bool // MaxFrameSize was not known
}

// NoData is the Config.MaxData where no DATA can lie ahead.
const NoData = 1<<32 - 1

func (c Config) withDefaults() Config {
	c.unknownSize = c.MaxFrameSize == 0
	if c.MaxFrameSize == 0 || c.MaxFrameSize > maxLength {
		c.MaxFrameSize = maxLength
	}
	switch {
	case c.MaxData == NoData:
		c.MaxData = 0
	case c.MaxData == 0 || c.MaxData > c.MaxFrameSize:
		c.MaxData = c.MaxFrameSize
	}
	if c.Hold == 0 {
		c.Hold = DefaultHold
	}
	c.Hold = max(c.Hold, minHold)
	return c
}

// A Finder looks for a frame boundary in the octets of one side. T is what the
// caller wants to have back with each chunk: its packet and time, say.
//
// It keeps a copy of what it may have to give back, and no reference to what it
// is given. It must not be used by two goroutines at once.
type Finder[T any] struct {
	cfg    Config
	search search

	held   []byte // from base on
	base   uint64
	pieces []piece[T] // the chunks that held is from, the oldest perhaps in part
	starts []uint64   // where segments begin from search.pos on

	taken    uint64
	expected uint64 // by Expect; 0: none
	begun    bool
}

// A piece is a chunk, from offset to the next piece or the end.
type piece[T any] struct {
	offset uint64
	tag    T
}

// New gives a finder that is fed what follows the place where the boundaries
// were lost.
func New[T any](cfg Config) *Finder[T] {
	f := &Finder[T]{cfg: cfg.withDefaults()}
	f.search.cfg = &f.cfg
	return f
}

// Reset makes the finder as New does. Its memory is used again.
func (f *Finder[T]) Reset(cfg Config) {
	f.cfg = cfg.withDefaults()
	f.taken = 0
	f.Gap()
}

// Widen says that frames may by now be longer than Config had it: what it says
// of MaxFrameSize and MaxData counts for the octets to come where it is more.
func (f *Finder[T]) Widen(maxFrameSize, maxData uint32) {
	now := Config{MaxFrameSize: maxFrameSize, MaxData: maxData}.withDefaults()
	f.cfg.MaxFrameSize = max(f.cfg.MaxFrameSize, now.MaxFrameSize)
	f.cfg.unknownSize = f.cfg.unknownSize || now.unknownSize
	f.cfg.MaxData = max(f.cfg.MaxData, now.MaxData)
}

// Expect says that a frame header is likely at an offset that has not come: that
// of a frame whose length is known, where only the number of missing octets is
// not certain. Two headers from there on are then proof enough. It is forgotten
// with the next Gap.
func (f *Finder[T]) Expect(offset uint64) { f.expected = offset }

// Gap says that octets are missing before the next chunk. All that was held is
// given up.
func (f *Finder[T]) Gap() {
	clear(f.pieces)
	f.held, f.pieces, f.starts = f.held[:0], f.pieces[:0], f.starts[:0]
	f.begun, f.search.found, f.expected = false, false, 0
}

// Chunk takes the next octets of the side, and reports whether a boundary is
// found. offset is that of data[0] in the side's octets; where it does not
// continue the chunk before, there is a gap. A segment (of TCP; above TLS, a
// record) begins with data, but need not end with it. data is borrowed for the
// call; tag is kept and given back by Replay.
//
// When a boundary has been found, the caller takes it and is done: another Chunk
// begins a new search, with an empty finder.
func (f *Finder[T]) Chunk(data []byte, offset uint64, tag T) (found bool) {
	if len(data) == 0 {
		return f.search.found
	}
	if f.begun && (f.search.found || offset != f.end()) {
		f.Gap()
	}
	if !f.begun {
		f.begun, f.base = true, offset
		f.search.begin(offset)
		f.search.expected = f.expected
	}
	f.taken += uint64(len(data))
	f.held = append(f.held, data...)
	f.pieces = append(f.pieces, piece[T]{offset, tag})
	f.starts = append(f.starts, offset)

	f.search.scan(f.held[f.search.pos-f.base:], f.starts)
	f.passStarts()
	f.release()
	return f.search.found
}

// end is the offset behind the last octet.
func (f *Finder[T]) end() uint64 { return f.base + uint64(len(f.held)) }

// passStarts forgets where segments began that the search has passed.
func (f *Finder[T]) passStarts() {
	n := 0
	for n < len(f.starts) && f.starts[n] < f.search.pos {
		n++
	}
	f.starts = f.starts[:copy(f.starts, f.starts[n:])]
}

// release gives up octets that no proof needs, and the oldest of those that are
// too many. It moves memory only where half of it is free.
func (f *Finder[T]) release() {
	s := &f.search
	low := s.needed()
	if held := f.end() - low; !s.found && held > uint64(f.cfg.Hold) {
		low = min(s.pos, f.end()-uint64(f.cfg.Hold))
	}
	n := f.pieceAt(low)
	if extra := len(f.pieces) - n - maxPieces; !s.found && extra > 0 {
		low = max(low, min(s.pos, f.pieces[n+extra].offset))
		n = f.pieceAt(low)
	}
	s.extent.held = low
	if n > 0 && 2*n >= len(f.pieces) {
		f.pieces = f.pieces[:copy(f.pieces, f.pieces[n:])]
	}
	if free := low - f.base; 2*free >= uint64(len(f.held)) {
		f.held = f.held[:copy(f.held, f.held[free:])]
		f.base = low
	}
}

// pieceAt is the piece that offset lies in.
func (f *Finder[T]) pieceAt(offset uint64) int {
	low, high := 0, len(f.pieces)
	for high-low > 1 {
		if middle := (low + high) / 2; f.pieces[middle].offset <= offset {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// Found reports whether a boundary is found.
func (f *Finder[T]) Found() bool { return f.search.found }

// Certain reports whether the boundary that is found is one between frames of
// the connection. Else, which is only without Config.Answered, there is HTTP/2:
// the connection's or, in its DATA, another's.
func (f *Finder[T]) Certain() bool { return f.search.found && f.search.certain }

// Boundary is the offset of the first proven frame header. It says nothing
// before one is found.
func (f *Finder[T]) Boundary() uint64 { return f.search.boundary }

// Role is the side that alone can have sent the proven frames: Unknown where
// they tell nothing, or before a boundary is found.
func (f *Finder[T]) Role() Role {
	if !f.search.found {
		return Unknown
	}
	return f.search.sender
}

// Passed is how many octets of those taken since New or Reset are not given back
// by Replay.
func (f *Finder[T]) Passed() uint64 {
	if !f.search.found {
		return f.taken
	}
	return f.taken - (f.end() - f.search.boundary)
}

// Replay gives back the octets from the boundary on, in the chunks in which they
// came, with their tags. It gives nothing before a boundary is found. What is
// passed to yield is borrowed for that call; Chunk, Gap and Reset must not be
// called meanwhile.
func (f *Finder[T]) Replay(yield func(data []byte, offset uint64, tag T)) {
	if !f.search.found {
		return
	}
	for i := f.pieceAt(f.search.boundary); i < len(f.pieces); i++ {
		from, to := max(f.pieces[i].offset, f.search.boundary), f.end()
		if i+1 < len(f.pieces) {
			to = f.pieces[i+1].offset
		}
		yield(f.held[from-f.base:to-f.base], from, f.pieces[i].tag)
	}
}
