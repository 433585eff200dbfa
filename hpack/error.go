package hpack

import "fmt"

// A Code says which rule a field block broke. Codes are errors, so that
// errors.Is(err, hpack.ErrTruncated) tells what an [*Error] is about.
type Code uint8

// After the first three, what follows in the block can't be read, and Decode
// returns them. The others leave the block readable: they are reported by
// [Decoder.Violations], and decoding goes on. A strict decoder ends the
// connection with COMPRESSION_ERROR for any of them but ErrStringTooLong,
// which is a limit of the reader's own.
const (
	_ Code = iota

	ErrTruncated       // the block ends within a representation
	ErrIntegerOverflow // an integer takes more than ten octets
	ErrStringTooLong   // a string takes more octets than MaxString

	ErrInvalidIndex       // index 0, or one beyond the end of the table
	ErrHuffmanEOS         // the EOS symbol stands in a string
	ErrHuffmanPadding     // a string ends in other bits than EOS begins with
	ErrLateSizeUpdate     // a size update stands behind a field
	ErrSizeUpdateTooLarge // a size update is above the limit
	ErrMissingSizeUpdate  // the limit fell below the size in force, and the block does not begin with an update to it
	ErrLongHuffmanPadding // a string ends in more than 7 bits of padding
)

// codeTexts has what each code is called and where the rule stands.
var codeTexts = [...]struct{ text, section string }{
	0:                     {"no error", ""},
	ErrTruncated:          {"field block ends within a representation", "RFC 7541, Section 6"},
	ErrIntegerOverflow:    {"integer too large", "RFC 7541, Section 5.1"},
	ErrStringTooLong:      {"string too long", "RFC 7541, Section 7.4"},
	ErrInvalidIndex:       {"invalid index", "RFC 7541, Sections 2.3.3 and 6.1"},
	ErrHuffmanEOS:         {"EOS symbol in a Huffman-encoded string", "RFC 7541, Section 5.2"},
	ErrHuffmanPadding:     {"invalid padding of a Huffman-encoded string", "RFC 7541, Section 5.2"},
	ErrLateSizeUpdate:     {"dynamic table size update after a field", "RFC 7541, Section 4.2"},
	ErrSizeUpdateTooLarge: {"dynamic table size update above the limit", "RFC 7541, Section 6.3"},
	ErrMissingSizeUpdate:  {"dynamic table size update is missing", "RFC 7541, Section 4.2"},
	ErrLongHuffmanPadding: {"too long padding of a Huffman-encoded string", "RFC 7541, Section 5.2"},
}

// Error says what is wrong, in words.
func (c Code) Error() string { return "hpack: " + codeTexts[c].text }

// Section names the part of the RFC that has the rule.
func (c Code) Section() string { return codeTexts[c].section }

// An Error is a rule broken at a place of a field block.
type Error struct {
	Code Code
	// Offset is where the representation begins, in octets from the
	// beginning of the field block.
	Offset int
	// Value is what broke the rule, where it is a number: the index, the
	// size of an update, the length of a string (of an ErrTruncated only where
	// it is a string that is cut), or the table size still in force where an
	// update is missing.
	Value uint64
	// Limit is the largest value that would have been allowed, or would have
	// fitted in the block.
	Limit uint64
}

// Error gives the rule, the numbers, the place and the section.
func (e *Error) Error() string {
	numbers := ""
	if e.Value != 0 || e.Limit != 0 {
		numbers = fmt.Sprintf(" (%d, limit %d)", e.Value, e.Limit)
	}
	return fmt.Sprintf("%s%s at octet %d: %s", e.Code.Error(), numbers, e.Offset, e.Code.Section())
}

// Unwrap gives the code.
func (e *Error) Unwrap() error { return e.Code }
