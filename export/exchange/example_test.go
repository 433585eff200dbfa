package exchange_test

import (
	"fmt"

	"h2scope/export/exchange"
	"h2scope/h2decode"
)

// An exchange is given with the event that ends it.
func Example() {
	a := exchange.New(exchange.Config{MaxBody: 1 << 20})
	conn := h2decode.Origin{Conn: 1, From: h2decode.Server}
	for _, e := range []h2decode.Event{
		&h2decode.ConnectionOpened{Conn: 1},
		&h2decode.StreamChanged{Origin: conn, Stream: 1, Old: h2decode.Idle, New: h2decode.Open},
		&h2decode.DataDecoded{Origin: conn, Stream: 1, Data: []byte("hello")},
		&h2decode.StreamClosed{Origin: conn, Stream: &h2decode.Stream{
			ID: 1, Request: h2decode.Message{Fields: request()},
			Response: h2decode.Message{Fields: fields(":status", "200"), DataBytes: 5, Complete: true},
		}},
	} {
		if x := a.Event(e); x != nil {
			url, _ := x.URL()
			c := x.Content(h2decode.Server, 1<<20)
			fmt.Printf("%s %d %q %v\n", url, x.Status(), c.Octets, c.Complete)
		}
	}
	// Output: https://a.example/x 200 "hello" true
}
