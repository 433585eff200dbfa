package attack_test

import (
	"testing"
	"time"

	"h2scope/h2decode"
)

func TestRapidReset(t *testing.T) {
	rapid := func(n int, gap time.Duration) func(p *play) {
		return func(p *play) {
			times(n, func(int) {
				stream := p.request()
				p.wait(gap)
				p.client(reset(stream, h2decode.Cancel))
			})
		}
	}
	batches := func(size int, gap time.Duration, batches int) func(p *play) {
		return func(p *play) {
			times(batches, func(int) {
				first := p.next
				times(size, func(int) { p.request() })
				times(size, func(i int) { p.client(reset(first+2*uint32(i), h2decode.Cancel)) })
				p.wait(gap)
			})
		}
	}
	runScenarios(t, []scenario{
		{name: "101 in a second", play: rapid(101, 9*time.Millisecond), want: "AT-01"},
		{name: "100 streams, half of them", want: "", play: func(p *play) {
			times(50, func(int) { rapid(1, 0)(p); p.wait(time.Second); p.request(); p.wait(time.Second) })
		}},
		{name: "100 streams, more than half of them, slowly", want: "AT-01", play: func(p *play) {
			times(49, func(int) { rapid(1, 0)(p); p.wait(time.Second); p.request(); p.wait(time.Second) })
			rapid(2, 0)(p)
		}},
		{name: "99 streams, all of them", play: rapid(99, time.Millisecond)},
		{name: "in batches of 60", play: batches(60, 0, 2), want: "AT-01"},
		{name: "in batches of 100, slowly", play: batches(100, 2*time.Second, 3), want: "AT-01"},
		{name: "a closed browser tab", play: batches(128, 0, 1)},
		{name: "a closed browser tab, and one more cancelled later", play: func(p *play) {
			batches(128, time.Minute, 1)(p)
			rapid(1, 0)(p)
		}},
		{name: "later than a round trip", play: rapid(200, 11*time.Millisecond)},
		{name: "after a response", play: func(p *play) {
			times(200, func(int) {
				stream := p.request()
				p.respond(stream)
				p.client(reset(stream, h2decode.Cancel))
			})
		}},
		{name: "as the round trip was measured", want: "AT-01", play: func(p *play) {
			p.conn.PathSample(client, 20*time.Millisecond, p.packet, p.now)
			p.conn.PathSample(server, 10*time.Millisecond, p.packet, p.now)
			rapid(200, 29*time.Millisecond)(p)
		}},
	})
}

func TestRapidResetIsCountedWhole(t *testing.T) {
	p := newPlay(t)
	first := p.packet + 2
	times(300, func(int) {
		p.client(reset(p.request(), h2decode.Cancel))
		p.wait(time.Millisecond)
	})
	p.server(goAway(h2decode.EnhanceYourCalm))
	p.wait(time.Minute)
	p.request()
	p.close()
	f := p.finding("AT-01")
	if f.Count != 300 || f.FirstPacket != first || f.LastPacket != first+598 || f.From != client {
		t.Errorf("%d by %s in packets %d to %d", f.Count, f.From, f.FirstPacket, f.LastPacket)
	}
	if want := "the client reset 300 of the 300 streams it opened within a round trip and before any response, up to 300 in a second"; f.Message != want {
		t.Errorf("message %q, want %q", f.Message, want)
	}
	if a := f.Answer; a == nil || a.Type != "GOAWAY" || a.Code != h2decode.EnhanceYourCalm || a.After < 0 {
		t.Errorf("answer %+v", a)
	}
}

// Whose half of a connection is not in the capture has not failed to respond.
func TestRapidResetNeedsTheServer(t *testing.T) {
	p := newSilentPlay(t)
	p.client([]byte(h2decode.Preface), settings())
	times(300, func(int) { p.client(reset(p.request(), h2decode.Cancel)) })
	p.close()
	if p.ids() != "" {
		t.Errorf("shows %s", p.ids())
	}
}

// provocations are what a client can send on an open stream so that the server
// must reset it (CVE-2025-8671).
var provocations = []struct {
	name   string
	frame  func(stream uint32) []byte
	beside string // what shows too, where it is sent 20 times
}{
	{"WINDOW_UPDATE of 0", func(s uint32) []byte { return update(s, 0) }, ""},
	{"window overflow", func(s uint32) []byte { return update(s, 1<<31-1) }, ""},
	{"PRIORITY of 4 octets", func(s uint32) []byte {
		return h2decode.AppendFrame(nil, h2decode.TypePriority, 0, s, &h2decode.UnknownFrame{Payload: make([]byte, 4)})
	}, ""},
	{"self-dependency", func(s uint32) []byte { return depend(s, s) }, ""},
	{"DATA after END_STREAM", func(s uint32) []byte { return data(s, 0, 1) }, ""},
	{"HEADERS after END_STREAM", func(s uint32) []byte {
		return block(s, h2decode.FlagEndHeaders|h2decode.FlagEndStream, nil)
	}, ""},
}

func TestMadeYouReset(t *testing.T) {
	for _, provocation := range provocations {
		made := func(n int, gap time.Duration) func(p *play) {
			return func(p *play) {
				times(n, func(int) {
					stream := p.request()
					p.client(provocation.frame(stream))
					p.server(reset(stream, h2decode.ProtocolError))
					p.wait(gap)
				})
			}
		}
		t.Run(provocation.name, func(t *testing.T) {
			runScenarios(t, []scenario{
				{name: "20 in 10 s", play: made(20, 500*time.Millisecond), want: "AT-02"},
				{name: "19", play: made(19, time.Millisecond)},
				{name: "20 in more than 10 s", play: made(20, 527*time.Millisecond)},
				{name: "a single broken request", play: made(1, 0)},
			})
		})
	}
	runScenarios(t, []scenario{
		{name: "requests that have not ended", want: "AT-02", play: func(p *play) {
			times(50, func(int) {
				stream := p.upload()
				p.client(update(stream, 0))
				p.server(reset(stream, h2decode.ProtocolError))
			})
		}},
		{name: "resets that nothing provoked", want: "", play: func(p *play) {
			times(50, func(int) { p.server(reset(p.request(), h2decode.RefusedStream)) })
		}},
		{name: "DATA in flight when the server resets an upload", want: "", play: func(p *play) {
			times(50, func(int) {
				stream := p.upload()
				p.server(reset(stream, h2decode.NoError))
				p.client(data(stream, 0, 100), data(stream, h2decode.FlagEndStream, 100))
				p.server(reset(stream, h2decode.StreamClosedError))
			})
		}},
	})
}

func TestResetFlood(t *testing.T) {
	invalid := func(n int, gap time.Duration, code h2decode.ErrorCode) func(p *play) {
		return func(p *play) {
			times(n, func(int) {
				p.next += 2
				p.client(p.headers(client, p.next-2, h2decode.FlagEndStream, ":method", "GET"))
				p.server(reset(p.next-2, code))
				p.wait(gap)
			})
		}
	}
	runScenarios(t, []scenario{
		{name: "101 in a second", play: invalid(101, 9*time.Millisecond, h2decode.ProtocolError), want: "AT-07"},
		{name: "100 in a second", play: invalid(100, 9*time.Millisecond, h2decode.ProtocolError)},
		{name: "100 a second, and one each", play: invalid(400, 10*time.Millisecond, h2decode.ProtocolError)},
		{name: "an overloaded server refuses", play: invalid(1000, time.Millisecond, h2decode.RefusedStream)},
	})
}
