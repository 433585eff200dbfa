package websocket

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
)

// windowSize is the most that DEFLATE looks back: RFC 1951, Section 2.
const windowSize = 32 << 10

// maxExcess is how many octets beyond Config.MaxMessage are inflated on one side,
// in all its messages, only to know the window of the next one: a multiple of
// MaxMessage. It bounds what a bomb costs.
const maxExcess = 16

// maxFinals is how many final blocks one message may have. A sender that flushes
// with final blocks (RFC 7692, Section 7.2.3.4) needs one for each of its writes.
const maxFinals = 64

// An inflater inflates the messages of one side: RFC 7692, Section 7.2.2.
type inflater struct {
	takeover bool
	unknown  bool   // the window is not known any more
	window   []byte // the end of what was inflated before, of up to twice its size
	excess   int    // octets inflated beyond the limit
	flate    io.ReadCloser
	chunk    []byte // what is read at once
	out      []byte
}

// tail is what a sender takes off the end of each message, an empty block without
// compression, and a final block of the same kind.
var tail = []byte{0x00, 0x00, 0xff, 0xff, 0x01, 0x00, 0x00, 0xff, 0xff}

var (
	errTooMuch       = errors.New("the inflated message is longer than the limit, and too long to be followed")
	errTooManyFinals = errors.New("it has too many final blocks")
)

// inflate replaces the message's data by what it was deflated from, and reports
// whether that is all of it. Whole says whether all that was deflated is there.
func (s *Splitter) inflate(m *Message, whole bool) bool {
	f := &s.inflater
	deflated := m.Data
	m.Data = nil
	if s.cfg.MaxMessage <= 0 {
		return false
	}
	if f.takeover && f.unknown {
		m.trouble("the message is deflated with earlier ones that are not all known (RFC 7692, Section 7.1.1)")
		return false
	}
	if whole {
		deflated = append(deflated, tail...)
	}
	extra, err := f.run(bytes.NewReader(deflated), s.cfg.MaxMessage)
	m.Data = f.out
	m.Excess = uint64(extra)
	switch {
	case !whole && errors.Is(err, io.ErrUnexpectedEOF): // that was said
	case err != nil:
		m.trouble("the message can't be inflated to its end: %v", err)
	case extra > 0:
		m.trouble("%d octets of the inflated message are beyond the limit", extra)
	}
	f.unknown = err != nil || !whole
	return !f.unknown && extra == 0
}

// run fills out with at most limit octets, and counts those beyond.
func (f *inflater) run(src *bytes.Reader, limit int) (extra int, err error) {
	if cap(f.out) > maxIdle {
		f.out = nil
	}
	f.out = f.out[:0]
	if f.chunk == nil {
		f.chunk = make([]byte, 4<<10)
	}
	f.reset(src)
	for finals := 0; ; {
		n, err := f.flate.Read(f.chunk)
		f.remember(f.chunk[:n])
		keep := min(n, limit-len(f.out))
		f.out = append(f.out, f.chunk[:keep]...)
		extra += n - keep
		f.excess += n - keep
		switch {
		case f.excess/maxExcess > limit:
			return extra, errTooMuch
		case err == io.EOF && src.Len() == 0:
			return extra, nil
		case err == io.EOF && finals == maxFinals:
			return extra, errTooManyFinals
		case err == io.EOF:
			finals++
			f.resume(src)
		case err != nil:
			return extra, err
		}
	}
}

// reset begins a message.
func (f *inflater) reset(src *bytes.Reader) {
	if !f.takeover {
		f.window = f.window[:0]
	}
	f.resume(src)
}

// resume goes on behind a final block.
func (f *inflater) resume(src *bytes.Reader) {
	window := f.window[max(0, len(f.window)-windowSize):]
	if r, ok := f.flate.(flate.Resetter); ok && r.Reset(src, window) == nil {
		return
	}
	f.flate = flate.NewReaderDict(src, window)
}

// remember keeps the window.
func (f *inflater) remember(octets []byte) {
	if len(f.window)+len(octets) > 2*windowSize {
		f.window = append(f.window[:0], f.window[len(f.window)-windowSize:]...)
	}
	f.window = append(f.window, octets...)
}
