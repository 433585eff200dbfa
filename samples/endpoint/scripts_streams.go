package endpoint

import (
	"strconv"

	"golang.org/x/net/http2"
)

// streamScripts are about how streams end (RFC 9113, Section 5.1).
func streamScripts() []Script {
	return []Script{
		{Name: "resets", Also: []string{"ST-05"}, Title: "streams reset in every state", Steps: steps(hello(nil, nil), resets())},
		{Name: "rapid-reset", Title: "requests that are cancelled as soon as they are made", Steps: rapidReset(40)},
		{Name: "pings", Title: "pings both ways, some of them unanswered", Steps: steps(hello(nil, nil), pings(8))},
	}
}

func resets() []Step {
	cancel := func(stream uint32) ResetStream { return ResetStream{Stream: stream, Code: http2.ErrCodeCancel} }
	post := func(stream uint32) Headers { return Headers{Stream: stream, Fields: request("POST", "/work")} }
	return []Step{
		client(post(1)), client(cancel(1)), // open
		client(get(3, "/work")), client(cancel(3)), // half-closed
		client(post(5)), server(Headers{Stream: 5, Fields: response(413), EndStream: true}),
		server(ResetStream{Stream: 5, Code: http2.ErrCodeNo}), // RFC 9113, Section 8.1: answered before the upload ended
		client(Data{Stream: 5, Body: text(10)}),               // on its way when the reset came
		client(get(7, "/work")), server(ok(7), Data{Stream: 7, Body: text(10)}), client(cancel(7)),
		server(Data{Stream: 7, Body: text(20)}), // likewise
		client(get(9, "/work")),
		server(PushPromise{Stream: 9, Promised: 2, Fields: request("GET", "/pushed")}), client(cancel(2)), // reserved
		server(ResetStream{Stream: 9, Code: http2.ErrCodeRefusedStream}),
	}
}

// rapidReset is CVE-2023-44487 at small scale: each request costs the server
// work, and none counts against SETTINGS_MAX_CONCURRENT_STREAMS for long.
func rapidReset(requests int) []Step {
	run := hello(nil, Settings{setting(http2.SettingMaxConcurrentStreams, 10)})
	const burst = 8
	for n := 0; n < requests; n += burst {
		var send []Action
		for i := n; i < min(n+burst, requests); i++ {
			id := uint32(2*i + 1)
			send = append(send, get(id, "/search?q="+strconv.Itoa(i)), ResetStream{Stream: id, Code: http2.ErrCodeCancel})
		}
		run = append(run, client(send...))
	}
	return append(run, server(GoAway{LastStream: uint32(2*requests - 1), Code: http2.ErrCodeEnhanceYourCalm, DebugData: "too_many_resets"}))
}

func pings(n int) []Step {
	var run []Step
	for i := range n {
		o := opaque("ping " + strconv.Itoa(i))
		run = append(run, client(Ping{Opaque: o}))
		if i%2 == 0 {
			run = append(run, server(Ping{Ack: true, Opaque: o}))
		}
		run = append(run, server(Ping{Opaque: o}), client(Ping{Ack: true, Opaque: o}))
	}
	return run
}
