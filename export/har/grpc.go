package har

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"h2scope/export/exchange"
	"h2scope/h2decode"
	"h2scope/h2decode/content/grpc"
	"h2scope/h2decode/content/protobuf"
)

// grpc tells of a gRPC call.
func (w *Worker) grpc(e *entry, x *exchange.Exchange) {
	known, ok := exchange.CallOf(x.Stream)
	if !ok {
		return
	}
	r := &callReader{call: new(grpcCall), codec: known.Format.Codec, room: w.cfg.MaxBody}
	notes := r.findSchemas(w.cfg.Protoset, known)
	call, _ := x.GRPC(maxMessageShown, r.message)
	g := r.call
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
			notes = append(notes, fmt.Sprintf("%s: %d octets were not cut into messages: %s", h2decode.Side(side), c.Skipped, c.Reason))
		}
	}
	g.Comment, _ = utf8Of(strings.Join(notes, "; "))
}

// A callReader puts the messages of a call into its object.
type callReader struct {
	call    *grpcCall
	codec   string // what messages are encoded as
	schemas [2]*protobuf.Schema
	room    int // octets of messages that may still be shown
}

// findSchemas looks up what the messages of both sides are, and says what the
// protoset lacks.
func (r *callReader) findSchemas(set *protobuf.Protoset, call *exchange.Call) (lacking []string) {
	if set == nil || r.codec != "proto" {
		return nil
	}
	input, output, err := set.Method(call.Service, call.Method)
	if err != nil {
		return []string{err.Error()}
	}
	r.schemas[h2decode.Client], r.schemas[h2decode.Server] = input, output
	return nil
}

// message takes the next message.
func (r *callReader) message(from h2decode.Side, m *grpc.Message) {
	list := &r.call.Requests
	if from == h2decode.Server {
		list = &r.call.Responses
	}
	if len(*list) >= maxMessages {
		return
	}
	h := grpcMessage{Time: seconds(m.Ended), Length: m.Length, Compressed: m.Compressed}
	notes := []string{m.Trouble}
	if r.room -= len(m.Data); r.room >= 0 {
		notes = append(notes, r.show(&h, m, r.schemas[from]))
	}
	h.Comment = strings.Trim(strings.Join(notes, "; "), "; ")
	*list = append(*list, h)
}

// show sets what the message says: by its schema, or as the tree that the wire
// format tells. It returns what that leaves out.
func (r *callReader) show(h *grpcMessage, m *grpc.Message, schema *protobuf.Schema) (note string) {
	switch {
	case len(m.Data) == 0 && (schema == nil || m.Length > 0):
		return ""
	case r.codec != "proto":
		if json.Valid(m.Data) {
			h.Data = bytes.Clone(m.Data)
			return ""
		}
		return fmt.Sprintf("not shown: its codec is %s", r.codec)
	case schema != nil:
		named, unknown, err := schema.AppendJSON(nil, m.Data)
		var compact bytes.Buffer
		if err == nil && json.Compact(&compact, named) == nil {
			h.Type, h.Data = schema.Name(), compact.Bytes()
			if unknown > 0 {
				note = fmt.Sprintf("%d octets of fields that the protoset does not have are left out", unknown)
			}
			return note
		}
		note = err.Error()
	}
	if tree, err := json.Marshal(protobuf.Parse(m.Data)); err == nil {
		h.Data = tree
	}
	return note
}
