package endpoint

import "golang.org/x/net/http2"

// refused is a rule whose breach makes the request malformed (RFC 9113, Section
// 8.1.1): the server resets its stream.
func refused(id, title string, section Fields) Script {
	return streamError(id, Client, http2.ErrCodeProtocol, title, client(Headers{Stream: 1, Fields: section, EndStream: true}))
}

// nameRules are about what field names and values may have in them: HD.
func nameRules() []Script {
	with := func(name, value string) Fields { return request("GET", "/", name, value) }
	return []Script{
		refused("HD-01", "an uppercase letter in a field name", with("X-Upper", "1")),
		refused("HD-02", "a space in a field name", with("x space", "1")),
		refused("HD-03", "CR and LF in a field value", with("x-lines", "1\r\nx-more: 2")),
		refused("HD-04", "a field value that begins with a space", with("x-padded", " 1")),
		refused("HD-05", "a field of HTTP/1.1 connections", with("connection", "keep-alive")),
		refused("HD-06", "TE that is not trailers", with("te", "gzip")),
		refused("HD-33", "a field name that is no token", with("x(y)", "1")),
		tolerated("HD-30", Client, "a credential that is indexed", client(asks(1, "authorization", "Basic dTpw")), server(done(1))),
	}
}

// pseudoRules are about pseudo-header fields: HD.
func pseudoRules() []Script {
	open := Settings{setting(settingEnableConnectProtocol, 1)}
	secure := request("GET", "/")
	secure[1].Value = "https"
	userinfo := request("GET", "/")
	userinfo[2].Value = "user@" + authority
	webSocket := fields(":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", "/", ":authority", authority)
	return []Script{
		refused("HD-07", "a pseudo-header field behind a regular one", fields(":method", "GET", ":scheme", "http", ":authority", authority, "accept", "*/*", ":path", "/")),
		refused("HD-08", "two methods", append(fields(":method", "GET"), request("GET", "/")...)),
		refused("HD-09", "a pseudo-header field that nobody defined", append(fields(":version", "2"), request("GET", "/")...)),
		refused("HD-10", "a status in a request", append(fields(":status", "200"), request("GET", "/")...)),
		refused("HD-12", "a request without a method", fields(":scheme", "http", ":authority", authority, ":path", "/")),
		refused("HD-13", "a path that does not begin with a slash", request("GET", "index.html")),
		refused("HD-14", "userinfo in :authority", userinfo),
		refused("HD-15", "Host that is not :authority", request("GET", "/", "host", "other.example")),
		refused("HD-21", "CONNECT with a scheme and a path", fields(":method", "CONNECT", ":scheme", "http", ":authority", authority, ":path", "/")),
		refused("HD-23", "extended CONNECT that the server has not allowed", webSocket),
		breaking("HD-24", Client, "extended CONNECT without a scheme and a path", hello(nil, open), []Step{
			client(Headers{Stream: 1, Fields: fields(":method", "CONNECT", ":protocol", "websocket", ":authority", authority)}),
		}, resetFirst(Server, http2.ErrCodeProtocol)),
		tolerated("HD-31", Client, "the scheme https in cleartext", client(Headers{Stream: 1, Fields: secure, EndStream: true}), server(done(1))),
	}
}

// messageRules are about the parts of a message and their order: HD.
func messageRules() []Script {
	// answered is a response that the client refuses.
	answered := func(id, title string, response ...Action) Script {
		return streamError(id, Server, http2.ErrCodeProtocol, title, client(asks(1)), server(response...))
	}
	head := func(status int, end bool) Headers {
		return Headers{Stream: 1, Fields: response(status), EndStream: end}
	}
	trailers := Headers{Stream: 1, Fields: fields("x-sum", "1"), EndStream: true}
	return []Script{
		streamError("HD-11", Client, http2.ErrCodeProtocol, "a path in trailers",
			client(posts(1), data(1, 10), Headers{Stream: 1, Fields: fields(":path", "/"), EndStream: true})),
		answered("HD-16", "a status of two digits", Headers{Stream: 1, Fields: fields(":status", "20"), EndStream: true}),
		answered("HD-17", "the status 101", head(101, false)),
		answered("HD-18", "an interim response that ends the stream", head(103, true)),
		streamError("HD-19", Client, http2.ErrCodeProtocol, "trailers that do not end the stream",
			client(posts(1), data(1, 10), Headers{Stream: 1, Fields: fields("x-sum", "1")})),
		answered("HD-20", "a response whose data comes first", data(1, 10), head(200, true)),
		streamError("HD-22", Client, http2.ErrCodeProtocol, "trailers on a CONNECT stream",
			client(Headers{Stream: 1, Fields: fields(":method", "CONNECT", ":authority", authority+":443")}), server(ok(1)), client(trailers)),
		tolerated("HD-28", Server, "a response before the request has ended",
			client(posts(1)), server(done(1)), client(last(1, text(10)))),
		answered("HD-29", "two final responses", ok(1), head(200, true)),
		also(tolerated("HD-32", Server, "RST_STREAM(NO_ERROR) before the response is complete",
			client(posts(1)), server(ok(1), data(1, 10), ResetStream{Stream: 1})), "HD-28"),
	}
}

// contentRules are about the length of content: HD.
func contentRules() []Script {
	return []Script{
		streamError("HD-25", Client, http2.ErrCodeProtocol, "less data than content-length says",
			client(posts(1, "content-length", "20"), last(1, text(10)))),
		streamError("HD-26", Client, http2.ErrCodeProtocol, "two values of content-length",
			client(posts(1, "content-length", "10", "content-length", "11"), last(1, text(10)))),
		streamError("HD-27", Server, http2.ErrCodeProtocol, "content in the response to HEAD",
			client(Headers{Stream: 1, Fields: request("HEAD", "/"), EndStream: true}), server(ok(1), last(1, text(10)))),
	}
}
