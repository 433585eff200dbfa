package endpoint

import (
	"math/rand/v2"
	"time"

	"golang.org/x/net/http2"
)

// A walk makes a connection of random steps. It keeps book of the windows only
// to stay within them.
type walk struct {
	random     *rand.Rand
	connection [2]int64 // by the side that sends
	initial    [2]int64
	streams    []*walked
	next       uint32 // the stream that the client opens next
}

// A walked is a stream on which both sides may send.
type walked struct {
	id      uint32
	windows [2]int64
}

func newWalk(seed uint64) *walk {
	const first = 65535 // RFC 9113, Section 6.9.2
	return &walk{
		random: rand.New(rand.NewPCG(seed, 5)), next: 1,
		connection: [2]int64{first, first}, initial: [2]int64{first, first},
	}
}

// run is so many steps, and then the end of all streams.
func (w *walk) run(steps int) []Step {
	run := hello(nil, nil)
	run = append(run, w.announce(Client, 2000)...)
	run = append(run, w.announce(Server, 2000)...)
	for range steps {
		from := Side(w.random.IntN(2))
		switch n := w.random.IntN(20); {
		case len(w.streams) < 2, n == 0 && len(w.streams) < 6:
			run = append(run, w.open()...)
		case n == 1:
			run = append(run, w.announce(from, w.random.Int64N(4000))...)
		case n < 8:
			run = append(run, w.give(from))
		default:
			run = append(run, w.send(from)...)
		}
	}
	for _, s := range w.streams {
		run = append(run, client(last(s.id, nil)), server(last(s.id, nil)))
	}
	return append(run, goodbye()...)
}

// open begins a stream in both directions.
func (w *walk) open() []Step {
	s := &walked{id: w.next, windows: w.initial}
	w.next += 2
	w.streams = append(w.streams, s)
	return []Step{client(Headers{Stream: s.id, Fields: request("POST", "/")}), server(ok(s.id))}
}

// announce sets and acknowledges the initial size of what the other side sends.
func (w *walk) announce(from Side, octets int64) []Step {
	other := from.Other()
	for _, s := range w.streams {
		s.windows[other] += octets - w.initial[other]
	}
	w.initial[other] = octets
	return []Step{
		{From: from, Send: []Action{Settings{setting(http2.SettingInitialWindowSize, uint32(octets))}}},
		{From: other, Send: []Action{SettingsAck{}}},
	}
}

// give opens a window of the other side after a while: that of the connection, or
// of a stream.
func (w *walk) give(from Side) Step {
	other := from.Other()
	update := WindowUpdate{Increment: 500 + uint32(w.random.IntN(3000))}
	if w.random.IntN(4) == 0 {
		update.Increment *= 4
		w.connection[other] += int64(update.Increment)
	} else {
		s := w.any()
		update.Stream = s.id
		s.windows[other] += int64(update.Increment)
	}
	return Step{From: from, Wait: time.Duration(w.random.IntN(50)) * time.Millisecond, Send: []Action{update}}
}

// send sends some of what a stream may have, mostly all of it, and sometimes
// with padding.
func (w *walk) send(from Side) []Step {
	s := w.any()
	room := min(s.windows[from], w.connection[from], 1<<14)
	if room <= 0 {
		return nil
	}
	octets := room
	if w.random.IntN(3) == 0 {
		octets = 1 + w.random.Int64N(room)
	}
	s.windows[from] -= octets
	w.connection[from] -= octets
	d := Data{Stream: s.id}
	if pad := w.random.Int64N(256); pad < octets && w.random.IntN(4) == 0 {
		d.Pad = make([]byte, pad)
		octets -= pad + 1
	}
	d.Body = text(int(octets))
	return []Step{{From: from, Send: []Action{d}}}
}

func (w *walk) any() *walked { return w.streams[w.random.IntN(len(w.streams))] }
