// Package resync finds where HTTP/2 frames begin in octets whose beginning is
// lost: behind a gap in a capture, or where a capture joins a connection in the
// middle. What it finds is certain; where nothing is certain it finds nothing.
//
// A [Finder] is fed the octets of one direction as they come. When it has found
// a frame header it names the offset ([Finder.Boundary]) and gives the held
// octets from there on ([Finder.Replay]).
//
// # What a frame header is
//
// Nine octets are a plausible header where type, flags, reserved bit, length,
// stream and direction fit together as RFC 9113, Section 6, RFC 7838, RFC 8336
// and RFC 9218 want it, and the front of the payload fits too: settings have
// known identifiers and legal values, windows grow, padding is shorter than its
// frame, a field block begins with a representation that exists (header.go,
// payload.go). Legal rarities are not plausible: unknown types, unused flags,
// empty field blocks. They break a chain, and the next header begins another.
// Random octets are a plausible header about once in 2^24 places with frames of
// up to 16 KiB, once in 2^12 where frames may be of any length.
//
// A header's length says where the next one must be. Headers that lead to each
// other are a chain. A chain ends with the first that is not plausible, or that
// cannot follow: field blocks are not interrupted (RFC 9113, Section 6.10), a
// stream does not go on behind END_STREAM, no side sends requests and responses.
//
// # What is no proof
//
// A chain alone proves nothing but that somebody's frames are here. HTTP/2 lies
// inside the DATA of HTTP/2 where CONNECT makes a tunnel, or where a body is a
// capture. The rest of such a DATA frame is a perfect chain of any length. It
// need not even break at the end of that frame: where the last inner frame ends
// with the outer one, the next header is the outer connection's, and the chain
// is inner frames in front and true ones behind.
//
// Hence nothing that stands behind a header can prove it. What lies between the
// gap and the header must: it must be shown that no DATA frame reaches from the
// gap over the header.
//
// # What is proof
//
// Reach. The frame that the first octet at hand lies in ends within
// Config.MaxData octets, if it is DATA. So one of the chains that begin within
// that extent is the true one. Chains inside DATA do not outlive it, unless they
// end with their frame and go on as the true chain: the outer header in the midst
// of their octets leads them astray, and what they meet is no header. When of the
// chains that began within the extent one is left, it is true from its last
// boundary within the extent on: whatever lay in DATA has ended there. Four
// headers are asked for from that boundary on, two of them behind the extent. This
// is the proof for bodies, with or without nesting. The first header of a chain is
// not taken, since nothing leads to it, unless the second is on
// the same stream. Where none is left, or one had to be given up for want of space,
// the extent begins anew.
//
// Span. A chain that has gone on for longer than Config.MaxData has met the end of
// the DATA frame that it may have begun in, and was not led astray there: the frame
// that it has come to is the connection's, whatever other chains there are. Segments
// must begin with its frames, by one in 2^20 as below, where those of equal length
// count as any; and no other chain may dispute it. Where Config.MaxFrameSize is not
// known, as in a connection that was joined in the middle, DATA is taken for no
// longer than 16,384 octets, which is what senders send: it takes a receiver that
// announced more, a sender that makes use of it, and HTTP/2 inside, written in pieces
// that end where its frames end, for that to be wrong. This is the proof for
// connections in which many exchanges are always under way.
//
// Turns. What lies inside of DATA the other side does not see as frames: it
// answers, and is answered by, those of the connection. A caller that knows the
// other side's HEADERS says so by Config.Answered. A server takes its turn when it
// begins to answer on the stream that it was asked on when all it had sent before
// had been heard; a client takes its when it asks again, having heard the answer to
// what it asked last. Four turns that a chain takes are proof, where its segments
// speak for it, too, as below, by one in 2^10, and no other chain disputes it.
// The frames from the second turn on are taken. So it is with bodies that are
// captures, and are written in pieces that end where their frames do, and with
// streams that have the same identifiers as those inside.
//
// Segments. Senders write whole frames, so a write mostly begins with a header,
// and so does its segment. By chance segments begin on a boundary of a chain once
// in as many octets as its frames are long on average. The starts before a header,
// without exception, were boundaries of its chain, and the product of those chances
// is below one in 2^20; one in 2^10 where all streams on the way are known to be in
// use and at least two of those frames are on one. The product is over what came
// before the header: it is the last of the run that is meant, not the first. A
// factor counts 256 at most, and 1 where a long segment has the length of the one
// before: a body of equal frames may keep in step with a path's equal segments. A
// segment of empty frames counts 1, too. A segment that begins between the header
// of a DATA frame and its payload is no exception: some senders write the two
// apart. Nor is one behind a full segment, as long as any and of a length that came
// before: it may go on with the same write. Four headers are asked for, or two
// where streams are known, and that no other chain of four headers is alive, or of
// two segments, or whose last header begins a segment, or that has a DATA frame
// around all of this one.
//
// That there is HTTP/2 segments prove alone. That it is the connection's, and not
// written inside one DATA frame, they do not. So without Config.Answered it is
// found, and is not [Finder.Certain].
//
// Expectation. A caller that knows how long the frame in progress is, and only
// estimates how much of it is missing, says where the next header should be
// ([Finder.Expect]): two headers from there on are proof enough, as nothing but
// the truth leads to that place.
//
// Where two chains meet, one of them was false. The proof by reach then counts
// from there, unless one lies inside a DATA frame of the other, which is what a
// tunnel looks like.
//
// Headers of frames without payload count for nothing, and begin no chain: they
// are mostly zeros, as much else is.
//
// # What is left
//
// The proof by reach rests on Config.MaxData, and on frames that are plausible:
// it would be wrong where the true chain broke, by a frame of an unknown type,
// say, while a false one went on by chance over four headers. The proof by turns
// would be wrong where what is inside a DATA frame keeps step with the connection
// around it for four turns: on the same streams, one at a time, each time between
// what the other side says. And it would be wrong where both sides announce one
// long DATA frame each, and then have a conversation of HTTP/2 inside.
//
// The price is what is not found. The first frames behind a gap are passed over:
// up to the extent in a body, and in short frames about four exchanges, or 16 KiB of
// them. Where frames may be large (Config.MaxData) and segments begin anywhere,
// nothing is found.
//
// # Bounds
//
// At most 32 chains are followed. Where there would be more, of those with fewer
// than four headers the one that reaches furthest is given up; its next header
// begins another. Octets that a proof may yet need are held up to Config.Hold, and up to
// 4096 chunks; those given up are counted ([Finder.Passed]). Time is proportional
// to the octets, at worst 32 steps for each. Nothing is allocated for an octet;
// the buffer grows to what is held.
package resync
