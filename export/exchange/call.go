package exchange

import (
	"bytes"

	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
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
	Messages int    // those of which only the beginning came too
	Octets   uint64 // of all messages, as sent, without their prefixes
	Skipped  uint64 // octets that could not be cut into messages
	Reason   string // why
}

// CallOf reads the fields of an exchange as those of a gRPC call, whose Messages
// they do not tell. It reports false where the exchange is none: where the request
// has another content type, or where that is not known, the response.
func CallOf(s *h2decode.Stream) (*Call, bool) {
	contentType := s.Request.Field("content-type")
	if contentType == nil {
		contentType = s.Response.Field("content-type")
	}
	format, ok := callFormat(contentType)
	if !ok || (&Exchange{Stream: s}).Tunnel() {
		return nil, false
	}
	call := &Call{Format: format, Timeout: string(s.Request.Field("grpc-timeout"))}
	call.Service, call.Method, _ = grpc.SplitPath(string(s.Request.Field(":path")))
	call.Status, call.HasStatus = grpc.FindStatus(s.Response.Trailers, s.Response.Fields)
	return call, true
}

// callFormat is grpc.ParseFormat, at no cost for what is not gRPC's.
func callFormat(contentType []byte) (grpc.Format, bool) {
	prefix := []byte("application/grpc")
	if len(contentType) < len(prefix) || !bytes.EqualFold(contentType[:len(prefix)], prefix) {
		return grpc.Format{}, false
	}
	return grpc.ParseFormat(string(contentType))
}

func isCall(contentType []byte) bool {
	_, ok := callFormat(contentType)
	return ok
}

// count takes a message, and reports whether it is one: trailers of grpc-web, which
// stand in the content, are none, but have the status.
func (c *Call) count(n *MessageCount, m *grpc.Message) bool {
	if m.Trailers {
		if !c.HasStatus {
			c.Status, c.HasStatus = grpc.FindStatus(grpc.ParseTrailers(m.Data), nil)
		}
		return false
	}
	n.Messages++
	n.Octets += uint64(m.Length)
	return true
}
