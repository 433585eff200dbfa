package endpoint

import (
	"strings"

	"golang.org/x/net/http2"
)

// plainBlock is a request's field block (RFC 7541, Section 6): three fields of
// the static table and the authority, which is not put into the dynamic table.
const plainBlock = "\x82\x86\x84\x01\x0fwww.example.com"

// plainFields are those of plainBlock.
func plainFields() Fields {
	return fields(":method", "GET", ":scheme", "http", ":path", "/", ":authority", authority)
}

// block is a request with a field block that is written octet by octet.
func block(octets string, broken bool, more ...string) Step {
	return client(Headers{Stream: 1, Fields: append(plainFields(), fields(more...)...), Block: []byte(octets), Broken: broken, EndStream: true})
}

// undecodable is a rule whose breach loses the HPACK state (RFC 9113, Section
// 4.3). Nothing can be read behind it.
func undecodable(id, title, octets string) Script {
	return connectionError(id, Client, http2.ErrCodeCompression, title, block(plainBlock+octets, true))
}

// lenient is one whose breach leaves no doubt what is meant.
func lenient(id, title, octets string, more ...string) Script {
	return connectionError(id, Client, http2.ErrCodeCompression, title, block(octets, true, more...))
}

// hpackRules are about tables and integers: HP.
func hpackRules() []Script {
	const empty, usual = "\x20", "\x3f\xe1\x1f" // size updates to 0 and to 4,096
	large := strings.Repeat("large-", 800)
	small := Settings{setting(http2.SettingHeaderTableSize, 0)}
	return []Script{
		undecodable("HP-01", "the index 0", "\x80"),
		undecodable("HP-02", "an index behind the last entry", "\xff\x00"),
		lenient("HP-03", "a table larger than allowed", "\x3f\xe2\x1f"+plainBlock),
		lenient("HP-04", "a size update behind a field", plainBlock+empty),
		breaking("HP-05", Client, "no size update where the table had to shrink", hello(nil, nil), []Step{
			client(asks(1)), server(done(1), small), client(SettingsAck{}),
			client(Headers{Stream: 3, Fields: plainFields(), Block: []byte(plainBlock), Broken: true, EndStream: true}),
		}, goAway(Server, http2.ErrCodeCompression)),
		tolerated("HP-06", Client, "three size updates", block(empty+empty+usual+plainBlock, false), server(done(1))),
		undecodable("HP-07", "an integer that overflows", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
		tolerated("HP-13", Client, "an entry larger than the table", block(plainBlock+"\x40\x05x-big\x7f\xc1\x24"+large, false, "x-big", large), server(done(1))),
	}
}

// stringRules are about strings and Huffman codes: HP.
func stringRules() []Script {
	const name = "\x00\x01x" // a literal called x, whose value follows
	return []Script{
		lenient("HP-08", "Huffman padding of 11 bits", plainBlock+name+"\x82\x1f\xff", "x", "a"),
		lenient("HP-09", "Huffman padding of zeros", plainBlock+name+"\x81\x18", "x", "a"),
		undecodable("HP-10", "EOS in a string", name+"\x84\xff\xff\xff\xff"),
		undecodable("HP-11", "a string longer than its block", name+"\x7ea"),
		undecodable("HP-12", "a block that ends within a field", name),
	}
}
