package attack_test

import (
	"fmt"
	"testing"
	"time"

	"h2scope/h2decode"
)

func TestPriorityFlood(t *testing.T) {
	weights := func(n, streams int, gap time.Duration) func(p *play) {
		return func(p *play) {
			times(n, func(i int) {
				p.client(depend(uint32(2*(i%streams)+1), 0))
				p.wait(gap)
			})
		}
	}
	runScenarios(t, []scenario{
		{name: "101 for one stream", play: weights(101, 1, time.Second), want: "AT-06"},
		{name: "100 for each of five streams", play: weights(500, 5, time.Second)},
		{name: "501 in a second", play: weights(501, 100, time.Millisecond), want: "AT-06"},
		{name: "500 in a second", play: weights(500, 100, time.Millisecond)},
		{name: "of the server", want: "AT-06", play: func(p *play) { times(101, func(int) { p.server(depend(1, 0)) }) }},
		{name: "a browser's initial tree of idle streams", play: func(p *play) {
			for stream, on := range map[uint32]uint32{3: 0, 5: 0, 7: 0, 9: 7, 11: 3, 13: 0} {
				p.client(depend(stream, on))
			}
			times(100, func(int) {
				p.client(block(p.next+20, h2decode.FlagEndHeaders|h2decode.FlagEndStream, p.encode(client, get...)))
				p.next += 2
			})
		}},
	})
}

// PRIORITY frames for more streams than are counted still are a flood.
func TestPriorityFloodOnManyStreams(t *testing.T) {
	p := newPlay(t)
	times(10_000, func(i int) { p.client(depend(uint32(2*i+1), 0)) })
	p.close()
	if f := p.finding("AT-06"); f.Count != 10_000 {
		t.Errorf("%d, want 10000", f.Count)
	}
}

// chain makes requests each of which depends on the one before.
func chain(n int, exclusive bool, finish bool) func(p *play) {
	return func(p *play) {
		times(n, func(int) {
			on := p.next - 2
			if exclusive || p.next == 1 {
				on = 0
			}
			p.client(h2decode.AppendFrame(nil, h2decode.TypeHeaders, h2decode.FlagEndHeaders|h2decode.FlagEndStream, p.next,
				&h2decode.HeadersFrame{HasPriority: true, Priority: h2decode.PriorityFrame{DependsOn: on, Weight: 16, Exclusive: exclusive}, Fragment: p.encode(client, get...)}))
			if finish {
				p.server(p.headers(server, p.next, h2decode.FlagEndStream, ":status", "204"))
			}
			p.next += 2
		})
	}
}

func TestDependencyChurn(t *testing.T) {
	back := func(n int, gap time.Duration) func(p *play) { // and forth
		return func(p *play) {
			p.client(depend(3, 0), depend(5, 0), depend(7, 3))
			times(n, func(i int) {
				p.client(depend(7, []uint32{5, 3}[i%2]))
				p.wait(gap)
			})
		}
	}
	self := func(n int) func(p *play) {
		return func(p *play) { times(n, func(i int) { p.client(depend(uint32(2*i+1), uint32(2*i+1))) }) }
	}
	runScenarios(t, []scenario{
		{name: "101 deep", play: chain(101, false, false), want: "AT-16"},
		{name: "100 deep", play: chain(100, false, false)},
		{name: "101 deep, by exclusive dependencies", play: chain(101, true, false), want: "AT-16"},
		{name: "101 moves in a second, of a stream with no more than 100 PRIORITY frames", want: "AT-16", play: func(p *play) {
			p.client(depend(9, 0))
			back(60, 9*time.Millisecond)(p)
			times(41, func(i int) { p.client(depend(9, []uint32{5, 3}[i%2])) })
		}},
		{name: "100 moves in a second", want: "AT-06", play: back(100, 0)},
		{name: "101 self-dependencies in a second", play: self(101), want: "AT-16"},
		{name: "100 self-dependencies", play: self(100)},
		{name: "weights that change", want: "AT-06", play: func(p *play) { times(300, func(int) { p.client(depend(3, 0)) }) }},
		{name: "a chain of closed streams", play: chain(300, true, true)},
	})
}

func TestDependencyChurnSaysWhatItSaw(t *testing.T) {
	p := newPlay(t)
	chain(120, false, false)(p)
	p.close()
	f := p.finding("AT-16")
	want := "the client churned the dependency tree 20 times, with up to 0 moves in a second and 0 streams that depend on themselves; the tree was up to 120 deep"
	if f.Message != want || f.Severity != h2decode.SeverityWarning {
		t.Errorf("%s: %q, want %q", f.Severity, f.Message, want)
	}
	if got := fmt.Sprint(f.Evidence); got != "[{per_second 0 } {self 0 } {depth 120 }]" {
		t.Error(got)
	}
}
