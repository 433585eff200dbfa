package endpoint

import (
	"encoding/binary"
	"errors"
	"io"
	"net/http"
)

// webSocketEcho is a WebSocket on a stream of HTTP/2, by extended CONNECT (RFC
// 8441): each message comes back as it is. Package net/http offers extended
// CONNECT only where the environment has GODEBUG=http2xconnect=1.
func webSocketEcho(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get(":protocol") != "websocket" {
		http.Error(w, "CONNECT is for the protocol websocket", http.StatusNotImplemented)
		return
	}
	out := http.NewResponseController(w)
	w.WriteHeader(http.StatusOK)
	if out.Flush() != nil {
		return
	}
	for {
		frame, err := readWebSocketFrame(r.Body)
		if err != nil {
			return // its end, or what no WebSocket says
		}
		if frame[0]&0xf == webSocketPing {
			frame[0] += webSocketPong - webSocketPing
		}
		if _, err := w.Write(frame); err != nil || out.Flush() != nil || frame[0]&0xf == webSocketClose {
			return
		}
	}
}

// maxWebSocketFrame is how many octets of payload are echoed at once.
const maxWebSocketFrame = 1 << 20

var errWebSocketFrame = errors.New("a WebSocket frame that is not masked, or too long")

// readWebSocketFrame reads a client's frame (RFC 6455, Section 5.2) and gives it
// as a server sends it: not masked.
func readWebSocketFrame(r io.Reader) ([]byte, error) {
	frame := make([]byte, 2, 14)
	if _, err := io.ReadFull(r, frame); err != nil {
		return nil, err
	}
	length, extended := uint64(frame[1]&0x7f), 0
	switch length {
	case 126:
		extended = 2
	case 127:
		extended = 8
	}
	masked := frame[1]&0x80 != 0
	frame[1] &^= 0x80
	rest := make([]byte, extended+4)
	if _, err := io.ReadFull(r, rest); err != nil {
		return nil, err
	}
	if extended > 0 {
		length = binary.BigEndian.Uint64(append(make([]byte, 8-extended, 8), rest[:extended]...))
	}
	if !masked || length > maxWebSocketFrame {
		return nil, errWebSocketFrame
	}
	key := rest[extended:]
	payload := make([]byte, length)
	if _, err := io.ReadFull(r, payload); err != nil {
		return nil, err
	}
	for i := range payload {
		payload[i] ^= key[i%4]
	}
	return append(append(frame, rest[:extended]...), payload...), nil
}
