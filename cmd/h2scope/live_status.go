package main

import (
	"errors"
	"fmt"
	"sync/atomic"

	"h2scope/capture"
)

// A countedSource knows how many packets the kernel has dropped, for those who
// look on while packets are read.
type countedSource struct {
	capture.Source
	packets int
	dropped atomic.Uint64
}

// lookEvery is how many packets come between two looks at the counters, at most.
const lookEvery = 1 << 6

// Next is Source's.
func (s *countedSource) Next(p *capture.Packet) error {
	err := s.Source.Next(p)
	if s.packets++; errors.Is(err, capture.ErrIdle) || s.packets%lookEvery == 0 {
		var dropped uint64
		for _, i := range s.Source.Interfaces() {
			dropped += i.Dropped
		}
		s.dropped.Store(dropped)
	}
	return err
}

// statusText is what the line on standard error says of a source that listens,
// beside what it says of all: "" for others.
func (w *watched) statusText() string {
	if live, ok := w.Source.(*countedSource); ok {
		return fmt.Sprintf(", %d dropped", live.dropped.Load())
	}
	return ""
}
