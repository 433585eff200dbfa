package reassembly

import "h2scope/capture/segment"

// A Conn puts the octets of one TCP connection in order. It is used by one
// goroutine at a time, and its memory is bounded by its [Limits].
type Conn struct {
	half   [2]half
	limits *Limits
	pool   *Pool
	obs    Observer

	packets uint64 // segments so far
	shake   handshake
	opener  Half  // whose SYN it was
	synTime int64 // of the newest
	closer  Half  // whose FIN came first

	stats Stats
}

// NewConn is a connection of which nothing has been seen.
func NewConn(cfg Config) *Conn {
	c := &Conn{limits: cfg.Limits, pool: cfg.Pool, obs: cfg.Observer}
	if c.pool == nil {
		c.pool = NewPool()
	}
	if c.limits == nil {
		if c.pool.limits == (Limits{}) {
			c.pool.limits = DefaultLimits()
		}
		c.limits = &c.pool.limits
	}
	return c
}

// Stats are those of the segments so far. They change with each segment.
func (c *Conn) Stats() *Stats { return &c.stats }

// now is the packet at hand.
func (c *Conn) now() Mark { return c.stats.Last }

// Segment takes the next captured segment, which half sent, and gives h what
// can be said now. s is not kept; what h gets in order is s.Payload itself.
func (c *Conn) Segment(half Half, s *segment.Segment, h Handler) {
	c.packets++
	c.stats.Last = Mark{s.Packet, s.Time}
	if c.packets == 1 {
		c.stats.First = c.stats.Last
	}
	st := &c.stats.Half[half]
	st.Packets++
	st.Bytes += uint64(s.Length)
	if c.trusted(half, s, h) {
		c.accept(half, s, h)
	}
	for of := range Half(2) {
		if c.half[of].reorder != nil {
			c.expire(of, h)
		}
	}
}

// accept takes a segment whose checksum is no matter: copies of a packet and
// implausible ones end here.
func (c *Conn) accept(of Half, s *segment.Segment, h Handler) {
	f := &c.half[of]
	if s.Flags.Has(segment.ACK) {
		if !f.acks {
			f.acks, f.firstAk = true, seq(s.Ack)
		}
		f.lastAck = seq(s.Ack)
	}
	if s.Flags&(segment.SYN|segment.RST) == 0 && f.begun && s.Length > 0 &&
		seq(s.Seq) == f.start.plus(f.next) {
		f.recent.note(s, c.limits.DuplicateAge)
		f.calm(c.pool)
		c.admit(of, s, h)
		return
	}
	if f.recent.seen(s, c.limits.DuplicateAge) {
		c.stats.Half[of].Duplicates++
		return
	}
	switch {
	case s.Flags.Has(segment.RST):
		c.reset(of, s)
		return
	case s.Flags.Has(segment.SYN):
		if !c.synchronize(of, s) {
			return
		}
	case f.begun && !c.plausible(of, f.offset(seq(s.Seq)), s.Length):
		c.stray(of, s, h)
		return
	case s.Length > 0:
		f.calm(c.pool)
	}
	c.admit(of, s, h)
}

// plausible reports whether a segment of length octets at off lies where a
// window could have allowed it.
func (c *Conn) plausible(of Half, off int64, length int) bool {
	f := &c.half[of]
	w := max(c.limits.Window, 2*int64(c.half[of.Other()].window))
	return off >= f.next-w && off+int64(length) <= max(f.end, f.acked)+w
}

// admit takes a segment that belongs to the connection.
func (c *Conn) admit(of Half, s *segment.Segment, h Handler) {
	f := &c.half[of]
	if s.Flags.Has(segment.ACK) {
		c.acknowledge(of, s)
	}
	syn, fin := s.Flags.Has(segment.SYN), s.Flags.Has(segment.FIN)
	if !syn {
		c.announceWindow(of, s)
	}
	if s.Length == 0 && !fin {
		if f.begun && !syn {
			c.probe(of, f.offset(seq(s.Seq)), 0)
		}
		return
	}
	if !f.begun && !c.join(of, s) {
		return
	}
	q := seq(s.Seq)
	if syn {
		q++ // SYN takes a sequence number, data may follow it (RFC 9293, Section 3.4)
	}
	off := f.offset(q)
	if fin {
		c.finish(of, off+int64(s.Length))
	}
	if s.Length > 0 && !(s.Length == 1 && c.probe(of, off, 1)) {
		c.data(of, s, off, h)
	}
	c.passFIN(of)
}

// Finish ends the connection: what is held is handed on behind gaps, and the
// memory is given back. It may be called again, and does nothing then.
func (c *Conn) Finish(h Handler) {
	for of := range Half(2) {
		if f := &c.half[of]; f.doubtful != nil {
			c.judgeDoubtful(of, (*tally).finally, h)
		}
		if c.confirmed(of) {
			c.resync(of, CaptureLoss, h)
		}
	}
	for of := range Half(2) {
		f := &c.half[of]
		c.pass(of, f.known(), h)
		c.passFIN(of)
		if f.reorder != nil {
			c.pool.dropReorder(f.reorder)
			f.reorder = nil
		}
		f.calm(c.pool)
		f.strays, f.tallies, f.recent = nil, nil, recent{}
	}
}
