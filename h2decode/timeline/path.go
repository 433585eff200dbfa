package timeline

import (
	"time"

	"h2scope/h2decode"
)

// A RoundTrip is a measured round trip of octets of a side.
type RoundTrip struct {
	From h2decode.Side
	Time int64
	RTT  time.Duration
}

// A Closure is a time in which a side's TCP receive window was shut.
type Closure struct {
	Of       h2decode.Side // who could not receive
	From, To int64         // times
}

// A Retransmission is of octets that a side sent again.
type Retransmission struct {
	From   h2decode.Side
	Time   int64
	Packet uint64
	Length uint64
}

// PathTotals count TCP's facts, of which only some are kept one by one.
type PathTotals struct {
	RoundTrips      [2]uint64
	Least           [2]time.Duration // the shortest round trip of each side's octets; 0: none
	Closures        [2]uint64
	Retransmissions [2]uint64
	Retransmitted   [2]uint64 // octets
}

type pathLog struct {
	totals          PathTotals
	roundTrips      list[RoundTrip]
	closures        list[Closure]
	retransmissions list[Retransmission]
	shut            [2]int64 // since when a side's receive window is shut; 0: it is open
}

// pathWatch thins out what comes too often.
type pathWatch struct{ stride uint64 }

func (t *track) sample(e *h2decode.PathSample, limit int) {
	p := &t.path
	n := p.totals.RoundTrips[0] + p.totals.RoundTrips[1]
	p.totals.RoundTrips[e.From]++
	if least := &p.totals.Least[e.From]; *least == 0 || e.RTT < *least {
		*least = e.RTT
	}
	t.clock = max(t.clock, e.Time)
	w := &t.watch
	w.stride = max(1, w.stride)
	if n%w.stride != 0 {
		return
	}
	p.roundTrips.add(RoundTrip{From: e.From, Time: e.Time, RTT: e.RTT})
	if p.roundTrips.len()%limit == 0 {
		w.stride *= 2
	}
}

func (t *track) receiverClosed(e *h2decode.ReceiverClosed) {
	t.path.shut[e.From] = e.Time
	t.path.totals.Closures[e.From]++
	t.clock = max(t.clock, e.Time)
}

func (t *track) receiverOpened(e *h2decode.ReceiverOpened, limit int) {
	t.path.shut[e.From] = 0
	t.clock = max(t.clock, e.Time)
	if l := &t.path.closures; l.len()-l.begin() < limit {
		t.path.closures.add(Closure{Of: e.From, From: e.Time - e.Closed, To: e.Time})
	}
}

func (t *track) retransmitted(e *h2decode.Retransmitted, limit int) {
	p := &t.path
	p.totals.Retransmissions[e.From]++
	p.totals.Retransmitted[e.From] += e.Length
	t.clock = max(t.clock, e.Time)
	if l := &p.retransmissions; l.len()-l.begin() < limit {
		p.retransmissions.add(Retransmission{From: e.From, Time: e.Time, Packet: e.Packet, Length: e.Length})
	}
}

// Path counts what TCP told.
func (c *Conn) Path() PathTotals { return c.path.totals }

// RoundTrips are the round trips that are kept, in order of time.
func (c *Conn) RoundTrips() []RoundTrip { return c.path.roundTrips.kept() }

// Retransmissions are those that are kept, in order of time.
func (c *Conn) Retransmissions() []Retransmission {
	return c.path.retransmissions.kept()
}

// Closures are the times in which a receive window of TCP was shut, in the order
// of their end; one that has not ended is up to Clock.
func (c *Conn) Closures() []Closure {
	closures := c.path.closures.kept()
	for side, since := range c.path.shut {
		if since != 0 {
			closures = append(closures, Closure{Of: h2decode.Side(side), From: since, To: c.clock})
		}
	}
	return closures
}
