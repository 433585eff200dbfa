package rules

import (
	"testing"

	"h2scope/h2decode"
)

type silence struct{}

func (silence) Event(h2decode.Event) {}

// An exchanger plays exchanges on new streams, in memory that is used again: a
// request, and a response with DATA.
type exchanger struct {
	conn              *h2decode.Conn
	request, response []byte
	stream            uint32
	chunk             h2decode.Chunk
	offset            [2]uint64
}

const framesOfExchange = 3

// newExchanger is a connection behind its preface, whose events sink is told.
func newExchanger(t testing.TB, sink func(*h2decode.Conn) h2decode.Sink) *exchanger {
	var to h2decode.Sink
	x := &exchanger{stream: 1}
	x.conn = h2decode.NewConn(h2decode.Config{Conn: 1}, sinkFunc(func(e h2decode.Event) { to.Event(e) }))
	to = sink(x.conn)
	s := newScript(&testing.T{}, h2decode.Config{})
	s.block(client, get...)
	x.request = h2decode.AppendFrame(nil, h2decode.TypeHeaders, h2decode.FlagEndStream|h2decode.FlagEndHeaders, 1,
		&h2decode.HeadersFrame{Fragment: s.block(client, get...)})
	x.response = append(rawFrame(h2decode.TypeHeaders, h2decode.FlagEndHeaders, 1, 0x88), dataFrame(1, h2decode.FlagEndStream, "")...)
	x.send(client, append(append([]byte{}, h2decode.Preface...), settingsFrame()...))
	x.send(server, append(settingsFrame(), ackFrame()...))
	x.send(client, append(ackFrame(), newScript(&testing.T{}, h2decode.Config{}).request(1)...))
	x.send(server, x.response)
	return x
}

func (x *exchanger) send(from h2decode.Side, data []byte) {
	x.chunk = h2decode.Chunk{From: from, Packet: 1, Offset: x.offset[from], Acked: x.offset[from.Other()], Data: data}
	x.offset[from] += uint64(len(data))
	x.conn.Chunk(&x.chunk)
}

func (x *exchanger) exchange() {
	x.stream += 2
	for _, frame := range [...][]byte{x.request, x.response, x.response[h2decode.HeaderLength+1:]} {
		frame[5], frame[6], frame[7], frame[8] = byte(x.stream>>24), byte(x.stream>>16), byte(x.stream>>8), byte(x.stream)
	}
	x.send(client, x.request)
	x.send(server, x.response)
}

// TestSoundTrafficDoesNotAllocate: what keeps the rules is judged without
// allocating.
func TestSoundTrafficDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	x := newExchanger(t, func(c *h2decode.Conn) h2decode.Sink {
		return New(c, Config{}, sinkFunc(func(e h2decode.Event) {
			if f, ok := e.(*h2decode.Finding); ok {
				t.Fatalf("found %s: %s", f.Rule, f.Message)
			}
		}))
	})
	for range 5000 { // what is kept of streams has its size
		x.exchange()
	}
	if n := testing.AllocsPerRun(1000, x.exchange); n > 0 {
		t.Errorf("%v allocations for an exchange, want 0", n)
	}
}

// BenchmarkJudge is the cost of an exchange, without and with a judge.
func BenchmarkJudge(b *testing.B) {
	for _, bench := range []struct {
		name string
		sink func(*h2decode.Conn) h2decode.Sink
	}{
		{"decoded", func(*h2decode.Conn) h2decode.Sink { return silence{} }},
		{"judged", func(c *h2decode.Conn) h2decode.Sink { return New(c, Config{}, silence{}) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			x := newExchanger(b, bench.sink)
			b.ReportAllocs()
			for b.Loop() {
				x.exchange()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/framesOfExchange, "ns/frame")
		})
	}
}
