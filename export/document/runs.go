package document

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"
	"slices"
)

// A run is a part of the temporary file. In it a record stands behind its key and
// its length.
type run struct{ from, to int64 }

const headerLength = 1 + 1 + 8 + 8 + 4

// A runWriter writes a run.
type runWriter struct {
	out    *bufio.Writer
	size   int64
	header [headerLength]byte
}

func newRunWriter(f *os.File, at int64) *runWriter {
	return &runWriter{out: bufio.NewWriterSize(io.NewOffsetWriter(f, at), 1<<20)}
}

func (w *runWriter) write(k key, line []byte) error {
	h := w.header[:]
	h[0], h[1] = byte(k.part), byte(k.rank)
	binary.LittleEndian.PutUint64(h[2:], k.conn)
	binary.LittleEndian.PutUint64(h[10:], k.stream)
	binary.LittleEndian.PutUint32(h[18:], uint32(len(line)))
	w.size += int64(len(h) + len(line))
	if _, err := w.out.Write(h); err != nil {
		return err
	}
	_, err := w.out.Write(line)
	return err
}

// A runReader reads a run: key and line are those of the record that is next.
type runReader struct {
	key
	line   []byte
	number int // of the run
	in     *bufio.Reader
	header [headerLength]byte
}

// next reads a record; at the end it returns io.EOF.
func (r *runReader) next() error {
	h := r.header[:]
	if _, err := io.ReadFull(r.in, h); err != nil {
		return err
	}
	r.key = key{place{part(h[0]), rank(h[1])}, binary.LittleEndian.Uint64(h[2:]), binary.LittleEndian.Uint64(h[10:])}
	n := int(binary.LittleEndian.Uint32(h[18:]))
	r.line = slices.Grow(r.line[:0], n)[:n]
	if _, err := io.ReadFull(r.in, r.line); err != nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// readers is a heap: the reader whose record is first, of records of the same key
// that of the first run.
type readers []*runReader

func (h readers) Len() int      { return len(h) }
func (h readers) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h readers) Less(i, j int) bool {
	if c := h[i].compare(h[j].key); c != 0 {
		return c < 0
	}
	return h[i].number < h[j].number
}

// Push is heap.Interface's. Nothing is pushed: readers only leave.
func (h *readers) Push(x any) { *h = append(*h, x.(*runReader)) }

// Pop removes the last.
func (h *readers) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
