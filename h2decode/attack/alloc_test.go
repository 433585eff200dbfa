package attack_test

import (
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/hpack"
)

type silence struct{}

func (silence) Event(h2decode.Event) {}

// An exchange is the events of a request and its response on one stream.
type exchange struct {
	request, response, data h2decode.FrameDecoded
	opened                  h2decode.StreamChanged
	closed                  h2decode.StreamClosed
	stream                  h2decode.Stream
}

func newExchange() *exchange {
	field := func(name, value string) hpack.Field {
		return hpack.Field{Name: []byte(name), Value: []byte(value), Wire: 1, Index: 62}
	}
	flags := h2decode.FlagEndHeaders
	x := &exchange{
		request: h2decode.FrameDecoded{
			Header:  h2decode.FrameHeader{Length: 20, Type: h2decode.TypeHeaders, Flags: flags | h2decode.FlagEndStream},
			Payload: &h2decode.HeadersFrame{Fragment: []byte{0x82, 0x84, 0x87, 0xbe}},
			Block: &h2decode.Block{Wire: 4, Frames: 1, Fields: []hpack.Field{
				field(":method", "GET"), field(":path", "/"), field(":scheme", "https"), field(":authority", "a.example"),
				field("user-agent", "h2load"), {Name: []byte("x-request"), Value: []byte("0123456789"), Wire: 12, Index: 64, Representation: hpack.WithoutIndexing},
			}},
		},
		response: h2decode.FrameDecoded{
			Header:  h2decode.FrameHeader{Length: 20, Type: h2decode.TypeHeaders, Flags: flags},
			Payload: &h2decode.HeadersFrame{Fragment: []byte{0x88, 0xbe}},
			Block: &h2decode.Block{Wire: 4, Frames: 1, Fields: []hpack.Field{
				field(":status", "200"), field("content-length", "1234"), field("date", "Mon, 01 Jan 2024 00:00:00 GMT"), field("server", "x"),
			}},
		},
		data: h2decode.FrameDecoded{
			Header:  h2decode.FrameHeader{Length: 1000, Type: h2decode.TypeData, Flags: h2decode.FlagEndStream},
			Payload: &h2decode.DataFrame{Length: 1000},
		},
	}
	x.response.From, x.data.From = server, server
	x.opened.Old, x.opened.New = h2decode.Idle, h2decode.Open
	x.closed.Stream = &x.stream
	known := h2decode.Window{Octets: 50000, Known: true}
	x.data.Windows = h2decode.Windows{Moved: true, Connection: known, Stream: known}
	return x
}

// tell tells a watch of the exchange, on a stream.
func (x *exchange) tell(w *attack.Watch, stream uint32, now int64) {
	for _, f := range []*h2decode.FrameDecoded{&x.request, &x.response, &x.data} {
		f.Time, f.Header.Stream = now, stream
		if f.Block != nil {
			f.Block.Stream = stream
		}
	}
	x.opened.Stream, x.stream.ID = stream, stream
	w.Event(&x.request)
	w.Event(&x.opened)
	w.Event(&x.response)
	w.Event(&x.data)
	w.Event(&x.closed)
}

func TestCleanTrafficDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	w, x := attack.New(nil, attack.Thresholds{}, silence{}), newExchange()
	stream, now := uint32(1), int64(1e18)
	if n := testing.AllocsPerRun(1000, func() {
		x.tell(w, stream, now)
		stream, now = stream+2, now+1e6
	}); n > 0 {
		t.Errorf("%v allocations for an exchange, want 0", n)
	}
}

// Nor does what lies within the thresholds, in its steady state: uploads,
// keepalive, window updates, priorities.
func TestBusyTrafficDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	p := newPlay(t)
	p.client(update(0, 1<<30))
	p.server(update(0, 1<<30))
	body := data(0, 0, 1000)
	at := func(stream uint32, frame []byte) []byte {
		frame[5], frame[6], frame[7], frame[8] = byte(stream>>24), byte(stream>>16), byte(stream>>8), byte(stream)
		return frame
	}
	head := block(0, h2decode.FlagEndHeaders, []byte{0x83, 0x84, 0x87})
	reply := block(0, h2decode.FlagEndHeaders|h2decode.FlagEndStream, []byte{0x88})
	grant, keepalive, end := update(0, 1000), ping(0), data(0, h2decode.FlagEndStream, 0)
	offset := p.offset
	chunk := func(from h2decode.Side, frame []byte) {
		p.packet++
		p.conn.Chunk(&h2decode.Chunk{From: from, Offset: offset[from], Packet: p.packet, OctetsPacket: p.packet, Time: p.now, Data: frame})
		offset[from] += uint64(len(frame))
	}
	exchange := func() {
		chunk(client, at(p.next, head))
		chunk(client, at(p.next, body))
		chunk(server, at(p.next, grant))
		chunk(client, at(p.next, end))
		chunk(server, at(p.next, reply))
		chunk(client, keepalive)
		p.next += 2
		p.wait(20 * time.Millisecond)
	}
	for range 200 {
		exchange()
	}
	if n := testing.AllocsPerRun(1000, exchange); n > 0 {
		t.Errorf("%v allocations for an upload, want 0", n)
	}
	if p.close(); p.ids() != "" {
		t.Errorf("shows %s", p.ids())
	}
}

// The cost of a clean exchange: three frames and two changes of the stream.
func BenchmarkExchange(b *testing.B) {
	w, x := attack.New(nil, attack.Thresholds{}, silence{}), newExchange()
	stream, now := uint32(1), int64(1e18)
	b.ReportAllocs()
	for b.Loop() {
		x.tell(w, stream, now)
		stream, now = stream+2, now+1e6
		if stream > 1<<31 {
			stream = 1
		}
	}
}

// The cost of a DATA frame.
func BenchmarkData(b *testing.B) {
	w, x := attack.New(nil, attack.Thresholds{}, silence{}), newExchange()
	x.data.Header.Flags = 0
	for b.Loop() {
		w.Event(&x.data)
	}
}

// The cost of frames that are floods already.
func BenchmarkFlood(b *testing.B) {
	for _, bench := range []struct {
		name  string
		frame func(i int) []byte
	}{
		{"PING", func(int) []byte { return ping(0) }},
		{"SETTINGS", func(int) []byte { return settings() }},
		{"PRIORITY", func(i int) []byte { return depend(uint32(i%2000*2+1), uint32((i*7)%2000*2+1)) }},
		{"exclusive PRIORITY", func(i int) []byte {
			return h2decode.AppendFrame(nil, h2decode.TypePriority, 0, uint32(i%2000*2+1), &h2decode.PriorityFrame{Exclusive: true, Weight: 1})
		}},
		{"CONTINUATION", func(int) []byte { return continuation(1, 0, []byte{0x20}) }},
		{"WINDOW_UPDATE", func(int) []byte { return update(0, 0) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			p := newPlay(b)
			var frames [][]byte
			for i := range 4000 {
				frames = append(frames, bench.frame(i))
			}
			i := 0
			for b.Loop() {
				p.client(frames[i%len(frames)])
				p.wait(time.Microsecond)
				i++
			}
		})
	}
}
