package packets

import (
	"math"
	"slices"
)

// A Selection says which packets of a capture are chosen. It is told by one
// goroutine at a time.
type Selection struct {
	known   func(random [32]byte) bool
	conns   []uint32            // by packet, from 1: its connection, or one of the marks
	several map[uint64][]uint64 // packets with segments of more than one connection
	hellos  map[uint64]*hello
	chosen  map[uint64]bool
}

// Marks in place of a connection's number.
const (
	noConn    = 0
	fragments = math.MaxUint32 - iota
	inSeveral
)

// NewSelection returns a selection of nothing. known says whether the key log has
// secrets for a client random; nil: it has none.
func NewSelection(known func(random [32]byte) bool) *Selection {
	if known == nil {
		known = func([32]byte) bool { return false }
	}
	return &Selection{
		known: known, several: make(map[uint64][]uint64), hellos: make(map[uint64]*hello), chosen: make(map[uint64]bool),
	}
}

// Packet takes note that a packet, from 1, is of a connection, and of its TCP
// payload, which is borrowed; with connection 0 that it is a fragment. The same may
// be told again, as when the first pass has to be made twice.
func (s *Selection) Packet(packet, conn uint64, payload []byte) {
	mark := uint32(fragments)
	if conn != 0 {
		mark = uint32(min(conn, inSeveral))
		s.look(conn, payload)
	}
	if packet >= uint64(len(s.conns)) {
		s.conns = slices.Grow(s.conns, int(packet)+1-len(s.conns))[:packet+1]
	}
	switch before := s.conns[packet]; {
	case before == noConn && mark != inSeveral:
		s.conns[packet] = mark
	case before != mark || mark == inSeveral:
		if before != inSeveral && before != noConn {
			s.several[packet] = append(s.several[packet], uint64(before))
		}
		if !slices.Contains(s.several[packet], conn) {
			s.several[packet] = append(s.several[packet], conn)
		}
		s.conns[packet] = inSeveral
	}
}

// Choose chooses connections.
func (s *Selection) Choose(conns ...uint64) {
	for _, conn := range conns {
		s.chosen[conn] = true
	}
}

// Last is the number of the last packet that may be chosen.
func (s *Selection) Last() uint64 { return uint64(max(0, len(s.conns)-1)) }

// Selected reports whether a packet is chosen, and whether it is a fragment, of
// which that is not known: they are all chosen, unless nothing is.
func (s *Selection) Selected(packet uint64) (chosen, fragment bool) {
	if packet >= uint64(len(s.conns)) {
		return false, false
	}
	switch mark := s.conns[packet]; mark {
	case noConn:
		return false, false
	case fragments:
		return len(s.chosen) > 0, true
	case inSeveral:
		return slices.ContainsFunc(s.several[packet], func(conn uint64) bool { return s.chosen[conn] }), false
	default:
		return s.chosen[uint64(mark)], false
	}
}

// Randoms are the client randoms of the chosen connections whose secrets are
// known, in order of connection.
func (s *Selection) Randoms() (all [][32]byte) {
	var conns []uint64
	for conn := range s.hellos {
		if s.chosen[conn] {
			conns = append(conns, conn)
		}
	}
	slices.Sort(conns)
	for _, conn := range conns {
		for _, random := range s.hellos[conn].randoms {
			if !slices.Contains(all, random) {
				all = append(all, random)
			}
		}
	}
	return all
}
