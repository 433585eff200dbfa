package timeline

import (
	"math"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
)

// stalling plays a download that is held up by a window: 100 octets each time,
// then a wait for the update.
func stalling(t *testing.T, stream bool, waits int, rtt int64) *play {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 65535})
	p.client(p.request(1, h2decode.FlagEndStream))
	p.server(p.response(1, 0))
	if rtt > 0 {
		p.client(pingFrame(0, "rtt"))
		p.wait(rtt - 1)
		p.server(pingFrame(h2decode.FlagAck, "rtt"))
	}
	if stream {
		p.client(updateFrame(0, 1<<20))
	} else {
		p.client(updateFrame(1, 1<<20))
	}
	for range waits {
		for range 4 {
			p.server(dataFrame(1, 0, 16383))
		}
		p.server(dataFrame(1, 0, 3))
		p.wait(35)
		if stream {
			p.client(updateFrame(1, 65535))
		} else {
			p.client(updateFrame(0, 65535))
		}
	}
	p.server(dataFrame(1, h2decode.FlagEndStream, 1))
	return p
}

// Where a sender waited for windows, the advice has the numbers: what was
// reached, what the window allows, and what the pace between stalls needs.
func TestAdviceOnAWindowTooSmall(t *testing.T) {
	c := stalling(t, false, 10, 40).now()
	advices := c.Advise()
	if len(advices) != 1 {
		t.Fatalf("%d advices: %v", len(advices), advices)
	}
	a := advices[0]
	if a.Cause != h2decode.StalledByConnection || a.Sender != server || a.Stream != 0 || a.Stalls != 10 || a.Stalled != 360*time.Millisecond {
		t.Errorf("%+v", a)
	}
	if a.Window != 65535 || a.RTT != 40*time.Millisecond || a.Source != "PING" || a.Octets != 655351 || a.Busy != 410*time.Millisecond {
		t.Errorf("%+v", a)
	}
	if want := 655351 / 0.05 * 0.04; math.Abs(float64(a.Needed)-want) > 1 {
		t.Errorf("needed %d, want %.0f", a.Needed, want)
	}
	want := "The server stood still for 360 ms of 410 ms (10 stalls, the longest 36 ms) before the connection window, " +
		"which was 65535 octets at most: at a round trip of 40 ms (PING) that allows 1.64 MB/s, and 1.6 MB/s were reached; " +
		"the 13.1 MB/s between stalls need a window of 524280 octets."
	if got := a.String(); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

func TestAdviceNamesItsStream(t *testing.T) {
	a := stalling(t, true, 3, 40).now().Advise()
	if len(a) != 1 || a[0].Stream != 1 || !strings.Contains(a[0].String(), "the window of stream 1, which was 65535 octets") {
		t.Errorf("%v", a)
	}
}

// What the window was when all stalls were over had no part in them.
func TestAdviceOnAWindowThatGrewTooLate(t *testing.T) {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 1 << 20})
	p.client(p.request(1, h2decode.FlagEndStream))
	p.server(p.response(1, 0))
	for range 4 {
		p.server(dataFrame(1, 0, 16383))
	}
	p.server(dataFrame(1, 0, 3))
	p.wait(35)
	p.client(updateFrame(0, 1<<20))
	p.server(dataFrame(1, h2decode.FlagEndStream, 1))
	if a := p.now().Advise(); len(a) != 1 || a[0].Window != 65535 {
		t.Errorf("%v", a)
	}
}

// A window that is large enough for the round trip, and opened late, needs no
// more octets; and without a measured round trip nothing is claimed.
func TestAdviceThatALargerWindowIsNoHelp(t *testing.T) {
	a := stalling(t, false, 3, 2).now().Advise()
	if len(a) != 1 || !strings.Contains(a[0].String(), "its receiver opened it late") {
		t.Errorf("%v", a)
	}
	a = stalling(t, false, 3, 0).now().Advise()
	if len(a) != 1 || !strings.HasSuffix(a[0].String(), "no round trip was measured that would say what it needs.") {
		t.Errorf("%v", a)
	}
	if a := begun(t).now().Advise(); a != nil {
		t.Errorf("without stalls: %v", a)
	}
}

// Where all that was sent came at once, it tells no rate.
func TestAdviceOnLittleData(t *testing.T) {
	a := Advice{Stalls: 1, Stalled: time.Millisecond, Longest: time.Millisecond, Window: 10, RTT: time.Millisecond, Source: "TCP", Octets: 1}
	want := "The client stood still for 1 ms (1 stall, the longest 1 ms) before the window of stream 0, which was 10 octets at most: " +
		"at a round trip of 1 ms (TCP) that allows 10 kB/s; too little was sent to tell what it needs."
	if got := a.String(); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

// The cadence of updates: how many, by how much, how often.
func TestCadenceOfUpdates(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	for i := range uint32(5) {
		p.client(updateFrame(0, 100*i+1), updateFrame(1, 7))
		p.wait(int64(i))
	}
	p.server(updateFrame(0, 9))
	c := p.now()
	want := Cadence{Updates: 5, Octets: 1005, Median: 201, Interval: 3 * ms, First: 6 * ms, Last: 16 * ms}
	if got := c.Cadence(server, 0); got != want {
		t.Errorf("connection: %+v, want %+v", got, want)
	}
	if got := c.Cadence(server, 1); got.Updates != 5 || got.Median != 7 || got.Octets != 35 {
		t.Errorf("stream 1: %+v", got)
	}
	if got := c.Cadence(client, 0); got.Updates != 1 || got.Interval != 0 || got.Octets != 9 {
		t.Errorf("the other direction: %+v", got)
	}
	if got := c.Cadence(client, 1); got != (Cadence{}) {
		t.Errorf("without updates: %+v", got)
	}
}
