package timeline

import (
	"testing"
	"time"

	"h2scope/h2decode"
)

// TCP's facts are counted, and kept up to a limit: round trips ever more thinly.
func TestPathFacts(t *testing.T) {
	p := begun(t)
	for i := range int64(100000) {
		p.conn.PathSample(server, time.Duration(20+i%7)*time.Millisecond, 1, i)
	}
	p.conn.PathSample(client, 3*time.Millisecond, 1, 1)
	p.conn.Retransmitted(server, 1400, 17, 5*ms)
	p.conn.ReceiverClosed(client, 18, 6*ms)
	p.conn.ReceiverOpened(client, 19, 8*ms)
	p.conn.ReceiverClosed(client, 20, 9*ms)
	c := p.now()
	if n := len(c.RoundTrips()); n < 8192 || n > 5*8192 {
		t.Errorf("%d round trips kept", n)
	}
	totals := c.Path()
	want := PathTotals{
		RoundTrips: [2]uint64{1, 100000}, Least: [2]time.Duration{3 * time.Millisecond, 20 * time.Millisecond},
		Closures: [2]uint64{2, 0}, Retransmissions: [2]uint64{0, 1}, Retransmitted: [2]uint64{0, 1400},
	}
	if totals != want {
		t.Errorf("%+v, want %+v", totals, want)
	}
	if r := c.Retransmissions(); len(r) != 1 || r[0] != (Retransmission{server, 5 * ms, 17, 1400}) {
		t.Errorf("retransmissions %v", r)
	}
	closures := c.Closures()
	if len(closures) != 2 || closures[0] != (Closure{client, 6 * ms, 8 * ms}) || closures[1] != (Closure{client, 9 * ms, c.Clock()}) {
		t.Errorf("closures %v", closures)
	}
	if rtt, source := c.RTT(); rtt != 23*time.Millisecond || source != "TCP" {
		t.Errorf("round trip %v by %s", rtt, source)
	}
	over := h2decode.Connection{Number: 1, TCP: h2decode.TCPStats{RTT: int64(5 * time.Millisecond)}}
	p.Event(&h2decode.ConnectionClosed{Connection: &over})
	if rtt, _ := p.now().RTT(); rtt != 5*time.Millisecond {
		t.Errorf("TCP's first round trip is %v", rtt)
	}
}
