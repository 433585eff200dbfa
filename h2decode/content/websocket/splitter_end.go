package websocket

// Missing says that the capture lacks the next n octets.
func (s *Splitter) Missing(at int64, n uint64) {
	switch {
	case n == 0 || s.lost:
		return
	case s.inside && n <= s.frame.length-s.offset:
		s.skip(n)
		if s.offset == s.frame.length {
			s.endFrame(at)
		}
		return
	}
	// The hole goes over the header of a frame.
	if s.inside {
		s.skip(s.frame.length - s.offset)
		s.endFrame(at)
	}
	if s.data.open {
		s.data.msg.Open = true
		s.tell(&s.data, at)
	}
	s.skipped += uint64(len(s.head))
	s.head = s.head[:0]
	s.lose("octets are missing that tell how long a frame is")
}

// skip passes over octets of the frame's payload that are missing.
func (s *Splitter) skip(n uint64) {
	g := s.current()
	g.msg.Missing += n
	g.sealed = g.sealed || n > 0
	s.offset += n
}

func (s *Splitter) lose(reason string) { s.lost, s.reason = true, reason }

// Close ends the octets, at a time. A message that has begun is told with what
// came of it.
func (s *Splitter) Close(at int64) {
	if s.inside {
		g := s.current()
		g.msg.Unsent = s.frame.length - s.offset
		s.inside = false
		if g == &s.control {
			s.tell(g, at)
		}
	}
	if s.data.open {
		s.data.msg.Open = s.data.msg.Unsent == 0 || !s.frame.fin
		s.tell(&s.data, at)
	}
	if len(s.head) > 0 {
		s.skipped += uint64(len(s.head))
		s.head = s.head[:0]
		s.lose("the octets end inside the header of a frame")
	}
}

// Skipped is how many octets are no part of any message that was told, headers
// of frames aside, and why, in a sentence.
func (s *Splitter) Skipped() (uint64, string) { return s.skipped, s.reason }
