package capture

import "io"

// minRead is the least room that is worth a read where there can be more.
const minRead = 16 << 10

// A feed reads a stream into windows and shows what is there without copying
// it, but for what straddles two windows.
type feed struct {
	r      io.Reader
	pool   *windowPool
	window *Window // nil before the first octet and after close
	unread []byte  // of the window's octets
	end    int     // where in the window unread ends
	base   int64   // the stream's offset of the window's first octet
	err    error   // why r gives no more, io.EOF or another
}

// peek shows the unread octets: at least n, fewer only where the stream ends.
// They are valid as long as the window is held, which may be another after
// each peek.
func (f *feed) peek(n int) []byte {
	if len(f.unread) < n {
		f.fill(n)
	}
	return f.unread
}

// pass goes over n octets that peek has shown.
func (f *feed) pass(n int) { f.unread = f.unread[n:] }

// skip passes over n octets, which needn't have been shown. It is false
// where the stream ends before.
func (f *feed) skip(n int64) bool {
	for int64(len(f.unread)) < n {
		n -= int64(len(f.unread))
		f.pass(len(f.unread))
		if f.fill(1); len(f.unread) == 0 {
			return false
		}
	}
	f.pass(int(n))
	return true
}

// offset is where in the stream the next octet stands.
func (f *feed) offset() int64 { return f.base + int64(f.end-len(f.unread)) }

// fill reads until n octets are unread or the stream ends. It asks for no
// more than comes with the read that brings the last of them, so that it
// doesn't wait on a pipe for what nobody needs yet.
func (f *feed) fill(n int) {
	for f.err == nil && len(f.unread) < n {
		if f.crowded(n) {
			f.advance()
		}
		f.read()
	}
}

// crowded reports whether the window has no room left, or little, and another
// would have more. What a pipe gives piece by piece shares a window.
func (f *feed) crowded(n int) bool {
	if f.window == nil {
		return true
	}
	room := len(f.window.buf) - f.end
	moves := f.end > len(f.unread) // there is something to leave behind
	return room == 0 || moves && room < max(n-len(f.unread), minRead)
}

// advance goes to the next window, and takes the unread octets along. A
// window that is full of one packet is followed by one of twice its size:
// memory grows with what has been read, not with what a length field says.
func (f *feed) advance() {
	if f.window == nil {
		f.window = f.pool.get(windowSize)
		return
	}
	next := f.pool.get(max(windowSize, 2*len(f.unread)))
	f.base += int64(f.end - len(f.unread))
	f.end = copy(next.buf, f.unread)
	f.unread = next.buf[:f.end]
	f.window.drop()
	f.window = next
}

// read makes one read that gives something.
func (f *feed) read() {
	buf := f.window.buf
	for range 100 {
		n, err := f.r.Read(buf[f.end:])
		begin := f.end - len(f.unread)
		f.end += n
		f.unread, f.err = buf[begin:f.end], err
		if n > 0 || err != nil {
			return
		}
	}
	f.err = io.ErrNoProgress
}

func (f *feed) close() {
	if f.window != nil {
		f.window.drop()
		f.window, f.unread = nil, nil
	}
	if f.err == nil {
		f.err = io.EOF
	}
}
