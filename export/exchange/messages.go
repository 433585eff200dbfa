package exchange

import (
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
	"h2scope/h2decode/content/websocket"
)

// A Call is a gRPC call.
type Call struct {
	Service, Method string
	Format          grpc.Format
	Status          grpc.Status
	HasStatus       bool // else the call was cut
	Timeout         string
	Messages        [2]MessageCount // by the side that sent them
}

// A MessageCount is how many messages a side sent.
type MessageCount struct {
	Messages int
	Octets   uint64 // of all messages, as sent, without their prefixes
	Skipped  uint64 // octets that could not be cut into messages
	Reason   string // why
}

// GRPC reads the exchange as a gRPC call, and gives each message to yield, those
// of the client first. It reports false where the exchange is none. Messages are
// borrowed: valid during the call of yield; of each, limit octets are kept.
func (x *Exchange) GRPC(limit int, yield func(h2decode.Side, *grpc.Message)) (*Call, bool) {
	request, response := &x.Stream.Request, &x.Stream.Response
	format, ok := grpc.ParseFormat(string(request.Field("content-type")))
	if !ok {
		if format, ok = grpc.ParseFormat(string(response.Field("content-type"))); !ok {
			return nil, false
		}
	}
	call := &Call{Format: format, Timeout: string(request.Field("grpc-timeout"))}
	call.Service, call.Method, _ = grpc.SplitPath(string(request.Field(":path")))
	call.Status, call.HasStatus = grpc.FindStatus(response.Trailers, response.Fields)
	for side := range x.Bodies {
		side := h2decode.Side(side)
		n := &call.Messages[side]
		s := grpc.NewSplitter(grpc.Config{
			Format: format, Encoding: string(x.Message(side).Field("grpc-encoding")), MaxMessage: limit,
		}, func(m *grpc.Message) {
			if m.Trailers {
				if !call.HasStatus {
					call.Status, call.HasStatus = grpc.FindStatus(grpc.ParseTrailers(m.Data), nil)
				}
				return
			}
			n.Messages++
			n.Octets += uint64(m.Length)
			yield(side, m)
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
