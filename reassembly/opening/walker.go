package opening

import "h2scope/h2decode/resync"

// frameHeaderSize is how many octets a frame header takes (RFC 9113, Section
// 4.1), and frameFront how many of a frame resync.FrameRole looks at.
const (
	frameHeaderSize = 9
	frameFront      = frameHeaderSize + 48
)

// A walker goes from frame to frame, until one tells who sends them.
type walker struct {
	at   uint64      // offset of the frame in progress
	role resync.Role // of who sends the frames

	front [frameFront]byte // of the frame in progress
	n     int              // octets of it
	rest  uint64           // octets of the frame behind its front, once that is whole
}

// octets takes the next octets.
func (w *walker) octets(p []byte) {
	for len(p) > 0 {
		if w.rest > 0 {
			n := min(w.rest, uint64(len(p)))
			p, w.rest = p[n:], w.rest-n
			continue
		}
		n := copy(w.front[w.n:w.wanted()], p)
		p, w.n = p[n:], w.n+n
		if w.n >= frameHeaderSize && w.n == w.wanted() {
			w.look()
		}
	}
}

// length is how long the frame in progress is, with its header.
func (w *walker) length() uint64 {
	return frameHeaderSize + (uint64(w.front[0])<<16 | uint64(w.front[1])<<8 | uint64(w.front[2]))
}

// wanted is how many octets of the frame in progress are looked at, as far as
// that is known.
func (w *walker) wanted() int {
	if w.n < frameHeaderSize {
		return frameHeaderSize
	}
	return int(min(w.length(), frameFront))
}

// look looks at the frame, and passes over it.
func (w *walker) look() {
	if w.role == resync.Unknown {
		w.role = resync.FrameRole(w.front[:w.n])
	}
	w.rest = w.length() - uint64(w.n)
	w.at += w.length()
	w.n = 0
}

// pass passes over n octets that are missing, and reports whether it is still
// known where the next frame begins.
func (w *walker) pass(n uint64) bool {
	if n > w.rest {
		return false
	}
	w.rest -= n
	return true
}
