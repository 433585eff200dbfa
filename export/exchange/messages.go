package exchange

import (
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
	"h2scope/h2decode/content/websocket"
)

// GRPC reads the exchange as a gRPC call, and gives each message to yield, those
// of the client first. It reports false where the exchange is none. Messages are
// borrowed: valid during the call of yield; of each, limit octets are kept.
func (x *Exchange) GRPC(limit int, yield func(h2decode.Side, *grpc.Message)) (*Call, bool) {
	call, ok := CallOf(x.Stream)
	if !ok {
		return nil, false
	}
	for side := range x.Bodies {
		side := h2decode.Side(side)
		if t := x.Message(side).Field("content-type"); t != nil && !isCall(t) {
			continue // a proxy's answer, say
		}
		n := &call.Messages[side]
		s := grpc.NewSplitter(grpc.Config{
			Format: call.Format, Encoding: string(x.Message(side).Field("grpc-encoding")), MaxMessage: limit,
		}, func(m *grpc.Message) {
			if call.count(n, m) {
				yield(side, m)
			}
		})
		x.Bodies[side].replay(s)
		n.Skipped, n.Reason = s.Skipped()
	}
	return call, true
}

// WebSocket reads the exchange as a WebSocket (RFC 8441), and gives each message
// to yield, those of the client first. It reports false where the exchange is
// none. Messages are borrowed: valid during the call of yield; of each, limit
// octets are kept.
func (x *Exchange) WebSocket(limit int, yield func(h2decode.Side, *websocket.Message)) (notes []string, ok bool) {
	if !x.Tunnel() || !strings.EqualFold(string(x.Stream.Request.Field(":protocol")), "websocket") {
		return nil, false
	}
	const name = "sec-websocket-extensions"
	ext := websocket.ParseExtensions(
		strings.Join(Values(x.Stream.Request.Fields, name), ","), strings.Join(Values(x.Stream.Response.Fields, name), ","))
	if ext.Trouble != "" {
		notes = append(notes, ext.Trouble)
	}
	for side := range x.Bodies {
		side := h2decode.Side(side)
		s := websocket.NewSplitter(websocket.Config{Client: side == h2decode.Client, Extensions: ext, MaxMessage: limit},
			func(m *websocket.Message) { yield(side, m) })
		x.Bodies[side].replay(s)
		if n, reason := s.Skipped(); n > 0 {
			notes = append(notes, reason)
		}
	}
	return notes, true
}
