package opening

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"h2scope/h2decode/resync"
	"h2scope/reassembly"
)

// frame is a frame of HTTP/2.
func frame(typ, flags byte, stream uint32, payload string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(typ))
	return string(binary.BigEndian.AppendUint32(append(b, flags), stream)) + payload
}

// asking and answering are messages on a stream, with fields of that length.
func asking(stream uint32, n int) string {
	return frame(1, 5, stream, "\x82"+strings.Repeat("\x84", n))
}
func answering(stream uint32, n int) string {
	return frame(1, 4, stream, "\x88"+strings.Repeat("\x90", n%3)) + frame(0, 1, stream, strings.Repeat("d", n))
}

// joined plays a conversation from a place in its midst: so many octets of a
// frame of each half first, then exchanges, a segment for each message.
func joined(o *Opening, client reassembly.Half, exchanges int, first [2]int) (at [2]uint64) {
	send := func(h reassembly.Half, data string) {
		if data != "" && !o.Chunk(&reassembly.Chunk{Half: h, Offset: at[h], Packet: 1, Data: []byte(data)}).Final {
			at[h] += uint64(len(data))
		}
	}
	send(client, strings.Repeat("a", first[0]))
	send(client.Other(), strings.Repeat("b", first[1]))
	for i := range exchanges {
		stream := uint32(2*i + 101)
		send(client, asking(stream, 20+i))
		send(client.Other(), answering(stream, 60+i))
	}
	return at
}

// A connection that is joined in the middle is recognised by its frames, in both
// directions or in one, and the frames tell who the client is.
func TestHTTP2JoinedInTheMiddle(t *testing.T) {
	for client := range reassembly.Half(2) {
		for _, first := range [][2]int{{0, 0}, {13, 0}, {0, 700}, {40, 40}} {
			o := New(Config{Midstream: true})
			joined(o, client, 20, first)
			r := o.Result()
			if r.Protocol != HTTP2 || !r.Joined || !r.ClientKnown || r.Client != client {
				t.Fatalf("client %v, first %v: %+v", client, first, r)
			}
			if r.InStep[0] || r.InStep[1] { // by segments alone it is not known which frames these are
				t.Errorf("client %v, first %v: in step %v", client, first, r.InStep)
			}
		}
	}
}

func TestHTTP2JoinedInOneDirection(t *testing.T) {
	for half := range reassembly.Half(2) {
		o, at := New(Config{Midstream: true}), uint64(0)
		for i := range 30 {
			data := []byte(answering(uint32(2*i+1), 80+i))
			o.Chunk(&reassembly.Chunk{Half: half, Offset: at, Packet: uint64(i), Data: data})
			at += uint64(len(data))
		}
		if r := o.Result(); r.Protocol != HTTP2 || !r.ClientKnown || r.Client != half.Other() {
			t.Errorf("half %v: %+v", half, r)
		}
	}
}

// Frames that both sides send alike do not tell the client; the handshake does.
func TestClientOfAJoinedConnection(t *testing.T) {
	play := func(cfg Config) Result {
		o, at := New(cfg), uint64(0)
		for i := range 200 {
			data := []byte(frame(8, 0, uint32(2*i+1), "\x00\x00\x01\x00") + frame(8, 0, 0, "\x00\x00\x01\x00"))
			if o.Chunk(&reassembly.Chunk{Half: 1, Offset: at, Packet: uint64(i), Data: data}).Final {
				break
			}
			at += uint64(len(data))
		}
		o.Finish()
		return o.Result()
	}
	if r := play(Config{Midstream: true}); r.Protocol != HTTP2 || r.ClientKnown {
		t.Errorf("not told: %+v", r)
	}
	if r := play(Config{Midstream: true, ClientKnown: true, Client: 1}); r.Protocol != HTTP2 || !r.ClientKnown || r.Client != 1 {
		t.Errorf("by the handshake: %+v", r)
	}
}

// What comes before the frames may be more than is held: it is given up.
func TestHTTP2JoinedBehindALongBody(t *testing.T) {
	o := New(Config{Midstream: true})
	var at [2]uint64
	for range 200 {
		data := bytes.Repeat([]byte("body "), 280)
		o.Chunk(&reassembly.Chunk{Half: 0, Offset: at[0], Packet: 1, Data: data})
		at[0] += uint64(len(data))
		if held := len(o.half[0].buf); held > midstreamHeld+len(data) {
			t.Fatalf("%d octets are held", held)
		}
	}
	for i := range 40 {
		data := []byte(answering(uint32(2*i+1), 80+i))
		o.Chunk(&reassembly.Chunk{Half: 0, Offset: at[0], Packet: 1, Data: data})
		at[0] += uint64(len(data))
	}
	if r := o.Result(); r.Protocol != HTTP2 || !r.Joined || r.InStep[0] || r.Start[0] < 200000 {
		t.Errorf("%+v", r)
	}
}

