package timeline

import (
	"fmt"
	"testing"
	"time"

	"h2scope/h2decode"
)

// A PING is answered by the next acknowledgment of the other side with the same
// octets (RFC 9113, Section 6.7).
func TestPingRoundTrips(t *testing.T) {
	p := begun(t)
	p.client(pingFrame(0, "a"))
	p.client(pingFrame(0, "b"), pingFrame(0, "a"))
	p.client(pingFrame(h2decode.FlagAck, "a")) // answers nothing
	p.wait(10)
	p.server(pingFrame(h2decode.FlagAck, "b"))
	p.server(pingFrame(h2decode.FlagAck, "a"), pingFrame(0, "s"))
	c := p.now()
	var got []string
	for _, ping := range append(c.Pings(client), c.Pings(server)...) {
		got = append(got, fmt.Sprintf("%s %c: %d answered by %d after %d ms", ping.From, ping.Opaque[0], ping.Frame, ping.Answer, ping.RTT()/ms))
	}
	wantLines(t, got,
		"client a: 5 answered by 10 after 14 ms", "client b: 6 answered by 9 after 12 ms",
		"client a: 7 answered by 0 after 0 ms", "server s: 11 answered by 0 after 0 ms")
	if rtt, source := c.RTT(); rtt != 12*time.Millisecond || source != "PING" {
		t.Errorf("the round trip is %v by %s", rtt, source)
	}
}

// PING frames that nobody answers are watched for up to a limit only.
func TestPingFloodIsBounded(t *testing.T) {
	p := begun(t)
	for i := range 3000 {
		p.client(pingFrame(0, fmt.Sprint(i)), pingFrame(0, "same"))
	}
	waiting := 0
	for _, same := range p.recorder.tracks[1].asked[client] {
		waiting += len(same)
	}
	if waiting > maxWaiting+maxAlike {
		t.Errorf("%d wait", waiting)
	}
	if n := len(p.now().Pings(client)); n != 6000 {
		t.Errorf("%d kept, want all", n)
	}
}
