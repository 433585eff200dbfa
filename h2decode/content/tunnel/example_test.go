package tunnel_test

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
)

// printer shows the frames inside.
type printer struct{}

// Event prints.
func (printer) Event(e h2decode.Event) {
	if f, is := e.(*h2decode.FrameDecoded); is {
		fmt.Printf("packet %d: %s sends %s on stream %d\n", f.Packet, f.From, f.Header.Type, f.Header.Stream)
	}
}

func ExampleDecoder() {
	d := tunnel.New(tunnel.Config{Conn: 1}, printer{})
	settings := h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})
	ping := h2decode.AppendFrame(nil, h2decode.TypePing, 0, 0, &h2decode.PingFrame{})
	d.Write(tunnel.At{From: h2decode.Client, Packet: 12}, []byte(h2decode.Preface))
	d.Write(tunnel.At{From: h2decode.Client, Packet: 13}, settings)
	d.Write(tunnel.At{From: h2decode.Server, Packet: 15}, append(settings, ping...))
	result := d.Close(16, 0)
	fmt.Println(result.Protocol, result.HTTP2.Frames, "frames", result.Octets)
	// Output:
	// packet 13: client sends SETTINGS on stream 0
	// packet 15: server sends SETTINGS on stream 0
	// packet 15: server sends PING on stream 0
	// h2 3 frames [33 26]
}
