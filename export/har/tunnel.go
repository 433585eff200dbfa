package har

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	"h2scope/export/exchange"
	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
	"h2scope/h2decode/content/protobuf"
	"h2scope/h2decode/content/websocket"
)

// What of the messages of one exchange is shown.
const (
	maxMessages     = 10_000  // of WebSocket, and of each side of a gRPC call
	maxMessageShown = 1 << 20 // octets of one message
)

// webSocket tells the messages of a WebSocket in the order in which they came.
func (w *Worker) webSocket(e *entry, x *exchange.Exchange, n *notes) {
	room, more := w.cfg.MaxBody, 0
	troubles, ok := x.WebSocket(maxMessageShown, func(from h2decode.Side, m *websocket.Message) {
		if len(e.WebSocket) >= 2*maxMessages || len(m.Data) > room {
			more++
			return
		}
		room -= len(m.Data)
		e.WebSocket = append(e.WebSocket, newWebSocketMessage(from, m))
	})
	if !ok {
		return
	}
	slices.SortStableFunc(e.WebSocket, func(a, b webSocketMessage) int { return int(max(-1, min(1, a.Time-b.Time))) })
	n.add(troubles...)
	if more > 0 {
		n.addf("%d more WebSocket messages are beyond a limit", more)
	}
}

func newWebSocketMessage(from h2decode.Side, m *websocket.Message) webSocketMessage {
	h := webSocketMessage{
		Type: "send", Time: seconds(m.Ended), Opcode: int(m.Opcode), Length: m.Length, Comment: m.Trouble,
	}
	if from == h2decode.Server {
		h.Type = "receive"
	}
	if m.Opcode == websocket.Text {
		h.Data, _ = utf8Of(string(m.Data))
	} else {
		h.Data = base64.StdEncoding.EncodeToString(m.Data)
	}
	return h
}

// grpc tells of a gRPC call.
func (w *Worker) grpc(e *entry, x *exchange.Exchange) {
	if x.Tunnel() {
		return
	}
	g := new(grpcCall)
	schemas := w.schemas(string(x.Stream.Request.Field(":path")))
	room := w.cfg.MaxBody
	call, ok := x.GRPC(maxMessageShown, func(from h2decode.Side, m *grpc.Message) {
		list := &g.Requests
		if from == h2decode.Server {
			list = &g.Responses
		}
		if len(*list) >= maxMessages {
			return
		}
		h := grpcMessage{Time: seconds(m.Ended), Length: m.Length, Compressed: m.Compressed, Comment: m.Trouble}
		if room -= len(m.Data); room >= 0 && len(m.Data) > 0 {
			h.show(m.Data, schemas[from])
		}
		*list = append(*list, h)
	})
	if !ok {
		return
	}
	e.GRPC = g
	g.Service, _ = utf8Of(call.Service)
	g.Method, _ = utf8Of(call.Method)
	g.Timeout, _ = utf8Of(call.Timeout)
	if call.HasStatus {
		code := uint32(call.Status.Code)
		g.Status, g.StatusCode = call.Status.Code.String(), &code
		g.Message, _ = utf8Of(call.Status.Message)
	}
	requests, responses := &call.Messages[h2decode.Client], &call.Messages[h2decode.Server]
	g.RequestCount, g.ResponseCount = requests.Messages, responses.Messages
	for side, c := range call.Messages {
		if c.Skipped > 0 {
			g.Comment = fmt.Sprintf("%s: %d octets were not cut into messages: %s", h2decode.Side(side), c.Skipped, c.Reason)
		}
	}
}

// schemas are what the messages of both sides are, by the protoset.
func (w *Worker) schemas(path string) (s [2]*protobuf.Schema) {
	if w.cfg.Protoset == nil {
		return s
	}
	if service, method, ok := grpc.SplitPath(path); ok {
		s[h2decode.Client], s[h2decode.Server], _ = w.cfg.Protoset.Method(service, method)
	}
	return s
}

// show sets what the message says: by its schema, or as the tree that the wire
// format tells.
func (h *grpcMessage) show(octets []byte, schema *protobuf.Schema) {
	if schema != nil {
		if named, _, err := schema.AppendJSON(nil, octets); err == nil {
			var compact bytes.Buffer
			if json.Compact(&compact, named) == nil {
				h.Type, h.Data = schema.Name(), compact.Bytes()
				return
			}
		}
	}
	if tree, err := json.Marshal(protobuf.Parse(octets)); err == nil {
		h.Data = tree
	}
}
