package rules

import (
	"encoding/hex"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

const endStream, endHeaders = h2decode.FlagEndStream, h2decode.FlagEndHeaders

// asks plays a request that ends its side, with these fields.
func asks(fields ...string) func(*script) {
	return func(s *script) { s.client(s.headers(client, 1, endStream, fields...)) }
}

// with is a GET with more fields.
func with(fields ...string) func(*script) { return asks(append(get[:len(get):len(get)], fields...)...) }

// answers plays a request and a response of these HEADERS frames, each given as
// its fields; "END" stands before those of one that ends the stream.
func answers(request []string, sections ...[]string) func(*script) {
	return func(s *script) {
		s.client(s.headers(client, 1, endStream, request...))
		for _, fields := range sections {
			flags := h2decode.Flags(0)
			if fields[0] == "END" {
				fields, flags = fields[1:], endStream
			}
			s.server(s.headers(server, 1, flags, fields...))
		}
	}
}

// fields is what answers takes.
func fields(f ...string) []string { return f }

// replies plays a GET, and a response with DATA.
func replies(request []string, response []string, data string) func(*script) {
	return func(s *script) {
		s.client(s.headers(client, 1, endStream, request...))
		s.server(s.headers(server, 1, 0, response...), dataFrame(1, endStream, data))
	}
}

// posts plays a request with DATA, and more behind it.
func posts(request []string, frames ...func(*script) []byte) func(*script) {
	return func(s *script) {
		s.client(s.headers(client, 1, 0, request...))
		for _, f := range frames {
			s.client(f(s))
		}
		s.server(s.response(1))
	}
}

func data(flags h2decode.Flags, octets string) func(*script) []byte {
	return func(*script) []byte { return dataFrame(1, flags, octets) }
}

func again(flags h2decode.Flags, f ...string) func(*script) []byte {
	return func(s *script) []byte { return s.headers(client, 1, flags, f...) }
}

// without is a request but for the field of a name.
func without(request []string, name string) []string {
	var out []string
	for i := 0; i < len(request); i += 2 {
		if request[i] != name {
			out = append(out, request[i:i+2]...)
		}
	}
	return out
}

var (
	head    = append([]string{":method", "HEAD"}, get[2:]...)
	options = []string{":method", "OPTIONS", ":scheme", "http", ":path", "*", ":authority", "a.example"}
	connect = []string{":method", "CONNECT", ":authority", "a.example:443"}
	socket  = []string{":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":path", "/", ":authority", "a.example"}
	allow   = h2decode.Setting{ID: h2decode.SettingEnableConnectProtocol, Value: 1}
)

// allows plays a server that allows extended CONNECT.
func allows(then func(*script)) func(*script) {
	return func(s *script) {
		s.server(settingsFrame(allow))
		s.client(ackFrame())
		then(s)
	}
}

// open plays a request that leaves its side open, and the response.
func open(request ...string) func(*script) {
	return func(s *script) {
		s.client(s.headers(client, 1, 0, request...))
		s.server(s.headers(server, 1, 0, ":status", "200"))
		s.client(dataFrame(1, endStream, "x"))
		s.server(dataFrame(1, endStream, "x"))
	}
}

// messageCases are those of the rules about messages, fields and HPACK.
var messageCases = []ruleCase{
	{rule: "HD-01", name: "uppercase", breaks: with("X-Y", "1"), legal: with("x-y", "1")},
	{rule: "HD-02", name: "space in a name", breaks: with("x y", "1"), legal: with("x!#$%&'*+-.^_`|~y", "1")},
	{rule: "HD-02", name: "colon in a name", breaks: with("x:y", "1"), legal: with("xy", "x:y")},
	{rule: "HD-02", name: "octet above 0x7e", breaks: with("x\x7f", "1")},
	{rule: "HD-03", name: "CR LF in a value", breaks: with("x", "1\r\ny: 2"), legal: with("x", "1\ty")},
	{rule: "HD-03", name: "NUL", breaks: with("x", "a\x00b"), legal: with("x", "a\x01b")},
	{rule: "HD-04", name: "space at the end", breaks: with("x", "1 "), legal: with("x", "1 2")},
	{rule: "HD-04", name: "tab at the start", breaks: with("x", "\t1"), legal: with("x", "")},
	{rule: "HD-05", name: "connection", breaks: with("connection", "close"), legal: with("connections", "1")},
	{rule: "HD-05", name: "transfer-encoding", breaks: answers(get, fields("END", ":status", "200", "transfer-encoding", "chunked")), legal: answers(get, fields("END", ":status", "200"))},
	{rule: "HD-06", name: "te: gzip", breaks: with("te", "gzip"), legal: with("te", "trailers")},
	{rule: "HD-07", name: "pseudo behind regular", breaks: asks(":method", "GET", ":scheme", "http", "x", "1", ":path", "/"), legal: asks(":method", "GET", ":scheme", "http", ":path", "/", "x", "1")},
	{rule: "HD-08", name: ":path twice", breaks: asks(append([]string{":path", "/b"}, get...)...), legal: asks(get...)},
	{rule: "HD-09", name: ":foo", breaks: asks(append([]string{":foo", "1"}, get...)...), legal: with("foo", "1")},
	{rule: "HD-10", name: ":status in a request", breaks: asks(append([]string{":status", "200"}, get...)...), legal: asks(get...)},
	{rule: "HD-10", name: ":path in a response", breaks: answers(get, fields("END", ":status", "200", ":path", "/")), legal: answers(get, fields("END", ":status", "200"))},
	{rule: "HD-11", name: ":path in trailers", breaks: posts(post, data(0, "x"), again(endStream, ":path", "/")), legal: posts(post, data(0, "x"), again(endStream, "path", "/"))},
	{rule: "HD-12", name: "no :scheme", breaks: asks(without(get, ":scheme")...), legal: asks(without(get, ":authority")...)},
	{rule: "HD-12", name: "method is no token", breaks: asks(":method", "G T", ":scheme", "http", ":path", "/"), legal: asks(":method", "X-T", ":scheme", "http", ":path", "/")},
	{rule: "HD-13", name: "empty :path", breaks: asks(":method", "GET", ":scheme", "http", ":path", ""), legal: asks(":method", "GET", ":scheme", "foo", ":path", "")},
	{rule: "HD-13", name: "* without OPTIONS", breaks: asks(":method", "GET", ":scheme", "http", ":path", "*"), legal: asks(options...)},
	{rule: "HD-14", name: "userinfo", breaks: asks(append(without(get, ":authority"), ":authority", "me@a.example")...), legal: asks(append(without(without(get, ":authority"), ":scheme"), ":scheme", "foo", ":authority", "me@a.example")...)},
	{rule: "HD-15", name: "another host", breaks: with("host", "b.example"), legal: with("host", "A.example:80")},
	{rule: "HD-16", name: "no :status", breaks: answers(get, fields("END", "x", "1")), legal: answers(get, fields("END", ":status", "200", "x", "1"))},
	{rule: "HD-16", name: "status of two digits", breaks: answers(get, fields("END", ":status", "99")), legal: answers(get, fields("END", ":status", "599"))},
	{rule: "HD-17", name: "101", breaks: answers(get, fields(":status", "101"), fields("END", ":status", "200")), legal: answers(get, fields(":status", "103"), fields("END", ":status", "200"))},
	{rule: "HD-18", name: "103 ends the stream", breaks: answers(get, fields("END", ":status", "103")), legal: answers(get, fields(":status", "103"), fields(":status", "100"), fields("END", ":status", "200"))},
	{rule: "HD-19", name: "trailers without END_STREAM", breaks: answers(get, fields(":status", "200"), fields("x", "1")), legal: posts(post, data(0, "x"), again(endStream, "x", "1"))},
	{rule: "HD-20", name: "DATA before the response", breaks: func(s *script) { s.client(s.request(1)); s.server(dataFrame(1, endStream, "x")) }, legal: replies(get, fields(":status", "200"), "x")},
	{rule: "HD-20", name: "interim behind final", breaks: answers(get, fields(":status", "200"), fields(":status", "103"), fields("END", "x", "1")), legal: answers(get, fields(":status", "103"), fields(":status", "200"), fields("END", "x", "1"))},
	{rule: "HD-21", name: "CONNECT with :path", breaks: open(append([]string{":path", "/"}, connect...)...), legal: open(connect...)},
	{rule: "HD-21", name: "CONNECT without :authority", breaks: open(":method", "CONNECT"), legal: open(connect...)},
	{rule: "HD-23", name: "not allowed", breaks: open(socket...), legal: allows(open(socket...))},
	{rule: "HD-23", name: ":protocol with GET", breaks: asks(append([]string{":protocol", "websocket"}, get...)...), legal: allows(open(socket...))},
	{rule: "HD-24", name: "extended CONNECT without :path", breaks: allows(open(without(socket, ":path")...)), legal: allows(open(socket...))},
	{rule: "HD-25", name: "too little", breaks: replies(get, fields(":status", "200", "content-length", "2"), "x"), legal: replies(get, fields(":status", "200", "content-length", "1"), "x")},
	{rule: "HD-25", name: "too much", breaks: replies(get, fields(":status", "200", "content-length", "1"), "xy"), legal: answers(head, fields("END", ":status", "200", "content-length", "1"))},
	{rule: "HD-25", name: "a request that ends at once", breaks: asks(append(post[:len(post):len(post)], "content-length", "2")...), legal: answers(get, fields("END", ":status", "304", "content-length", "9"))},
	{rule: "HD-25", name: "trailers end it", breaks: posts(append(post[:len(post):len(post)], "content-length", "2"), data(0, "x"), again(endStream, "x", "1")), legal: posts(append(post[:len(post):len(post)], "content-length", "1"), data(0, "x"), again(endStream, "x", "1"))},
	{rule: "HD-26", name: "two values", breaks: replies(get, fields(":status", "200", "content-length", "1", "content-length", "2"), "x"), legal: replies(get, fields(":status", "200", "content-length", "1", "content-length", "1"), "x")},
	{rule: "HD-26", name: "no number", breaks: replies(get, fields(":status", "200", "content-length", "+1"), "x"), legal: replies(get, fields(":status", "200", "content-length", "1, 1"), "x")},
	{rule: "HD-27", name: "HEAD", breaks: replies(head, fields(":status", "200"), "x"), legal: replies(head, fields(":status", "200"), "")},
	{rule: "HD-27", name: "204", breaks: replies(get, fields(":status", "204"), "x"), legal: replies(get, fields(":status", "206"), "x")},
	{rule: "HD-28", name: "an early answer", breaks: func(s *script) {
		s.client(s.post(1))
		s.server(s.headers(server, 1, 0, ":status", "200"))
		s.client(dataFrame(1, endStream, "x"))
		s.server(dataFrame(1, endStream, "x"))
	}, legal: posts(post, data(endStream, "x"))},
	{rule: "HD-29", name: "200 twice", breaks: answers(get, fields(":status", "200"), fields("END", ":status", "200")), legal: answers(get, fields(":status", "200"), fields("END", "status", "200"))},
	{rule: "HD-30", name: "authorization", breaks: with("authorization", "Basic eA=="), legal: func(s *script) { s.client(s.secret("authorization", "Basic eA==")) }},
	{rule: "HD-30", name: "a short cookie", breaks: with("cookie", "k=v"), legal: with("cookie", strings.Repeat("k", shortCookie))},
	{rule: "HD-31", name: "https in the clear", breaks: asks(":method", "GET", ":scheme", "https", ":path", "/"), legal: asks(get...)},
	{rule: "HD-33", name: "empty name", breaks: with("", "1"), legal: with("x", "")},
	{rule: "HD-33", name: "separator", breaks: with("x/y", "1"), legal: with("x", "x/y")},
	{rule: "SE-14", name: "a large section", breaks: func(s *script) { s.small(40) }, legal: func(s *script) { s.small(4000) }},

	{rule: "HP-01", name: "index 0", breaks: coded("", "80"), legal: coded("", "")},
	{rule: "HP-02", name: "index behind the table", breaks: coded("", "be"), legal: coded("", "40 01 61 01 62 be")},
	{rule: "HP-03", name: "size above the limit", breaks: coded("3f e2 1f", ""), legal: coded("3f e1 1f", "")},
	{rule: "HP-04", name: "size behind a field", breaks: coded("", "20"), legal: coded("20", "")},
	{rule: "HP-05", name: "no size update", breaks: shrinks(""), legal: shrinks("20")},
	{rule: "HP-06", name: "three updates", breaks: coded("20 21 22", ""), legal: coded("20 22", "")},
	{rule: "HP-07", name: "integer of eleven octets", breaks: coded("", "ff 80 80 80 80 80 80 80 80 80 80 00"), legal: coded("", "40 01 61 01 62")},
	{rule: "HP-08", name: "8 bits of padding", breaks: coded("", "00 01 61 82 07 ff"), legal: coded("", "00 01 61 81 07")},
	{rule: "HP-09", name: "padding of zeros", breaks: coded("", "00 01 61 81 06"), legal: coded("", "00 01 61 81 07")},
	{rule: "HP-10", name: "EOS", breaks: coded("", "00 01 61 84 ff ff ff ff"), legal: coded("", "00 01 61 80")},
	{rule: "HP-11", name: "string cut", breaks: coded("", "00 01 61 05 62"), legal: coded("", "00 01 61 01 62")},
	{rule: "HP-12", name: "literal without a value", breaks: coded("", "00 01 61"), legal: coded("", "00 01 61 00")},
	{rule: "HP-13", name: "larger than the table", breaks: coded("21", "40 01 61 01 62"), legal: coded("3f 03", "40 01 61 01 62")},
}

// coded plays a GET with octets in front of its fields and behind them.
func coded(front, back string) func(*script) {
	return func(s *script) {
		block := fromHex(s.t, front+" 82 86 84 "+back) // GET http /
		s.client(h2decode.AppendFrame(nil, h2decode.TypeHeaders, endStream|endHeaders, 1, &h2decode.HeadersFrame{Fragment: block}))
	}
}

// shrinks plays a server that lowers SETTINGS_HEADER_TABLE_SIZE to 0, and a
// request whose block begins with these octets.
func shrinks(front string) func(*script) {
	return func(s *script) {
		s.server(settingsFrame(h2decode.Setting{ID: h2decode.SettingHeaderTableSize, Value: 0}))
		s.client(ackFrame())
		coded(front, "")(s)
	}
}

// small plays a request to a server that wants field sections of so many octets
// at most.
func (s *script) small(limit uint32) {
	s.server(settingsFrame(h2decode.Setting{ID: h2decode.SettingMaxHeaderListSize, Value: limit}))
	s.client(ackFrame())
	s.client(s.request(1))
}

// secret is a request with a never-indexed field.
func (s *script) secret(name, value string) []byte {
	block := s.block(client, get...)
	block = s.encoder[client].AppendField(block, name, value, hpack.NeverIndexed)
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, endStream|endHeaders, 1, &h2decode.HeadersFrame{Fragment: block})
}

// What a table holds was looked at when it was put in; where that broke a rule,
// each use of it breaks it again.
func TestTaintedEntry(t *testing.T) {
	s := newScript(t, h2decode.Config{}).begin()
	s.client(s.headers(client, 1, endStream, append(get[:len(get):len(get)], "X", "1")...))
	s.client(s.headers(client, 3, endStream, append(get[:len(get):len(get)], "X", "1")...))
	s.expect(t, "HD-01", "HD-01")
}

// Values that are not certain decide nothing.
func TestUncertainFieldsAreNotJudged(t *testing.T) {
	s := newScript(t, h2decode.Config{Late: true})
	s.client(h2decode.AppendFrame(nil, h2decode.TypeHeaders, endStream|endHeaders, 7, &h2decode.HeadersFrame{Fragment: []byte{0xbe, 0xbf}}))
	s.expect(t)
	if !s.skipped("HD-12") {
		t.Error("HD-12 does not say that it was not judged")
	}
}

func fromHex(t *testing.T, digits string) []byte {
	t.Helper()
	octets, err := hexDecode(digits)
	if err != nil {
		t.Fatal(err)
	}
	return octets
}

func hexDecode(digits string) ([]byte, error) {
	return hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
}
