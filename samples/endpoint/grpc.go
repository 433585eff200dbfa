package endpoint

import (
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// The gRPC status codes that the service answers with.
const (
	grpcOK              = 0
	grpcInvalidArgument = 3
	grpcUnimplemented   = 12
)

// maxMessage is how many octets a gRPC message may have.
const maxMessage = 1 << 20

// repeats is how often Repeat answers a message.
const repeats = 3

// grpc is the service h2scope.Echo over gRPC's HTTP/2 mapping: Say gives back
// each message, Repeat gives each back three times. Messages are opaque octets
// to it. The status stands in the trailers.
func grpc(w http.ResponseWriter, r *http.Request) {
	contentType := r.Header.Get("Content-Type")
	if !strings.HasPrefix(contentType, "application/grpc") {
		http.Error(w, "this is a gRPC method", http.StatusUnsupportedMediaType)
		return
	}
	times := map[string]int{"Say": 1, "Repeat": repeats}[r.PathValue("method")]
	h := w.Header()
	h.Set("Content-Type", contentType)
	if times == 0 {
		endGRPC(h, grpcUnimplemented, "unknown method "+r.PathValue("method"))
		return
	}
	control := http.NewResponseController(w)
	for {
		message, err := readMessage(r.Body)
		switch {
		case err == io.EOF: // errors.Is would take a cut message for the end
			endGRPC(h, grpcOK, "")
			return
		case err != nil:
			endGRPC(h, grpcInvalidArgument, "a message is cut or too long")
			return
		}
		for range times {
			_, _ = w.Write(grpcMessage(message))
			if control.Flush() != nil {
				return
			}
		}
	}
}

// endGRPC sets the trailers.
func endGRPC(h http.Header, code int, message string) {
	h.Set(http.TrailerPrefix+"Grpc-Status", strconv.Itoa(code))
	if message != "" {
		h.Set(http.TrailerPrefix+"Grpc-Message", message)
	}
}

// readMessage reads a length-prefixed message. At the end of r it returns io.EOF.
func readMessage(r io.Reader) ([]byte, error) {
	var prefix [5]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(prefix[1:])
	if length > maxMessage {
		return nil, http.ErrContentLength
	}
	message := make([]byte, length)
	if _, err := io.ReadFull(r, message); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return message, nil
}
