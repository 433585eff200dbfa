package attack_test

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/attack"
)

// shapes are frames of all types, many of them broken, on few streams.
func randomFrame(r *rand.Rand) []byte {
	header := h2decode.FrameHeader{
		Length: uint32(r.IntN(12)), Type: h2decode.Type(r.IntN(12)), Flags: h2decode.Flags(r.Uint32()), Stream: uint32(r.IntN(12)),
	}
	if r.IntN(3) == 0 {
		header.Flags &^= h2decode.FlagPadded | h2decode.FlagPriority
	}
	frame := header.Append(nil)
	for range header.Length {
		frame = append(frame, []byte{0x82, 0x84, 0x87, 0, 1, 0xff, 0x20, 0xbe}[r.IntN(8)])
	}
	return frame
}

// playRandomly acts out traffic that makes no sense, on a clock that does not
// always go forward.
func playRandomly(p *play, r *rand.Rand, n int) {
	times(n, func(int) {
		side := h2decode.Side(r.IntN(2))
		p.send(side, randomFrame(r))
		switch r.IntN(40) {
		case 0:
			p.wait(time.Duration(r.Int64N(20e9)) - 5*time.Second)
		case 1:
			p.conn.ReceiverClosed(side, p.packet, p.now)
		case 2:
			p.conn.ReceiverOpened(side, p.packet, p.now)
		case 3:
			p.conn.PathSample(side, time.Duration(r.Int64N(1e8)), p.packet, p.now)
		case 4:
			p.conn.Gap(&h2decode.Gap{From: side, Offset: p.offset[side], Length: 9, Packet: p.packet, Time: p.now})
			p.offset[side] += 9
		}
	})
	p.close()
}

// Whatever comes, nothing panics, every finding is whole, and the same input
// gives the same findings.
func TestRandomTraffic(t *testing.T) {
	for seed := range uint64(60) {
		var found [2][]h2decode.Finding
		for run := range found {
			p := newPlay(t, "AT-05.pings_per_second=3", "AT-14.streams=1", "AT-15.streams=1", "AT-16.depth=1", "AT-18.frames_per_second=2", "AT-19.updates_per_second=1", "AT-21.seconds=1")
			p.settle(server, h2decode.SettingMaxConcurrentStreams, 2)
			playRandomly(p, rand.New(rand.NewPCG(seed, 1)), 400)
			found[run] = p.found
		}
		if !reflect.DeepEqual(found[0], found[1]) {
			t.Fatalf("seed %d: %v and %v", seed, found[0], found[1])
		}
		seen := map[string]bool{}
		for _, f := range found[0] {
			key := f.Rule + f.From.String()
			if seen[key] || f.Count == 0 || f.Message == "" {
				t.Errorf("seed %d: %+v", seed, f)
			}
			seen[key] = true
		}
	}
}

func FuzzWatch(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3}, uint64(1))
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 2))
		var octets []byte
		for range 20 {
			octets = append(octets, randomFrame(r)...)
		}
		f.Add(octets, seed)
	}
	f.Fuzz(func(t *testing.T, octets []byte, pace uint64) {
		p := newPlay(t)
		for len(octets) > 0 {
			n := min(len(octets), 1+int(pace%50))
			p.send(h2decode.Side(pace>>8&1), octets[:n])
			p.wait(time.Duration(pace % 3e9))
			octets, pace = octets[n:], pace*6364136223846793005+1442695040888963407
		}
		p.close()
		for _, f := range p.found {
			if attack.Lookup(f.Rule) == nil || f.Count == 0 {
				t.Errorf("%+v", f)
			}
		}
	})
}

// What a watch holds does not grow with the traffic.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	floods := map[string]func(p *play, i int){
		"provocations of streams that nobody resets": func(p *play, i int) { p.client(update(p.request(), 0)) },
		"PRIORITY for ever new streams":              func(p *play, i int) { p.client(depend(uint32(2*i+1), uint32(2*i-1))) },
		"uploads that are reset":                     func(p *play, i int) { s := p.upload(); p.server(reset(s, h2decode.Cancel)) },
		"all sorts of floods": func(p *play, i int) {
			p.client(ping(0), settings(), update(0, 0), data(1, 0, 0), continuation(1, 0, []byte{0x20}))
		},
		"streams at a window of 0": func(p *play, i int) {
			s := p.request()
			p.respond(s)
			p.client(update(s, 1))
			p.server(data(s, 0, 1))
		},
	}
	for name, flood := range floods {
		t.Run(name, func(t *testing.T) {
			p := newPlay(t)
			p.client(settings(h2decode.Setting{ID: h2decode.SettingInitialWindowSize}))
			p.server(settingsAck())
			play := func(from, to int) uint64 {
				for i := from; i < to; i++ {
					flood(p, i)
					p.wait(time.Microsecond)
				}
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			before := play(1, 40_000)
			after := play(40_000, 80_000)
			if grown := int64(after) - int64(before); grown > 2<<20 {
				t.Errorf("%d octets more", grown)
			}
			p.close()
		})
	}
}

// Ends of many waits at once take time in proportion to their number.
func TestManyWaitsEndInTime(t *testing.T) {
	p := newPlay(t)
	p.settle(server, h2decode.SettingMaxConcurrentStreams, 1<<30)
	p.settle(client, h2decode.SettingInitialWindowSize, 0)
	began := time.Now()
	times(20, func(int) {
		first := p.next
		times(10_000, func(int) { p.respond(p.upload()) })
		p.wait(time.Minute)
		times(10_000, func(i int) { p.server(reset(first+2*uint32(i), h2decode.RefusedStream)) })
	})
	p.close()
	if p.ids() != "AT-14 AT-21" && p.ids() != "AT-14" {
		t.Errorf("shows %s", p.ids())
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %s", took)
	}
}
