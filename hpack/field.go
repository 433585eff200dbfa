package hpack

// A Representation is how a field stood in a field block (RFC 7541,
// Section 6).
type Representation uint8

// The representations of a field.
const (
	Indexed         Representation = iota // RFC 7541, Section 6.1
	Incremental                           // RFC 7541, Section 6.2.1
	WithoutIndexing                       // RFC 7541, Section 6.2.2
	NeverIndexed                          // RFC 7541, Section 6.2.3
)

// String is the name that records use.
func (r Representation) String() string {
	return [...]string{"indexed", "incremental", "without-indexing", "never-indexed"}[r]
}

// Trust says how far a name or value can be believed, when the decoder has not
// seen everything that the encoder's peer saw.
type Trust uint8

// The grades of trust, from best to worst.
const (
	Exact     Trust = iota // it is what was sent
	Uncertain              // it is what was sent if nothing that was missed moved the table
	Unknown                // it refers to an entry that was never seen, or can't be decoded: there is no value
)

// String is the name that records use.
func (t Trust) String() string { return [...]string{"exact", "uncertain", "unknown"}[t] }

// A Field is one decoded field line.
//
// Name and Value are borrowed: they stay as they are until the decoder begins
// the next block, and must not be changed. An Unknown one is nil, an empty one
// is not.
type Field struct {
	Name, Value []byte

	// Index is the index that stood on the wire: of the whole entry for
	// Indexed, of the name otherwise; 0 where the name stood as a literal.
	Index uint64
	// Wire is how many octets of the field block the representation took.
	Wire int

	Representation Representation

	NameTrust, ValueTrust Trust
}

// Trust is the worse of the name's and the value's.
func (f *Field) Trust() Trust { return max(f.NameTrust, f.ValueTrust) }

// Size is the field's size as RFC 7541, Section 4.1 counts it: the octets of
// name and value, and 32.
func (f *Field) Size() int { return len(f.Name) + len(f.Value) + entryOverhead }
