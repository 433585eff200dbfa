package reassembly

import "h2scope/capture/segment"

// A handshake is how far the three-way handshake was seen, for its round trip.
type handshake uint8

const (
	unopened handshake = iota
	synSent
	synAcked
	established
)

// synchronize takes a SYN or SYN-ACK. It reports whether the rest of the
// segment is this connection's.
func (c *Conn) synchronize(of Half, s *segment.Segment) bool {
	f, peer := &c.half[of], &c.half[of.Other()]
	q := seq(s.Seq) + 1
	switch {
	case s.Flags.Has(segment.ACK) && peer.syn && !late(seq(s.Ack), peer.start):
		c.stats.Half[of].OutOfWindow++ // it answers another SYN
		return false
	case !f.begun || !f.syn && f.untouched():
		f.begin(q)
	case q == f.start && f.syn:
		c.stats.Half[of].Retransmissions++
		c.timeHandshake(of, s)
		return true
	case q != f.start && (f.syn || !q.near(f.start, lateSYN)):
		// The tracker keeps new connections apart: this is an old one's.
		c.stats.Half[of].OutOfWindow++
		return false
	}
	f.syn = true
	c.stats.Half[of].SYN = true
	f.announce(s)
	c.timeHandshake(of, s)
	if s.Flags.Has(segment.ACK) && !peer.begun {
		peer.begin(seq(s.Ack))
	}
	return true
}

// timeHandshake follows the handshake from the newest SYN to its answer.
func (c *Conn) timeHandshake(of Half, s *segment.Segment) {
	switch ack := s.Flags.Has(segment.ACK); {
	case !ack && c.shake <= synSent:
		c.shake, c.opener, c.synTime = synSent, of, s.Time
	case ack && c.shake == synSent && of != c.opener:
		c.shake = synAcked
	}
}

// join lets a half begin in the middle, at the first segment with octets. If
// the other side was followed from its SYN on, its first ACK tells better
// where this one began. It reports false for a segment that cannot begin.
func (c *Conn) join(of Half, s *segment.Segment) bool {
	f, peer := &c.half[of], &c.half[of.Other()]
	q := seq(s.Seq)
	switch {
	case peer.syn && peer.acks && q.minus(peer.firstAk) >= 0 && q.near(peer.firstAk, c.limits.Window):
		q = peer.firstAk
	case s.Length <= 1 && peer.acks && q == peer.lastAck-1:
		c.stats.Half[of].KeepAlives++
		return false
	}
	f.begin(q)
	return true
}

// finish takes a FIN that stands at off. It waits there for its turn.
func (c *Conn) finish(of Half, off int64) {
	f := &c.half[of]
	switch {
	case f.finSet:
		return
	case off < f.end || off < f.next:
		c.stats.Half[of].OutOfWindow++
		return
	}
	f.fin, f.finSet = off, true
}

// passFIN notes that all octets before a half's FIN have passed.
func (c *Conn) passFIN(of Half) {
	f, st := &c.half[of], &c.stats.Half[of]
	if !f.finSet || st.FIN || f.next < f.fin {
		return
	}
	st.FIN = true
	if !c.stats.Half[of.Other()].FIN {
		c.closer = of
		return
	}
	if c.stats.Close == Open {
		c.stats.Close, c.stats.ClosedBy, c.stats.ClosedAt = ByFIN, c.closer, c.now()
	}
}

// reset takes an RST, if the window allows it (RFC 5961, Section 3.2) or it
// answers a SYN (RFC 9293, Section 3.10.7.3).
func (c *Conn) reset(of Half, s *segment.Segment) {
	f, st := &c.half[of], &c.stats.Half[of]
	if !c.resets(of, s) {
		st.OutOfWindow++
		return
	}
	st.RST = true
	f.calm(c.pool)
	if s.Flags.Has(segment.ACK) {
		c.acknowledge(of, s) // what its sender had and the capture lacks
	}
	if c.stats.Close == Open {
		c.stats.Close, c.stats.ClosedBy, c.stats.ClosedAt = ByRST, of, c.now()
	}
}

func (c *Conn) resets(of Half, s *segment.Segment) bool {
	f, peer := &c.half[of], &c.half[of.Other()]
	if f.begun {
		off := f.offset(seq(s.Seq))
		window := max(int64(peer.window), 1<<16)
		return min(f.acked, f.next) <= off && off <= max(f.end, f.acked)+window
	}
	if !s.Flags.Has(segment.ACK) || !peer.begun {
		return true
	}
	answered := peer.offset(seq(s.Ack))
	return answered >= 0 && answered <= peer.end+1
}
