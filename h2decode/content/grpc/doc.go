// Package grpc reads gRPC calls from the fields and the content of HTTP/2
// messages, as "gRPC over HTTP2" (grpc/doc/PROTOCOL-HTTP2.md) and grpc-web
// (PROTOCOL-WEB.md) have them.
//
// A call is one exchange. [ParseFormat] tells by the content type whether an
// exchange is one, [SplitPath] which method it calls, [ParseTimeout] what time it
// was given, and [FindStatus] how it ended.
//
// The messages of a call are cut out of the content of each direction by a
// [Splitter], with the content's cuts anywhere:
//
//	s := grpc.NewSplitter(grpc.Config{Format: format, Encoding: encoding, MaxMessage: 1 << 20}, yield)
//	s.Write(time, octets) // of each DATA frame
//	s.Missing(time, n)    // where the capture lacks some
//	s.Close()
//
// A message whose octets are not all there is told all the same, with what is
// missing. Where octets are missing that tell how long a message is, all that
// follows on that direction can't be cut any more: it is counted as skipped, and
// never guessed at.
//
// What the octets of a message mean, package protobuf tells.
package grpc
