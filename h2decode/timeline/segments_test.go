package timeline

import (
	"fmt"
	"testing"

	"h2scope/h2decode"
)

func describeSegments(segments []Segment) (lines []string) {
	for _, s := range segments {
		lines = append(lines, fmt.Sprintf("%d-%d %s", s.From/ms, s.To/ms, s.Kind))
	}
	return lines
}

// The phases of an exchange, cut by its stalls, follow one another without hole
// or overlap.
func TestSegmentsOfAnExchange(t *testing.T) {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 100})
	p.client(p.request(1, 0)) // at 5
	p.wait(4)
	p.client(dataFrame(1, h2decode.FlagEndStream, 10)) // at 10
	p.wait(9)
	p.server(p.response(1, 0), dataFrame(1, 0, 100)) // at 20
	p.wait(9)
	p.client(updateFrame(1, 1000)) // at 30
	p.wait(9)
	p.server(dataFrame(1, 0, 100))                     // at 40
	p.server(dataFrame(1, h2decode.FlagEndStream, 10)) // at 41
	c := p.now()
	x := c.Exchange(0)
	wantLines(t, describeSegments(c.Segments(&x)),
		"5-10 send", "10-20 wait", "20-30 stalled-stream-window", "30-41 receive")
}

// Each way in which an exchange can be cut short, or be live.
func TestSegmentsOfUnfinishedExchanges(t *testing.T) {
	for _, c := range []struct {
		name string
		play func(p *play)
		want []string
	}{
		{"sending", func(p *play) { p.client(p.request(1, 0)); p.client(pingFrame(0, "")) }, []string{"5-6 send"}},
		{"waiting", func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.wait(4)
			p.client(pingFrame(0, ""))
		}, []string{"5-10 wait"}},
		{"receiving", func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.server(p.response(1, 0))
			p.client(pingFrame(0, ""))
		}, []string{"5-6 wait", "6-7 receive"}},
		{"answered early", func(p *play) {
			p.client(p.request(1, 0))
			p.server(p.response(1, h2decode.FlagEndStream))
			p.client(dataFrame(1, h2decode.FlagEndStream, 1))
		}, []string{"5-7 send"}},
		{"reset while waiting", func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.wait(4)
			p.client(resetFrame(1, h2decode.Cancel))
			p.client(pingFrame(0, ""))
		}, []string{"5-10 wait"}},
		{"pushed", func(p *play) {
			p.client(p.request(1, h2decode.FlagEndStream))
			p.server(p.promise(1, 2, ":method", "GET"))
			p.server(p.response(2, 0))
			p.server(dataFrame(2, h2decode.FlagEndStream, 1))
		}, []string{"6-7 wait", "7-8 receive"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := begun(t)
			c.play(p)
			conn := p.now()
			x := conn.Exchange(conn.Exchanges() - 1)
			wantLines(t, describeSegments(conn.Segments(&x)), c.want...)
		})
	}
}

// A stream that waited for a slot was blocked before its request.
func TestSegmentsBlocked(t *testing.T) {
	p := newPlay(t, h2decode.Config{})
	p.client([]byte(h2decode.Preface), settingsFrame())
	p.server(settingsFrame(h2decode.Setting{ID: h2decode.SettingMaxConcurrentStreams, Value: 1}))
	p.client(ackFrame())
	p.client(p.request(1, h2decode.FlagEndStream))
	p.wait(5)
	p.server(p.response(1, h2decode.FlagEndStream))
	p.client(p.request(3, h2decode.FlagEndStream))
	p.server(p.response(3, h2decode.FlagEndStream))
	c := p.now()
	x, _ := c.ExchangeOf(3)
	if x.Timing.Blocked == 0 {
		t.Fatal("the decoder tells of no blocking")
	}
	want := fmt.Sprintf("%d-%d blocked", (x.Timing.Request-x.Timing.Blocked)/ms, x.Timing.Request/ms)
	if got := describeSegments(c.Segments(&x)); len(got) == 0 || got[0] != want {
		t.Errorf("%q, want %q first", got, want)
	}
}

// A shut receive window of TCP takes the place of a phase, and a stall of HTTP/2
// that of both.
func TestSegmentsOfTCP(t *testing.T) {
	c := &Conn{base: base{clock: 100}, record: new(record)}
	c.path.closures.add(Closure{Of: client, From: 20, To: 60})
	c.stalls.add(stall{Stall: h2decode.Stall{Cause: h2decode.StalledByConnection, Began: 50, Ended: 70, Waited: 20}})
	x := Exchange{lastStall: 1}
	x.Timing = h2decode.Timing{Request: 1, RequestEnd: 10, Response: 30, FinalResponse: 30, ResponseEnd: 100, End: 100}
	x.Timing.Stalled[h2decode.StalledByTCP] = 30
	var got []string
	for _, s := range c.Segments(&x) {
		got = append(got, fmt.Sprintf("%d-%d %s", s.From, s.To, s.Kind))
	}
	wantLines(t, got, "1-10 send", "10-20 wait", "20-50 stalled-tcp", "50-70 stalled-connection-window", "70-100 receive")
}

// Whatever the traffic, segments are in order, joined end to end, and cover the
// time of the exchange.
func TestSegmentsCoverTheExchange(t *testing.T) {
	tr := newTraffic(t, 77)
	tr.client([]byte(h2decode.Preface))
	for range 1500 {
		tr.play1()
	}
	c := tr.now()
	for i := range c.Exchanges() {
		x := c.Exchange(i)
		segments := c.Segments(&x)
		from, to := x.Timing.Request-x.Timing.Blocked, max(x.Timing.End, x.ClosedAt)
		if x.Live {
			to = c.Clock()
		}
		for _, s := range segments {
			if s.From != from || s.To <= s.From {
				t.Fatalf("stream %d: segments %q of %+v", x.ID, describeSegments(segments), x.Timing)
			}
			from = s.To
		}
		if from != to {
			t.Fatalf("stream %d: segments %q end before %d", x.ID, describeSegments(segments), to/ms)
		}
	}
}
