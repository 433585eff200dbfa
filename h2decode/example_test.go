package h2decode_test

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// printer is a sink: it says what it is told.
type printer struct{}

func (printer) Event(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		fmt.Printf("packet %d: %s sent %s", e.Packet, e.From, e.Header.Type)
		if e.Block != nil {
			for _, f := range e.Block.Fields {
				fmt.Printf(" %s=%s", f.Name, f.Value)
			}
		}
		fmt.Println()
	case *h2decode.DataDecoded:
		fmt.Printf("packet %d: data %q\n", e.Packet, e.Data)
	case *h2decode.StreamClosed:
		fmt.Printf("packet %d: stream %d is %s\n", e.Packet, e.Stream.ID, e.Stream.State)
	}
}

// Octets in, events out: a request, its response in two segments, and the
// stream that both are.
func ExampleConn() {
	encoder := hpack.NewEncoder(4096)
	request := encoder.AppendField(nil, ":method", "GET", hpack.Indexed)
	request = encoder.AppendField(request, ":path", "/", hpack.Indexed)

	client := []byte(h2decode.Preface)
	client = h2decode.AppendFrame(client, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})
	client = h2decode.AppendFrame(client, h2decode.TypeHeaders, h2decode.FlagEndHeaders|h2decode.FlagEndStream, 1,
		&h2decode.HeadersFrame{Fragment: request})
	server := h2decode.AppendFrame(nil, h2decode.TypeHeaders, h2decode.FlagEndHeaders, 1,
		&h2decode.HeadersFrame{Fragment: []byte{0x88}}) // :status 200
	server = h2decode.AppendFrame(server, h2decode.TypeData, h2decode.FlagEndStream, 1,
		&h2decode.DataFrame{Data: []byte("hello")})

	conn := h2decode.NewConn(h2decode.Config{Conn: 1, Data: true}, printer{})
	conn.Chunk(&h2decode.Chunk{From: h2decode.Client, Packet: 4, Data: client})
	conn.Chunk(&h2decode.Chunk{From: h2decode.Server, Packet: 5, Data: server[:21]})
	conn.Chunk(&h2decode.Chunk{From: h2decode.Server, Packet: 6, Data: server[21:], Offset: 21})

	var summary h2decode.Connection
	conn.Finish(&summary, 6, 0)
	fmt.Println(summary.Frames, "frames,", summary.Streams, "stream")
	// Output:
	// packet 4: client sent SETTINGS
	// packet 4: client sent HEADERS :method=GET :path=/
	// packet 5: server sent HEADERS :status=200
	// packet 5: data "he"
	// packet 6: data "llo"
	// packet 6: server sent DATA
	// packet 6: stream 1 is closed
	// 4 frames, 1 stream
}

// What the capture lacks is said, and what can be known is told all the same.
func ExampleConn_Gap() {
	conn := h2decode.NewConn(h2decode.Config{}, sink(func(e h2decode.Event) {
		switch e := e.(type) {
		case *h2decode.FrameDecoded:
			fmt.Printf("%s of %d octets, %d missing\n", e.Header.Type, e.Header.Length, e.Missing)
		case *h2decode.GapFound:
			fmt.Printf("gap of %d octets at %d, in step again in packet %d\n", e.Bytes, e.Offset, e.Resynced)
		}
	}))
	wire := h2decode.AppendFrame(nil, h2decode.TypeData, 0, 1, &h2decode.DataFrame{Data: make([]byte, 1000)})
	wire = h2decode.AppendFrame(wire, h2decode.TypePing, 0, 0, &h2decode.PingFrame{})
	conn.Chunk(&h2decode.Chunk{From: h2decode.Server, Packet: 1, Data: wire[:100]})
	conn.Gap(&h2decode.Gap{From: h2decode.Server, Offset: 100, Length: 500, Packet: 2})
	conn.Chunk(&h2decode.Chunk{From: h2decode.Server, Packet: 3, Data: wire[600:], Offset: 600})
	// Output:
	// gap of 500 octets at 100, in step again in packet 3
	// DATA of 1000 octets, 500 missing
	// PING of 8 octets, 0 missing
}

type sink func(h2decode.Event)

func (s sink) Event(e h2decode.Event) { s(e) }

func ExampleParsePayload() {
	wire := []byte{0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100}
	header := h2decode.ParseFrameHeader(wire)
	payload, malformed := h2decode.ParsePayload(header, wire[h2decode.HeaderLength:])
	fmt.Println(header.Type, malformed == nil)
	for setting := range payload.(*h2decode.SettingsFrame).All() {
		fmt.Println(setting.ID, setting.Value)
	}
	// Output:
	// SETTINGS true
	// SETTINGS_MAX_CONCURRENT_STREAMS 100
}

func ExampleAppendFrame() {
	frame := h2decode.AppendFrame(nil, h2decode.TypeData, h2decode.FlagEndStream, 1, &h2decode.DataFrame{
		Data: []byte("hi"), Padding: h2decode.Padding{Padded: true, Octets: make([]byte, 3)},
	})
	fmt.Printf("%x %x %x\n", frame[:h2decode.HeaderLength], frame[9:12], frame[12:])
	// Output:
	// 000006000900000001 036869 000000
}
