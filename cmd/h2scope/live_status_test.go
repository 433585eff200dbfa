package main

import (
	"io"
	"testing"

	"h2scope/capture"
)

// A dropping source loses a packet each time that it has none.
type droppingSource struct {
	capture.Source
	about [2]capture.Interface
	left  int
}

func (s *droppingSource) Interfaces() []capture.Interface { return s.about[:] }

func (s *droppingSource) Next(*capture.Packet) error {
	switch {
	case s.left == 0:
		return io.EOF
	case s.left%2 == 0:
		s.about[s.left/2%2].Dropped++
		s.left--
		return capture.ErrIdle
	}
	s.left--
	return nil
}

// The line on a terminal tells of drops while packets are read, of all interfaces
// together; of a file it says nothing of the kind.
func TestStatusTellsDrops(t *testing.T) {
	counted := &countedSource{Source: &droppingSource{left: 8}}
	w := &watched{Source: counted}
	var said []string
	for p := new(capture.Packet); w.Next(p) != io.EOF; {
		said = append(said, w.statusText())
	}
	if said[0] != ", 1 dropped" || said[len(said)-1] != ", 4 dropped" {
		t.Errorf("%q", said)
	}
	if got := (&watched{Source: &droppingSource{}}).statusText(); got != "" {
		t.Errorf("%q", got)
	}
}
