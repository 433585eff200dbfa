package opening

import (
	"bytes"
	"strconv"
)

// A bodyState is where in a message's body a half stands.
type bodyState uint8

const (
	bodyDone   bodyState = iota
	bodyLength           // left octets, then done
	chunkSize            // a line with the size of a chunk (RFC 9112, Section 7.1)
	chunkData            // left octets
	chunkEnd             // the line end after them
	trailers             // lines, until an empty one
)

// A body is passed over as its octets come.
type body struct {
	state  bodyState
	left   uint64
	octets uint64 // of content, so far
}

// requestBody is the body that a request's head announces (RFC 9112, Section
// 6.3): Transfer-Encoding overrides Content-Length.
func requestBody(info headInfo) (b body, ok bool) {
	switch {
	case info.chunked:
		return body{state: chunkSize}, true
	case info.coded || info.invalid:
		return body{}, false
	case info.length > 0:
		return body{state: bodyLength, left: info.length}, true
	}
	return body{}, true
}

// responseBody is the body of a final response with that code. Not ok is also
// one that only the connection's end ends: nothing can follow it.
func responseBody(info headInfo, code int, toHEAD bool) (b body, ok bool) {
	switch {
	case toHEAD || code == 204 || code == 304:
		return body{}, true
	case !info.coded && !info.hasLength:
		return body{}, false
	}
	return requestBody(info)
}

// read passes over what of the body has come.
func (b *body) read(s *stream) outcome {
	if b.state == bodyLength || b.state == chunkData {
		return b.readCounted(s)
	}
	line, n := cutLine(s)
	switch {
	case n == 0 && s.cut():
		return lost
	case n == 0:
		return wait
	case !b.readLine(line):
		return lost
	}
	s.consume(n)
	return progress
}

// readCounted passes over octets, and over a gap that lies among them.
func (b *body) readCounted(s *stream) outcome {
	n := min(uint64(len(s.octets())), b.left)
	s.consume(int(n))
	if gap := s.gap(); gap > 0 && n < b.left {
		if gap > b.left-n {
			return lost
		}
		s.passGap()
		n += gap
	}
	b.left -= n
	b.octets += n
	switch {
	case b.left > 0 && n == 0:
		return wait
	case b.left > 0:
		return progress
	case b.state == chunkData:
		b.state = chunkEnd
	default:
		b.state = bodyDone
	}
	return progress
}

// readLine takes a line of the chunked coding, and says whether it fits.
func (b *body) readLine(line []byte) bool {
	switch {
	case b.state == trailers:
		if len(line) == 0 {
			b.state = bodyDone
		}
		return true
	case b.state == chunkEnd:
		b.state = chunkSize
		return len(line) == 0
	}
	size, _, _ := bytes.Cut(line, []byte{';'}) // extensions
	n, err := strconv.ParseUint(string(bytes.TrimRight(size, " \t")), 16, 63)
	if err != nil {
		return false
	}
	b.state, b.left = chunkData, n
	if n == 0 {
		b.state = trailers
	}
	return true
}

// cutLine is the line that comes next, without its end, and its length with it:
// 0 without a whole line.
func cutLine(s *stream) (line []byte, n int) {
	b := s.octets()
	i := bytes.IndexByte(b[s.scanned:], '\n')
	if i < 0 {
		s.scanned = len(b)
		return nil, 0
	}
	i += s.scanned
	return bytes.TrimSuffix(b[:i], []byte{'\r'}), i + 1
}
