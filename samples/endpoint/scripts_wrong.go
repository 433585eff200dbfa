package endpoint

import "golang.org/x/net/http2"

// wrongScripts are what a real peer won't send. It is decoded all the same.
func wrongScripts() []Script {
	return []Script{
		{Name: "malformed", Also: []string{"FR-07", "FR-10", "FR-11", "FR-12", "FR-13", "FR-14", "FR-15", "FR-16", "ST-13"}, Title: "payloads that are not what their type asks for", Steps: steps(hello(nil, nil), malformed())},
		{Name: "misplaced", Also: []string{"FC-05", "HD-01", "HD-05", "HD-07", "HD-16", "PG-01", "SE-01", "SE-04", "SE-06", "ST-01", "ST-03", "ST-06", "ST-13"}, Title: "frames that their place or the stream's state forbids", Steps: steps(hello(nil, nil), misplaced())},
		{Name: "bad-messages", Also: []string{"HD-01", "HD-02", "HD-04", "HD-05", "HD-06", "HD-07", "HD-08", "HD-09", "HD-10", "HD-12", "HD-13", "HD-20", "HD-21", "HD-25", "HD-26"}, Title: "field sections that are no request and no response", Steps: steps(hello(nil, nil), badMessages())},
	}
}

// malformed has each rule of RFC 9113, Section 6, on the length of a payload.
func malformed() []Step {
	wrong := func(t http2.FrameType, flags http2.Flags, stream uint32, payload ...byte) Raw {
		return Raw{Type: t, Flags: flags, Stream: stream, Payload: payload, Malformed: true}
	}
	return []Step{
		client(Headers{Stream: 1, Fields: request("POST", "/")}),
		client(wrong(http2.FramePing, 0, 0, 1, 2, 3, 4, 5, 6, 7)),
		client(wrong(http2.FrameSettings, 0, 0, 0, 3, 0, 0, 0)),
		client(wrong(http2.FrameSettings, http2.FlagSettingsAck, 0, 0, 3, 0, 0, 0, 1)),
		client(wrong(http2.FrameWindowUpdate, 0, 1, 0, 0, 1)),
		client(wrong(http2.FramePriority, 0, 1, 0, 0, 0, 0)),
		client(wrong(http2.FrameGoAway, 0, 0, 0, 0, 0, 1)),
		client(wrong(http2.FrameData, http2.FlagDataPadded, 1, 9, 'a', 'b')),
		server(wrong(http2.FrameRSTStream, 0, 1, 0, 0, 8)),
		server(Headers{Stream: 1, Fields: response(200), EndStream: true}), // behind all that, still in step
	}
}

func misplaced() []Step {
	return []Step{
		client(WindowUpdate{Stream: 0, Increment: 1<<31 - 1}), // above the greatest window
		client(Data{Stream: 99, Body: text(12), EndStream: true}, ResetStream{Stream: 101}),
		client(get(4, "/even"), get(1, "/falling")),
		client(Settings{setting(http2.SettingEnablePush, 2), setting(http2.SettingMaxFrameSize, 1)}),
		server(SettingsAck{}, SettingsAck{}), // one too many
		server(Headers{Stream: 1, Fields: fields("x-no-status", "1"), EndStream: true}),
		server(Headers{Stream: 1, Fields: response(200), EndStream: true}), // behind END_STREAM
		client(Headers{Stream: 3, Fields: fields(":path", "/", ":method", "GET", "Upper-Case", "1", "connection", "close", ":scheme", "http")}),
		client(Ping{Ack: true, Opaque: opaque("unasked")}),
	}
}

// badMessages breaks the rules of RFC 9113, Section 8.2 and 8.3, one a request.
func badMessages() []Step {
	bad := []Fields{
		fields(":scheme", "http", ":path", "/"),                                                          // no :method
		fields(":method", "GET", ":scheme", "http"),                                                      // no :path
		fields(":method", "GET", ":scheme", "http", ":path", ""),                                         // an empty one
		fields(":method", "GET", ":method", "PUT", ":scheme", "http", ":path", "/"),                      // two methods
		fields(":method", "GET", "accept", "*/*", ":scheme", "http", ":path", "/"),                       // behind a regular field
		append(request("GET", "/"), fields(":status", "200")...),                                         // of a response
		append(request("GET", "/"), fields(":unknown", "1")...),                                          // of nobody
		append(request("GET", "/"), fields("Accept", "*/*")...),                                          // upper case
		append(request("GET", "/"), fields("connection", "keep-alive", "te", "gzip")...),                 // of HTTP/1.1
		append(request("GET", "/"), fields("x-space", " leading", "x-tab", "trailing\t", "x y", "1")...), // not allowed where they stand
		append(request("GET", "/"), fields("content-length", "7", "content-length", "8")...),             // two lengths, and no body
		fields(":method", "CONNECT", ":scheme", "http", ":authority", authority, ":path", "/"),           // RFC 9113, Section 8.5
		request("GET", "relative"),
	}
	var run []Step
	for i, section := range bad {
		id := uint32(2*i + 1)
		run = append(run, client(Headers{Stream: id, Fields: section, EndStream: true}), server(ResetStream{Stream: id, Code: http2.ErrCodeProtocol}))
	}
	id := uint32(2*len(bad) + 1)
	return append(run,
		client(get(id, "/")),
		server(Headers{Stream: id, Fields: fields(":status", "200", ":status", "404", ":path", "/")}),
		server(Headers{Stream: id, Fields: fields(":status", "101"), EndStream: true}), // trailers with a pseudo-header field
	)
}
