package endpoint

// pushScripts tell one story twice: as it is, and as beginners' articles have it.
func pushScripts() []Script {
	return []Script{
		{Name: "push-story-right", Title: "server push as it is: the server promises, on an even stream", Steps: steps(hello(nil, nil), pushRight())},
		{Name: "push-story-wrong", Also: []string{"PU-01", "PU-03", "PU-04", "ST-01", "ST-06"}, Title: "server push as articles tell it: the client promises, on an odd stream", Steps: steps(hello(nil, nil), pushWrong())},
	}
}

// The page and what it refers to.
const (
	page  = "<!doctype html>\n<link rel=stylesheet href=/style.css>\n<h1>Hello</h1>\n"
	style = "h1 { color: teal }\n"
)

// pushRight is RFC 9113, Section 8.4: the promise stands on the stream of the
// request that it belongs to, before the data that refers to what is promised.
// The server answers on the stream that it has reserved.
func pushRight() []Step {
	return []Step{
		client(get(1, "/")),
		server(
			PushPromise{Stream: 1, Promised: 2, Fields: request("GET", "/style.css")},
			ok(1, "content-type", "text/html"), last(1, []byte(page)),
			ok(2, "content-type", "text/css"), last(2, []byte(style)),
		),
		client(GoAway{LastStream: 2}),
	}
}

// pushWrong breaks RFC 9113 three times: a client cannot push (Section 8.4), a
// promised stream is the sender's own to name, and a server's has an even number
// (Section 5.1.1).
func pushWrong() []Step {
	return []Step{
		client(get(1, "/"), PushPromise{Stream: 1, Promised: 3, Fields: request("GET", "/style.css")}),
		server(ok(1, "content-type", "text/html"), last(1, []byte(page))),
		server(PushPromise{Stream: 1, Promised: 5, Fields: request("GET", "/app.js")}),
		server(ok(3, "content-type", "text/css"), last(3, []byte(style))),
		server(ok(5, "content-type", "text/javascript"), last(5, []byte("alert(1)\n"))),
		client(GoAway{}),
	}
}
