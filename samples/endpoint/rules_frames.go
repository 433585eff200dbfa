package endpoint

import "golang.org/x/net/http2"

// frameRules are about frame headers, flags and padding: FR.
func frameRules() []Script {
	const reserved = 1 << 31
	return []Script{
		streamError("FR-01", Client, http2.ErrCodeFrameSize, "a frame one octet longer than allowed",
			client(posts(1), data(1, 1<<14+1))),
		connectionError("FR-02", Client, http2.ErrCodeFrameSize, "HEADERS too short for the priority that its flag promises",
			client(malformedFrame(http2.FrameHeaders, http2.FlagHeadersPriority|http2.FlagHeadersEndHeaders|http2.FlagHeadersEndStream, 1, 0, 0, 0))),
		tolerated("FR-03", Client, "the reserved bit is set",
			client(Raw{Type: http2.FramePing, Stream: reserved, Payload: make([]byte, 8)}), server(Ping{Ack: true})),
		tolerated("FR-04", Client, "a flag that PING does not have",
			client(Raw{Type: http2.FramePing, Flags: 0x40, Payload: make([]byte, 8)}), server(Ping{Ack: true})),
		tolerated("FR-05", Client, "a frame of an unknown type",
			client(Raw{Type: 0xfa, Payload: []byte("extension")})),
		connectionError("FR-06", Client, http2.ErrCodeProtocol, "a frame of an unknown type within a field block",
			client(Headers{Stream: 1, Fields: request("GET", "/"), EndStream: true, Split: []int{3}, Between: []Action{Raw{Type: 0xfa}}})),
		connectionError("FR-07", Client, http2.ErrCodeProtocol, "as much padding as payload",
			client(posts(1), malformedFrame(http2.FrameData, http2.FlagDataPadded, 1, 4, 'a', 'b', 'c'))),
		tolerated("FR-08", Client, "padding that is not zero",
			client(posts(1), Data{Stream: 1, Body: text(10), EndStream: true, Pad: []byte{1, 2, 3}}), server(done(1))),
		connectionError("FR-09", Client, http2.ErrCodeProtocol, "a PING on a stream", client(posts(1), Raw{Type: http2.FramePing, Stream: 1, Payload: make([]byte, 8)})),
		breaking("FR-17", Client, "an error code that nobody defined", hello(nil, nil), []Step{
			client(asks(1), ResetStream{Stream: 1, Code: 0xdead}),
		}, goodbye()),
		tolerated("FR-18", Client, "DATA that neither has data nor ends the stream",
			client(posts(1), Data{Stream: 1}, last(1, text(10))), server(done(1))),
		breaking("FR-19", Client, "a connection that ends within a frame", hello(nil, nil), []Step{
			server(GoAway{}),
			client(Plain("\x00\x00\x08\x06\x00\x00\x00\x00\x00half")),
		}),
	}
}

// lengthRules are about payloads of a fixed length: FR.
func lengthRules() []Script {
	const tooBig = http2.ErrCodeFrameSize
	return []Script{
		streamError("FR-10", Client, tooBig, "PRIORITY of 4 octets", client(posts(1), malformedFrame(http2.FramePriority, 0, 1, 0, 0, 0, 0))),
		connectionError("FR-11", Client, tooBig, "RST_STREAM of 3 octets", client(posts(1), malformedFrame(http2.FrameRSTStream, 0, 1, 0, 0, 8))),
		connectionError("FR-12", Client, tooBig, "SETTINGS of 5 octets", client(malformedFrame(http2.FrameSettings, 0, 0, 0, 3, 0, 0, 0))),
		connectionError("FR-13", Client, tooBig, "SETTINGS with ACK that is not empty",
			server(Settings{}), client(malformedFrame(http2.FrameSettings, http2.FlagSettingsAck, 0, 0, 3, 0, 0, 0, 100))),
		connectionError("FR-14", Client, tooBig, "PING of 7 octets", client(malformedFrame(http2.FramePing, 0, 0, 1, 2, 3, 4, 5, 6, 7))),
		connectionError("FR-15", Client, tooBig, "WINDOW_UPDATE of 3 octets", client(malformedFrame(http2.FrameWindowUpdate, 0, 0, 0, 0, 1))),
		connectionError("FR-16", Client, tooBig, "GOAWAY of 7 octets", client(malformedFrame(http2.FrameGoAway, 0, 0, 0, 0, 0, 0, 0, 0, 0))),
	}
}

// continuationRules are about CONTINUATION: CO.
func continuationRules() []Script {
	section := request("GET", "/")
	whole := newSpeaker(Client).encode(section)
	begin := Raw{Type: http2.FrameHeaders, Flags: http2.FlagHeadersEndStream, Stream: 1, Payload: whole[:3]}
	return []Script{
		connectionError("CO-01", Client, http2.ErrCodeProtocol, "CONTINUATION that continues nothing",
			client(Raw{Type: http2.FrameContinuation, Flags: http2.FlagContinuationEndHeaders, Stream: 1, Payload: []byte{0x82}})),
		connectionError("CO-02", Client, http2.ErrCodeProtocol, "a PING within a field block",
			client(Headers{Stream: 1, Fields: section, EndStream: true, Split: []int{3}, Between: []Action{Ping{}}})),
		connectionError("CO-03", Client, http2.ErrCodeProtocol, "CONTINUATION on another stream",
			client(begin, Raw{Type: http2.FrameContinuation, Flags: http2.FlagContinuationEndHeaders, Stream: 3, Payload: whole[3:], Fields: section})),
		breaking("CO-04", Client, "a field block that does not end", hello(nil, nil), []Step{
			client(begin, Raw{Type: http2.FrameContinuation, Stream: 1, Payload: whole[3:]}),
		}, goAway(Server, http2.ErrCodeProtocol)),
		tolerated("CO-05", Client, "CONTINUATION with nothing in it",
			client(Headers{Stream: 1, Fields: section, EndStream: true, Split: []int{3, 0}}), server(done(1))),
	}
}
