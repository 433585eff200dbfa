package capture

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"h2scope/capture/pcapng"
)

const (
	// sniffLen is how much of a stream is looked at to see what it is.
	sniffLen = 512
	// sniffMin is what any capture has, and so can be waited for on a pipe.
	sniffMin = pcapng.MinBlockLen

	// maxZstdWindow bounds the memory that a zstd frame can ask for; it is
	// what the zstd command takes without --long.
	maxZstdWindow = 128 << 20
)

// A stream is the octets of a capture, from a file or a reader, decompressed.
type stream struct {
	r      io.Reader
	head   []byte // the first octets, not yet given by Read
	format string // of the compression, "" for none
	failed error  // why the file or reader itself could not be read on

	// impatient lets ErrIdle through, with which the reader says that nothing
	// came for a while. Otherwise it is asked again: what is in work when that
	// happens, such as decompression, could not go on behind an error.
	impatient bool

	close func() // lets go of the decompressor, not of the file
}

// Read gives the octets from the first on.
func (s *stream) Read(b []byte) (int, error) {
	if len(s.head) > 0 {
		n := copy(b, s.head)
		s.head = s.head[n:]
		return n, nil
	}
	return s.r.Read(b)
}

// newStream looks at what r has and undoes the compression.
func newStream(r io.Reader) (*stream, error) {
	s := &stream{close: func() {}}
	plain := &stream{r: &watched{r, s}}
	head, _ := sniff(plain)
	switch {
	case s.failed != nil:
		return nil, s.failed
	case len(head) == 0:
		return nil, ErrEmpty
	}
	s.format = compression(head)
	if s.format == "" {
		if err := check(head); err != nil {
			return nil, err
		}
		s.r, s.head = plain.r, head
		return s, nil
	}
	if err := s.decompress(bufio.NewReaderSize(plain, 64<<10)); err != nil {
		return nil, notCapture("damaged " + s.format + " data")
	}
	inside := &stream{r: s.r}
	head, err := sniff(inside)
	s.head = head
	switch {
	case s.failed != nil:
		err = s.failed
	case len(head) == 0 && err == io.EOF:
		err = ErrEmpty
	case len(head) == 0:
		err = notCapture("damaged " + s.format + " data")
	default:
		err = check(head)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// A watched reader tells a failing file from failing decompression, and waits
// where it is to.
type watched struct {
	r io.Reader
	s *stream
}

func (w *watched) Read(b []byte) (int, error) {
	for {
		n, err := w.r.Read(b)
		switch {
		case errors.Is(err, ErrIdle) && n > 0:
			return n, nil
		case errors.Is(err, ErrIdle) && w.s.impatient:
			return 0, ErrIdle
		case errors.Is(err, ErrIdle):
			continue
		case err != nil && err != io.EOF:
			w.s.failed = err
		}
		return n, err
	}
}

// sniff shows the first octets; Read gives them again.
func sniff(s *stream) ([]byte, error) {
	head := make([]byte, sniffLen)
	n, err := io.ReadAtLeast(s.r, head, sniffMin)
	s.head = head[:n]
	return s.head, err
}

// compression names the format of compressed data by its magic number.
func compression(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return "gzip"
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "zstd"
	case bytes.HasPrefix(head, []byte{0x04, 0x22, 0x4d, 0x18}), bytes.HasPrefix(head, []byte{0x02, 0x21, 0x4c, 0x18}):
		return "lz4"
	}
	return ""
}

// decompress sets s.r to what r has, decompressed.
func (s *stream) decompress(r *bufio.Reader) error {
	switch s.format {
	case "gzip":
		d, err := gzip.NewReader(r)
		s.r = d
		return err
	case "zstd":
		d, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(maxZstdWindow), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return err
		}
		s.r, s.close = d, d.Close
	case "lz4":
		s.r = &lz4Frames{in: r, frame: lz4.NewReader(r)}
	}
	return nil
}

// lz4Frames reads frames that follow one another, as cat makes them, which
// lz4.Reader alone takes for the end.
type lz4Frames struct {
	in    *bufio.Reader
	frame *lz4.Reader
}

func (z *lz4Frames) Read(b []byte) (int, error) {
	for {
		n, err := z.frame.Read(b)
		if n > 0 || err != io.EOF {
			return n, err
		}
		if _, err := z.in.Peek(1); err != nil {
			return 0, err
		}
		z.frame.Reset(z.in)
	}
}

// check tells captures, whole or cut, from anything else.
func check(head []byte) error {
	if kindOf(head) != "" {
		return nil
	}
	return notCapture(looksLike(head))
}

// kindOf is "pcap", "pcapng" or "" for neither.
func kindOf(head []byte) string {
	if _, _, ok := pcapng.ParseMagic(head); ok {
		return "pcap"
	}
	if bytes.HasPrefix(head, []byte{0x0a, 0x0d, 0x0d, 0x0a}) {
		if _, ok := pcapng.ParseOrder(head); ok || len(head) < pcapng.MinBlockLen {
			return "pcapng"
		}
	}
	return ""
}