// The client's preface is lost, and the server's SETTINGS frame is there; or
// both are lost, and the frames behind tell.
func TestHTTP2WhosePrefaceIsLost(t *testing.T) {
	o := New(Config{ClientKnown: true, Client: 0})
	o.Chunk(&reassembly.Chunk{Half: 1, Data: []byte(settings)})
	if v := o.Gap(&reassembly.Gap{Half: 0, Length: 60}); !v.Final || o.Result().Joined || v.Protocol != HTTP2 {
		t.Errorf("the server's is there: %+v", o.Result())
	}

	o = New(Config{ClientKnown: true, Client: 0})
	o.Gap(&reassembly.Gap{Half: 0, Length: 60})
	if v := o.Gap(&reassembly.Gap{Half: 1, Length: 60}); v.Final {
		t.Fatalf("%+v", v)
	}
	at := [2]uint64{60, 60}
	for i := range 20 {
		stream := uint32(2*i + 1)
		for h, data := range []string{asking(stream, 20+i), answering(stream, 60+i)} {
			o.Chunk(&reassembly.Chunk{Half: reassembly.Half(h), Offset: at[h], Packet: 1, Data: []byte(data)})
			at[h] += uint64(len(data))
		}
	}
	if r := o.Result(); r.Protocol != HTTP2 || !r.Joined || r.Client != 0 {
		t.Errorf("both are lost: %+v", r)
	}
}

// What is no HTTP/2 is not taken for it, wherever it is joined and however it is
// cut.
func TestOtherProtocolsJoinedInTheMiddle(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	octets := make([]byte, 200_000)
	for i := range octets {
		octets[i] = byte(random.Uint32())
	}
	var http1, redis, postgres, dns, numbers bytes.Buffer
	for i := range 3000 {
		fmt.Fprintf(&http1, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", i%300, octets[i:i+i%300])
		fmt.Fprintf(&redis, "*3\r\n$3\r\nSET\r\n$4\r\n%04d\r\n$3\r\nabc\r\n", i)
		postgres.Write([]byte{'D', 0, 0, 0, 15, 0, 1, 0, 0, 0, 5, 'v', 'a', 'l', byte(i >> 8), byte(i)})
		dns.Write([]byte{0, 12, byte(i >> 8), byte(i), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		numbers.Write([]byte{0, 0, byte(i % 10), 0, 0, 0, 0, byte(i >> 8), byte(i)})
	}
	for name, stream := range map[string][]byte{
		"random octets": octets, "HTTP/1.1": http1.Bytes(), "Redis": redis.Bytes(), "PostgreSQL": postgres.Bytes(),
		"DNS": dns.Bytes(), "numbers": numbers.Bytes(), "zeros": make([]byte, 100_000),
	} {
		for range 20 {
			o := New(Config{Midstream: true})
			from, size := random.IntN(1000), 1+random.IntN(1460)
			for at := from; at < len(stream); at += size {
				chunk := &reassembly.Chunk{Half: 0, Offset: uint64(at - from), Packet: 1, Data: stream[at:min(len(stream), at+size)]}
				if o.Chunk(chunk).Final {
					break
				}
			}
			o.Finish()
			if r := o.Result(); r.Protocol == HTTP2 {
				t.Errorf("%s from %d in segments of %d: %+v", name, from, size, r)
			}
		}
	}
}

// A walker goes from frame to frame however the octets are cut, and passes gaps
// within payloads.
func TestWalker(t *testing.T) {
	octets := frame(0, 0, 1, strings.Repeat("x", 300)) + frame(8, 0, 0, "\x00\x00\x01\x00") + frame(4, 0, 0, "") + asking(3, 80)
	for size := 1; size < 400; size++ {
		w := walker{at: 1000}
		for at := 0; at < len(octets); at += size {
			w.octets([]byte(octets[at:min(len(octets), at+size)]))
		}
		if w.role != resync.Client || w.at != uint64(1000+len(octets)) {
			t.Fatalf("in pieces of %d: %v at %d", size, w.role, w.at)
		}
	}
	for n, ok := range map[uint64]bool{1: true, 243: true, 244: false} {
		w := walker{}
		w.octets([]byte(octets[:frameFront+9]))
		if w.pass(n-1) && w.pass(1) != ok {
			t.Errorf("a gap of %d octets", n)
		}
	}
}
