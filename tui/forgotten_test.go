package tui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"h2scope"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
)

// A stream of traffic that does not end: connections come, carry exchanges, and go.
type endless struct {
	*stageSource
	t        *testing.T
	recorder *timeline.Recorder
	conns    []*endlessConn
	number   uint64
	packet   uint64
}

type endlessConn struct {
	*h2decode.Conn
	number  uint64
	encoder [2]*hpack.Encoder
	offset  [2]uint64
	stream  uint32
}

func newEndless(t *testing.T, memory int) *endless {
	spool, err := h2scope.NewRollingSpool(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = spool.Close() })
	e := &endless{t: t, stageSource: &stageSource{timeline: timeline.New(timeline.Limits{Memory: memory}), spool: spool, status: Status{Name: "lo", Live: true}}}
	e.recorder = e.timeline.Recorder()
	return e
}

func (e *endless) Event(ev h2decode.Event) { e.recorder.Event(ev) }

// open begins a connection.
func (e *endless) open() *endlessConn {
	e.number++
	c := &endlessConn{number: e.number, stream: 1, encoder: [2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
	c.Conn = h2decode.NewConn(h2decode.Config{Conn: e.number, Messages: true}, e)
	e.Event(&h2decode.ConnectionOpened{Conn: e.number, Packet: e.packet, Time: int64(e.packet+1) * 1e6})
	e.recorder.Observe(e.number, c.Conn)
	settings := h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})
	e.send(c, h2decode.Client, append([]byte(h2decode.Preface), settings...))
	e.send(c, h2decode.Server, settings)
	e.conns = append(e.conns, c)
	return c
}

func (e *endless) send(c *endlessConn, from h2decode.Side, octets []byte) {
	e.packet++
	c.Chunk(&h2decode.Chunk{
		From: from, Offset: c.offset[from], Packet: e.packet, OctetsPacket: e.packet,
		Time: int64(e.packet) * 1e6, Acked: c.offset[from.Other()], Data: octets,
	})
	c.offset[from] += uint64(len(octets))
}

// exchange plays a request, and at most times a response.
func (e *endless) exchange(c *endlessConn, answered bool) {
	headers := func(side h2decode.Side, flags h2decode.Flags, fields ...string) []byte {
		var block []byte
		for i := 0; i < len(fields); i += 2 {
			block = c.encoder[side].AppendField(block, fields[i], fields[i+1], hpack.Indexed)
		}
		return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags|h2decode.FlagEndHeaders, c.stream, &h2decode.HeadersFrame{Fragment: block})
	}
	e.send(c, h2decode.Client, headers(h2decode.Client, h2decode.FlagEndStream,
		":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", fmt.Sprint("/", e.packet)))
	if answered {
		e.send(c, h2decode.Server, headers(h2decode.Server, 0, ":status", "200"))
		data := &h2decode.DataFrame{Data: make([]byte, 100)}
		e.send(c, h2decode.Server, h2decode.AppendFrame(nil, h2decode.TypeData, h2decode.FlagEndStream, c.stream, data))
	}
	c.stream += 2
}

// finish ends the oldest connection.
func (e *endless) finish() {
	c := e.conns[0]
	e.conns = e.conns[1:]
	over := &h2decode.Connection{Number: c.number, Closed: int64(e.packet) * 1e6}
	c.Finish(over, e.packet, over.Closed)
	e.Event(&h2decode.ConnectionClosed{Connection: over})
}

// play plays some exchanges, and now and then the end of a connection.
func (e *endless) play(random *rand.Rand) {
	for len(e.conns) < 3 {
		e.open()
	}
	for range random.IntN(40) {
		e.exchange(e.conns[random.IntN(len(e.conns))], random.IntN(30) > 0)
	}
	if random.IntN(20) == 0 {
		e.finish()
	}
	e.recorder.Publish()
}

// Whatever is selected, and in whatever view: when it is forgotten the selection is
// what is kept nearest to it, and every row that is left is of something that is
// kept.
func TestForgettingNeverLosesTheSelection(t *testing.T) {
	var keys []string
	for _, b := range bindings {
		if b.Command != QuitProgram {
			keys = append(keys, b.Keys...)
		}
	}
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			e := newEndless(t, 600<<10)
			e.play(random)
			s := open(e.stageSource, 120, 40, Options{})
			var played []string
			for range 600 {
				e.play(random)
				s.tick()
				action, name := randomAction(random, keys)
				played = append(played, name)
				s.do(action)
				Draw(&s.Model)
				s.checkKept(t, played[max(0, len(played)-20):])
			}
			if f := e.Snapshot().Forgotten(); f.Connections == 0 || f.Frames < 1000 {
				t.Errorf("forgotten were %+v", f)
			}
		})
	}
}

// checkKept looks whether all that the model is about is kept.
func (s *stage) checkKept(t *testing.T, played []string) {
	t.Helper()
	for view := range s.Lists {
		l := &s.Lists[view]
		for _, r := range append(l.rows[:len(l.rows):len(l.rows)], l.fresh...) {
			if !isKept(ViewID(view), s.Snapshot.Conn(r.connection()), int(r.item)) {
				t.Fatalf("after %q: row %v of view %s is not kept", played, r, ViewID(view))
			}
		}
	}
	c := s.conn()
	if s.Conn != 0 && c == nil {
		t.Fatalf("after %q: connection %d is selected, which is not kept", played, s.Conn)
	}
	if c != nil && s.Frame != 0 && s.Frame < min(c.FirstFrame(), uint64(c.Len())) {
		t.Fatalf("after %q: frame %d is selected, kept are those from %d on", played, s.Frame, c.FirstFrame())
	}
}

// What is forgotten is said: how much in the status line, and that it was what the
// user had selected in a message.
func TestForgettingIsSaid(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	e := newEndless(t, 600<<10)
	e.play(random)
	s := open(e.stageSource, 200, 50, Options{View: "frames"})
	s.press("Home")
	said := false
	for range 300 {
		e.play(random)
		s.tick()
		said = said || strings.Contains(s.Message.Text, "was forgotten")
	}
	if !said {
		t.Error("it was not said that the selected frame was forgotten")
	}
	s.Message = Message{}
	if text := s.standing(); !strings.Contains(text, "FORGOTTEN") {
		t.Errorf("the status line is %q", text)
	}
	if l := &s.Lists[Frames]; len(l.rows) == 0 || l.at() < 0 || len(l.rows) > s.total() {
		t.Errorf("%d rows, line %d", len(l.rows), l.at())
	}
}

// total is how many frames are kept.
func (s *stage) total() (n int) {
	for _, c := range s.Snapshot.Conns() {
		n += c.Len() + 1 - int(c.FirstFrame())
	}
	return n
}

// While drawing is paused the screen stays, but does not hold on to what is to be
// forgotten: memory is bounded then, too.
func TestPausingHoldsNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 0))
	e := newEndless(t, 600<<10)
	e.play(random)
	s := open(e.stageSource, 120, 40, Options{})
	s.press(" ")
	if !s.Paused {
		t.Fatal("it is not paused")
	}
	for range 300 {
		e.play(random)
		s.tick()
	}
	if got, want := s.Snapshot.Forgotten(), e.Snapshot().Forgotten(); got != want || !s.Paused {
		t.Errorf("shown is what was when %+v was forgotten, now %+v is", got, want)
	}
}
