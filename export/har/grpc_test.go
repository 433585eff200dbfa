package har

import (
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/protobuf"
)

// call is a unary call of a method, with a message each way.
func call(contentType, path, request, response string) played {
	framed := func(message string) string {
		return "\x00" + string(binary.BigEndian.AppendUint32(nil, uint32(len(message)))) + message
	}
	return played{h2decode.Stream{
		ID: 1, State: h2decode.Closed, Closed: true,
		Request: h2decode.Message{Complete: true, Fields: fields(":method", "POST", ":scheme", "https", ":authority", "a.example",
			":path", path, "content-type", contentType)},
		Response: h2decode.Message{Complete: true, Fields: fields(":status", "200", "content-type", contentType),
			Trailers: fields("grpc-status", "0")},
	}, [2]string{framed(request), framed(response)}}
}

// TestMessagesOfCalls: a message is shown by its schema where there is one, else
// as the wire format tells; what is left out is said.
func TestMessagesOfCalls(t *testing.T) {
	octets, err := os.ReadFile(filepath.Join("..", "..", "h2decode", "content", "protobuf", "testdata", "protoset", "protoset.binpb"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := protobuf.LoadProtoset(octets)
	if err != nil {
		t.Fatal(err)
	}
	const greeter = "/example.Greeter/SayHello"
	type shown struct{ Data, Type, Comment string }
	for name, test := range map[string]struct {
		set               *protobuf.Protoset
		call              played
		request, response shown
		comment           string
	}{
		"without a schema": {nil, call("application/grpc", greeter, "\x0a\x01A", ""),
			shown{Data: `{"fields":[{"field":1,"type":"string","value":"A"}]}`}, shown{}, ""},
		"by its schema, an empty message too": {set, call("application/grpc+proto", greeter, "\x0a\x01A", ""),
			shown{Data: `{"name":"A"}`, Type: "example.HelloRequest"}, shown{Data: `{}`, Type: "example.HelloReply"}, ""},
		"fields that the schema lacks": {set, call("application/grpc", greeter, "\x0a\x01A\x10\x07", "\x12\x01B"),
			shown{Data: `{"name":"A"}`, Type: "example.HelloRequest", Comment: "2 octets of fields that the protoset does not have are left out"},
			shown{Data: `{}`, Type: "example.HelloReply", Comment: "3 octets of fields that the protoset does not have are left out"}, ""},
		"no such message": {set, call("application/grpc", greeter, "\x0a\x01\xff", "\x0a"),
			shown{Data: `{"fields":[{"field":1,"type":"bytes","value":"/w=="}]}`, Comment: "no example.HelloRequest"},
			shown{Data: `{"fields":[],"trouble":"octet 0: the value of field 1 is cut, or is none"}`, Comment: "no example.HelloReply"}, ""},
		"another method": {set, call("application/grpc", "/example.Greeter/SayGoodbye", "", ""),
			shown{}, shown{}, "the protoset's service example.Greeter has no method SayGoodbye"},
		"another service": {set, call("application/grpc", "/example.Other/Call", "", ""),
			shown{}, shown{}, "the protoset has no service example.Other"},
		"another codec": {set, call("application/grpc+json", greeter, `{"name": "A"}`, "\x0a\x01A"),
			shown{Data: `{"name":"A"}`}, shown{Comment: "not shown: its codec is json"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var a struct {
				Log struct {
					Entries []struct {
						GRPC struct {
							Requests, Responses []struct {
								Data          json.RawMessage
								Type, Comment string
							}
							Comment string
						} `json:"_grpc"`
					}
				}
			}
			if err := json.Unmarshal(archiveOf(t, Config{MaxBody: 1 << 20, Protoset: test.set}, 1, connection(1, test.call)...), &a); err != nil {
				t.Fatal(err)
			}
			g := a.Log.Entries[0].GRPC
			request := shown{string(g.Requests[0].Data), g.Requests[0].Type, g.Requests[0].Comment}
			response := shown{string(g.Responses[0].Data), g.Responses[0].Type, g.Responses[0].Comment}
			if request != test.request || response != test.response || g.Comment != test.comment {
				t.Errorf("got  %+v, %+v, %q\nwant %+v, %+v, %q", request, response, g.Comment, test.request, test.response, test.comment)
			}
		})
	}
}
