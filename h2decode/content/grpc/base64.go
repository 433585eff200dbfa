package grpc

import "encoding/base64"

// quads undoes the base64 of grpc-web-text. Each part that the server flushed may
// be padded by itself, so it is decoded four characters at a time.
type quads struct {
	open  []byte // characters of a quad that is not whole
	plain [3072]byte
}

// decode takes characters, as many as there is room for, and gives what they
// stand for, valid until the next call, and the characters that are left. It
// reports false where they are no base64.
func (q *quads) decode(chars []byte) (plain, rest []byte, ok bool) {
	n := 0
	for len(chars) > 0 && n+3 <= len(q.plain) {
		if c := chars[0]; c != '\r' && c != '\n' {
			q.open = append(q.open, c)
		}
		chars = chars[1:]
		if len(q.open) < 4 {
			continue
		}
		got, err := base64.StdEncoding.Decode(q.plain[n:], q.open)
		if err != nil {
			return nil, chars, false
		}
		n += got
		q.open = q.open[:0]
	}
	return q.plain[:n], chars, true
}

// rest is what the last characters stand for, without their padding.
func (q *quads) rest() (plain []byte, ok bool) {
	n, err := base64.RawStdEncoding.Decode(q.plain[:], q.open)
	q.open = q.open[:0]
	return q.plain[:n], err == nil
}
