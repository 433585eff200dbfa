package attack_test

import (
	"testing"
	"time"

	"h2scope/h2decode"
)

func TestDataDribble(t *testing.T) {
	// Responses in DATA frames of 10 octets: for each as much window as that, or
	// far more.
	dribble := func(n int, window uint32, between func(p *play, stream uint32)) func(p *play) {
		return func(p *play) {
			p.settle(client, h2decode.SettingInitialWindowSize, 0)
			stream := p.request()
			p.client(update(stream, window))
			p.respond(stream)
			times(n, func(i int) {
				p.server(data(stream, 0, 10))
				p.wait(time.Second / 10)
				p.client(update(stream, 10))
				between(p, stream)
			})
		}
	}
	nothing := func(*play, uint32) {}
	large := func(p *play, stream uint32) {
		p.client(update(stream, 1000))
		p.server(data(stream, 0, 1000))
	}
	runScenarios(t, []scenario{
		{name: "100 frames", play: dribble(100, 10, nothing), want: "AT-04"},
		{name: "99 frames", play: dribble(99, 10, nothing)},
		{name: "half of 200 frames", play: dribble(100, 10, large)},
		{name: "small messages in open windows", play: dribble(500, 60000, nothing)},
		{name: "of 64 octets", play: func(p *play) {
			p.settle(client, h2decode.SettingInitialWindowSize, 0)
			stream := p.request()
			p.respond(stream)
			times(500, func(int) { p.client(update(stream, 64)); p.server(data(stream, 0, 64)) })
		}, want: "", beside: ""},
		{name: "behind a large download", want: "AT-04", play: func(p *play) {
			p.client(update(0, 1<<30))
			stream := p.request()
			p.client(update(stream, 1<<30))
			p.respond(stream)
			times(1000, func(int) { p.server(data(stream, 0, 10_000)) })
			dribble(100, 10, nothing)(p)
		}},
	})
}

func TestInternalDataBuffering(t *testing.T) {
	stop := func(d time.Duration, during, after func(p *play)) func(p *play) {
		return func(p *play) {
			p.packet++
			p.conn.ReceiverClosed(client, p.packet, p.now)
			p.wait(d / 2)
			during(p)
			p.wait(d / 2)
			after(p)
		}
	}
	open := func(p *play) { p.conn.ReceiverOpened(client, p.packet, p.now) }
	ask := func(p *play) { p.request() }
	end := func(*play) {}
	runScenarios(t, []scenario{
		{name: "more than 5 s", play: stop(5002*time.Millisecond, ask, open), want: "AT-10"},
		{name: "until the connection ends", play: stop(5002*time.Millisecond, ask, end), want: "AT-10"},
		{name: "5 s", play: stop(5*time.Second, ask, open)},
		{name: "a paused debugger: no new requests", play: stop(time.Hour, func(*play) {}, open)},
		{name: "the HTTP/2 window is used up", play: stop(time.Minute, func(p *play) {
			stream := p.request()
			p.respond(stream)
			p.server(data(stream, 0, 1000))
		}, open)},
		{name: "the server's receive window", play: func(p *play) {
			p.conn.ReceiverClosed(server, p.packet, p.now)
			p.wait(time.Minute)
			p.request()
			p.conn.ReceiverOpened(server, p.packet, p.now)
		}},
	})
}
