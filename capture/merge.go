package capture

import (
	"io"
)

// A source merges its inputs. It is the Source of Open and NewReader.
type source struct {
	files   []string
	inputs  []*input
	pool    *windowPool
	catalog catalog
	count   uint64 // packets returned

	// With several inputs: the first packet of each, a heap of those inputs
	// that have one, ordered by time and by the order of files, and whether
	// the packet of the first in the heap was returned.
	heads  []Packet
	heap   []int
	begun  bool
	taken  bool
	failed error // of an input; returned when the others are at their end
}

// Next is Source's.
func (s *source) Next(p *Packet) error {
	from := 0
	if len(s.inputs) == 1 {
		if err := s.inputs[0].next(p); err != nil {
			return err
		}
	} else {
		if err := s.merge(); err != nil {
			return err
		}
		from = s.heap[0]
		*p = s.heads[from]
		s.taken = true
	}
	s.count++
	p.Number = s.count
	if p.comments != nil {
		s.inputs[from].commentOn(p.Number, *p.comments)
		p.comments = nil
	}
	return nil
}

// merge makes the first of the heap the input whose packet is the next.
func (s *source) merge() error {
	if !s.begun {
		s.begin()
	}
	if s.taken {
		s.taken = false
		if !s.advance(s.heap[0]) {
			last := len(s.heap) - 1
			s.heap[0] = s.heap[last]
			s.heap = s.heap[:last]
		}
		s.sift(0)
	}
	switch {
	case len(s.heap) > 0:
		return nil
	case s.failed != nil:
		return s.failed
	}
	return io.EOF
}

// begin reads the first packet of each input.
func (s *source) begin() {
	s.begun = true
	s.heads = make([]Packet, len(s.inputs))
	for i := range s.inputs {
		if s.advance(i) {
			s.heap = append(s.heap, i)
		}
	}
	for i := len(s.heap)/2 - 1; i >= 0; i-- {
		s.sift(i)
	}
}

// advance reads an input's next packet; false where there is none.
func (s *source) advance(i int) bool {
	err := s.inputs[i].next(&s.heads[i])
	for err == ErrIdle { // the others can't go on without its next packet
		err = s.inputs[i].next(&s.heads[i])
	}
	if err != nil && err != io.EOF && s.failed == nil {
		s.failed = err
	}
	return err == nil
}

// sift lets the input at i of the heap sink to its place.
func (s *source) sift(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(s.heap); child++ {
			if s.before(s.heap[child], s.heap[least]) {
				least = child
			}
		}
		if least == i {
			return
		}
		s.heap[i], s.heap[least] = s.heap[least], s.heap[i]
		i = least
	}
}

func (s *source) before(a, b int) bool {
	if ta, tb := s.heads[a].Time, s.heads[b].Time; ta != tb {
		return ta < tb
	}
	return a < b
}

// Interfaces is Source's.
func (s *source) Interfaces() []Interface { return s.catalog.interfaces }

// Files is Source's.
func (s *source) Files() []string { return s.files }

// Secrets is Source's.
func (s *source) Secrets() []Secrets { return s.catalog.secrets }

// Comments is Source's.
func (s *source) Comments() []Comment { return s.catalog.comments }

// Notices is Source's.
func (s *source) Notices() []Notice {
	n := s.catalog.notices
	s.catalog.notices = nil
	return n
}

// Close is Source's: it closes what Open opened. Windows that are held stay as
// they are.
func (s *source) Close() error {
	var first error
	for _, in := range s.inputs {
		if err := in.close(); err != nil && first == nil {
			first = err
		}
	}
	s.inputs, s.heap = nil, nil
	s.begun, s.taken = true, false
	return first
}
