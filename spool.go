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
	limit int64

	mu    sync.Mutex
	file  *os.File
	size  int64
	full  bool // octets came that are beyond the limit
	err   error
	sides map[spoolKey]*spoolSide
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
}

// A spoolRun is a run of octets in the file.
type spoolRun struct {
	offset, length uint64
	at             int64
}

// spoolBlock is how many octets of a side are gathered before they are written.
const spoolBlock = 8 << 10

// ErrNotSpooled says that octets are not in the spool: the capture lacks them,
// or they came when the spool was full.
var ErrNotSpooled = errors.New("these octets were not kept")

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

// Close gives the file back.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	return err
}

// Full reports whether octets came that are beyond the limit.
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
		s.flush(h)
		h.offset = offset
	}
	h.gather = append(h.gather, data...)
	if len(h.gather) >= spoolBlock {
		s.flush(h)
	}
}

// flush writes what is gathered of a side.
func (s *Spool) flush(h *spoolSide) {
	n := int64(len(h.gather))
	switch {
	case n == 0 || s.err != nil:
	case s.size+n > s.limit:
		s.full = true
	default:
		if _, err := s.file.WriteAt(h.gather, s.size); err != nil {
			s.err = err
			break
		}
		if k := len(h.runs) - 1; k >= 0 && h.runs[k].offset+h.runs[k].length == h.offset && h.runs[k].at+int64(h.runs[k].length) == s.size {
			h.runs[k].length += uint64(n)
		} else {
			h.runs = append(h.runs, spoolRun{h.offset, uint64(n), s.size})
		}
		s.size += n
	}
	h.offset += uint64(n)
	h.gather = h.gather[:0]
	if cap(h.gather) > 2*spoolBlock {
		h.gather = nil
	}
}

// close writes what is gathered of a connection that is over.
func (s *Spool) close(conn uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for side := range h2decode.Side(2) {
		if h := s.sides[spoolKey{conn, side}]; h != nil {
			s.flush(h)
			h.gather = nil
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
		return nil, ErrNotSpooled
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
		if s.err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotSpooled, s.err)
		}
		return nil, ErrNotSpooled
	}
	r := &h.runs[i]
	p := make([]byte, min(uint64(n), r.offset+r.length-offset))
	got, err := s.file.ReadAt(p, r.at+int64(offset-r.offset))
	if got == len(p) {
		err = nil
	}
	return p[:got], err
}
