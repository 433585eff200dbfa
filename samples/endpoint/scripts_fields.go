package endpoint

import (
	"encoding/hex"
	"strconv"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// fieldScripts are about field blocks (RFC 7541).
func fieldScripts() []Script {
	return []Script{
		{Name: "rfc7541-c4-c6", Title: "the examples of RFC 7541, Appendix C.4 and C.6", Steps: appendixC()},
		{Name: "sensitive", Title: "fields that must never be indexed, repeated and empty ones", Steps: steps(hello(nil, nil), sensitive())},
		{Name: "continuation", Also: []string{"CO-05"}, Title: "field blocks cut into many frames, some of them empty", Steps: steps(hello(nil, nil), continuation())},
		{Name: "table-size", Title: "a table that shrinks, empties, grows and evicts", Steps: tableSizes()},
		{Name: "table-full", Title: "more entries than the table holds, used again", Steps: steps(hello(nil, nil), tableFull())},
		{Name: "long-values", Also: []string{"CO-05"}, Title: "values of 1 to 60,000 octets", Steps: steps(hello(nil, nil), longValues())},
	}
}

// unhex reads what the RFC prints.
func unhex(digits string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		panic(err) // a constant of this package
	}
	return b
}

// appendixC has requests with Huffman coding (C.4) and responses with it from a
// table of 256 octets (C.6). The RFC takes that size for granted; here a size
// update says it first.
func appendixC() []Step {
	const (
		date1 = "Mon, 21 Oct 2013 20:13:21 GMT"
		date2 = "Mon, 21 Oct 2013 20:13:22 GMT"
	)
	ask := func(stream uint32, block string, f Fields) Step {
		return client(Headers{Stream: stream, Block: unhex(block), Fields: f, EndStream: true})
	}
	answer := func(stream uint32, block string, f Fields) Step {
		return server(Headers{Stream: stream, Block: unhex(block), Fields: f, EndStream: true})
	}
	get := fields(":method", "GET", ":scheme", "http", ":path", "/", ":authority", authority)
	return steps(hello(Settings{setting(http2.SettingHeaderTableSize, 256)}, nil), []Step{
		ask(1, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", get),
		ask(3, "8286 84be 5886 a8eb 1064 9cbf", append(get[:4:4], fields("cache-control", "no-cache")...)),
		ask(5, "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf",
			fields(":method", "GET", ":scheme", "https", ":path", "/index.html", ":authority", authority, "custom-key", "custom-value")),

		answer(1, "3fe1 01 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
			response(302, "cache-control", "private", "date", date1, "location", "https://www.example.com")),
		answer(3, "4883 640e ffc1 c0bf",
			response(307, "cache-control", "private", "date", date1, "location", "https://www.example.com")),
		answer(5, "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
			response(200, "cache-control", "private", "date", date2, "location", "https://www.example.com",
				"content-encoding", "gzip", "set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1")),
	})
}

func sensitive() []Step {
	secret := func(name, value string) hpack.HeaderField {
		return hpack.HeaderField{Name: name, Value: value, Sensitive: true}
	}
	login := append(request("POST", "/login"), secret("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), secret("x-secret", ""))
	cookies := fields("cookie", "a=1", "cookie", "b=2", "cookie", "c=3", "x-empty", "", "x-octets", "\x01\x7f\x80\xff")
	return []Step{
		client(Headers{Stream: 1, Fields: append(login, cookies...), EndStream: true}),
		client(Headers{Stream: 3, Fields: append(login, cookies...), EndStream: true}),
		server(Headers{Stream: 1, Fields: append(response(200), secret("set-cookie", "session=1"), secret("set-cookie", "session=2")), EndStream: true}),
		server(Headers{Stream: 3, Fields: append(response(200), secret("set-cookie", "session=1")), EndStream: true}),
	}
}

func continuation() []Step {
	var octetwise []int
	for range 40 {
		octetwise = append(octetwise, 1)
	}
	big := request("GET", "/big", "x-big", line(50_000))
	return []Step{
		client(Headers{Stream: 1, Fields: request("GET", "/split", "x-one", "1"), EndStream: true, Split: octetwise}),
		client(Headers{Stream: 3, Fields: request("GET", "/empty", "x-two", "2"), EndStream: true, Split: []int{0, 0, 5, 0}}),
		client(Headers{Stream: 5, Fields: big, EndStream: true, Split: []int{1 << 14, 1 << 14, 1 << 13}}),
		server(PushPromise{Stream: 1, Promised: 2, Fields: request("GET", "/promised", "x-three", "3"), Split: []int{7, 0, 3}}),
		server(Headers{Stream: 1, Fields: response(200, "x-four", "4"), Split: []int{0}}, last(1, text(4))),
		server(Headers{Stream: 3, Fields: response(204), EndStream: true}, Headers{Stream: 5, Fields: response(431), EndStream: true}),
	}
}

// tableSizes follow the peer's setting down, up and to nothing; each is
// acknowledged before the encoder changes (RFC 7541, Section 4.2).
func tableSizes() []Step {
	run := hello(nil, nil)
	stream := uint32(1)
	for _, size := range []uint32{4096, 128, 0, 65536, 300, 300} {
		name := "x-size-" + strconv.Itoa(int(size))
		ask := Headers{Stream: stream, Fields: request("GET", "/size", name, "asked", "x-kept", "for all of them"), EndStream: true}
		run = append(run,
			server(Settings{setting(http2.SettingHeaderTableSize, size)}),
			client(SettingsAck{}, TableSize(size), ask),
			server(Headers{Stream: stream, Fields: response(200, "x-kept", "for all of them", name, "answered"), EndStream: true}),
		)
		stream += 2
	}
	return run
}

func tableFull() []Step {
	var run []Step
	stream := uint32(1)
	for round := range 6 {
		f := request("GET", "/"+strconv.Itoa(round))
		for i := range 40 {
			f = append(f, fields("x-name-"+strconv.Itoa(i), "value "+strconv.Itoa(i*(1+round%3)))...)
		}
		run = append(run,
			client(Headers{Stream: stream, Fields: f, EndStream: true}),
			server(Headers{Stream: stream, Fields: append(response(200), f[4:]...), EndStream: true}),
		)
		stream += 2
	}
	return run
}

func longValues() []Step {
	var run []Step
	stream := uint32(1)
	for _, length := range []int{1, 126, 127, 128, 255, 4096, 60_000} {
		split := []int{1 << 14, 1 << 14, 1 << 14}
		run = append(run,
			client(Headers{Stream: stream, Fields: request("GET", "/", "x-text", line(length)), EndStream: true, Split: split}),
			server(Headers{Stream: stream, Fields: response(200, "x-octets", strings.Repeat("\xff", min(length, 5000))), EndStream: true}),
		)
		stream += 2
	}
	return run
}
