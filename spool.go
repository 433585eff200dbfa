package h2scope

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"h2scope/h2decode"
)

// A Spool keeps the HTTP/2 octets of a capture in a temporary file, so that
// those of any frame can be had again. Run fills it; it may be read at the same
// time, from any goroutine.
type Spool struct {
	limit   int64
	rolling bool // the oldest octets make room for new ones

	mu    sync.Mutex
	file  *os.File
	size  int64 // octets written; in a rolling spool the file has the last of them, round and round
	full  bool  // octets came that are beyond the limit
	err   error
	sides map[spoolKey]*spoolSide
	order []spoolKey // of a rolling spool: whose its runs are, the oldest first
}

type spoolKey struct {
	conn uint64
	side h2decode.Side
}

// A spoolSide is one side's octets: the runs that are in the file, and behind
// them what is still gathered.
type spoolSide struct {
	runs   []spoolRun
	offset uint64 // of gathered[0] in the side's octets
	gather []byte
	closed bool // nothing more comes
}

// A spoolRun is a run of octets in the file.
type spoolRun struct {
	offset, length uint64
	at             int64 // as Spool.size counts
}

// spoolBlock is how many octets of a side are gathered before they are written.
const spoolBlock = 8 << 10

// ErrNotSpooled says that octets are not in the spool: the capture lacks them,
// or they came when the spool was full.
var ErrNotSpooled = errors.New("these octets were not kept")

// ErrNoLongerSpooled says that octets were in a rolling spool, as far as there is
// to know, and had to make room.
var ErrNoLongerSpooled = fmt.Errorf("%w: they are no longer kept", ErrNotSpooled)

// NewSpool makes a spool of up to limit octets in the directory for temporary
// files. The file has no name once it is open, where the system allows that.
func NewSpool(limit int64) (*Spool, error) {
	f, err := os.CreateTemp("", "h2scope-*.spool")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // Windows does not remove what is open; Close does
	return &Spool{limit: limit, file: f, sides: make(map[spoolKey]*spoolSide)}, nil
}

// NewRollingSpool is a spool in which the oldest octets make room for new ones. What
// it takes of memory is about 6 octets for each KiB of the limit, once it is full,
// and up to 16 KiB for each connection that is open.
func NewRollingSpool(limit int64) (*Spool, error) {
	s, err := NewSpool(limit)
	if err == nil {
		s.rolling = true
	}
	return s, err
}

// Close gives the file back.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	return err
}

// Full reports whether octets came that are beyond the limit: whether some were not
// kept, or had to make room.
func (s *Spool) Full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full
}

// add keeps octets of a side. They come in order; what lies between two calls
// is a gap.
func (s *Spool) add(conn uint64, side h2decode.Side, offset uint64, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := spoolKey{conn, side}
	h := s.sides[key]
	if h == nil {
		h = &spoolSide{offset: offset}
		s.sides[key] = h
	}
	if h.offset+uint64(len(h.gather)) != offset {
		s.flush(key, h)
		h.offset = offset
	}
	h.gather = append(h.gather, data...)
	if len(h.gather) >= spoolBlock {
		s.flush(key, h)
	}
}

// flush writes what is gathered of a side.
func (s *Spool) flush(key spoolKey, h *spoolSide) {
	n := int64(len(h.gather))
	switch {
	case n == 0 || s.err != nil:
	case n > s.limit || !s.rolling && s.size+n > s.limit:
		s.full = true
	default:
		s.write(key, h)
	}
	h.offset += uint64(n)
	h.gather = h.gather[:0]
	if cap(h.gather) > 2*spoolBlock {
		h.gather = nil
	}
}

