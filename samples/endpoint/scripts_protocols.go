package endpoint

import (
	"encoding/binary"

	"golang.org/x/net/http2"
)

// protocolScripts carry other protocols, or begin as one.
func protocolScripts() []Script {
	return []Script{
		{Name: "grpc-call", Title: "gRPC: a unary call, a stream of answers, and one that fails", Steps: steps(hello(nil, nil), grpcCalls())},
		{Name: "websocket", Title: "a WebSocket on one stream, with an echo (RFC 8441)", Steps: webSocket()},
		{Name: "upgrade", Title: "HTTP/1.1 that becomes HTTP/2 (RFC 7540, Section 3.2)", Steps: upgrade(), Upgrade: true},
	}
}

// grpcMessage is a length-prefixed message: not compressed, four octets of
// length, and the message.
func grpcMessage(message []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	return append(b, message...)
}

// protobufString is a protobuf message with one string of less than 128 octets,
// its field 1.
func protobufString(s string) []byte { return append([]byte{0x0a, byte(len(s))}, s...) }

func grpcCalls() []Step {
	call := func(stream uint32, method, name string) Step {
		f := request("POST", "/example.Greeter/"+method, "content-type", "application/grpc+proto", "te", "trailers", "grpc-timeout", "1S")
		return client(Headers{Stream: stream, Fields: f}, last(stream, grpcMessage(protobufString(name))))
	}
	answer := func(stream uint32) Headers { return ok(stream, "content-type", "application/grpc+proto") }
	end := func(stream uint32, trailers Fields) Headers {
		return Headers{Stream: stream, Fields: trailers, EndStream: true}
	}
	hi := grpcMessage(protobufString("Hello, Ada"))
	return []Step{
		call(1, "SayHello", "Ada"),
		server(answer(1), Data{Stream: 1, Body: hi}, end(1, fields("grpc-status", "0"))),
		call(3, "SayHelloAgain", "Ada"),
		server(answer(3), Data{Stream: 3, Body: hi}),
		server(Data{Stream: 3, Body: append(hi[:len(hi):len(hi)], hi[:7]...)}), // a message and a half
		server(Data{Stream: 3, Body: hi[7:]}, end(3, fields("grpc-status", "0", "grpc-message", ""))),
		call(5, "SayGoodbye", "Ada"),
		server(end(5, response(200, "content-type", "application/grpc+proto", "grpc-status", "12", "grpc-message", "unknown method SayGoodbye"))),
		client(GoAway{}),
	}
}

// The opcodes of WebSocket frames (RFC 6455, Section 5.2).
const (
	webSocketText   = 0x1
	webSocketBinary = 0x2
	webSocketClose  = 0x8
	webSocketPing   = 0x9
	webSocketPong   = 0xa
)

// webSocketFrame is a whole WebSocket message of less than 126 octets. A client
// masks what it sends.
func webSocketFrame(from Side, opcode byte, payload string) []byte {
	b := []byte{0x80 | opcode, byte(len(payload))}
	if from == Server {
		return append(b, payload...)
	}
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d} // that of RFC 6455, Section 5.7
	b[1] |= 0x80
	b = append(b, key[:]...)
	for i := range len(payload) {
		b = append(b, payload[i]^key[i%4])
	}
	return b
}

func webSocket() []Step {
	say := func(from Side, opcode byte, payload string) Step {
		return Step{From: from, Send: []Action{Data{Stream: 1, Body: webSocketFrame(from, opcode, payload)}}}
	}
	open := fields(":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":authority", authority, ":path", "/echo",
		"sec-websocket-version", "13", "origin", "http://"+authority)
	return steps(hello(nil, Settings{setting(settingEnableConnectProtocol, 1)}), []Step{
		client(Headers{Stream: 1, Fields: open}),
		server(ok(1)),
		say(Client, webSocketText, "Hello"),
		say(Server, webSocketText, "Hello"),
		say(Client, webSocketBinary, "\x00\x01\x02\xff"),
		say(Server, webSocketBinary, "\x00\x01\x02\xff"),
		say(Server, webSocketPing, "still there?"),
		say(Client, webSocketPong, "still there?"),
		client(Data{Stream: 1, Body: webSocketFrame(Client, webSocketClose, "\x03\xe8"), EndStream: true}), // 1000: normal closure
		server(Data{Stream: 1, Body: webSocketFrame(Server, webSocketClose, "\x03\xe8"), EndStream: true}),
		client(GoAway{}),
	})
}

// upgrade begins with HTTP/1.1. The request is stream 1's; its settings are in
// HTTP2-Settings: 100 concurrent streams and a window of 32,768.
func upgrade() []Step {
	return []Step{
		client(Plain("GET /page HTTP/1.1\r\nHost: " + authority + "\r\nConnection: Upgrade, HTTP2-Settings\r\n" +
			"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAIAA\r\n\r\n")),
		server(Plain("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
			Settings{setting(http2.SettingMaxConcurrentStreams, 50)}),
		client(Preface{}, Settings{}),
		server(SettingsAck{}, ok(1, "content-type", "text/plain"), last(1, text(200))),
		client(SettingsAck{}, get(3, "/next")),
		server(ok(3), last(3, text(30))),
		client(GoAway{}),
	}
}
