package exchange

import (
	"fmt"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// A conversation plays frames to a decoder, and what that tells to a meter.
type conversation struct {
	t       *testing.T
	meter   *Meter
	decoder *h2decode.Conn
	offset  [2]uint64
	packet  uint64
	measure map[uint32]Measure // by stream
}

func converse(t *testing.T, maxBody int, data bool) *conversation {
	c := &conversation{t: t, meter: NewMeter(maxBody), measure: make(map[uint32]Measure)}
	c.decoder = h2decode.NewConn(h2decode.Config{Conn: 1, Messages: true, Data: data}, c)
	c.send(h2decode.Client, []byte(h2decode.Preface))
	return c
}

// Event meters.
func (c *conversation) Event(e h2decode.Event) {
	c.meter.Event(e)
	if closed, is := e.(*h2decode.StreamClosed); is {
		c.measure[closed.Stream.ID] = c.meter.Take(1, closed.Stream)
	}
}

func (c *conversation) send(from h2decode.Side, octets []byte) {
	c.packet++
	c.decoder.Chunk(&h2decode.Chunk{From: from, Offset: c.offset[from], Packet: c.packet, Time: int64(c.packet), Data: octets})
	c.offset[from] += uint64(len(octets))
}

// lose is for octets that the capture lacks.
func (c *conversation) lose(from h2decode.Side, octets []byte) {
	c.packet++
	c.decoder.Gap(&h2decode.Gap{From: from, Offset: c.offset[from], Length: uint64(len(octets)), Packet: c.packet, Time: int64(c.packet)})
	c.offset[from] += uint64(len(octets))
}

// loseFrame is for a frame of which the capture has the length only: what it was is
// lost, and where the next one begins is known.
func (c *conversation) loseFrame(from h2decode.Side, frame []byte) {
	c.send(from, frame[:3])
	c.lose(from, frame[3:])
}

// headers is a field section on stream 1; flags beside END_HEADERS.
func headers(flags h2decode.Flags, pairs ...string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags|h2decode.FlagEndHeaders, 1, &h2decode.HeadersFrame{Fragment: fragment(pairs...)})
}

func fragment(pairs ...string) (block []byte) {
	e := hpack.NewEncoder(0)
	for i := 0; i < len(pairs); i += 2 {
		block = e.AppendField(block, pairs[i], pairs[i+1], hpack.NeverIndexed)
	}
	return block
}

func data(flags h2decode.Flags, octets string) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeData, flags, 1, &h2decode.DataFrame{Data: []byte(octets)})
}

// ask and answer are the field sections of a request and its response.
func ask(contentType string) []byte {
	return headers(0, ":method", "POST", ":scheme", "http", ":authority", "a", ":path", "/pkg.Service/Method", "content-type", contentType)
}

func answer(flags h2decode.Flags, more ...string) []byte {
	return headers(flags, append([]string{":status", "200"}, more...)...)
}

const (
	end     = h2decode.FlagEndStream
	message = "\x00\x00\x00\x00\x03abc"
)

