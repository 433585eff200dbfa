package hpack

import "iter"

// entryOverhead is what an entry counts beyond its octets (RFC 7541, Section 4.1).
const entryOverhead = 32

// unlimited stands for a size that is not known. Every size that can be sent
// is less.
const unlimited = ^uint64(0)

// An Entry is an entry of a table. Its octets are never changed, not even
// after its eviction, so that a copy of an Entry may be kept.
type Entry struct {
	Name, Value           []byte
	NameTrust, ValueTrust Trust
}

// Size is the entry's size in octets as RFC 7541, Section 4.1 counts it.
func (e *Entry) Size() int { return len(e.Name) + len(e.Value) + entryOverhead }

// least is the size that the entry has at least, whatever its uncertain octets
// really are.
func (e *Entry) least() uint64 {
	n := uint64(entryOverhead)
	if e.NameTrust == Exact {
		n += uint64(len(e.Name))
	}
	if e.ValueTrust == Exact {
		n += uint64(len(e.Value))
	}
	return n
}

// A Table is a dynamic table as far as it is known (RFC 7541, Section 2.3.2).
//
// What is known is always the newest part: every insertion since some moment
// was seen. Behind these entries may come doubtful ones, which are older than
// a miss: insertions that were not seen may stand before them, or have evicted
// them. And behind those may be hidden entries that were never seen, or
// were dropped for the sake of memory.
//
// Two things make that sound. An index counts from the newest entry, so what is
// not known about old entries does not move new ones. And where it is not known
// whether an entry is still in the encoder's table, it is kept here: an encoder
// never refers to an entry that has gone, so that keeping it does no harm. For
// the same reason an entry of uncertain octets counts with the least size that
// it can have.
type Table struct {
	ring []Entry // a power of two long; the newest is at head
	head int
	n    int // entries held
	size uint64

	doubtful     int // how many of the oldest are doubtful
	doubtfulSize uint64
	hidden       bool

	maximum uint64 // in force; unlimited where it is not known
	bound   uint64 // the encoder's table is not larger than this
	room    uint64 // no more than this is held

	inserted, evicted uint64
	changes           uint64 // of what a block may mean
}

// Len is how many entries are held.
func (t *Table) Len() int { return t.n }

// Entry returns the entry that is i-th from the newest, 0 ≤ i < Len, whose
// index on the wire is i+62. A doubtful entry is at best Uncertain.
func (t *Table) Entry(i int) Entry {
	if uint(i) >= uint(t.n) {
		panic("hpack: no such entry")
	}
	e := t.ring[(t.head-i)&(len(t.ring)-1)]
	if i >= t.n-t.doubtful {
		e.NameTrust, e.ValueTrust = max(e.NameTrust, Uncertain), max(e.ValueTrust, Uncertain)
	}
	return e
}

// All yields the entries with their indexes on the wire, newest first.
func (t *Table) All() iter.Seq2[uint64, Entry] {
	return func(yield func(uint64, Entry) bool) {
		for i := range t.n {
			if !yield(uint64(i)+StaticEntries+1, t.Entry(i)) {
				return
			}
		}
	}
}

// Size is the size of the entries held, in octets as RFC 7541, Section 4.1
// counts it. What is not Exact in an entry is not counted.
func (t *Table) Size() uint64 { return t.size }

// MaxSize is the maximum size in force, in octets: the last that the encoder
// set (RFC 7541, Section 4.2). It is not known from a miss to the next size
// update.
func (t *Table) MaxSize() (size uint32, known bool) {
	if t.maximum == unlimited {
		return 0, false
	}
	return uint32(t.maximum), true
}

// Complete says that the entries held are all there are and that none is
// doubtful: an index beyond them is invalid.
func (t *Table) Complete() bool { return t.doubtful == 0 && !t.hidden }

// Inserted is how many entries were put in so far, as far as was seen.
func (t *Table) Inserted() uint64 { return t.inserted }

// Evicted is how many of those have gone since, for whatever reason:
// Inserted less Evicted is Len.
func (t *Table) Evicted() uint64 { return t.evicted }

// lookup finds the entry of an index on the wire, in the static or the dynamic
// table. e is nil for an entry that is not held; valid says whether the encoder
// may have it all the same. An entry that is doubtful is at best Uncertain.
func (t *Table) lookup(index uint64) (e *Entry, doubtful, valid bool) {
	if index-1 < StaticEntries {
		return &staticTable[index], false, true
	}
	if i := index - StaticEntries - 1; i < uint64(t.n) {
		return &t.ring[(t.head-int(i))&(len(t.ring)-1)], int(i) >= t.n-t.doubtful, true
	}
	return nil, false, t.hidden && index != 0
}
