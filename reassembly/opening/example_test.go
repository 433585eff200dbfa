package opening_test

import (
	"fmt"

	"h2scope/reassembly"
	"h2scope/reassembly/opening"
)

// A layer shows what it is given.
type layer struct{}

func (layer) Chunk(c *reassembly.Chunk) {
	fmt.Printf("half %d, packet %d, offset %d: %q\n", c.Half, c.Packet, c.Offset, c.Data)
}

func (layer) Gap(*reassembly.Gap) {}

// A client reaches an HTTP/2 server through a proxy. Its preface comes in the
// packet in which its CONNECT ends, and is held until the proxy has agreed.
func Example() {
	chunks := []reassembly.Chunk{
		{Half: 0, Packet: 4, Offset: 0, Data: []byte("CONNECT example.com:80 HTTP/1.1\r\n")},
		{Half: 0, Packet: 5, Offset: 33, Data: []byte("\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
		{Half: 1, Packet: 7, Offset: 0, Data: []byte("HTTP/1.1 200 OK\r\n\r\n")},
	}
	o := opening.New(opening.Config{})
	for i := range chunks {
		v := o.Chunk(&chunks[i])
		fmt.Println(v.Protocol, v.Final)
		if v.Final {
			r := o.Result()
			fmt.Println("via", r.Via[0].Kind, r.Via[0].Target)
			o.Replay(layer{})
		}
	}
	// Output:
	// http1 false
	// http1 false
	// http2 true
	// via connect example.com:80
	// half 0, packet 5, offset 35: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
}