// write writes what is gathered of a side behind all that is in the file, or in
// the place of the oldest.
func (s *Spool) write(key spoolKey, h *spoolSide) {
	n := int64(len(h.gather))
	if s.rolling {
		if left := s.limit - s.size%s.limit; left < n {
			s.size += left // not worth being cut in two for
		}
		s.makeRoom(s.size + n - s.limit)
	}
	if _, err := s.file.WriteAt(h.gather, s.place(s.size)); err != nil {
		s.err = err
		return
	}
	if k := len(h.runs) - 1; k >= 0 && h.runs[k].offset+h.runs[k].length == h.offset && h.runs[k].at+int64(h.runs[k].length) == s.size && s.place(s.size) > 0 {
		h.runs[k].length += uint64(n)
	} else {
		h.runs = append(h.runs, spoolRun{h.offset, uint64(n), s.size})
		if s.rolling {
			s.order = append(s.order, key)
		}
	}
	s.size += n
}

// place is where in the file something is.
func (s *Spool) place(at int64) int64 {
	if s.rolling {
		at %= s.limit
	}
	return at
}

// makeRoom gives up what was written before a point.
func (s *Spool) makeRoom(before int64) {
	for len(s.order) > 0 {
		h := s.sides[s.order[0]]
		r := &h.runs[0]
		if cut := before - r.at; cut < int64(r.length) {
			if cut > 0 {
				s.full = true
				r.offset, r.length, r.at = r.offset+uint64(cut), r.length-uint64(cut), before
			}
			return
		}
		s.full = true
		h.runs = h.runs[1:]
		s.release(s.order[0], h)
		s.order = s.order[1:]
	}
}

// release gives up a side of which nothing is left.
func (s *Spool) release(key spoolKey, h *spoolSide) {
	if s.rolling && h.closed && len(h.runs) == 0 {
		delete(s.sides, key)
	}
}

// close writes what is gathered of a connection that is over.
func (s *Spool) close(conn uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for side := range h2decode.Side(2) {
		key := spoolKey{conn, side}
		if h := s.sides[key]; h != nil {
			s.flush(key, h)
			h.gather, h.closed = nil, true
			s.release(key, h)
		}
	}
}

// Read gives n octets of a side of a connection from an offset on. Where fewer
// are kept there, it gives those before the first that is not, and an error.
func (s *Spool) Read(conn uint64, side h2decode.Side, offset uint64, n int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.sides[spoolKey{conn, side}]
	if h == nil {
		return nil, s.notSpooled(true)
	}
	octets := make([]byte, 0, n)
	for len(octets) < n {
		part, err := s.read(h, offset+uint64(len(octets)), n-len(octets))
		octets = append(octets, part...)
		if err != nil {
			return octets, err
		}
	}
	return octets, nil
}

// read gives octets from an offset on, at least one, as far as one run has
// them.
func (s *Spool) read(h *spoolSide, offset uint64, n int) ([]byte, error) {
	if gathered := h.offset + uint64(len(h.gather)); offset >= h.offset && offset < gathered {
		from := h.gather[offset-h.offset:]
		return from[:min(n, len(from))], nil
	}
	i, found := slices.BinarySearchFunc(h.runs, offset, func(r spoolRun, offset uint64) int {
		switch {
		case offset < r.offset:
			return 1
		case offset >= r.offset+r.length:
			return -1
		}
		return 0
	})
	if !found {
		return nil, s.notSpooled(i == 0 && offset < h.offset)
	}
	r := &h.runs[i]
	p := make([]byte, min(uint64(n), r.offset+r.length-offset))
	got, err := s.file.ReadAt(p, s.place(r.at)+int64(offset-r.offset))
	if got == len(p) {
		err = nil
	}
	return p[:got], err
}

// notSpooled says why octets are not there; earliest: they came before all that
// is there of their side.
func (s *Spool) notSpooled(earliest bool) error {
	switch {
	case s.err != nil:
		return fmt.Errorf("%w: %w", ErrNotSpooled, s.err)
	case s.rolling && s.full && earliest:
		return ErrNoLongerSpooled
	}
	return ErrNotSpooled
}
