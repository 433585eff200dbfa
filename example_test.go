package h2scope_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/samples"
)

// requests renders a line for each exchange.
type requests struct{}

func (requests) Event(dst []byte, e h2decode.Event) []byte {
	closed, ok := e.(*h2decode.StreamClosed)
	if !ok {
		return dst
	}
	s := closed.Stream
	return fmt.Appendf(dst, "%d/%d %s %s %s → %s, %d octets\n", closed.Conn, s.ID, s.Kind,
		s.Request.Field(":method"), s.Request.Field(":path"), s.Response.Field(":status"), s.Response.DataBytes)
}

// Every exchange of a capture, in the order in which they ended.
func ExampleRun() {
	octets, err := samples.Open("page-load")
	if err != nil {
		log.Fatal(err)
	}
	src, err := capture.NewReader(octets, "page-load", capture.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer src.Close()
	cfg := h2scope.Config{Workers: 2, Messages: true}
	newRenderer := func() h2scope.Renderer { return requests{} }
	if err := h2scope.Run(context.Background(), src, cfg, newRenderer, os.Stdout); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1/13 request GET /index.html → 200, 175 octets
	// 1/2 push GET /style.css → 200, 2400 octets
	// 1/15 request GET /app.js → 200, 4800 octets
	// 1/17 request GET /logo.svg → 200, 88 octets
	// 1/21 request GET /missing.png → 404, 147 octets
	// 1/19 request GET /photo.jpg → 200, 60004 octets
	// 2/1 request GET / → 200, 175 octets
}
