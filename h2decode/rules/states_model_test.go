package rules

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
)

// A wire carries the frames of two endpoints that keep the rules, each as far as
// it knows. What one sends passes the observer, reaches the other's TCP and is
// processed by it, each some time after the other: so that much is in flight.
type wire struct {
	t         *testing.T
	random    *rand.Rand
	conn      *h2decode.Conn
	found     []*h2decode.Finding
	frames    [2][]wireFrame // by sender
	observed  [2]int         // of frames
	received  [2]int
	processed [2]int
	ends      [2]*endpointModel
	observing [2]uint64 // octets
	packet    uint64
}

type wireFrame struct {
	octets []byte
	total  uint64 // octets up to its end
	acked  uint64
	effect func(*endpointModel) // on who processes it
}

// An endpointModel is what one endpoint knows.
type endpointModel struct {
	wire    *wire
	side    h2decode.Side
	streams map[uint32]*streamModel
	next    uint32
	window  int64 // the connection's, for what it sends
	initial int64 // for what it sends
	unread  uint32
	limit   int // of its streams that may be open
	leaving bool
}

type streamModel struct {
	begun, ended, peerEnded bool
	data                    bool // it has sent DATA
	reserved                bool
	window                  int64
	unread                  uint32
}

func newWire(t *testing.T, seed uint64) *wire {
	w := &wire{t: t, random: rand.New(rand.NewPCG(seed, 8))}
	var judge *Judge
	w.conn = h2decode.NewConn(h2decode.Config{}, sinkFunc(func(e h2decode.Event) { judge.Event(e) }))
	judge = New(w.conn, Config{}, sinkFunc(func(e h2decode.Event) {
		if f, ok := e.(*h2decode.Finding); ok {
			w.found = append(w.found, f)
		}
	}))
	for side := range w.ends {
		w.ends[side] = &endpointModel{
			wire: w, side: h2decode.Side(side), streams: make(map[uint32]*streamModel), next: uint32(side) + 1,
			window: 65535, initial: 65535, limit: 1 << 30,
		}
	}
	w.ends[client].send(append([]byte(h2decode.Preface), settingsFrame()...), (*endpointModel).acknowledge)
	limit := h2decode.Setting{ID: h2decode.SettingMaxConcurrentStreams, Value: 3}
	w.ends[server].send(settingsFrame(limit), func(e *endpointModel) { e.limit = 3; e.acknowledge() })
	return w
}

// send puts a frame on the wire.
func (e *endpointModel) send(octets []byte, effect func(*endpointModel)) {
	w, peer := e.wire, e.side.Other()
	f := wireFrame{octets: octets, effect: effect}
	if n := w.received[peer]; n > 0 {
		f.acked = w.frames[peer][n-1].total
	}
	f.total = uint64(len(octets))
	if n := len(w.frames[e.side]); n > 0 {
		f.total += w.frames[e.side][n-1].total
	}
	w.frames[e.side] = append(w.frames[e.side], f)
}

func nothing(*endpointModel) {}

func (e *endpointModel) acknowledge() { e.send(ackFrame(), nothing) }

// step lets one thing happen. prompt is an endpoint that processes what its TCP
// receives.
func (w *wire) step(prompt bool) {
	side := h2decode.Side(w.random.IntN(2))
	switch w.random.IntN(5) {
	case 0, 1:
		w.ends[side].act()
	case 2:
		if w.observed[side] < len(w.frames[side]) {
			f := &w.frames[side][w.observed[side]]
			w.packet++
			w.conn.Chunk(&h2decode.Chunk{
				From: side, Offset: w.observing[side], Packet: w.packet, Time: int64(w.packet), Acked: f.acked, Data: f.octets,
			})
			w.observing[side] = f.total
			w.observed[side]++
		}
	case 3:
		if w.received[side] < w.observed[side] {
			w.received[side]++
		}
		if prompt {
			w.process(side)
		}
	case 4:
		if w.random.IntN(2) == 0 {
			w.process(side)
		}
	}
}

func (w *wire) process(side h2decode.Side) {
	if w.processed[side] < w.received[side] {
		w.processed[side]++
		w.frames[side][w.processed[side]-1].effect(w.ends[side.Other()])
	}
}

// act has an endpoint do one thing that it may.
func (e *endpointModel) act() {
	switch r := e.wire.random; r.IntN(12) {
	case 0, 1:
		e.open()
	case 2:
		e.reset()
	case 3, 4:
		e.update()
	case 5:
		e.announce()
	case 6:
		e.send(pingFrame(0, "x"), func(o *endpointModel) { o.send(pingFrame(h2decode.FlagAck, "x"), nothing) })
	case 7:
		if e.side == server && r.IntN(20) == 0 {
			e.send(goAwayFrame(maxStream, h2decode.NoError), func(o *endpointModel) { o.leaving = true })
		}
	case 8:
		e.promise()
	case 9:
		e.send(priorityFrame(1+2*uint32(r.IntN(20)), 0), nothing)
	default:
		e.message()
	}
}

// some is a stream that is not closed as far as the endpoint knows.
func (e *endpointModel) some() (uint32, *streamModel) {
	var ids []uint32
	for id := range e.streams {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return 0, nil
	}
	slices.Sort(ids)
	id := ids[e.wire.random.IntN(len(ids))]
	return id, e.streams[id]
}

