package timeline

import (
	"fmt"
	"time"

	"h2scope/h2decode"
)

// An Advice is about a flow-control window that was too small for its path.
type Advice struct {
	Sender h2decode.Side
	Cause  h2decode.StallCause // whose window: StalledByStream, StalledByConnection
	Stream uint32              // of all, the one that waited longest; 0 for the connection's

	Stalls  int
	Stalled time.Duration // of the streams' waits, the time that at least one of them waited
	Longest time.Duration // of the stalls
	Window  int64         // the largest that the window was until it shut for the last time, octets
	RTT     time.Duration
	Source  string // what RTT was measured by: "TCP", "PING"
	Octets  uint64 // DATA octets in Busy
	Busy    time.Duration
	Needed  int64 // octets: what the sender's pace between stalls needs in one round trip
}

// Reached is how many octets a second got through, stalls included.
func (a *Advice) Reached() float64 { return rate(a.Octets, a.Busy) }

// Pace is how many octets a second got through between stalls.
func (a *Advice) Pace() float64 { return rate(a.Octets, a.Busy-a.Stalled) }

// Allowed is how many octets a second the window allows at the round trip.
func (a *Advice) Allowed() float64 { return rate(uint64(max(0, a.Window)), a.RTT) }

func rate(octets uint64, in time.Duration) float64 {
	if in <= 0 {
		return 0
	}
	return float64(octets) / in.Seconds()
}

// String is the advice in one sentence.
func (a *Advice) String() string {
	whose := "connection window"
	if a.Cause == h2decode.StalledByStream {
		whose = fmt.Sprintf("window of stream %d", a.Stream)
	}
	of := ""
	if a.Busy > a.Stalled { // else all that was sent came at once, before or behind the stalls
		of = " of " + short(a.Busy)
	}
	s := fmt.Sprintf("The %s stood still for %s%s (%s, the longest %s) before the %s, which was %d octets at most",
		a.Sender, short(a.Stalled), of, count(a.Stalls, "stall"), short(a.Longest), whose, a.Window)
	if a.RTT == 0 {
		return s + "; no round trip was measured that would say what it needs."
	}
	s += fmt.Sprintf(": at a round trip of %s (%s) that allows %s", short(a.RTT), a.Source, perSecond(a.Allowed()))
	if of == "" {
		return s + "; too little was sent to tell what it needs."
	}
	s += fmt.Sprintf(", and %s were reached", perSecond(a.Reached()))
	if a.Needed <= a.Window {
		return s + fmt.Sprintf("; the window would do for the %s between stalls, but its receiver opened it late.", perSecond(a.Pace()))
	}
	return s + fmt.Sprintf("; the %s between stalls need a window of %d octets.", perSecond(a.Pace()), a.Needed)
}

// Advise says where larger windows would have helped: one Advice for each side
// and kind of window that its DATA waited for, the longest time first.
func (c *Conn) Advise() []Advice {
	var advices []Advice
	for _, sender := range []h2decode.Side{h2decode.Client, h2decode.Server} {
		for _, cause := range []h2decode.StallCause{h2decode.StalledByStream, h2decode.StalledByConnection} {
			if a, found := c.advise(sender, cause); found {
				advices = append(advices, a)
			}
		}
	}
	sortByStalled(advices)
	return advices
}

func (c *Conn) advise(sender h2decode.Side, cause h2decode.StallCause) (a Advice, found bool) {
	a = Advice{Sender: sender, Cause: cause}
	stalls, waited := c.stallsBy(sender, cause)
	if len(stalls) == 0 {
		return a, false
	}
	a.Stalls, a.Stalled = len(stalls), together(stalls)
	shut := int64(0) // for the last time
	for _, s := range stalls {
		a.Longest, shut = max(a.Longest, time.Duration(s.Waited)), max(shut, s.Began)
	}
	if cause == h2decode.StalledByStream {
		a.Stream = waited
	}
	a.measure(c, shut)
	a.RTT, a.Source = c.RTT()
	a.Needed = int64(a.Pace() * a.RTT.Seconds())
	return a, true
}

// stallsBy are the stalls of a sender by a cause, and the stream of which they
// were longest.
func (c *Conn) stallsBy(sender h2decode.Side, cause h2decode.StallCause) (stalls []h2decode.Stall, longest uint32) {
	waited := make(map[uint32]int64)
	for i := c.stalls.begin(); i < c.stalls.len(); i++ {
		s := c.stalls.at(i).Stall
		if s.From != sender || s.Cause != cause {
			continue
		}
		stalls = append(stalls, s)
		waited[s.Stream] += s.Waited
		if longest == 0 || waited[s.Stream] > waited[longest] {
			longest = s.Stream
		}
	}
	return stalls, longest
}

// measure fills in what got through, and the largest window there was: on the
// stream that waited longest, or on the connection. What it was behind the last
// stall helped nobody who waited.
func (a *Advice) measure(c *Conn, shut int64) {
	first, last := int64(0), int64(0)
	if a.Stream != 0 {
		for n := range c.FramesOf(a.Stream) {
			a.add(c.frames.at(int(n)-1), &first, &last)
		}
	} else {
		for i := c.frames.begin(); i < c.frames.len(); i++ {
			a.add(c.frames.at(i), &first, &last)
		}
	}
	a.Busy = time.Duration(last - first)
	for p := range c.Windows(a.Sender, a.Stream) {
		if p.Window.Known && p.Time <= shut {
			a.Window = max(a.Window, p.Window.Octets)
		}
	}
}

func (a *Advice) add(f *frame, first, last *int64) {
	if f.kind() != h2decode.TypeData || f.from() != a.Sender {
		return
	}
	a.Octets += uint64(f.length())
	if *first == 0 {
		*first = f.time
	}
	*last = max(*last, f.time)
}

// RTT is the connection's shortest round trip and what measured it: TCP's
// handshake or acknowledgments, of both sides' octets together, or PING. "" and
// 0: nothing did.
func (c *Conn) RTT() (time.Duration, string) {
	if c.over != nil && c.over.TCP.RTT > 0 {
		return time.Duration(c.over.TCP.RTT), "TCP"
	}
	least := c.path.totals.Least
	if rtt := least[h2decode.Client] + least[h2decode.Server]; rtt > 0 {
		return rtt, "TCP"
	}
	var best time.Duration
	for _, side := range []h2decode.Side{h2decode.Client, h2decode.Server} {
		for _, p := range c.Pings(side) {
			if rtt := time.Duration(p.RTT()); rtt > 0 && (best == 0 || rtt < best) {
				best = rtt
			}
		}
	}
	if best == 0 {
		return 0, ""
	}
	return best, "PING"
}
