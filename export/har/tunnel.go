package har

import (
	"encoding/base64"
	"slices"

	"h2scope/export/exchange"
	"h2scope/h2decode"
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
