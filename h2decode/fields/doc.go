// Package fields has the one table of typed fields of HTTP/2 traffic, and the
// display filter: a language over that table.
//
// # The table
//
// A [Field] is a fact that can be asked of a frame, a stream or a connection:
// its name, its type, a sentence on it, and how it is read. Names are Wireshark's
// where Wireshark has the field, and begin with "h2." where only h2scope knows
// it. The same table serves filters ([Compile]), columns ([Field.Text]),
// completion ([Complete]) and documentation ([WriteMarkdown]).
//
// # The subject
//
// A [Subject] is what is asked: a frame, a stream, a connection or a finding,
// together with what it belongs to. A field is read from the subject itself where it is
// a field of such subjects, else from what the subject belongs to: http2.type is
// the frame's, h2.status that of its stream, h2.client that of its connection.
// A field that none of them can have is absent. So http2.headers.status == 500
// finds the frame that says so, and h2.status == 500 all frames of that exchange.
//
// The same filter works on all. A stream matches if it or one of its
// frames does, a connection if it, one of its streams or one of its frames does;
// [Judge] keeps the account of that over the events of a capture.
//
// # What is not known yet
//
// While a capture is read, how a stream ends is not known when its first frame
// comes. A [Verdict] has three values, by Kleene's logic: "False and Unknown" is
// False whatever the other turns out to be. [Filter.Needs] says beforehand
// whether it can come to that. Then a file is read twice: from the first pass a
// filter takes its [Answers] on each stream and connection, a few octets each,
// and with them the second pass can judge every frame.
//
// # The language
//
//	http2.type == HEADERS and not ip.src == 192.0.2.0/24
//	http2.headers.path contains "/api/" || h2.duration > 250ms
//	http2.header["x-id"] matches "^7" && tcp.port in {443, 8000..8999}
//
// The operators are Wireshark's, and so is what they mean for a field that has
// several values: a comparison holds where it holds for any of them, but != only
// where all differ. No comparison holds for a field that is absent. docs/fields.md,
// which WriteMarkdown writes, describes the language in full.
//
// # How it works
//
// The lexer (token.go) and the parser (parse.go) make closures: relations
// (relation.go) whose operands were read by the type of their field (literal.go).
// Every error says where in the expression it is (error.go). Values are read
// one after the other through cursors (value.go), so that evaluating a filter
// allocates nothing. The rows of the table are in table_*.go.
package fields
