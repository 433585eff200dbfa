// Package hpack compresses and decompresses header fields as RFC 7541 (HPACK)
// says, for an observer: a decoder that reads along between two endpoints, may
// have missed some of what they said, and must not show a wrong value.
//
// # Decoding
//
// A [Decoder] follows one direction of a connection. [Decoder.DecodeBlock] takes
// a whole field block; [Decoder.Begin] and [Decoder.Decode] take one in pieces,
// as it comes in HEADERS and CONTINUATION frames. Each [Field] says how it stood
// in the block: representation, index, octets. [Decoder.Table] is the dynamic
// table after that, [Decoder.SizeUpdates] what the block did to its size.
//
// # Trust
//
// Compression has a memory: a field may refer to one that was sent an hour ago.
// Who missed that can't know the field. Endpoints give up then; an observer goes
// on, and says of each name and value how far it can be believed ([Trust]):
//
//   - Exact: this was sent. Literals, the static table, and every entry that was
//     seen going into the table since the last miss. Indexes count from the
//     newest entry, so nothing that is older can move these.
//   - Uncertain: an entry from before a miss ([Decoder.MissedBlocks]), as if
//     nothing had been inserted meanwhile.
//   - Unknown: an entry that was never seen, or a string that can't be decoded.
//
// A decoder that joins late ([NewLateDecoder]) begins with a table of unknown
// entries. Certainty comes back with what is inserted, and fully
// ([Table.Complete]) once the encoder has emptied its table or filled it anew.
//
// Exact relies on one thing: that the encoder refers only to entries which its
// table still has. For one that does not, there is no truth to show.
//
// # Errors
//
// Broken blocks are data. What makes the rest of a block unreadable is returned
// as an [*Error]: a cut representation, an endless integer, a string above the
// limit. The table is as after a miss then. Whatever else breaks a rule is in
// [Decoder.Violations], and decoding goes on as an endpoint that did not care
// would: an invalid index gives an Unknown field, a size update is obeyed
// wherever it stands and whatever it says, wrong Huffman padding is passed over,
// a string with EOS in it is Unknown.
//
// # Limits
//
// A field section is cut at MaxFieldSection octets: the fields beyond cost no
// memory, and are counted. A string takes up to MaxString octets of the block.
// The table holds what was sent, never more than [Decoder.HoldTable] says,
// whatever size the endpoints have agreed on; each of its entries counts 32
// octets more than its octets, and takes 56 more, rounded up to a power of two
// in number. Time is proportional to the octets of the block.
//
// # Encoding
//
// An [Encoder] has a table of its own, and leaves the choices to its caller. The
// functions AppendIndexed, AppendLiteral, AppendString, AppendInteger and
// AppendSizeUpdate write any representation, legal or not.
package hpack
