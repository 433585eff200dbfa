package reassembly

import "h2scope/capture/segment"

// An aside keeps copies of segments that wait for a judgement.
type aside struct {
	segments []segment.Segment
	octets   int
}

func (a *aside) full() bool {
	return len(a.segments) >= maxAside || a.octets >= maxAsideOctets
}

// add keeps a copy of s.
func (a *aside) add(pool *Pool, s *segment.Segment) {
	kept := *s
	kept.Payload = pool.copy(s.Payload)
	kept.Header = append([]byte(nil), s.Header...)
	a.move(&kept)
}

// move takes over a segment that another aside copied.
func (a *aside) move(s *segment.Segment) {
	a.segments = append(a.segments, *s)
	a.octets += len(s.Payload)
}

// discard gives the buffers back and forgets the segments.
func (a *aside) discard(pool *Pool) {
	for i := range a.segments {
		pool.release(a.segments[i].Payload)
	}
	*a = aside{segments: a.segments[:0]}
}

// lowest is the first sequence number of all.
func (a *aside) lowest() seq {
	low := seq(a.segments[0].Seq)
	for i := range a.segments {
		if q := seq(a.segments[i].Seq); q.minus(low) < 0 {
			low = q
		}
	}
	return low
}

// stray counts a segment out of window and keeps it: if others agree with it
// and the other side confirms, the capture has lost more than a window.
func (c *Conn) stray(of Half, s *segment.Segment, h Handler) {
	f := &c.half[of]
	c.stats.Half[of].OutOfWindow++
	switch a := f.strays; {
	case a == nil:
		f.strays = new(aside)
	case len(a.segments) > 0 && !seq(s.Seq).near(seq(a.segments[0].Seq), c.limits.Window), a.full():
		a.discard(c.pool)
	}
	f.strays.add(c.pool, s)
	n := len(f.strays.segments)
	switch peer := &c.half[of.Other()]; {
	case c.confirmed(of) && n >= resyncConfirmed:
		c.resync(of, CaptureLoss, h)
	case !peer.acks && n >= resyncOneWay:
		c.resync(of, Missing, h)
	}
}

// confirmed reports whether the other side's newest ACK is where the strays
// of a half are, and thus far from where the half was before.
func (c *Conn) confirmed(of Half) bool {
	f, peer := &c.half[of], &c.half[of.Other()]
	return f.strays != nil && len(f.strays.segments) > 0 && peer.acks &&
		peer.lastAck.near(seq(f.strays.segments[0].Seq), c.limits.Window) &&
		!c.plausible(of, f.offset(peer.lastAck), 0)
}

// resync follows a half to its strays: a gap up to the first, and then them.
func (c *Conn) resync(of Half, cause Cause, h Handler) {
	f := &c.half[of]
	a := f.strays
	f.strays = nil
	if f.reorder != nil {
		c.pass(of, max(f.next, f.known()), h)
	}
	to := f.next + a.lowest().ahead(f.start.plus(f.next))
	c.gap(of, to, cause, h)
	f.acked, f.end = max(f.acked, to), max(f.end, to)
	f.finSet, f.sampleEnd = false, 0
	c.stats.Half[of].OutOfWindow -= uint64(len(a.segments))
	for i := range a.segments {
		c.admit(of, &a.segments[i], h)
	}
	a.discard(c.pool)
}

// calm forgets strays once a segment in the window has shown that the half
// is where it was.
func (f *half) calm(pool *Pool) {
	if f.strays != nil && len(f.strays.segments) > 0 {
		f.strays.discard(pool)
	}
}
