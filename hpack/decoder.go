package hpack

// Limits of a new decoder. They are the decoder's fields, and can be changed
// before its first block.
const (
	DefaultMaxFieldSection = 256 << 10 // octets
	DefaultMaxString       = 1 << 20   // octets
	DefaultMaxTable        = 1 << 20   // octets
)

// maxViolations is how many violations of one block are kept.
const maxViolations = 64

// noDebt means that the encoder owes no size update.
const noDebt = unlimited

// A Decoder decodes the field blocks of one direction of a connection, as an
// observer who may have missed some of them. Use [NewDecoder] or
// [NewLateDecoder]. It must not be used by two goroutines at once.
type Decoder struct {
	// MaxFieldSection is how many octets of fields, as [Field.Size] counts
	// them, one block may give. The fields beyond are decoded for the
	// table's sake, but counted in Omitted instead of returned; that costs
	// no memory, and time only for the octets of the block. A negative one
	// is no limit.
	MaxFieldSection int
	// MaxString is how many octets a string may take in the block. Together
	// with the integers it bounds what Decode leaves unconsumed, at
	// 2*MaxString+30 octets. A negative one is no limit.
	MaxString int

	table Table
	arena arena
	limit uint64 // of the table's maximum size; unlimited where it is not known
	owed  uint64 // the next block must begin with a size update to this or less, or noDebt

	// Of the block:
	open       bool // its end is still to come
	inFields   bool // a field has been seen
	offset     int  // of the representation being decoded
	section    uint64
	omitted    int
	tooLong    uint64 // length of the string of an ErrStringTooLong or ErrTruncated
	fits       uint64 // how much of it the block has
	updates    []uint32
	violations []Error
	violated   int
	broken     *Error
}

// NewDecoder returns a decoder for a direction that is seen from its start:
// the table is empty, and maxTableSize octets are both its maximum size and the
// limit that [Decoder.SetMaxTableSize] changes. In HTTP/2 both begin at 4096
// (RFC 9113, Section 6.5.2).
func NewDecoder(maxTableSize uint32) *Decoder {
	d := newDecoder()
	d.Reset(maxTableSize)
	return d
}

// NewLateDecoder returns a decoder for a direction that is joined in the
// middle: the table may be of any size, and hold any entries.
func NewLateDecoder() *Decoder {
	d := newDecoder()
	d.limit = unlimited
	d.table.miss(unlimited)
	return d
}

func newDecoder() *Decoder {
	d := &Decoder{MaxFieldSection: DefaultMaxFieldSection, MaxString: DefaultMaxString, owed: noDebt}
	d.table.room = DefaultMaxTable
	return d
}

// Reset makes d what NewDecoder returns, but for its limits and the memory
// that it has.
func (d *Decoder) Reset(maxTableSize uint32) {
	d.table.reset(uint64(maxTableSize))
	d.limit, d.owed = uint64(maxTableSize), noDebt
	d.open = false
	d.Begin()
}

// HoldTable sets how many octets of the table are held at most, whatever size
// the encoder may use; DefaultMaxTable without it. What the encoder's table has
// beyond that is Unknown. It must be called before the first block.
func (d *Decoder) HoldTable(octets uint32) { d.table.room = uint64(octets) }

// SetMaxTableSize tells the decoder that the encoder has acknowledged n as
// SETTINGS_HEADER_TABLE_SIZE. That is the limit for the sizes that the encoder
// sets; the table itself changes only when the encoder says so. If it is larger
// now than n, the next block must begin with a size update (RFC 7541, Section
// 4.2); if it does not, that is a violation, and the table stays as it is.
func (d *Decoder) SetMaxTableSize(n uint32) {
	d.limit = uint64(n)
	d.table.changes++
	switch maximum, known := d.table.MaxSize(); {
	case !known:
		d.table.bound = d.limit
	case maximum > n:
		d.owed = min(d.owed, uint64(n))
	}
}

// MissedBlocks tells the decoder that field blocks may have been missed, or
// the end of one. What stood in the table is at best Uncertain from now on;
// what is inserted from now on is Exact. Full certainty comes back when the
// encoder has emptied the table, or has filled it anew.
//
// The limit of the table's size is believed to be as it was. A caller that may
// have missed its change too tells SetMaxTableSize the largest that it can be.
func (d *Decoder) MissedBlocks() {
	d.table.miss(d.limit)
	d.owed = noDebt
	d.open = false
}

// Begin starts a field block. The octets of the last block's fields are used
// again, and what the other methods said about that block is forgotten. A block
// that was not decoded to its end counts as missed.
func (d *Decoder) Begin() {
	if d.open {
		d.MissedBlocks()
	}
	d.arena.reset()
	d.inFields, d.offset, d.section, d.omitted, d.violated = false, 0, 0, 0, 0
	d.updates, d.violations = d.updates[:0], d.violations[:0]
	d.broken = nil
}

// DecodeBlock decodes a whole field block: Begin, and Decode with last set.
func (d *Decoder) DecodeBlock(dst []Field, block []byte) ([]Field, error) {
	d.Begin()
	fields, _, err := d.Decode(dst, block, true)
	return fields, err
}

// Table is the table as it is now. It is the decoder's own, and changes with it.
func (d *Decoder) Table() *Table { return &d.table }

// Limit is the limit of the table's size, in octets, that SetMaxTableSize or
// NewDecoder set; it is not known to a late decoder.
func (d *Decoder) Limit() (size uint32, known bool) {
	if d.limit == unlimited {
		return 0, false
	}
	return uint32(d.limit), true
}

// SizeUpdates has the size updates of the block so far, in order and in octets;
// one above 2^32-1 is cut to that. It is borrowed until the next Begin.
func (d *Decoder) SizeUpdates() []uint32 { return d.updates }

// Violations has the rules that the block broke so far without becoming
// unreadable, in order: the first 64 of them. It is borrowed until the next
// Begin.
func (d *Decoder) Violations() []Error { return d.violations }

// ViolationCount is how many violations the block has so far.
func (d *Decoder) ViolationCount() int { return d.violated }

// Omitted is how many fields of the block so far lie beyond MaxFieldSection.
func (d *Decoder) Omitted() int { return d.omitted }

// SectionSize is the size of the field section so far, in octets: the sum of
// [Field.Size] of all its fields, the omitted ones included. It is what
// SETTINGS_MAX_HEADER_LIST_SIZE limits (RFC 9113, Section 6.5.2).
func (d *Decoder) SectionSize() uint64 { return d.section }