// calls are conversations with what is to be counted of them: messages of the
// client, messages of the server, status. "?" is not known.
var calls = []struct {
	name, want string
	play       func(c *conversation)
}{
	{"unary", "1 1 OK", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc+proto"), data(0, message)...))
		c.send(h2decode.Server, headers(end, "grpc-status", "0"))
	}},
	{"messages cut anywhere", "3 2 OK", func(c *conversation) {
		c.send(h2decode.Client, ask("application/grpc"))
		for _, octet := range message + message + message {
			c.send(h2decode.Client, data(0, string(octet)))
		}
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc"), data(0, message[:2])...))
		c.send(h2decode.Server, append(data(0, message[2:]+message), headers(end, "grpc-status", "0")...))
	}},
	{"trailers only", "1 0 NOT_FOUND", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
		c.send(h2decode.Server, answer(end, "content-type", "application/grpc", "grpc-status", "5"))
	}},
	{"reset inside a message", "1 1 ?", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc"), data(0, message[:6])...))
		c.send(h2decode.Client, h2decode.AppendFrame(nil, h2decode.TypeRSTStream, 0, 1, &h2decode.RSTStreamFrame{Code: h2decode.Cancel}))
	}},
	{"the capture ends inside a prefix", "1 ? ?", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc"), data(0, message[:3])...))
	}},
	{"no answer", "1 0 ?", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(0, message)...))
		c.send(h2decode.Client, h2decode.AppendFrame(nil, h2decode.TypeRSTStream, 0, 1, &h2decode.RSTStreamFrame{Code: h2decode.Cancel}))
	}},
	{"no answer that was captured", "1 ? ?", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(0, message)...))
		c.lose(h2decode.Server, answer(0))
	}},
	{"an interim response first", "1 1 OK", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
		c.send(h2decode.Server, headers(0, ":status", "103", "content-type", "application/grpc"))
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc"), data(0, message)...))
		c.send(h2decode.Server, headers(end, "grpc-status", "0"))
	}},
	{"grpc-web has its status in the content", "1 1 ABORTED", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc-web"), data(end, message)...))
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc-web"), data(end, message+"\x80\x00\x00\x00\x0fgrpc-status:10\n")...))
	}},
	{"a proxy answers in another type", "1 ? ?", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
		c.send(h2decode.Server, append(answer(0, "content-type", "text/html"), data(end, "<p>Bad gateway")...))
	}},
	{"a hole inside a message", "1 1 OK", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
		frame := data(0, message)
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc"), frame[:h2decode.HeaderLength+5]...))
		c.lose(h2decode.Server, frame[h2decode.HeaderLength+5:])
		c.send(h2decode.Server, headers(end, "grpc-status", "0"))
	}},
	{"lost frames", "1 ? OK", func(c *conversation) {
		c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc"), data(0, message)...))
		c.loseFrame(h2decode.Server, data(0, message))
		c.send(h2decode.Server, headers(end, "grpc-status", "0"))
	}},
	{"a request that is no call", "none", func(c *conversation) {
		c.send(h2decode.Client, append(ask("text/plain"), data(end, message)...))
		c.send(h2decode.Server, append(answer(0, "content-type", "application/grpc"), data(end, message)...))
	}},
}

func (m *Measure) counts() string {
	if m.Call == nil {
		return "none"
	}
	words := []string{"?", "?", "?"}
	for side, n := range m.Messages {
		if m.Counted[side] {
			words[side] = fmt.Sprint(n)
		}
	}
	if m.Call.HasStatus {
		words[2] = m.Call.Status.Code.String()
	}
	return strings.Join(words, " ")
}

func TestMessagesAreCounted(t *testing.T) {
	for _, tt := range calls {
		t.Run(tt.name, func(t *testing.T) {
			c := converse(t, 0, true)
			tt.play(c)
			c.decoder.Finish(&h2decode.Connection{Number: 1}, c.packet, int64(c.packet))
			m := c.measure[1]
			if got := m.counts(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if m.Decoded != [2]bool{} {
				t.Error("no codings were to be undone")
			}
		})
	}
}

// Where the octets of DATA are not told, nothing is said of messages but that
// there are none where there is no DATA.
func TestNothingIsCountedWithoutOctets(t *testing.T) {
	c := converse(t, 0, false)
	c.send(h2decode.Client, append(ask("application/grpc"), data(end, message)...))
	c.send(h2decode.Server, answer(end, "content-type", "application/grpc", "grpc-status", "0"))
	if m := c.measure[1]; m.counts() != "? 0 OK" {
		t.Errorf("got %s", m.counts())
	}
}

// What costs nothing where there is no call: events of other streams.
func TestMeterAllocatesNothing(t *testing.T) {
	m := NewMeter(0)
	fields := []hpack.Field{{Name: []byte(":method"), Value: []byte("GET")}, {Name: []byte("content-type"), Value: []byte("text/plain")}}
	events := []h2decode.Event{
		&h2decode.FrameDecoded{Header: h2decode.FrameHeader{Type: h2decode.TypeHeaders, Stream: 1}, Block: &h2decode.Block{Fields: fields, Stream: 1}},
		&h2decode.DataDecoded{Stream: 1, Data: []byte("abc")},
		&h2decode.FrameDecoded{Header: h2decode.FrameHeader{Type: h2decode.TypeData, Flags: end, Stream: 1}},
	}
	s := &h2decode.Stream{ID: 1, Request: h2decode.Message{Fields: fields}}
	if n := testing.AllocsPerRun(100, func() {
		for _, e := range events {
			m.Event(e)
		}
		m.Take(1, s)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
