package endpoint

import (
	"slices"
	"strconv"
	"time"

	"golang.org/x/net/http2"
)

// messageScripts are requests and responses in the forms of RFC 9113, Section 8.
func messageScripts() []Script {
	return []Script{
		{Name: "exchange", Title: "a request, its response, and a goodbye", Steps: steps(hello(nil, nil), []Step{
			client(get(1, "/", "accept", "text/html")),
			server(ok(1, "content-type", "text/html", "content-length", "96"), last(1, text(96))),
			client(GoAway{}),
		})},
		{Name: "messages", Title: "uploads, trailers, interim responses, no content", Steps: steps(hello(nil, nil), messages())},
		{Name: "page", Title: "a page, and four things that it refers to", Steps: steps(hello(nil, nil), pageVisit())},
		{Name: "visits", Title: "32 pages, one after the other", Steps: steps(hello(nil, nil), visits(32))},
		{Name: "connect", Title: "a tunnel by CONNECT", Steps: steps(hello(nil, nil), []Step{
			client(Headers{Stream: 1, Fields: fields(":method", "CONNECT", ":authority", "target.example:22")}),
			server(ok(1)),
			server(Data{Stream: 1, Body: []byte("SSH-2.0-example\r\n")}),
			client(Data{Stream: 1, Body: []byte("SSH-2.0-client\r\n")}),
			client(last(1, nil)),
			server(last(1, nil)),
		})},
		{Name: "interleaved", Title: "ten streams, their data in turn", Steps: steps(hello(nil, nil), interleaved(10, 5))},
		{Name: "large-body", Title: "a megabyte in frames of 16 KiB, windows kept open", Steps: steps(hello(nil, nil), largeBody(1<<20))},
		{Name: "disguise", Title: "HTTP/2 frames as the data of a stream", Steps: steps(hello(nil, nil), []Step{
			client(get(1, "/capture")),
			server(ok(1), last(1, disguise())),
		})},
		{Name: "octet-by-octet", Title: "every octet in a write of its own", Steps: []Step{
			cut(1, client(Preface{}, Settings{setting(http2.SettingMaxFrameSize, 1<<15)})),
			cut(1, server(Settings{}, SettingsAck{})),
			cut(1, client(SettingsAck{}, get(1, "/slowly"))),
			cut(1, server(ok(1, "x-speed", "one octet"), last(1, text(64)))),
		}},
	}
}

func messages() []Step {
	return []Step{
		client(Headers{Stream: 1, Fields: request("POST", "/upload", "content-length", "48", "expect", "100-continue")}),
		server(Headers{Stream: 1, Fields: response(100)}),
		client(Data{Stream: 1, Body: text(32)}, last(1, text(16))),
		server(Headers{Stream: 1, Fields: response(201, "location", "/upload/1"), EndStream: true}),

		client(get(3, "/hints")),
		server(Headers{Stream: 3, Fields: response(103, "link", "</style.css>; rel=preload")}),
		server(Headers{Stream: 3, Fields: response(103, "link", "</app.js>; rel=preload")}),
		server(ok(3), last(3, text(20))),

		client(get(5, "/trailers", "te", "trailers")),
		server(ok(5, "trailer", "x-sum"), Data{Stream: 5, Body: text(40)}),
		server(Headers{Stream: 5, Fields: fields("x-sum", "40"), EndStream: true}),

		client(
			Headers{Stream: 7, Fields: request("PUT", "/trailers")}, Data{Stream: 7, Body: text(8)},
			Headers{Stream: 7, Fields: fields("x-last", "yes"), EndStream: true},
		),
		server(Headers{Stream: 7, Fields: response(204), EndStream: true}),

		client(Headers{Stream: 9, Fields: request("HEAD", "/"), EndStream: true}),
		server(Headers{Stream: 9, Fields: response(200, "content-length", "96"), EndStream: true}),

		client(Headers{Stream: 11, Fields: request("OPTIONS", "*"), EndStream: true}),
		server(ok(11), last(11, nil)), // a body of no octets
	}
}

// pageVisit asks for a page and, when it is there, for all else at once. The
// fields of the later requests stand in the table since the first.
func pageVisit() []Step {
	agent := []string{"user-agent", "example/1.0", "accept-language", "en", "cookie", "session=4711"}
	parts := []string{"/style.css", "/app.js", "/logo.svg", "/font.woff2"}
	run := []Step{
		client(get(1, "/", agent...)),
		server(ok(1, "content-type", "text/html", "server", "example"), last(1, text(3000))),
	}
	var ask []Action
	for i, path := range parts {
		ask = append(ask, get(uint32(2*i+3), path, append(agent, "referer", "http://"+authority+"/")...))
	}
	run = append(run, client(ask...))
	for i, path := range parts {
		id := uint32(2*i + 3)
		run = append(run, server(ok(id, "server", "example", "x-part", path), Data{Stream: id, Body: text(4000)}, last(id, text(1000*i))))
	}
	return append(run, client(GoAway{}))
}

// visits asks for page after page; each response adds to the table what the next
// one refers to.
func visits(n int) []Step {
	var run []Step
	for i := range n {
		id, name := uint32(2*i+1), strconv.Itoa(i+1)
		previous := strconv.Itoa(i)
		run = append(run,
			after(10*time.Millisecond, client(get(id, "/page/"+name, "referer", "http://"+authority+"/page/"+previous))),
			server(ok(id, "content-type", "text/html", "x-page", name, "x-previous", previous, "server", "example"), last(id, text(900))),
		)
	}
	return append(run, client(GoAway{}))
}

// interleaved opens streams at once and sends rounds of their data in turn, the
// last opened first.
func interleaved(streams uint32, rounds int) []Step {
	var ask, answer []Action
	for n := range streams {
		ask = append(ask, get(2*n+1, "/part"))
		answer = append(answer, ok(2*n+1))
	}
	for round := range rounds {
		for n := range streams {
			id := 2*(streams-n) - 1
			answer = append(answer, Data{Stream: id, Body: text(10 * int(id)), EndStream: round == rounds-1})
		}
	}
	return []Step{client(ask...), server(answer...)}
}

// largeBody sends a body in frames of 16 KiB, two of them at a time, whose octets
// the client gives back as it gets them.
func largeBody(octets int) []Step {
	const frame = 1 << 14
	run := []Step{client(get(1, "/large")), server(ok(1))}
	for pair := range slices.Chunk(slices.Collect(slices.Chunk(text(octets), frame)), 2) {
		var send []Action
		var size uint32
		for _, body := range pair {
			send = append(send, Data{Stream: 1, Body: body})
			size += uint32(len(body))
		}
		run = append(run, server(send...), client(WindowUpdate{Stream: 0, Increment: size}, WindowUpdate{Stream: 1, Increment: size}))
	}
	return append(run, server(last(1, nil)))
}

// disguise is another connection's octets: what looks like frames and is data.
func disguise() []byte {
	s := newSpeaker(Client)
	octets, _ := s.say([]Action{Preface{}, Settings{}, get(1, "/inner"), Ping{}, GoAway{LastStream: 7}})
	return octets
}
