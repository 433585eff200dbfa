package attack_test

import (
	"testing"
	"time"

	"h2scope/h2decode"
)

const overTen = 10*time.Second + time.Millisecond

func TestSlowRead(t *testing.T) {
	// n responses that use up their streams' windows.
	hold := func(n int, then func(p *play, streams []uint32)) func(p *play) {
		return func(p *play) {
			p.client(update(0, 1<<30))
			var streams []uint32
			times(n, func(int) {
				stream := p.request()
				p.respond(stream)
				times(3, func(int) { p.server(data(stream, 0, 65535/3)) })
				streams = append(streams, stream)
			})
			then(p, streams)
		}
	}
	wait := func(d time.Duration) func(*play, []uint32) {
		return func(p *play, streams []uint32) {
			p.wait(d)
			for _, stream := range streams {
				p.client(update(stream, 1000))
				p.server(data(stream, h2decode.FlagEndStream, 1))
			}
		}
	}
	runScenarios(t, []scenario{
		{name: "5 responses for more than 10 s", play: hold(5, wait(overTen)), want: "AT-14"},
		{name: "4 responses", play: hold(4, wait(overTen))},
		{name: "10 s", play: hold(5, wait(10*time.Second))},
		{name: "one paused video", play: hold(1, wait(time.Hour))},
		{name: "one paused video after another", play: func(p *play) { times(8, func(int) { hold(1, wait(time.Minute))(p) }) }},
		{name: "until the connection ends", want: "AT-14", play: hold(5, func(p *play, _ []uint32) {
			p.wait(overTen)
			p.client(ping(0))
		})},
		{name: "until the client resets them", want: "AT-14", play: hold(5, func(p *play, streams []uint32) {
			p.wait(overTen)
			for _, stream := range streams {
				p.client(reset(stream, h2decode.Cancel))
			}
		})},
		{name: "until the initial window grows", want: "AT-14", play: hold(5, func(p *play, _ []uint32) {
			p.wait(overTen)
			p.settle(client, h2decode.SettingInitialWindowSize, 100_000)
		})},
		{name: "the initial window grew before", play: hold(5, func(p *play, _ []uint32) {
			p.settle(client, h2decode.SettingInitialWindowSize, 100_000)
			p.wait(overTen)
		})},
		{name: "an initial window of 0", want: "AT-14", play: func(p *play) {
			p.settle(client, h2decode.SettingInitialWindowSize, 0)
			times(5, func(int) { p.respond(p.request()) })
			p.wait(overTen)
			p.client(ping(0))
		}},
		{name: "an initial window of 0, opened for each stream", play: func(p *play) {
			p.settle(client, h2decode.SettingInitialWindowSize, 0)
			times(5, func(int) {
				stream := p.request()
				p.client(update(stream, 1000))
				p.respond(stream)
			})
			p.wait(overTen)
			p.client(ping(0))
		}},
		{name: "an initial window of 0, and responses without data", play: func(p *play) {
			p.settle(client, h2decode.SettingInitialWindowSize, 0)
			times(5, func(int) { p.server(p.headers(server, p.request(), h2decode.FlagEndStream, ":status", "204")) })
			p.wait(overTen)
			p.client(ping(0))
		}},
		{name: "responses that fit their windows exactly", play: hold(5, func(p *play, streams []uint32) {
			for _, stream := range streams {
				p.server(data(stream, h2decode.FlagEndStream, 0))
			}
			p.wait(overTen)
		})},
	})
}

// Which streams the connection's window held up shows when they go on, or break
// off.
func TestSlowReadByTheConnectionWindow(t *testing.T) {
	hold := func(n int, then func(p *play, streams []uint32)) func(p *play) {
		return func(p *play) {
			var streams []uint32
			times(n, func(int) {
				stream := p.request()
				p.respond(stream)
				p.server(data(stream, 0, 1000))
				streams = append(streams, stream)
			})
			last := streams[n-1]
			for left := 65535 - 1000*n; left > 0; left -= 16384 {
				p.server(data(last, 0, min(left, 16384)))
			}
			p.wait(overTen)
			then(p, streams)
		}
	}
	goOn := func(p *play, streams []uint32) {
		p.client(update(0, 1<<20))
		for _, stream := range streams {
			p.server(data(stream, 0, 1))
		}
	}
	runScenarios(t, []scenario{
		{name: "5 go on", play: hold(5, goOn), want: "AT-14"},
		{name: "4 go on", play: hold(4, goOn)},
		{name: "5 break off", want: "AT-14", play: hold(5, func(p *play, streams []uint32) { p.client(ping(0)) })},
		{name: "4 break off", play: hold(4, func(p *play, streams []uint32) { p.client(ping(0)) })},
	})
}

