package hpack

// An Encoder encodes the field blocks of one direction of a connection. Its
// blocks are legal as long as the caller keeps its table within the peer's
// limit, with AppendSizeUpdate at the beginning of a block. For others, there
// are functions that append any representation, and Insert.
type Encoder struct {
	// Huffman says which strings are Huffman-encoded. It may be changed at
	// any time.
	Huffman Huffman

	table Table
	// Where fields and names stand: the static index, or StaticEntries plus
	// the number of the insertion. Of several the first in the static table,
	// or else the newest.
	fields map[pair]uint64
	names  map[string]uint64
}

// A pair is a field as a map's key.
type pair struct{ name, value string }

// NewEncoder returns an encoder whose table is empty and has the given maximum
// size in octets, which both peers must have agreed on: 4096 at the start of a
// connection (RFC 9113, Section 6.5.2).
func NewEncoder(maxTableSize uint32) *Encoder {
	e := &Encoder{fields: make(map[pair]uint64), names: make(map[string]uint64)}
	e.table.room = unlimited
	e.table.reset(uint64(maxTableSize))
	for i := StaticEntries; i > 0; i-- {
		e.learn(string(staticTable[i].Name), string(staticTable[i].Value), uint64(i))
	}
	return e
}

// AppendField appends a field.
//
// Indexed is the shortest way: an index where one of the tables has the whole
// field, otherwise Incremental. The other representations are used as they are.
// NeverIndexed is for what must not be guessed from the length of blocks
// (RFC 7541, Section 7.1.3). A name that one of the tables has is an index.
func (e *Encoder) AppendField(dst []byte, name, value string, r Representation) []byte {
	index, whole := e.Find(name, value)
	if r == Indexed {
		if whole {
			return AppendIndexed(dst, index)
		}
		r = Incremental
	}
	dst = AppendLiteral(dst, r, index, name, value, e.Huffman)
	if r == Incremental {
		e.Insert(name, value)
	}
	return dst
}

// AppendSizeUpdate sets the table's maximum size in octets, and appends the
// update that says so. It must stand at the beginning of a block. If the peer's
// limit was lowered and raised again since the last block, there must be two:
// one to the lowest, one to what is wanted (RFC 7541, Section 4.2).
func (e *Encoder) AppendSizeUpdate(dst []byte, size uint32) []byte {
	e.evictTo(uint64(size))
	e.table.setMaximum(uint64(size))
	return AppendSizeUpdate(dst, uint64(size))
}

// Find gives the index to use for a field now: of the whole field, or else of
// its name, or else 0.
func (e *Encoder) Find(name, value string) (index uint64, whole bool) {
	place, whole := e.fields[pair{name, value}]
	if !whole {
		place = e.names[name]
	}
	if place <= StaticEntries {
		return place, whole
	}
	return 2*StaticEntries + e.table.inserted - place + 1, whole
}

// Insert puts a field into the table, as AppendField does for Incremental. It is
// for a block that is put together by hand.
func (e *Encoder) Insert(name, value string) {
	entry := Entry{Name: []byte(name), Value: []byte(value)}
	size := entry.least()
	e.evictTo(e.table.maximum - min(size, e.table.maximum))
	if e.table.insert(entry); size <= e.table.maximum {
		e.learn(name, value, StaticEntries+e.table.inserted)
	}
}

// Table is the encoder's table as it is now.
func (e *Encoder) Table() *Table { return &e.table }

// learn notes the place of a field and its name. The static table's places are
// the best, since they are small and stay.
func (e *Encoder) learn(name, value string, place uint64) {
	if old := e.fields[pair{name, value}]; old == 0 || old > StaticEntries || place < old {
		e.fields[pair{name, value}] = place
	}
	if old := e.names[name]; old == 0 || old > StaticEntries || place < old {
		e.names[name] = place
	}
}

// evictTo evicts until the table's size is at most the given one, and forgets
// the places of what went.
func (e *Encoder) evictTo(size uint64) {
	for e.table.size > size {
		gone := e.table.evict()
		key := pair{string(gone.Name), string(gone.Value)}
		place := StaticEntries + e.table.evicted
		if e.fields[key] == place {
			delete(e.fields, key)
		}
		if e.names[key.name] == place {
			delete(e.names, key.name)
		}
	}
}
