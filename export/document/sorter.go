package document

import (
	"bufio"
	"container/heap"
	"errors"
	"io"
	"os"
	"slices"
	"unsafe"
)

// What a document takes beside its output: 32 MiB for records in memory, and as
// much again at most to read the runs of the temporary file where there are many.
const (
	held    = 32 << 20 // octets of records
	maxRuns = 512      // before they are made one
	ahead   = 32 << 10 // octets of a run that are read at a time
)

// A sorter puts records in their order. What is beyond a limit goes to a temporary
// file, in runs that are sorted each; they are merged at the end.
type sorter struct {
	limit   int // octets held in memory
	most    int // runs
	octets  []byte
	entries []entry
	file    *os.File // nil: nothing was written yet
	size    int64    // of the file
	runs    []run
}

// An entry is a record that is held, and where its octets are.
type entry struct {
	key
	from, to int
}

// add takes a record, which is borrowed.
func (s *sorter) add(k key, line []byte) error {
	taken := len(s.octets) + len(s.entries)*int(unsafe.Sizeof(entry{}))
	if len(s.entries) > 0 && taken+len(line) > s.limit {
		if err := s.spill(); err != nil {
			return err
		}
	}
	from := len(s.octets)
	s.octets = append(s.octets, line...)
	s.entries = append(s.entries, entry{k, from, len(s.octets)})
	return nil
}

// sort puts what is held in order.
func (s *sorter) sort() {
	slices.SortStableFunc(s.entries, func(a, b entry) int { return a.compare(b.key) })
}

// spill writes what is held as the next run.
func (s *sorter) spill() (err error) {
	if s.file == nil {
		if s.file, err = temporary(); err != nil {
			return err
		}
	}
	if len(s.runs) >= s.most {
		if err := s.compact(); err != nil {
			return err
		}
	}
	s.sort()
	w := newRunWriter(s.file, s.size)
	for _, e := range s.entries {
		if err := w.write(e.key, s.octets[e.from:e.to]); err != nil {
			return err
		}
	}
	s.octets, s.entries = s.octets[:0], s.entries[:0]
	return s.end(w)
}

// end takes the run that was written.
func (s *sorter) end(w *runWriter) error {
	s.runs = append(s.runs, run{s.size, s.size + w.size})
	s.size += w.size
	return w.out.Flush()
}

// compact makes one run of all, in a file of its own.
func (s *sorter) compact() error {
	file, err := temporary()
	if err != nil {
		return err
	}
	w := newRunWriter(file, 0)
	if err := s.merge(w.write); err != nil {
		file.Close()
		return err
	}
	s.close()
	s.file, s.size, s.runs = file, 0, nil
	return s.end(w)
}

// each gives all records to yield, in their order, until it fails.
func (s *sorter) each(yield func(key, []byte) error) error {
	if len(s.runs) > 0 {
		if err := s.spill(); err != nil {
			return err
		}
		return s.merge(yield)
	}
	s.sort()
	for _, e := range s.entries {
		if err := yield(e.key, s.octets[e.from:e.to]); err != nil {
			return err
		}
	}
	return nil
}

// merge gives the records of all runs.
func (s *sorter) merge(yield func(key, []byte) error) error {
	var h readers
	for i, r := range s.runs {
		reader := &runReader{number: i, in: bufio.NewReaderSize(io.NewSectionReader(s.file, r.from, r.to-r.from), ahead)}
		switch err := reader.next(); {
		case err == nil:
			h = append(h, reader)
		case !errors.Is(err, io.EOF):
			return err
		}
	}
	heap.Init(&h)
	for len(h) > 0 {
		first := h[0]
		if err := yield(first.key, first.line); err != nil {
			return err
		}
		switch err := first.next(); {
		case err == nil:
			heap.Fix(&h, 0)
		case errors.Is(err, io.EOF):
			heap.Pop(&h)
		default:
			return err
		}
	}
	return nil
}

// close gives the file back.
func (s *sorter) close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name()) // where the system did not allow that before
		s.file = nil
	}
}

// temporary makes a file that is gone when it is closed, where the system allows
// that.
func temporary() (*os.File, error) {
	f, err := os.CreateTemp("", "h2scope-*.records")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name())
	return f, nil
}
