package attack_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// literal is a field that is not put into the table.
func literal(name, value string) []byte {
	return hpack.AppendLiteral(nil, hpack.WithoutIndexing, 0, name, value, hpack.HuffmanNever)
}

// request has the client send a request of a GET, which leaves the table as it
// is, and of more representations.
func request(more ...[]byte) func(p *play) {
	return func(p *play) {
		p.next += 2
		fragment := slices.Concat(append([][]byte{{0x82, 0x84, 0x87}, literal(":authority", "a.example")}, more...)...)
		p.client(block(p.next-2, h2decode.FlagEndHeaders|h2decode.FlagEndStream, fragment))
	}
}

func TestEmptyHeaderLeak(t *testing.T) {
	nameless := hpack.AppendLiteral(nil, hpack.WithoutIndexing, 0, "", "x", hpack.HuffmanNever)
	runScenarios(t, []scenario{
		{name: "11 in a section", play: request(bytes.Repeat(nameless, 11)), want: "AT-09"},
		{name: "11 in sections", want: "AT-09", play: func(p *play) { times(11, func(int) { request(nameless)(p) }) }},
		{name: "10", play: request(bytes.Repeat(nameless, 10))},
		{name: "empty values", play: request(bytes.Repeat(literal("x", ""), 100))},
	})
}

// An entry of the dynamic table that is large, and references to it.
func bomb(size, references int) func(p *play) {
	entry := hpack.AppendLiteral(nil, hpack.Incremental, 0, "x", strings.Repeat("a", size), hpack.HuffmanNever)
	return func(p *play) {
		request(entry)(p)
		request(bytes.Repeat([]byte{0xbe}, references))(p)
	}
}

func TestHPACKBomb(t *testing.T) {
	runScenarios(t, []scenario{
		{name: "17 times an entry of 4 KB", play: bomb(4000, 17), want: "AT-12"},
		{name: "16 times: less than 64 KiB", play: bomb(4000, 16)},
		{name: "of entries that are not so large", play: bomb(60, 1000), want: "AT-13"},
		{name: "beyond what is decoded", play: bomb(4000, 8000), want: "AT-12 AT-13",
			beside: "a section of 8,000 fields is a field-count bomb, too"},
	})
}

// What of a section a limit kept out counts as well.
func TestHPACKBombIsMeasuredWhole(t *testing.T) {
	p := newPlay(t)
	bomb(3900, 8000)(p)
	p.close()
	f := p.finding("AT-12")
	if i := slices.IndexFunc(f.Evidence, func(e h2decode.Evidence) bool { return e.Name == "decoded" }); f.Evidence[i].Number < 8000*3900 {
		t.Errorf("%d octets decoded", f.Evidence[i].Number)
	}
}

func TestFieldCountBomb(t *testing.T) {
	fields := func(n int) func(p *play) { return request(bytes.Repeat([]byte{0x90}, n-4)) }
	severities := map[string]h2decode.Severity{}
	for name, n := range map[string]int{"error": 1001, "warning": 1000, "least warning": 201} {
		p := newPlay(t)
		fields(n)(p)
		p.close()
		severities[name] = p.finding("AT-13").Severity
	}
	if severities["error"] != h2decode.SeverityError || severities["warning"] != h2decode.SeverityWarning || severities["least warning"] != h2decode.SeverityWarning {
		t.Errorf("severities %v", severities)
	}
	runScenarios(t, []scenario{
		{name: "1001", play: fields(1001), want: "AT-13"},
		{name: "201", play: fields(201), want: "AT-13"},
		{name: "200", play: fields(200)},
		{name: "a cookie in 150 crumbs", play: request(bytes.Repeat(literal("cookie", "a=b"), 150))},
	})
}