func TestSlowRequest(t *testing.T) {
	trickle := func(streams, octets int, pause, total time.Duration) func(p *play) {
		return func(p *play) {
			first := p.next
			times(streams, func(int) { p.upload() })
			for t := time.Duration(0); t < total; t += pause {
				p.wait(pause)
				times(streams, func(i int) { p.client(data(first+2*uint32(i), 0, octets)) })
			}
		}
	}
	open := func(n int, then func(p *play, stream uint32)) func(p *play) {
		return func(p *play) {
			times(n, func(int) { then(p, p.upload()) })
			p.wait(time.Minute)
			p.client(ping(0))
		}
	}
	runScenarios(t, []scenario{
		{name: "5 bodies of 9 octets a second", play: trickle(5, 9, time.Second, 12*time.Second), want: "AT-15"},
		{name: "5 bodies of an octet each half second", play: trickle(5, 1, time.Second/2, 11*time.Second), want: "AT-15"},
		{name: "5 bodies of 10 octets a second", play: trickle(5, 10, time.Second, time.Minute)},
		{name: "4 bodies", play: trickle(4, 1, time.Second, time.Minute)},
		{name: "for 10 s", play: trickle(5, 1, time.Second, 10*time.Second)},
		{name: "5 bodies that do not come", play: open(5, func(*play, uint32) {}), want: "AT-15"},
		{name: "long polls: the requests have ended", play: func(p *play) {
			times(50, func(int) { p.request() })
			p.wait(time.Hour)
			p.client(ping(0))
		}},
		{name: "streams in both directions: the server has answered", play: open(50, func(p *play, stream uint32) { p.respond(stream) })},
		{name: "the server has asked for the bodies only", want: "AT-15", play: open(5, func(p *play, stream uint32) {
			p.server(p.headers(server, stream, 0, ":status", "100"))
		})},
		{name: "the server's window is shut", play: open(5, func(p *play, stream uint32) {
			p.server(update(0, 65535))
			times(3, func(int) { p.client(data(stream, 0, 65535/3)) })
		})},
		{name: "the server's window of the connection is shut", play: open(5, func(p *play, stream uint32) {
			p.client(data(stream, 0, 65535/5))
		})},
		{name: "the server's initial window is 0", play: func(p *play) {
			p.settle(server, h2decode.SettingInitialWindowSize, 0)
			open(5, func(*play, uint32) {})(p)
		}},
		{name: "the server's window was shut, and is open", want: "AT-15", play: func(p *play) {
			p.settle(server, h2decode.SettingInitialWindowSize, 0)
			times(5, func(int) { p.server(update(p.upload(), 1000)) })
			p.wait(time.Minute)
			p.client(ping(0))
		}},
		{name: "the initial window was shut, and is open", want: "AT-15", play: func(p *play) {
			p.settle(server, h2decode.SettingInitialWindowSize, 0)
			times(5, func(int) { p.upload() })
			p.settle(server, h2decode.SettingInitialWindowSize, 1000)
			p.wait(time.Minute)
			p.client(ping(0))
		}},
		{name: "5 field blocks of one frame, octet by octet", want: "AT-15", play: func(p *play) {
			times(5, func(int) {
				p.next += 2
				frame := p.headers(client, p.next-2, h2decode.FlagEndStream, get...)
				for i := range frame {
					p.client(frame[i : i+1])
					p.wait(time.Second)
				}
			})
		}},
	})
}

// Behind a gap nobody knows which requests have ended.
func TestSlowRequestBehindAGap(t *testing.T) {
	p := newPlay(t)
	times(5, func(int) { p.upload() })
	p.conn.Gap(&h2decode.Gap{From: client, Offset: p.offset[client], Length: 100, Packet: p.packet, Time: p.now})
	p.offset[client] += 100
	p.wait(time.Minute)
	times(20, func(int) { p.client(ping(h2decode.FlagAck)) })
	p.close()
	if p.ids() != "" {
		t.Errorf("shows %s", p.ids())
	}
}

func TestPinnedStreams(t *testing.T) {
	pin := func(limit, streams int, then func(p *play)) func(p *play) {
		return func(p *play) {
			p.settle(server, h2decode.SettingMaxConcurrentStreams, uint32(limit))
			times(streams, func(int) { p.request() })
			then(p)
		}
	}
	wait := func(d time.Duration) func(p *play) {
		return func(p *play) {
			p.wait(d)
			p.server(p.headers(server, 1, h2decode.FlagEndStream, ":status", "204"))
		}
	}
	runScenarios(t, []scenario{
		{name: "more than 10 s", play: pin(10, 10, wait(overTen)), want: "AT-21"},
		{name: "10 s", play: pin(10, 10, wait(10*time.Second))},
		{name: "one stream fewer", play: pin(10, 9, wait(time.Hour))},
		{name: "no limit", play: func(p *play) { times(200, func(int) { p.request() }); wait(time.Hour)(p) }},
		{name: "until the connection ends", want: "AT-21", play: pin(10, 10, func(p *play) { p.wait(overTen); p.client(ping(0)) })},
		{name: "one makes progress", play: pin(10, 10, func(p *play) {
			p.respond(1)
			times(10, func(int) { p.wait(9 * time.Second); p.server(data(1, 0, 1)) })
		})},
		{name: "the limit falls to what is open", want: "AT-21", play: func(p *play) {
			times(3, func(int) { p.request() })
			pin(3, 0, wait(overTen))(p)
		}},
	})
}