// open is for the client to request.
func (e *endpointModel) open() {
	if e.side == server || e.leaving {
		return
	}
	active := 0
	for id, s := range e.streams {
		if id%2 == 1 && !s.reserved {
			active++
		}
	}
	if active >= e.limit {
		return
	}
	id := e.next
	e.next += 2
	flags := e.flags()
	s := &streamModel{begun: true, window: e.initial}
	e.streams[id] = s
	frame := rawFrame(h2decode.TypeHeaders, flags|h2decode.FlagEndHeaders, id, 0x82, 0x84, 0x86, 0x01, 0x01, 'a')
	e.send(frame, func(o *endpointModel) {
		o.streams[id] = &streamModel{window: o.initial}
		o.ends(id, flags)
	})
	e.end(id, s, flags)
}

// promise is for the server, on a stream on which it may still send.
func (e *endpointModel) promise() {
	id, s := e.some()
	if e.side == client || s == nil || id%2 == 0 || s.ended || s.data || e.wire.random.IntN(4) > 0 {
		return
	}
	promised := e.next
	e.next += 2
	e.streams[promised] = &streamModel{reserved: true, peerEnded: true, window: e.initial}
	octets := []byte{0, 0, byte(promised >> 8), byte(promised), 0x82, 0x84, 0x86, 0x01, 0x01, 'a'}
	e.send(rawFrame(h2decode.TypePushPromise, h2decode.FlagEndHeaders, id, octets...), func(o *endpointModel) {
		o.streams[promised] = &streamModel{reserved: true, ended: true, window: o.initial}
	})
}

// message sends HEADERS or DATA on a stream.
func (e *endpointModel) message() {
	id, s := e.some()
	if s == nil || s.ended {
		return
	}
	flags := e.flags()
	if !s.begun {
		s.begun, s.reserved = true, false
		e.send(rawFrame(h2decode.TypeHeaders, flags|h2decode.FlagEndHeaders, id, 0x88), func(o *endpointModel) { o.ends(id, flags) })
		e.end(id, s, flags)
		return
	}
	n := min(int64(e.wire.random.IntN(16000)), s.window, e.window)
	if n <= 0 && flags == 0 {
		return
	}
	n = max(0, n)
	s.data = true
	s.window -= n
	e.window -= n
	e.send(dataFrame(id, flags, strings.Repeat("x", int(n))), func(o *endpointModel) {
		o.unread += uint32(n)
		if s := o.streams[id]; s != nil {
			s.unread += uint32(n)
		}
		o.ends(id, flags)
	})
	e.end(id, s, flags)
}

func (e *endpointModel) flags() h2decode.Flags {
	if e.wire.random.IntN(3) == 0 {
		return h2decode.FlagEndStream
	}
	return 0
}

// end is the endpoint's own END_STREAM, ends its peer's.
func (e *endpointModel) end(id uint32, s *streamModel, flags h2decode.Flags) {
	if s.ended = s.ended || flags != 0; s.ended && s.peerEnded {
		delete(e.streams, id)
	}
}

func (e *endpointModel) ends(id uint32, flags h2decode.Flags) {
	if s := e.streams[id]; s != nil {
		s.reserved = false
		if s.peerEnded = s.peerEnded || flags != 0; s.ended && s.peerEnded {
			delete(e.streams, id)
		}
	}
}

func (e *endpointModel) reset() {
	if id, s := e.some(); s != nil && e.wire.random.IntN(3) == 0 {
		delete(e.streams, id)
		e.send(resetFrame(id, h2decode.Cancel), func(o *endpointModel) { delete(o.streams, id) })
	}
}

// update gives back what was read, on a stream or on the connection.
func (e *endpointModel) update() {
	id, s := e.some()
	unread := &e.unread
	if s != nil && (!s.reserved || e.side == client) && e.wire.random.IntN(2) == 0 {
		unread = &s.unread
	} else {
		id = 0
	}
	n := *unread
	if *unread = 0; n == 0 {
		return
	}
	e.send(windowFrame(id, n), func(o *endpointModel) {
		if id == 0 {
			o.window += int64(n)
		} else if s := o.streams[id]; s != nil {
			s.window += int64(n)
		}
	})
}

// announce sets another initial size.
func (e *endpointModel) announce() {
	v := int64(e.wire.random.IntN(70000))
	e.send(settingsFrame(h2decode.Setting{ID: initialWindow, Value: uint32(v)}), func(o *endpointModel) {
		for _, s := range o.streams {
			s.window += v - o.initial
		}
		o.initial = v
		o.acknowledge()
	})
}

// Endpoints that keep the rules as far as they know break none, whatever is in
// flight, and wherever between them the capture is taken.
func TestWhatIsInFlightBreaksNoRule(t *testing.T) {
	mine := []string{"ST-", "PU-", "FC-", "PR-", "GA-02", "GA-03", "GA-05", "HD-22", "HD-32"}
	// An endpoint whose TCP has received what it has not processed yet may seem
	// to break these; none ends a connection.
	slow := []string{"ST-05", "ST-11", "GA-02"}
	frames := 0
	for seed := range uint64(600) {
		w := newWire(t, seed)
		prompt := seed%2 == 0
		for range 1500 {
			w.step(prompt)
		}
		frames += w.observed[client] + w.observed[server]
		for _, f := range w.found {
			if slices.ContainsFunc(mine, func(p string) bool { return strings.HasPrefix(f.Rule, p) }) && (prompt || !slices.Contains(slow, f.Rule)) {
				t.Fatalf("seed %d, frame %d: %s: %s", seed, f.Frame, f.Rule, f.Message)
			}
		}
	}
	if frames < 100000 {
		t.Errorf("%d frames: the traffic is too tame", frames)
	}
}
