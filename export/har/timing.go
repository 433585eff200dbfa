package har

import (
	"h2scope/export/exchange"
	"h2scope/h2decode"
)

// timingsOf are the phases of an exchange, when it started, and how long it took:
// the sum of the phases that HAR adds up (ssl lies inside connect).
//
// An exchange that ended within a phase has the time up to its last frame for
// that phase, and 0 for those that did not begin: HAR has no other word, and the
// response's _error tells.
func timingsOf(x *exchange.Exchange) (t timings, started int64, total milliseconds) {
	timing := &x.Stream.Timing
	p := timing.Phases()
	t = timings{
		Blocked: notSeen, DNS: notSeen, Connect: notSeen, SSL: notSeen,
		Send: milliseconds(p.Send), Wait: milliseconds(p.Wait), Receive: milliseconds(p.Receive),
	}
	unfinished := milliseconds(max(0, p.Total-p.Send-p.Wait))
	switch p.Seen {
	case 0:
		t.Send = unfinished
	case 1:
		t.Wait = unfinished
	case 2:
		t.Receive = unfinished
	}
	if timing.Blocked > 0 {
		t.Blocked = milliseconds(timing.Blocked)
	}
	if x.Number == 1 {
		setUp(&t, x.Conn)
	}
	before := max(0, t.Blocked) + max(0, t.Connect)
	return t, timing.Request - int64(before), before + t.Send + t.Wait + t.Receive
}

// setUp tells how long the connection took to set up, where that was seen.
func setUp(t *timings, c *exchange.Connection) {
	if !c.Connect.Seen() {
		return
	}
	ended := c.Connect.Ended
	if c.TLS.Seen() {
		t.SSL = milliseconds(max(0, c.TLS.Ended-c.TLS.Began))
		ended = max(ended, c.TLS.Ended)
	}
	t.Connect = milliseconds(max(0, ended-c.Connect.Began))
}

// priorityName is what Chrome calls a priority: by the urgency of RFC 9218 that
// it sends for it, or by the weight of RFC 7540 (net/spdy/spdy_http_utils.cc,
// net/third_party/quiche spdy_protocol.h). "" where the client said neither.
func priorityName(p *h2decode.StreamPriority) string {
	names := [...]string{"VeryHigh", "High", "Medium", "Low", "VeryLow"}
	if p.HasUrgency {
		return names[min(int(p.Urgency), len(names)-1)]
	}
	if !p.HasTree {
		return ""
	}
	// Chrome's weights are 256, 220, 183, 147 and 110: the nearest counts.
	for i, least := range [...]int{238, 202, 165, 129} {
		if p.Tree.Weight >= least {
			return names[i]
		}
	}
	return names[len(names)-1]
}
