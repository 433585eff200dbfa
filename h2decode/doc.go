// Package h2decode reads HTTP/2 (RFC 9113) as an observer between two endpoints:
// octets of both sides go in, facts come out.
//
// It knows nothing of packets but their numbers and times, nothing of TCP and
// nothing of TLS. Whoever has ordered octets, from wherever, can decode them.
//
// # What goes in
//
// A [Conn] is one connection. [Conn.Chunk] takes the next octets of one side, in
// order and cut anywhere; [Conn.Gap] says that some are missing; [Conn.Upgrade]
// begins a connection with the HTTP/1.1 request of RFC 7540, Section 3.2;
// [Conn.Finish] ends it. All is synchronous: what the octets prove is told before
// the call returns. A Conn must not be used by two goroutines at once.
//
// # What comes out
//
// A [Sink] is told each [Event] once: that a frame was decoded, that data came,
// that settings were acknowledged, that a stream changed its state or closed,
// that octets are missing. Each says by its [Origin] where it comes from: packet,
// time, offset. Frames are told when their last octet came, with their payload
// as one of the *Frame types, and with a field block where they end one; DATA is
// told as it comes, before its frame.
//
// Broken input is data: a frame that breaks a rule is a frame all the same. A
// payload that is not what its type asks for is Malformed, a block that cannot
// be read to its end has an Err, and both give what stood before. What may be
// sent when is not judged here; the states of streams are what the frames made
// of them.
//
// # Who owns what
//
// Nothing that is given to a Conn is kept: Chunk.Data is borrowed for the call.
// Nothing that an event points to may be kept either, unless copied: payloads,
// fields and streams lie in memory that the next frame uses again, so that
// traffic in its steady state is decoded without allocating.
//
// # The way of a frame
//
// Each side is a half (half.go), which matches the preface and cuts its octets
// into frames: in place where a frame lies whole in a chunk, gathered where it
// does not. DATA is never gathered (half_data.go). A whole payload is parsed
// (payload.go, and a frame_*.go for each type) and told (dispatch.go). Of HEADERS,
// PUSH_PROMISE and CONTINUATION the fragment goes through the side's HPACK decoder
// first (block.go), representation by representation, so that a long block is
// never held. Then the frame takes effect: on its stream (exchange.go, with the
// state machine of Section 5.1 in state.go and the table of streams in
// streams.go), on its message (message.go), on priorities (priority.go), on what
// settings are in force, which they are when the peer has acknowledged them
// (settings.go), and on what alternative is known (alternative.go).
//
// # Gaps and trust
//
// A gap inside a payload leaves the half in step: the length in the frame header
// says where the next frame begins (lost.go). The frame is told with its Missing
// octets and, where it carries a field block, with the fields before the hole. A
// gap over a frame header loses step: what follows on that side is searched for
// the boundary of a frame (search.go, package resync), and decoded from there on,
// each frame from the packet that it came in; what is passed over is counted as
// skipped. So it is where a connection is joined in the middle (Config.Lost).
// Octets that the end of the connection cuts off are counted in
// Connection.Unread. So each octet is told of once: in a frame, as skipped, as
// missing, or as unread.
//
// A lost field block may have changed the HPACK table. What is then decoded from
// an entry that may have moved is Uncertain, and what was never seen is Unknown
// (package hpack). Only certain fields decide anything here: what kind of
// exchange a request begins, whether a response is interim, which alternative is
// advertised; and [Message.Field] gives no others. Settings whose frame has a
// hole are not known, and none are shown as in force from its acknowledgment on.
// Behind lost frames windows and settings are not known until frames tell them.
// A message that had begun and not ended when frames were lost is Lossy: some of
// its DATA may be among them. Octets that the peer's TCP has acknowledged and that
// have not come, Chunk.Acked beyond [Conn.Seen], may have changed what the peer goes
// by: until they have, no setting is known.
//
// # Limits
//
// [Limits] bound what a connection can cost; they have defaults. What a limit
// keeps out is said where it is missing: by Malformed, Omitted, Evicted or
// Incomplete. Time is proportional to the octets, however they are cut.
package h2decode
