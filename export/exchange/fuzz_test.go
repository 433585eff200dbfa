package exchange

import (
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
	"h2scope/h2decode/content/websocket"
)

// checker gives the events of a connection to an assembler, and holds what it
// makes of them.
type checker struct {
	t         *testing.T
	assembler *Assembler
	meter     *Meter
}

// Event checks the exchange that is over, if one is.
func (c *checker) Event(e h2decode.Event) {
	x := c.assembler.Event(e)
	c.meter.Event(e)
	if x == nil {
		return
	}
	m := c.meter.Take(x.Conn.Number, x.Stream)
	agree(c.t, x, &m)
	for side := range x.Bodies {
		side := h2decode.Side(side)
		b, m := x.Bodies[side], x.Message(side)
		if got := b.Length() + b.Unheld; got > m.DataBytes {
			c.t.Errorf("stream %d: %d octets of content, the decoder counts %d", x.Stream.ID, got, m.DataBytes)
		}
		content := x.Content(side, 100)
		if content.Complete && uint64(len(content.Octets)) != content.Size {
			c.t.Errorf("stream %d: complete, and %d octets of %d", x.Stream.ID, len(content.Octets), content.Size)
		}
		if !content.Complete && m.DataBytes > 0 && len(content.Notes) == 0 {
			c.t.Errorf("stream %d: not complete, and nothing says why", x.Stream.ID)
		}
	}
	x.GRPC(100, func(h2decode.Side, *grpc.Message) {})
	x.WebSocket(100, func(h2decode.Side, *websocket.Message) {})
	if url, _ := x.URL(); url == "" {
		c.t.Errorf("stream %d has no address", x.Stream.ID)
	}
}

// FuzzAssembler plays octets of both sides, with a hole, and holds that what is
// made of them agrees with what the decoder counts, and that nothing is left when
// the connection is over.
func FuzzAssembler(f *testing.F) {
	f.Add(string(ask("application/grpc"))+string(data(end, message)), string(answer(0, "content-encoding", "gzip"))+string(data(end, zipped("abc"))), 0, 0)
	headers := "\x00\x00\x05\x01\x04\x00\x00\x00\x01\x82\x86\x84\x41\x00"
	data := "\x00\x00\x03\x00\x01\x00\x00\x00\x01abc"
	push := "\x00\x00\x05\x05\x04\x00\x00\x00\x01\x00\x00\x00\x02\x82"
	f.Add(headers+data, "\x00\x00\x01\x01\x04\x00\x00\x00\x01\x88"+push+data, 30, 2)
	f.Add(headers, data+data+"\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x08", 3, 0)
	f.Add("\x00\x00\x02\x01\x00\x00\x00\x00\x03\x82\x86\x00\x00\x01\x09\x04\x00\x00\x00\x03\x84"+data, "", 0, 0)
	f.Fuzz(func(t *testing.T, client, server string, hole, length int) {
		c := &checker{t, New(Config{MaxBody: 50}), NewMeter(50)}
		conn := h2decode.NewConn(h2decode.Config{Conn: 1, Messages: true, Data: true}, c)
		c.Event(&h2decode.ConnectionOpened{Conn: 1})
		conn.Chunk(&h2decode.Chunk{From: h2decode.Client, Packet: 1, Time: 1, Data: []byte(h2decode.Preface + client)})
		hole, length = max(0, min(hole, len(server))), max(0, min(length, 1000))
		conn.Chunk(&h2decode.Chunk{From: h2decode.Server, Packet: 2, Time: 2, Data: []byte(server[:hole])})
		if length > 0 {
			conn.Gap(&h2decode.Gap{From: h2decode.Server, Offset: uint64(hole), Length: uint64(length), Packet: 3, Time: 3})
		}
		conn.Chunk(&h2decode.Chunk{From: h2decode.Server, Offset: uint64(hole + length), Packet: 4, Time: 4, Data: []byte(server[hole:])})
		conn.Finish(&h2decode.Connection{Number: 1}, 5, 5)
		if known := c.assembler.conns[1]; known != nil && (len(known.streams) > 0 || known.held != 0) {
			t.Errorf("%d streams and %d octets are left", len(known.streams), known.held)
		}
	})
}
