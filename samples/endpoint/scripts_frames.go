package endpoint

import (
	"bytes"

	"golang.org/x/net/http2"
)

// frameScripts go through the frames of RFC 9113, Section 6, and the extensions.
func frameScripts() []Script {
	return []Script{
		{Name: "every-frame", Also: []string{"FR-18", "OR-02"}, Title: "every frame type with every flag", Steps: everyFrame()},
		{Name: "every-setting", Title: "settings known and unknown, repeated, outstanding", Steps: everySetting()},
		{Name: "every-error", Title: "RST_STREAM with each error code, and with unknown ones", Steps: steps(hello(nil, nil), everyError())},
		{Name: "padding", Also: []string{"FR-08"}, Title: "no padding, padding of 0, 1 and 255 octets", Steps: steps(hello(nil, nil), padding())},
		{Name: "unknown-frames", Also: []string{"FR-04"}, Title: "frame types and flags that nobody has defined", Steps: steps(hello(nil, nil), unknownFrames())},
		{Name: "large-frames", Title: "frames of the largest size that the settings allow", Steps: largeFrames(1 << 18)},
		{Name: "goaway", Also: []string{"GA-02"}, Title: "a graceful shutdown in two steps", Steps: steps(hello(nil, nil), []Step{
			client(get(1, "/"), get(3, "/late")),
			server(GoAway{LastStream: 1<<31 - 1, DebugData: "leaving soon"}, Ping{Opaque: opaque("shutdown")}),
			client(get(5, "/later"), Ping{Ack: true, Opaque: opaque("shutdown")}),
			server(GoAway{LastStream: 3, DebugData: "leaving"}),
			server(ok(1), last(1, text(10)), ok(3), last(3, text(10))),
			client(GoAway{Code: http2.ErrCodeNo}),
		})},
	}
}

func opaque(s string) (o [8]byte) {
	copy(o[:], s)
	return o
}

func everyFrame() []Step {
	seven := &http2.PriorityParam{StreamDep: 0, Weight: 7}
	return []Step{
		client(Preface{}, Settings{setting(http2.SettingEnablePush, 1)}),
		server(Settings{setting(http2.SettingMaxConcurrentStreams, 100)}, SettingsAck{}, Origins{"https://www.example.com", "https://example.com"}),
		client(SettingsAck{}, PriorityUpdate{Stream: 1, Value: "u=1, i"}),
		client(Headers{Stream: 1, Fields: request("GET", "/all"), EndStream: true, Pad: 9, Priority: seven, Split: []int{4, 10}}),
		client(Priority{Stream: 3, PriorityParam: http2.PriorityParam{StreamDep: 1, Exclusive: true, Weight: 255}}),
		server(
			PushPromise{Stream: 1, Promised: 2, Fields: request("GET", "/pushed"), Pad: 3, Split: []int{2}},
			PushPromise{Stream: 1, Promised: 4, Fields: request("GET", "/pushed-too")},
			AltSvc{Origin: "https://www.example.com", Value: `h3=":443"; ma=60`},
			AltSvc{Stream: 1, Value: "clear"},
			ok(1, "content-type", "text/plain"),
			Data{Stream: 1, Body: text(30), Pad: []byte{0, 0, 0}},
			Data{Stream: 1, Body: text(0)},
			last(1, text(5)),
		),
		client(WindowUpdate{Stream: 0, Increment: 35}, WindowUpdate{Stream: 2, Increment: 1 << 20}),
		client(Ping{Opaque: opaque("question")}, ResetStream{Stream: 2, Code: http2.ErrCodeCancel}, ResetStream{Stream: 4, Code: http2.ErrCodeRefusedStream}),
		server(Ping{Ack: true, Opaque: opaque("question")}, GoAway{LastStream: 1, DebugData: "done"}),
		client(GoAway{LastStream: 4, Code: http2.ErrCodeNo}),
	}
}

// everySetting changes settings while others are outstanding: each SETTINGS is
// acknowledged in its turn (RFC 9113, Section 6.5.3).
func everySetting() []Step {
	return []Step{
		client(Preface{}, Settings{
			setting(http2.SettingHeaderTableSize, 8192),
			setting(http2.SettingEnablePush, 0),
			setting(http2.SettingMaxConcurrentStreams, 0),
			setting(http2.SettingInitialWindowSize, 1<<31-1),
			setting(http2.SettingMaxFrameSize, 1<<24-1),
			setting(http2.SettingMaxHeaderListSize, 1<<32-1),
			setting(settingNoRFC7540Priorities, 1),
			setting(0x0a0a, 0x12345678),
		}),
		client(Settings{setting(http2.SettingInitialWindowSize, 1), setting(http2.SettingInitialWindowSize, 70000)}),
		client(Settings{}),
		server(Settings{setting(settingEnableConnectProtocol, 1), setting(http2.SettingMaxFrameSize, 1<<14)}),
		server(SettingsAck{}, SettingsAck{}),
		client(SettingsAck{}),
		server(SettingsAck{}),
		client(get(1, "/settings")),
		server(Headers{Stream: 1, Fields: response(204), EndStream: true}),
	}
}

func everyError() []Step {
	var run []Step
	stream := uint32(1)
	for code := range http2.ErrCode(17) { // 14 to 16 are not registered
		if code == 16 {
			code = 1<<32 - 1
		}
		from := client
		if code%2 == 1 {
			from = server
		}
		run = append(run, client(Headers{Stream: stream, Fields: request("POST", "/reset")}), from(ResetStream{Stream: stream, Code: code}))
		stream += 2
	}
	return run
}

func padding() []Step {
	var run []Step
	for i, pad := range []int{0, 1, 255} {
		stream := uint32(2*i + 1)
		run = append(run,
			client(Headers{Stream: stream, Fields: request("POST", "/pad"), Pad: uint8(pad)}),
			client(Data{Stream: stream, Body: text(pad), EndStream: true, Pad: make([]byte, pad)}),
			server(PushPromise{Stream: stream, Promised: uint32(2*i + 2), Fields: request("GET", "/promised"), Pad: uint8(pad)}),
			server(Headers{Stream: stream, Fields: response(200), Pad: uint8(255 - pad)}),
			// padding that is not zero: the receiver need not look
			server(Data{Stream: stream, Body: text(3), EndStream: true, Pad: bytes.Repeat([]byte{0xff}, pad)}),
		)
	}
	return run
}

func unknownFrames() []Step {
	return []Step{
		client(Raw{Type: 0xfa, Payload: []byte("an extension")}, Raw{Type: 0xfa, Flags: 0xff, Stream: 1}),
		client(Raw{Type: 0x0b, Flags: 0x41, Stream: 1<<31 - 1, Payload: text(300)}),
		client(get(1, "/"), Raw{Type: 0x42, Stream: 1, Payload: []byte{0}}),
		server(Raw{Type: http2.FramePing, Flags: 0xfe, Payload: make([]byte, 8)}), // all flags but ACK
		server(ok(1)),
		server(Raw{Type: 0xff, Stream: 1, Payload: text(1 << 13)}),
		server(last(1, text(10))),
	}
}

func largeFrames(size int) []Step {
	return []Step{
		client(Preface{}, Settings{setting(http2.SettingMaxFrameSize, uint32(size)), setting(http2.SettingInitialWindowSize, 1<<24)}, WindowUpdate{Increment: 1 << 24}),
		server(Settings{}, SettingsAck{}),
		client(SettingsAck{}, get(1, "/large")),
		server(ok(1), Data{Stream: 1, Body: text(size)}),
		server(last(1, text(size-256)), GoAway{LastStream: 1, DebugData: string(text(size / 2))}),
	}
}
