// Package opening finds out what is spoken on a TCP connection from its first
// octets, and passes over what stands before TLS or HTTP/2.
//
// An [Opening] is told the octets of both halves as reassembly delivers them.
// It looks for
//
//   - a TLS record header, and the hello behind it;
//   - the HTTP/2 client connection preface (RFC 9113, Section 3.4);
//   - HTTP/1.1, whose messages it follows until an "Upgrade: h2c" is answered
//     by 101 (RFC 7540, Section 3.2), a CONNECT by 2xx (RFC 9110, Section
//     9.3.6), or the connection ends;
//   - greetings to a proxy or from one: PROXY protocol versions 1 and 2, SOCKS5
//     (RFC 1928, RFC 1929), SOCKS4 and SOCKS4a.
//
// Behind a greeting and behind CONNECT everything is looked at as if the
// connection began there, at most [MaxVia] deep.
//
// # How it is used
//
//	v := o.Chunk(c)
//	if v.Final {
//		next := layerFor(o.Result())
//		o.Replay(next)   // before c.Data is given back
//	}
//
// Replay hands over what was held and the rest of the chunk that decided, cut
// where the protocol beneath begins, with packet numbers and times as they
// came. Later chunks go to the layer beneath directly. So no octet is lost and
// none is given twice. A connection that opens with a ClientHello or a preface
// is decided at its first chunk, and nothing is copied.
//
// # Beginnings that are lost
//
// Where a connection is joined in the middle, or the first octets of a half are
// missing, both halves are searched for frames of HTTP/2 (package resync), up to
// 4 MiB each; the oldest octets held are given up meanwhile. A boundary that is
// proven, and a frame that only one side sends where the handshake did not tell
// who the client is, decide: Result.Joined. The server's SETTINGS frame decides
// alone where only the client's preface is lost.
//
// # An observer's order
//
// Packets of the two halves may be captured in an order in which they were
// never sent, one half late. So nothing here asks which half spoke first.
// Each step waits for the octets of one half, or of both, and the answer is
// the same however they were interleaved: a response waits until its request
// has been seen, a client that asked for CONNECT or an upgrade waits for its
// answer, and octets that say nothing (an HTTP/2 server may send its SETTINGS
// before the client's preface has come) wait for those of the other half. Only the
// limit on what is held ends a wait early.
//
// # What can't be known
//
// HTTP/1.1 is an answer "so far": it becomes final when the connection ends,
// when it is upgraded to something else than HTTP/2, or when its messages can
// no longer be followed (a gap in a head, two different lengths, more held than
// Config.MaxHeld). A gap inside a body whose length is known is passed over.
// Nothing is guessed: where the octets don't tell, the answer is [Other], and
// Replay gives the caller all that was not understood.
package opening
