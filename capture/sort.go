package capture

import "math"

// A packetReader gives the packets of a file in the file's order.
type packetReader interface {
	// next sets all of p but Number. At the end it returns io.EOF.
	next(p *Packet) error
}

// A sorter puts the packets of one file in order of time, as far as a bounded
// number of packets held back allows; packets of equal time keep their order.
//
// A packet that is older than its predecessors by more than span is not
// moved: such a file is several captures one after the other (mergecap -a), or
// its clock was set back, and the file's order is the order of events. What
// follows is sorted among itself.
type sorter struct {
	src     packetReader
	packets int    // how many are held back
	octets  int    // how much of Data is held back
	span    uint64 // nanoseconds

	slots []Packet // grows up to packets
	free  []uint16 // slots without a packet

	// queue is a ring of slots in order of time. Its positions count up for
	// ever: head is the next to give, tail the next to fill, start where the
	// packets begin that the newest may be moved before.
	queue             []uint16
	head, tail, start uint64

	held   int     // octets of Data in the queue
	newest int64   // time of the packet before tail
	last   int64   // time of the packet given last
	given  *Window // of the packet given last
	err    error   // from src; the queue is given first

	// let is where in the queue the packets end that are given without waiting
	// for others: those that were there when nothing came for a while.
	let uint64

	late int // packets that came out after a later one
}

func newSorter(src packetReader, cfg Config) *sorter {
	size := 1
	for size < cfg.SortPackets {
		size *= 2
	}
	return &sorter{
		src:     src,
		packets: cfg.SortPackets,
		octets:  cfg.SortOctets,
		span:    uint64(cfg.SortSpan),
		queue:   make([]uint16, size),
		newest:  math.MinInt64,
	}
}

// next is packetReader's; it is for the caller to number the packets.
func (s *sorter) next(p *Packet) error {
	if s.given != nil {
		s.given.drop()
		s.given = nil
	}
	for s.err == nil && s.wants() {
		if err := s.take(); err == ErrIdle {
			if s.head == s.tail {
				return ErrIdle
			}
			s.let = s.tail
		} else {
			s.err = err
		}
	}
	if s.head == s.tail {
		return s.err
	}
	slot := s.queue[s.head&uint64(len(s.queue)-1)]
	s.head++
	*p = s.slots[slot]
	s.free = append(s.free, slot)
	s.held -= len(p.Data)
	s.given, s.last = p.Window, p.Time
	return nil
}

// wants reports whether a packet is needed, or one more may be held back.
func (s *sorter) wants() bool {
	return s.head == s.tail || s.head >= s.let && s.tail-s.head < uint64(s.packets) && s.held < s.octets
}

// take puts the file's next packet into the queue.
func (s *sorter) take() error {
	slot := s.slot()
	p := &s.slots[slot]
	if err := s.src.next(p); err != nil {
		s.free = append(s.free, slot)
		return err
	}
	p.Window.keep()
	s.held += len(p.Data)
	s.queue[s.tail&uint64(len(s.queue)-1)] = slot
	if p.Time < s.newest {
		s.place(slot, p.Time)
	} else {
		s.newest = p.Time
	}
	s.tail++
	return nil
}

func (s *sorter) slot() uint16 {
	last := len(s.free) - 1
	if last < 0 {
		s.slots = append(s.slots, Packet{})
		return uint16(len(s.slots) - 1)
	}
	slot := s.free[last]
	s.free = s.free[:last]
	return slot
}

// place moves the packet at tail, which is older than the one before it, to
// where it belongs.
func (s *sorter) place(slot uint16, time int64) {
	if uint64(s.newest)-uint64(time) > s.span {
		s.late++
		s.start, s.newest = s.tail, time
		return
	}
	mask := uint64(len(s.queue) - 1)
	low := max(s.head, s.start)
	at := s.tail
	for at > low && s.slots[s.queue[(at-1)&mask]].Time > time {
		s.queue[at&mask] = s.queue[(at-1)&mask]
		at--
	}
	s.queue[at&mask] = slot
	if at == s.head && s.start < s.head && time < s.last {
		s.late++
	}
}

// close lets go of all windows.
func (s *sorter) close() {
	if s.given != nil {
		s.given.drop()
		s.given = nil
	}
	for ; s.head < s.tail; s.head++ {
		s.slots[s.queue[s.head&uint64(len(s.queue)-1)]].Window.drop()
	}
}
