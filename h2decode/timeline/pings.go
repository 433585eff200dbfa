package timeline

import "h2scope/h2decode"

// A Ping is a PING frame and its acknowledgment (RFC 9113, Section 6.7).
type Ping struct {
	From         h2decode.Side // who asked
	Opaque       [8]byte
	Frame        uint64
	Sent         int64
	Answer       uint64 // the number of the frame that acknowledged it; 0: none did
	Acknowledged int64
}

// RTT is the time from PING to its acknowledgment in nanoseconds, as the place
// of capture saw it; 0 where there was none.
func (p *Ping) RTT() int64 {
	if p.Answer == 0 {
		return 0
	}
	return max(0, p.Acknowledged-p.Sent)
}

// ping is a PING frame as it is kept, pingAnswer the frame that acknowledged one.
type ping struct {
	frame  uint32
	opaque [8]byte
}

type pingAnswer struct{ ping, frame uint32 } // an index in pings, a frame number

// pingWatch are the PING frames that wait for their acknowledgment, by what
// stands in them: the oldest with the same octets is acknowledged first.
type pingWatch map[[8]byte][]uint32

// maxWaiting is how many different PING frames of a side are watched for their
// acknowledgment, and maxAlike how many with the same octets.
const (
	maxWaiting = 1024
	maxAlike   = 64
)

func (t *track) ping(n uint32, e *h2decode.FrameDecoded, p *h2decode.PingFrame) {
	if e.Header.Flags.Has(h2decode.FlagAck) {
		asker := e.From.Other()
		waiting := t.asked[asker][p.Opaque]
		if len(waiting) == 0 {
			return
		}
		t.answers[asker].add(pingAnswer{waiting[0], n})
		if len(waiting) == 1 {
			delete(t.asked[asker], p.Opaque)
		} else {
			t.asked[asker][p.Opaque] = waiting[1:]
		}
		return
	}
	t.pings[e.From].add(ping{n, p.Opaque})
	if t.asked[e.From] == nil {
		t.asked[e.From] = make(pingWatch)
	}
	w := t.asked[e.From]
	if same := w[p.Opaque]; len(same) < maxAlike && (len(same) > 0 || len(w) < maxWaiting) {
		w[p.Opaque] = append(same, uint32(t.pings[e.From].len()-1))
	}
}

// Pings are the PING frames of a side that are kept, in order.
func (c *Conn) Pings(side h2decode.Side) []Ping {
	asked := &c.pings[side]
	pings := make([]Ping, asked.len()-asked.begin())
	for i := range pings {
		p := asked.at(asked.begin() + i)
		pings[i] = Ping{
			From: side, Opaque: p.opaque, Frame: uint64(p.frame), Sent: c.frames.at(int(p.frame) - 1).time,
		}
	}
	for i := c.answers[side].begin(); i < c.answers[side].len(); i++ {
		a := c.answers[side].at(i)
		if int(a.ping) < asked.begin() {
			continue
		}
		p := &pings[int(a.ping)-asked.begin()]
		p.Answer, p.Acknowledged = uint64(a.frame), c.frames.at(int(a.frame)-1).time
	}
	return pings
}
