package attack

import (
	"cmp"
	"net/netip"
	"slices"

	"h2scope/h2decode"
)

// maxOpenings is how many connections a Churn keeps.
const maxOpenings = 1 << 20

// An Opening is a connection as a [Churn] sees it.
type Opening struct {
	Conn    uint64     // its number
	Client  netip.Addr // who opened it
	Time    int64      // of its first packet, in nanoseconds since 1970-01-01 UTC
	Packet  uint64     // the first
	Streams uint64     // how many it carried
}

// A Churn looks at the connections of a whole capture for clients that open many
// short ones (AT-22). It is told them in any order, when it is known how many
// streams they carried.
type Churn struct {
	limits  Thresholds
	short   []Opening
	omitted uint64
}

// NewChurn gives a Churn that knows no connection yet.
func NewChurn(limits Thresholds) *Churn { return &Churn{limits: limits.resolved()} }

// Add takes a connection. Those that are not short are not kept, and of the
// others no more than 1,048,576.
func (c *Churn) Add(o Opening) {
	switch {
	case o.Streams >= uint64(c.limits.of(churnStreams)):
	case len(c.short) == maxOpenings:
		c.omitted++
	default:
		o.Client = o.Client.Unmap()
		c.short = append(c.short, o)
	}
}

// Omitted is how many short connections there was no room for.
func (c *Churn) Omitted() uint64 { return c.omitted }

// Findings are those of the connections so far, one for each client, in order of
// the connection that crossed the threshold.
func (c *Churn) Findings() []*h2decode.Finding {
	slices.SortFunc(c.short, func(a, b Opening) int {
		return cmp.Or(a.Client.Compare(b.Client), cmp.Compare(a.Time, b.Time), cmp.Compare(a.Packet, b.Packet), cmp.Compare(a.Conn, b.Conn))
	})
	var found []*h2decode.Finding
	for i := 0; i < len(c.short); {
		n := 1
		for i+n < len(c.short) && c.short[i+n].Client == c.short[i].Client {
			n++
		}
		if f := c.judge(c.short[i : i+n]); f != nil {
			found = append(found, f)
		}
		i += n
	}
	slices.SortStableFunc(found, func(a, b *h2decode.Finding) int { return cmp.Compare(a.Packet, b.Packet) })
	return found
}

// judge looks at the connections of one client, in order of time.
func (c *Churn) judge(opened []Opening) *h2decode.Finding {
	var r rate
	var s *sighting
	for i := range opened {
		o := &opened[i]
		if !r.add(tick{o.Time, o.Packet, uint64(i)}, c.limits.of(churnPerSecond), second) {
			continue
		}
		at := h2decode.Origin{Conn: o.Conn, Packet: o.Packet, Time: o.Time}
		if s == nil {
			s = newSighting(connectionChurn, at, r.oldest().packet)
			s.Evidence[0].Text = o.Client.String()
		}
		n := r.uncounted()
		s.add(n, &at)
		s.note("per_second", r.most)
		for _, counted := range opened[i+1-int(n) : i+1] {
			s.tally("streams", int64(counted.Streams))
		}
	}
	if s == nil {
		return nil
	}
	return s.finish()
}
