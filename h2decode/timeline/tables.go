package timeline

import (
	"h2scope/h2decode"
	"h2scope/hpack"
)

// What is kept of a side's HPACK table is each entry that was put in and, for
// each frame that changed the table, how many had been put in and evicted by
// then. Since a table is a queue, that is the table at any time: the entries
// from evicted to inserted. No checkpoint is needed.
type tableLog struct {
	entries list[hpack.Entry]
	changes list[tableChange]
}

// A tableChange is what a table was after a frame.
type tableChange struct {
	frame             uint32
	inserted, evicted uint32
	doubted           uint32 // entries before this one are doubtful
	size, maximum     uint32
	marks             tableMarks
}

type tableMarks uint8

const (
	maximumKnown tableMarks = 1 << iota
	complete
	beyondLimit // what follows is not kept
)

// tableWatch is what the recorder remembers of a side's table.
type tableWatch struct {
	last   tableChange
	octets int // of the entries kept
	over   bool
}

// watch notes what frame n has done to a side's table, if anything. cut says that
// it ended a block that could not be decoded to its end: what that would have put
// in is not known, which the decoder takes into account when the next block begins.
func (l *tableLog) watch(w *tableWatch, t *hpack.Table, n uint32, limit int, cut bool) {
	if w.over {
		return
	}
	now := tableChange{
		frame: n, inserted: uint32(t.Inserted()), evicted: uint32(t.Evicted()),
		doubted: w.last.doubted, size: uint32(t.Size()),
	}
	maximum, known := t.MaxSize()
	now.maximum = maximum
	if known {
		now.marks |= maximumKnown
	}
	for i := w.last.inserted; i != now.inserted; i++ {
		e := hpack.Entry{NameTrust: hpack.Unknown, ValueTrust: hpack.Unknown} // it has gone already
		if i >= now.evicted {
			e = t.Entry(int(now.inserted - 1 - i))
		}
		w.octets += e.Size() + entryMemory
		l.entries.add(e)
	}
	switch {
	case cut:
		now.doubted = now.inserted
		now.maximum, now.marks = 0, now.marks&^maximumKnown
	case t.Complete():
		now.marks |= complete
	default:
		now.doubted = l.doubted(t, now)
	}
	if w.octets > limit {
		w.over, now.marks = true, now.marks|beyondLimit
	}
	old := w.last
	old.frame = n
	if l.changes.empty() || old != now {
		l.changes.add(now)
		w.last = now
	}
}

// entryMemory is what an entry takes besides its octets, rounded up.
const entryMemory = 64

// doubted is how far the doubtful entries reach: they are the oldest. An entry
// that was never Exact looks alike either way.
func (l *tableLog) doubted(t *hpack.Table, now tableChange) uint32 {
	first := max(now.doubted, now.evicted)
	doubted := first
	for i := first; i != now.inserted; i++ {
		kept := l.entries.at(int(i))
		shown := t.Entry(int(now.inserted - 1 - i))
		switch {
		case kept.NameTrust != shown.NameTrust || kept.ValueTrust != shown.ValueTrust:
			doubted = i + 1
		case kept.NameTrust == hpack.Exact || kept.ValueTrust == hpack.Exact:
			return doubted // it is not, so none behind it is
		}
	}
	return doubted
}

// A Table is an HPACK table as it was after a frame.
type Table struct {
	// Known is false where the table was not watched, or Limits.Table is
	// exceeded: the rest means nothing then.
	Known bool
	// Inserted and Evicted count since the beginning: Inserted less Evicted
	// is Len.
	Inserted, Evicted uint64
	Size              uint64 // octets as RFC 7541, Section 4.1 counts them
	MaxSize           uint32 // in force, where MaxSizeKnown
	MaxSizeKnown      bool
	Complete          bool   // as hpack.Table.Complete
	Changed           uint64 // the number of the frame that changed it last; 0: none did

	log     *tableLog
	doubted uint32
}

// Len is how many entries are held.
func (t *Table) Len() int { return int(t.Inserted - t.Evicted) }

// Entry is the i-th entry from the newest, 0 ≤ i < Len, whose index on the wire
// is i+62. Its octets are shared and must not be changed.
func (t *Table) Entry(i int) hpack.Entry {
	at := int(t.Inserted) - 1 - i
	e := *t.log.entries.at(at)
	if at < int(t.doubted) {
		e.NameTrust, e.ValueTrust = max(e.NameTrust, hpack.Uncertain), max(e.ValueTrust, hpack.Uncertain)
	}
	return e
}

// InsertedBy gives the entries that a frame put in, oldest first, and how many
// it evicted.
func (c *Conn) InsertedBy(side h2decode.Side, frame uint64) (entries []hpack.Entry, evicted int) {
	if frame == 0 {
		return nil, 0
	}
	before, after := c.Table(side, frame-1), c.Table(side, frame)
	if !after.Known {
		return nil, 0
	}
	entries = c.tables[side].entries.slice(int(before.Inserted), int(after.Inserted))
	return entries, int(after.Evicted - before.Evicted)
}

// Table is the HPACK table that a side's encoder fills, after frame n; 0 is
// before the first.
func (c *Conn) Table(side h2decode.Side, n uint64) Table {
	l := &c.tables[side]
	i := l.changes.search(func(t *tableChange) bool { return uint64(t.frame) > n }) - 1
	if i < l.changes.begin() {
		return Table{}
	}
	at := l.changes.at(i)
	if at.marks&beyondLimit != 0 {
		return Table{}
	}
	t := Table{
		Known: true, Inserted: uint64(at.inserted), Evicted: uint64(at.evicted), Size: uint64(at.size),
		MaxSize: at.maximum, MaxSizeKnown: at.marks&maximumKnown != 0, Complete: at.marks&complete != 0,
		Changed: uint64(at.frame), log: l,
	}
	if !t.Complete {
		t.doubted = at.doubted
	}
	return t
}

// TableChanges is how often a side's table has changed, and TableChange the
// number of the frame that did the i-th time, from 0.
func (c *Conn) TableChanges(side h2decode.Side) int { return c.tables[side].changes.len() }

// TableChange is the number of the frame that changed a side's table for the
// i-th time, 0 ≤ i < TableChanges. The first is 0: how the table began.
func (c *Conn) TableChange(side h2decode.Side, i int) uint64 {
	return uint64(c.tables[side].changes.at(i).frame)
}
