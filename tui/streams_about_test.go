package tui

import (
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// What a headline says of exchanges, and which one is selected at the start: the
// one that someone waited for longest.
func TestFirstScreenSaysWhatIsSlowAndWhy(t *testing.T) {
	for _, test := range []struct {
		sample string
		stream uint32
		want   []string
	}{
		{"page-load", 13, []string{"waiting for the response"}},
		{"connection-stall", 1, []string{"301 ms of 311 ms waiting for the connection's flow-control window", "WINDOW_UPDATE in packet 60"}},
		{"stream-stall", 1, []string{"456 ms of 471 ms waiting for the stream's flow-control window"}},
		{"slow-page", 7, []string{"351 ms of 361 ms waiting for the connection's flow-control window"}},
		{"gaps", 27, []string{"no answer was seen within 281ms", "the capture has gaps", ">281ms", "393 lost"}},
		{"rapid-reset", 1, []string{"reset by the client, CANCEL", "whole capture: 1 error, GOAWAY ENHANCE_YOUR_CALM, 40 streams reset"}},
		{"grpc-call", 3, []string{"receiving the response"}},
	} {
		for _, size := range []Size{{80, 24}, {120, 40}, {200, 50}} {
			s := open(sampleNamed(t, test.sample), size.W, size.H, Options{})
			screen := strings.Join(strings.Fields(s.screen()), " ")
			if s.Stream != test.stream {
				t.Errorf("%s: stream %d is selected, not %d", test.sample, s.Stream, test.stream)
			}
			for _, want := range test.want {
				if !strings.Contains(screen, want) {
					t.Errorf("%s in %v: the first screen does not say %q:\n%s", test.sample, size, want, s.screen())
				}
			}
		}
	}
}

// A call of gRPC that failed has status 200 all the same: it says so.
func TestFailedCallOfGRPC(t *testing.T) {
	s := open(sampleNamed(t, "grpc-call"), 200, 50, Options{}).press("G")
	if line := s.line("SayGoodbye"); !strings.Contains(line, "grpc-status 12") {
		t.Error(line)
	}
	if s.line("grpc-status 12, ") == "" {
		t.Errorf("what the server said of it is not shown:\n%s", s.screen())
	}
}

// An exchange without an end took at least as long as its connection was seen.
func TestWaitedFor(t *testing.T) {
	conn := sampleNamed(t, "gaps").Snapshot().Conn(1)
	whole := conn.Clock() - 1000
	exchange := func(change func(*timeline.Exchange)) *timeline.Exchange {
		x := timeline.Exchange{Stream: h2decode.Stream{OpenedAt: 1000}}
		x.Timing.Request, x.Timing.End = 1000, 5000
		change(&x)
		return &x
	}
	for _, test := range []struct {
		name string
		x    *timeline.Exchange
		want int64
	}{
		{"an answer that came", exchange(func(x *timeline.Exchange) { x.ClosedAt = 5000 }), 4000},
		{"no answer", exchange(func(*timeline.Exchange) {}), whole},
		{"an answer that goes on", exchange(func(x *timeline.Exchange) { x.Timing.FinalResponse = 3000 }), 2000},
		{"one that goes on and stalls", exchange(func(x *timeline.Exchange) { x.Timing.FinalResponse, x.Timing.Stalled[0] = 3000, 700 }), 2700},
		{"a tunnel", exchange(func(x *timeline.Exchange) {
			x.Kind, x.ClosedAt, x.Timing.FinalResponse = h2decode.KindConnect, 900_000, 3000
		}), 2000},
		{"one that was evicted", exchange(func(x *timeline.Exchange) { x.Evicted = true }), 4000},
		{"reset", exchange(func(x *timeline.Exchange) { x.Reset = new(h2decode.Reset) }), 4000},
	} {
		if got := waitedFor(conn, test.x); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

// A list that is empty says why, and where to look.
func TestEmptyListsSayWhy(t *testing.T) {
	for _, view := range []string{"connections", "streams", "frames", "windows", "findings"} {
		s := open(sampleNamed(t, "rapid-reset"), 80, 24, Options{View: view})
		s.text("/stream 999").press("Enter")
		if s.line("passes the filter") == "" {
			t.Errorf("%s:\n%s", view, s.screen())
		}
	}
}
