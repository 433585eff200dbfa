// Package websocket reads the WebSocket protocol (RFC 6455) from the octets of a
// tunnel, such as the content of an extended CONNECT in HTTP/2 (RFC 8441), as an
// observer: frames are unmasked, fragments put together, and messages of
// permessage-deflate (RFC 7692) inflated.
//
// [ParseExtensions] reads what both sides agreed on. A [Splitter] for each side
// takes its octets, cut anywhere, and tells each message when its last octet
// came:
//
//	ext := websocket.ParseExtensions(offered, accepted)
//	s := websocket.NewSplitter(websocket.Config{Client: true, Extensions: ext, MaxMessage: 1 << 20}, yield)
//	s.Write(time, octets)
//	s.Missing(time, n) // where the capture lacks some
//	s.Close(time)
//
// What breaks a rule of the protocol is told all the same, with the rule in
// [Message].Trouble, as long as frames can be found. Where octets are missing
// that tell how long a frame is, what follows on that side is counted as skipped.
// A message that is deflated with what earlier ones left behind (context
// takeover) is not inflated when one of those is not known: it would come out
// wrong.
package websocket
