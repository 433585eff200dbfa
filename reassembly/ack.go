package reassembly

import (
	"time"

	"h2scope/capture/segment"
)

// acknowledge takes the ACK field that a half sent: it speaks of the other.
func (c *Conn) acknowledge(from Half, s *segment.Segment) {
	of := from.Other()
	f := &c.half[of]
	if !f.begun {
		return
	}
	if c.shake == synAcked && from == c.opener && !s.Flags.Has(segment.SYN) {
		c.shake = established
		c.stats.InitialRTT = time.Duration(s.Time - c.synTime)
	}
	acked := f.offset(seq(s.Ack))
	if acked <= f.acked || !c.plausible(of, acked, 0) {
		return
	}
	f.acked = acked
	if f.sampleEnd != 0 && acked >= f.sampleEnd {
		c.sample(of, time.Duration(s.Time-f.sampleTime))
	}
	if upTo := f.ackedData(); upTo > f.next {
		if f.reorder == nil {
			f.reorder = c.pool.reorder()
		}
		f.reorder.watch(ackMark{upTo, c.packets, s.Time})
	}
}

// sample takes a round trip from data of a half to its acknowledgement.
func (c *Conn) sample(of Half, rtt time.Duration) {
	c.half[of].sampleEnd = 0
	if rtt < 0 {
		return // packets out of time order
	}
	c.stats.Half[of].RTT.add(rtt)
	if c.obs != nil {
		c.obs.PathSample(of, rtt, c.now())
	}
}

// ackedBy maps the ACK field of a segment of half from to how many octets of
// the other half its sender had. 0 where that is not known.
func (c *Conn) ackedBy(from Half, ack seq) uint64 {
	f := &c.half[from.Other()]
	if !f.begun {
		return 0
	}
	acked := f.offset(ack)
	if !c.plausible(from.Other(), acked, 0) {
		acked = 0
	}
	if f.finSet {
		acked = min(acked, f.fin)
	}
	return uint64(max(acked, 0))
}

// expire declares what has been lacking long enough, and gives the state of
// a half back that waits for nothing any more.
func (c *Conn) expire(of Half, h Handler) {
	f := &c.half[of]
	r := f.reorder
	old := 0
	for ; old < len(r.marks); old++ {
		m := &r.marks[old]
		if m.upTo <= f.next {
			continue
		}
		if c.packets-m.packet < uint64(c.limits.AckPackets) || c.now().Time-m.time < int64(c.limits.AckAge) {
			break
		}
		// What is the end of a FIN now may not have looked so then.
		c.pass(of, min(m.upTo, f.ackedData()), h)
	}
	r.unwatch(old)
	if r.len() > 0 && c.now().Time-r.since > int64(c.limits.HoldTime) {
		c.pass(of, r.first().off, h)
		r.since = c.now().Time
	}
	c.passFIN(of)
	if r.idle() {
		f.reorder = nil
		c.pool.dropReorder(r)
	}
}
