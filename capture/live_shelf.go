package capture

// A shelf puts packets that come one by one into windows, one behind the other.
type shelf struct {
	pool   windowPool
	window *Window // nil: none was needed yet
	used   int     // octets of it that are taken
}

// room returns n octets to be filled, and the window that they are in. They
// stay until the following call, or longer where the window is held.
func (s *shelf) room(n int) ([]byte, *Window) {
	if s.window == nil || s.used+n > len(s.window.buf) {
		s.clear()
		s.window = s.pool.get(n)
	}
	from := s.used
	s.used += n
	return s.window.buf[from:s.used:s.used], s.window
}

// takeBack makes the last n octets of the last room free: nobody wants them.
func (s *shelf) takeBack(n int) { s.used -= n }

// clear lets go of the window.
func (s *shelf) clear() {
	if s.window != nil {
		s.window.drop()
	}
	s.window, s.used = nil, 0
}
