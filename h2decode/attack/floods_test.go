package attack_test

import (
	"testing"
	"time"

	"h2scope/h2decode"
)

// each sends frames of the client, one after another.
func each(n int, gap time.Duration, frame ...[]byte) func(p *play) {
	return func(p *play) {
		times(n, func(int) {
			p.client(frame...)
			p.wait(gap)
		})
	}
}

func TestPingFlood(t *testing.T) {
	runScenarios(t, []scenario{
		{name: "101 in a second", play: each(101, 9*time.Millisecond, ping(0)), want: "AT-05"},
		{name: "100 in a second", play: each(100, 0, ping(0))},
		{name: "100 a second, for long", play: each(1000, 10*time.Millisecond, ping(0))},
		{name: "acknowledgments", play: each(1000, 0, ping(h2decode.FlagAck))},
		{name: "gRPC keepalive", play: each(100, 10*time.Second, ping(0))},
		{name: "of the server", want: "AT-05", play: func(p *play) { times(101, func(int) { p.server(ping(0)) }) }},
		{name: "of both", want: "AT-05 AT-05", beside: "each side sends one", play: func(p *play) {
			times(101, func(int) { p.server(ping(0)); p.client(ping(0)) })
		}},
	})
}

// A flood's numbers are those of the seconds in which its rate was above the
// threshold: a keepalive before and after it is no part of it.
func TestFloodIsCountedWhereItIsOne(t *testing.T) {
	p := newPlay(t)
	each(10, time.Minute, ping(0))(p)
	first := p.packet + 1
	each(150, 5*time.Millisecond, ping(0))(p)
	p.wait(time.Minute)
	each(10, time.Minute, ping(0))(p)
	each(120, 0, ping(0))(p)
	last := p.packet
	p.wait(time.Minute)
	each(10, time.Minute, ping(0))(p)
	p.close()
	f := p.finding("AT-05")
	if f.Count != 270 || f.FirstPacket != first || f.LastPacket != last || f.Packet != first+100 {
		t.Errorf("%d in packets %d to %d, found in %d; want 270 in %d to %d, found in %d", f.Count, f.FirstPacket, f.LastPacket, f.Packet, first, last, first+100)
	}
	if want := "the client sent 270 PING frames without ACK, up to 150 in a second"; f.Message != want {
		t.Errorf("%q, want %q", f.Message, want)
	}
}

func TestSettingsFlood(t *testing.T) {
	acknowledged := func(n int, gap time.Duration) func(p *play) {
		return func(p *play) {
			times(n, func(int) {
				p.wait(gap)
				p.client(settings())
				p.server(settingsAck())
			})
		}
	}
	entries := func(n int) func(p *play) {
		return func(p *play) {
			p.client(settings(make([]h2decode.Setting, n)...))
			p.server(settingsAck())
		}
	}
	// The connection's own SETTINGS frame is the first.
	runScenarios(t, []scenario{
		{name: "51 in a second", play: acknowledged(50, 19*time.Millisecond), want: "AT-08"},
		{name: "50 in a second", play: acknowledged(49, 0)},
		{name: "50 a second, for long", play: acknowledged(500, 20*time.Millisecond)},
		{name: "11 unacknowledged", play: each(11, time.Second, settings()), want: "AT-08"},
		{name: "10 unacknowledged", play: each(10, time.Second, settings())},
		{name: "33 entries", play: entries(33), want: "AT-08"},
		{name: "32 entries", play: entries(32)},
	})
}

// A peer whose half is not in the capture may have acknowledged.
func TestSettingsFloodNeedsThePeer(t *testing.T) {
	p := newSilentPlay(t)
	p.client([]byte(h2decode.Preface))
	each(30, time.Second, settings())(p)
	p.close()
	if p.ids() != "" {
		t.Errorf("shows %s", p.ids())
	}
}

func TestEmptyFramesFlood(t *testing.T) {
	upload := func(do func(p *play, stream uint32)) func(p *play) {
		return func(p *play) { do(p, p.upload()) }
	}
	empty := func(n int) func(p *play) {
		return upload(func(p *play, stream uint32) { each(n, time.Second/2, data(stream, 0, 0))(p) })
	}
	mixed := func(n int, gap time.Duration) func(p *play) {
		return upload(func(p *play, stream uint32) { each(n, gap, data(stream, 0, 0), ping(h2decode.FlagAck))(p) })
	}
	runScenarios(t, []scenario{
		{name: "11 DATA in a row", play: empty(11), want: "AT-11"},
		{name: "10 DATA in a row", play: empty(10)},
		{name: "101 DATA in a second", play: mixed(101, 9*time.Millisecond), want: "AT-11"},
		{name: "100 DATA in a second", play: mixed(100, 9*time.Millisecond)},
		{name: "11 HEADERS and CONTINUATION in a row", want: "AT-11", play: func(p *play) {
			p.client(block(1, h2decode.FlagEndStream, nil))
			times(10, func(int) { p.client(continuation(1, 0, nil)) })
		}},
		{name: "10 HEADERS and CONTINUATION in a row", play: func(p *play) {
			p.client(block(1, h2decode.FlagEndStream, nil))
			times(9, func(int) { p.client(continuation(1, 0, nil)) })
			p.client(continuation(1, h2decode.FlagEndHeaders, p.encode(client, get...)))
		}},
		{name: "11 PUSH_PROMISE in a row", want: "AT-11", play: func(p *play) {
			stream := p.request()
			times(11, func(i int) {
				p.server(h2decode.AppendFrame(nil, h2decode.TypePushPromise, 0, stream, &h2decode.PushPromiseFrame{Promised: 2 + 2*uint32(i)}))
			})
		}},
		{name: "empty DATA at the end of each message", play: func(p *play) {
			times(200, func(int) { p.client(data(p.upload(), h2decode.FlagEndStream, 0)) })
		}},
	})
}

func TestWindowUpdateFlood(t *testing.T) {
	download := func(updates, frames int, gap time.Duration) func(p *play) {
		return func(p *play) {
			stream := p.request()
			p.respond(stream)
			p.client(update(stream, 1)) // as the stream opens
			times(updates*frames, func(i int) {
				if i%updates == 0 {
					p.server(data(stream, 0, 500))
				}
				p.client(update(stream, 500))
				p.wait(gap)
			})
		}
	}
	runScenarios(t, []scenario{
		{name: "101 in a second, and no DATA", want: "AT-18", play: func(p *play) {
			p.request()
			each(102, 9*time.Millisecond, update(0, 1))(p)
		}},
		{name: "100 in a second", play: func(p *play) { each(100, 0, update(0, 1))(p) }},
		{name: "11 for each DATA frame", play: download(11, 30, 0), want: "AT-18"},
		{name: "10 for each DATA frame", play: download(10, 30, 0)},
		{name: "11 for each DATA frame, slowly", play: download(11, 30, 10*time.Millisecond)},
		{name: "a receiver that updates after each small read", play: download(2, 500, 0)},
		{name: "a receiver that updates for many DATA frames together", play: func(p *play) {
			p.client(update(0, 1<<30))
			stream := p.request()
			p.client(update(stream, 1<<30))
			p.respond(stream)
			times(3, func(int) {
				times(40, func(int) { p.server(data(stream, 0, 16384)) })
				p.wait(3 * time.Second)
				times(160, func(int) { p.client(update(stream, 4096)) })
			})
		}},
		{name: "one as each stream opens", play: func(p *play) {
			times(200, func(int) { p.client(update(p.request(), 1<<20)) })
		}},
	})
}
