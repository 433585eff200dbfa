package rules

import (
	"testing"

	"h2scope/h2decode"
)

// steady is a connection with a judge over it, on which exchanges of the same
// kind follow one another.
type steady struct {
	conn   *h2decode.Conn
	wire   [2][]byte // of one exchange, by side, the stream's identifier left open
	offset [2]uint64
	stream uint32
}

func newSteady(t testing.TB) *steady {
	s := new(steady)
	var judge *Judge
	s.conn = h2decode.NewConn(h2decode.Config{}, sinkFunc(func(e h2decode.Event) { judge.Event(e) }))
	judge = New(s.conn, Config{}, sinkFunc(func(e h2decode.Event) {
		if f, ok := e.(*h2decode.Finding); ok {
			t.Errorf("%s: %s", f.Rule, f.Message)
		}
	}))
	settings := settingsFrame(h2decode.Setting{ID: h2decode.SettingMaxConcurrentStreams, Value: 100})
	s.send(client, append([]byte(h2decode.Preface), settingsFrame()...))
	s.send(server, append(settings, ackFrame()...))
	s.send(client, ackFrame())
	s.wire[client] = append(
		rawFrame(h2decode.TypeHeaders, h2decode.FlagEndHeaders|h2decode.FlagEndStream, 0, 0x82, 0x84, 0x86, 0x01, 0x01, 'a'),
		windowFrame(0, 1000)...)
	s.wire[server] = append(
		rawFrame(h2decode.TypeHeaders, h2decode.FlagEndHeaders, 0, 0x88),
		rawFrame(h2decode.TypeData, h2decode.FlagEndStream, 0, make([]byte, 1000)...)...)
	s.stream = 1
	return s
}

// exchange plays a request and its response: four frames.
func (s *steady) exchange() {
	for _, side := range [...]h2decode.Side{client, server} {
		for at := s.wire[side]; len(at) > 0; {
			h := h2decode.ParseFrameHeader(at)
			if h.Type != h2decode.TypeWindowUpdate {
				h.Stream = s.stream
			}
			h.Append(at[:0])
			at = at[h2decode.HeaderLength+h.Length:]
		}
		s.send(side, s.wire[side])
	}
	s.stream += 2
}

func (s *steady) send(from h2decode.Side, wire []byte) {
	s.conn.Chunk(&h2decode.Chunk{From: from, Offset: s.offset[from], Packet: 1, Time: 1, Acked: s.offset[from.Other()], Data: wire})
	s.offset[from] += uint64(len(wire))
}

// Traffic without a fault is judged without allocating, once as many streams
// have closed as are remembered.
func TestCleanExchangesDoNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	s := newSteady(t)
	for range 2 * maxClosed {
		s.exchange()
	}
	if n := testing.AllocsPerRun(1000, s.exchange); n != 0 {
		t.Errorf("%v allocations for an exchange, want none", n)
	}
}

func BenchmarkExchange(b *testing.B) {
	s := newSteady(b)
	b.ReportAllocs()
	for b.Loop() {
		if s.stream > 1<<30-4 {
			b.StopTimer()
			s = newSteady(b)
			b.StartTimer()
		}
		s.exchange()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(4*b.N), "ns/frame")
}