func TestStreamReuse(t *testing.T) {
	again := func(between func(p *play, stream uint32)) func(p *play) {
		return func(p *play) {
			stream := p.request()
			between(p, stream)
			p.client(p.headers(client, stream, h2decode.FlagEndStream, get...))
		}
	}
	runScenarios(t, []scenario{
		{name: "of a stream that is closed", want: "AT-17", play: again(func(p *play, stream uint32) {
			p.server(p.headers(server, stream, h2decode.FlagEndStream, ":status", "204"))
		})},
		{name: "of a stream that was reset", want: "AT-17", play: again(func(p *play, stream uint32) {
			p.client(reset(stream, h2decode.Cancel))
		})},
		{name: "of a stream that is open", want: "AT-17", play: again(func(*play, uint32) {})},
		{name: "of one that a later stream closed", want: "AT-17", play: func(p *play) {
			p.next = 5
			p.request()
			p.client(p.headers(client, 3, h2decode.FlagEndStream, get...))
		}},
		{name: "of a promised stream", want: "AT-17", play: func(p *play) {
			stream := p.request()
			times(2, func(int) {
				p.server(h2decode.AppendFrame(nil, h2decode.TypePushPromise, h2decode.FlagEndHeaders, stream,
					&h2decode.PushPromiseFrame{Promised: 2, Fragment: p.encode(server, get...)}))
			})
		}},
		{name: "trailers", play: func(p *play) {
			stream := p.upload()
			p.client(data(stream, 0, 10), p.headers(client, stream, h2decode.FlagEndStream, "x-trail", "1"))
		}},
		{name: "a new stream", play: func(p *play) { p.request(); p.request() }},
	})
}

func TestRequestSmugglingMarks(t *testing.T) {
	inTable := hpack.AppendLiteral(nil, hpack.Incremental, 0, "x", "a\r\nb: c", hpack.HuffmanNever)
	runScenarios(t, []scenario{
		{name: "CR and LF in a value", play: request(literal("x", "a\r\nb: c")), want: "AT-20"},
		{name: "LF in a name", play: request(literal("x\nb", "c")), want: "AT-20"},
		{name: "NUL in a value", play: request(literal("x", "a\x00b")), want: "AT-20"},
		{name: "Transfer-Encoding", play: request(literal("transfer-encoding", "chunked")), want: "AT-20"},
		{name: "Transfer-Encoding, from the static table", play: request([]byte{0x80 | 57}), want: "AT-20"},
		{name: "Transfer-Encoding in capitals", play: request(literal("Transfer-Encoding", "chunked")), want: "AT-20"},
		{name: "two content-lengths that differ", play: request(literal("content-length", "5"), literal("content-length", "6")), want: "AT-20"},
		{name: "a list of content-lengths that differ", play: request(literal("content-length", "5, 6")), want: "AT-20"},
		{name: "two content-lengths that agree", play: request(literal("content-length", "5"), literal("content-length", "5"))},
		{name: "whitespace in :method", play: func(p *play) {
			p.client(p.headers(client, 1, h2decode.FlagEndStream, ":method", "GET / HTTP/1.1", ":scheme", "https", ":path", "/"))
		}, want: "AT-20"},
		{name: "whitespace in :path", play: func(p *play) {
			p.client(p.headers(client, 1, h2decode.FlagEndStream, ":method", "GET", ":scheme", "https", ":path", "/ HTTP/1.1"))
		}, want: "AT-20"},
		{name: "put into the table, and referred to", play: func(p *play) {
			request(inTable)(p)
			request([]byte{0xbe})(p)
		}, want: "AT-20"},
		{name: "of a response", play: func(p *play) {
			p.server(p.headers(server, p.request(), 0, ":status", "200", "location", "/\r\nset-cookie: a"))
		}, want: "AT-20"},
		{name: "whitespace and a tab in other values", play: request(literal("x", "a b\tc"), literal("te", "trailers"))},
	})
	p := newPlay(t)
	request(inTable)(p)
	request([]byte{0xbe})(p)
	p.close()
	if f := p.finding("AT-20"); f.Count != 2 {
		t.Errorf("%d marks, want the reference counted, too", f.Count)
	}
}

// Fields that an observer who came late cannot be sure of are no evidence.
func TestUncertainFieldsAreNoMarks(t *testing.T) {
	p := newPlay(t)
	request(hpack.AppendLiteral(nil, hpack.Incremental, 0, "a", "b", hpack.HuffmanNever))(p)
	p.wait(time.Second)
	request([]byte{0xff, 0x80, 0x01})(p) // an index beyond the table
	p.close()
	if p.ids() != "" {
		t.Errorf("shows %s", p.ids())
	}
}
