// Package protobuf shows what the octets of a protobuf message mean.
//
// Without a schema the wire format tells field numbers and wire types only
// ([Parse]); what a value is has to be guessed, and the guess can be wrong. So a
// [Node] keeps the octets or the number that stood there, and says what it is
// taken for. The guesses, in order, for a length-delimited field:
//
//   - no octets: a string;
//   - printable UTF-8 that does not begin with a line feed: a string (a line feed
//     is the tag of a first field that is length-delimited);
//   - octets that can be read as fields to their end: a message;
//   - other valid UTF-8 without binary octets: a string;
//   - anything else: octets, which may be packed numbers.
//
// A varint is shown without sign and, where that is different and plausible, as
// a negative number; [Node.Zigzag] is what it is as sint32 or sint64. Fixed
// fields are shown as a floating-point number where that is one of a sensible
// size, and else as an integer.
//
// With a schema ([LoadProtoset]) the messages of a method are shown as the
// ProtoJSON that everybody knows.
package protobuf
