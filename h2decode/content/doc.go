// Package content turns the octets of HTTP messages into what they mean.
//
// It is a box of functions over octets that the caller has: it knows no frames,
// no streams and no time but what it is told. What it is given is never changed
// and never kept, and what it gives is the caller's, or said to be borrowed.
//
//   - [Decode] undoes content codings: gzip, deflate, br, zstd, and several over
//     each other.
//   - [ParseMediaType] reads Content-Type. [MediaType.IsText], [LooksLikeText] and
//     [DecodeText] tell text from octets, and make UTF-8 of it; [Resource.Type]
//     says what a browser asked for.
//   - [IndentJSON] makes JSON readable without changing a value.
//   - [ParseQuery], [ParseForm], [ParseMultipart], [ParseParams], [ParseCookies]
//     and [ParseSetCookie] take apart what their names say.
//   - [Body] gathers the content of a message, with its holes and within a limit.
//
// The folders below read what lies inside: grpc cuts messages out of the content
// of calls, websocket reads the frames of a tunnel, protobuf shows what messages
// hold.
//
// # Broken input is data
//
// Nothing here fails. What can be read of broken content is given, with a trouble:
// a sentence that says what is wrong, where, and what was done about it. Content
// that is not what its fields say is given as it is. Nothing is guessed that could
// be taken for what was sent: what a guess is, says so.
//
// # Limits
//
// Everything that can grow has a limit, as a parameter or as a constant with a
// name, and says when it met it. Time is proportional to the octets that go in
// and come out.
package content
