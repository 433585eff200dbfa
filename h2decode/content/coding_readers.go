package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// MaxZstdWindow is the largest window of a zstd frame that is decoded, in
// octets: what RFC 9659 allows in the content coding.
const MaxZstdWindow = 8 << 20

// A coding is one content coding: how it begins, where that can be told, and a
// reader that undoes it.
type coding struct {
	name   string
	begins func(src []byte) bool
	open   func(src *bytes.Reader, limit int) io.Reader
}

// codings are the content codings of the HTTP registry that are in use, and
// snappy, which gRPC has.
var codings = []coding{
	{"gzip", beginsWith(gzipMark), openGzip},
	{"x-gzip", beginsWith(gzipMark), openGzip},
	{"deflate", nil, openDeflate},
	{"br", nil, openBrotli},
	{"zstd", beginsZstd, openZstd},
	{"snappy", beginsWith(snappyMark), openSnappyFrames},
	{"snappy", nil, openSnappyBlock},
}

// codingNamed finds a coding by its name in lower case: of two with one name, the
// one that src begins as.
func codingNamed(name string, src []byte) (found *coding) {
	for i := range codings {
		c := &codings[i]
		if c.name != name {
			continue
		}
		if found = c; c.begins == nil || c.begins(src) {
			break
		}
	}
	return found
}

// beginsWith allows for octets that end within the mark.
func beginsWith(mark string) func([]byte) bool {
	return func(src []byte) bool {
		n := min(len(src), len(mark))
		return string(src[:n]) == mark[:n]
	}
}

// beginsZstd knows the magic number of a frame and those of skippable frames:
// RFC 8878, Sections 3.1.1 and 3.1.2.
func beginsZstd(src []byte) bool {
	if beginsWith("\x28\xb5\x2f\xfd")(src) {
		return true
	}
	return len(src) > 0 && src[0]&0xf0 == 0x50 && beginsWith("\x2a\x4d\x18")(src[1:])
}

// failed is a reader that has nothing but an error.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// gzipMark is the identification and the method of RFC 1952, Section 2.3.1.
const gzipMark = "\x1f\x8b\x08"

func openGzip(src *bytes.Reader, _ int) io.Reader { return &gzipReader{src: src} }

// A gzipReader reads the members of RFC 1952, one behind the other, and what
// follows the last of them is no error of it.
type gzipReader struct {
	src *bytes.Reader
	gz  *gzip.Reader // of the member, or nil before the first
}

func (r *gzipReader) Read(p []byte) (int, error) {
	for {
		if r.gz == nil {
			gz, err := gzip.NewReader(r.src)
			if err != nil {
				return 0, cut(err)
			}
			gz.Multistream(false)
			r.gz = gz
		}
		n, err := r.gz.Read(p)
		if err != io.EOF || n > 0 {
			if err == io.EOF {
				err = nil
			}
			return n, err
		}
		if err := r.next(); err != nil {
			return 0, err
		}
	}
}

// next goes to the next member, if there is one.
func (r *gzipReader) next() error {
	if r.src.Len() == 0 {
		return io.EOF
	}
	rest := make([]byte, min(3, r.src.Len()))
	if _, err := r.src.ReadAt(rest, r.src.Size()-int64(r.src.Len())); err != nil {
		return err
	}
	if !beginsWith(gzipMark)(rest) {
		return trailingError{}
	}
	err := r.gz.Reset(r.src)
	r.gz.Multistream(false)
	return cut(err)
}

// cut turns the end of the octets where a header should be into what it is.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// openDeflate reads zlib's format, which the content coding asks for, and DEFLATE
// without it, which some send (RFC 9110, Section 8.4.1.2).
func openDeflate(src *bytes.Reader, _ int) io.Reader {
	var head [2]byte
	n, _ := src.ReadAt(head[:], 0)
	if n == 2 && isZlib(head) {
		if r, err := zlib.NewReader(src); err == nil {
			return &endReader{src, r}
		}
		if _, err := src.Seek(0, io.SeekStart); err != nil {
			return failed{err}
		}
	}
	return &endReader{src, flate.NewReader(src)}
}

// isZlib checks the header of RFC 1950, Section 2.2: the method, the window and
// the check bits, and that no dictionary is asked for.
func isZlib(head [2]byte) bool {
	return head[0]&0x0f == 8 && head[0]>>4 <= 7 && head[1]&0x20 == 0 && (int(head[0])<<8|int(head[1]))%31 == 0
}

// An endReader says what is left of the octets where the reader found the end.
type endReader struct {
	src *bytes.Reader
	r   io.Reader
}

func (e *endReader) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	if err == io.EOF && e.src.Len() > 0 {
		err = trailingError{}
	}
	return n, err
}

func openBrotli(src *bytes.Reader, _ int) io.Reader { return brotliReader{brotli.NewReader(src)} }

// A brotliReader gives the errors of a brotli.Reader in the terms of this package.
type brotliReader struct{ r *brotli.Reader }

func (b brotliReader) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if err != nil && err.Error() == "brotli: excessive input" { // the error has no name there
		err = trailingError{}
	}
	return n, err
}

func openZstd(src *bytes.Reader, _ int) io.Reader {
	r, err := zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(MaxZstdWindow))
	if err != nil {
		return failed{err}
	}
	return &zstdReader{r: r}
}

// A zstdReader tells octets behind the last frame from a frame that is broken.
type zstdReader struct {
	r    *zstd.Decoder
	some bool
}

func (z *zstdReader) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	z.some = z.some || n > 0
	switch {
	case err == nil:
		return n, nil
	case z.some && errors.Is(err, zstd.ErrMagicMismatch):
		err = trailingError{}
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		err = fmt.Errorf("its window is larger than %d octets, which RFC 9659 allows", MaxZstdWindow)
	}
	z.r.Close() // it gives back what it holds, and is not read again
	return n, err
}

// snappyMark is the stream identifier of the framed format: its description's
// Section 4.1.
const snappyMark = "\xff\x06\x00\x00sNaPpY"

// openSnappyFrames reads the framed format. gRPC libraries differ in what they
// call snappy: this, or blocks without it.
func openSnappyFrames(src *bytes.Reader, _ int) io.Reader {
	return snappyReader{src, snappy.NewReader(src)}
}

// A snappyReader tells a cut from a fault, which are one there.
type snappyReader struct {
	src *bytes.Reader
	r   io.Reader
}

func (s snappyReader) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if errors.Is(err, snappy.ErrCorrupt) && s.src.Len() == 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// openSnappyBlock reads a block. It comes out whole or not at all, so one that is
// longer than the limit gives nothing.
func openSnappyBlock(src *bytes.Reader, limit int) io.Reader {
	block := make([]byte, src.Len())
	if _, err := src.ReadAt(block, 0); err != nil {
		return failed{err}
	}
	length, err := snappy.DecodedLen(block)
	switch {
	case err != nil || length > maxSnappyRatio*len(block):
		return failed{snappy.ErrCorrupt}
	case length > limit:
		return failed{errLimit}
	}
	out, err := snappy.Decode(nil, block)
	if err != nil {
		return failed{err}
	}
	return bytes.NewReader(out)
}

// maxSnappyRatio is how many octets one octet of a snappy block can stand for: a
// copy of 64 octets takes three. Above it the length that a block says is a lie.
const maxSnappyRatio = 22
