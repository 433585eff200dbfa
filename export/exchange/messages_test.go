package exchange_test

import (
	"fmt"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
	"h2scope/h2decode/content/websocket"
)

// A message that comes in pieces is told with the times of its first and last.
func TestGRPCMessagesHaveTheirTimes(t *testing.T) {
	p := newPlay(100)
	p.open(1, h2decode.Client)                                 // at 1
	p.data(h2decode.Client, 1, "\x00\x00\x00\x00\x03a", 0)     // at 2
	p.data(h2decode.Server, 1, "\x00\x00\x00\x00\x01r\x00", 0) // at 3
	p.data(h2decode.Client, 1, "bc", 0)                        // at 4
	p.data(h2decode.Server, 1, "", 20)                         // at 5
	x := p.close(&h2decode.Stream{ID: 1,
		Request:  h2decode.Message{DataBytes: 8, Fields: request("content-type", "application/grpc", "grpc-timeout", "1S"), Complete: true},
		Response: h2decode.Message{DataBytes: 27, Fields: fields(":status", "200"), Trailers: fields("grpc-status", "5", "grpc-message", "a%20b")},
	})
	var seen []string
	call, ok := x.GRPC(10, func(from h2decode.Side, m *grpc.Message) {
		seen = append(seen, fmt.Sprint(from, " ", m.Begun, "-", m.Ended, " ", string(m.Data)))
	})
	if !ok || call.Status.Code.String() != "NOT_FOUND" || call.Status.Message != "a b" || call.Timeout != "1S" {
		t.Fatalf("%+v, %v", call, ok)
	}
	if got, want := fmt.Sprint(seen), "[client 2-4 abc server 3-3 r]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if c := call.Messages[h2decode.Server]; c.Messages != 1 || c.Skipped == 0 || c.Reason == "" {
		t.Errorf("behind a hole: %+v", c)
	}
}

func TestWebSocketMessagesOfATunnel(t *testing.T) {
	open := func(status string) []string {
		p := newPlay(100)
		p.open(1, h2decode.Client)
		p.data(h2decode.Client, 1, "\x81\x82\x00\x00\x00\x00hi", 0)
		p.data(h2decode.Server, 1, "\x81\x02yo", 0)
		x := p.close(&h2decode.Stream{ID: 1, Kind: h2decode.KindExtendedConnect,
			Request:  h2decode.Message{DataBytes: 8, Fields: request(":protocol", "websocket")},
			Response: h2decode.Message{DataBytes: 4, Fields: fields(":status", status)},
		})
		var seen []string
		x.WebSocket(10, func(from h2decode.Side, m *websocket.Message) {
			seen = append(seen, fmt.Sprint(from, " ", string(m.Data)))
		})
		return seen
	}
	if got := fmt.Sprint(open("200")); got != "[client hi server yo]" {
		t.Error(got)
	}
	if got := open("403"); got != nil { // the server opened no tunnel
		t.Error(got)
	}
}

func TestOtherExchangesAreNoCalls(t *testing.T) {
	p := newPlay(100)
	p.open(1, h2decode.Client)
	x := p.close(&h2decode.Stream{ID: 1, Request: h2decode.Message{Fields: request("content-type", "text/plain")}})
	if call, ok := x.GRPC(10, nil); ok {
		t.Errorf("%+v", call)
	}
	if _, ok := x.WebSocket(10, nil); ok {
		t.Error("a WebSocket")
	}
}
