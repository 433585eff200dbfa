package endpoint

import "golang.org/x/net/http2"

// stateRules are about what may be sent in which state of a stream: ST.
func stateRules() []Script {
	const closed = http2.ErrCodeStreamClosed
	promise := PushPromise{Stream: 1, Promised: 2, Fields: request("GET", "/style.css")}
	return []Script{
		connectionError("ST-01", Client, http2.ErrCodeProtocol, "DATA on an idle stream", client(data(5, 10))),
		streamError("ST-02", Client, closed, "DATA behind END_STREAM", client(asks(1), data(1, 10))),
		connectionError("ST-03", Client, closed, "DATA on a closed stream", client(asks(1)), server(done(1)), client(data(1, 10))),
		streamError("ST-04", Client, closed, "DATA behind one's own RST_STREAM",
			client(posts(1)), client(ResetStream{Stream: 1, Code: http2.ErrCodeCancel}, data(1, 10))),
		breaking("ST-05", Client, "DATA on a stream that the peer has reset", hello(nil, nil), []Step{
			client(posts(1)), server(ResetStream{Stream: 1, Code: http2.ErrCodeRefusedStream}), after(stall, client(data(1, 10))),
			server(ResetStream{Stream: 1, Code: closed}),
		}, goodbye()),
		tolerated("ST-11", Server, "RST_STREAM in answer to RST_STREAM",
			client(asks(1), ResetStream{Stream: 1, Code: http2.ErrCodeCancel}), server(ResetStream{Stream: 1, Code: closed})),
		breaking("ST-13", Server, "a request that gets no answer before the end", hello(nil, nil), []Step{client(asks(1))}, goodbye()),
		connectionError("ST-14", Server, http2.ErrCodeProtocol, "WINDOW_UPDATE of the server on a stream that it has reserved",
			client(asks(1)), server(promise, WindowUpdate{Stream: 2, Increment: 1})),
		connectionError("ST-15", Client, http2.ErrCodeProtocol, "DATA of the client on a stream that the server has reserved",
			client(asks(1)), server(promise), client(data(2, 10))),
	}
}

// identifierRules are about how streams are numbered, and how many there are: ST.
func identifierRules() []Script {
	const wrong = http2.ErrCodeProtocol
	one := Settings{setting(http2.SettingMaxConcurrentStreams, 1)}
	return []Script{
		connectionError("ST-06", Client, wrong, "a client opens an even stream", client(asks(2))),
		connectionError("ST-07", Client, wrong, "stream identifiers fall", client(asks(5), asks(3))),
		connectionError("ST-08", Client, wrong, "a stream identifier is used again", client(asks(1)), server(done(1)), client(asks(1))),
		also(breaking("ST-09", Client, "more streams than the server allows", hello(nil, one), []Step{
			client(asks(1), asks(3)), server(ResetStream{Stream: 3, Code: http2.ErrCodeRefusedStream}, done(1)),
		}, goodbye()), "SE-15"),
		connectionError("ST-10", Server, wrong, "a response on a stream that was not promised", client(asks(1)), server(done(2))),
		breaking("ST-12", Client, "stream identifiers that come to an end", hello(nil, nil), []Step{
			client(asks(1<<30 + 1)), server(done(1<<30 + 1)),
		}, goodbye()),
	}
}
