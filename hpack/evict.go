package hpack

// reset makes the table complete and empty, with the given maximum in force.
// The ring is kept.
func (t *Table) reset(maximum uint64) {
	clear(t.ring)
	*t = Table{ring: t.ring, room: t.room, maximum: maximum, bound: maximum, changes: t.changes + 1}
}

// holds says whether insert would keep the octets of e.
func (t *Table) holds(e *Entry) bool { return e.least() <= min(t.bound, t.room) }

// insert puts in a new entry (RFC 7541, Section 4.4).
func (t *Table) insert(e Entry) {
	t.changes++
	size := e.least()
	if size > t.bound {
		t.clear() // as the encoder's table is now
		return
	}
	t.settle(size)
	t.shrink(t.bound - size)
	if size > t.room {
		// Its place counts, its octets are too many to keep.
		e = Entry{NameTrust: Unknown, ValueTrust: Unknown}
		size = e.least()
	}
	for t.n > 0 && t.size+size > t.room {
		t.evict()
		t.hidden = true
	}
	t.push(e, size)
}

// setMaximum puts a new maximum in force, and evicts what is above it
// (RFC 7541, Section 4.3).
func (t *Table) setMaximum(maximum uint64) {
	t.changes++
	t.maximum, t.bound = maximum, maximum
	t.settle(0)
	t.shrink(maximum)
}

// miss makes every entry doubtful: something was missed that may have inserted
// any number of entries, and have set any maximum up to limit, or have left the
// one in force, which is above the limit where the encoder has broken it.
func (t *Table) miss(limit uint64) {
	t.changes++
	t.doubtful, t.doubtfulSize = t.n, t.size
	t.hidden = true
	t.maximum, t.bound = unlimited, max(t.bound, limit)
	t.settle(0)
}

// settle drops what can't be in the encoder's table any more once the given
// size is added: where the entries since the last miss leave no room for even
// the smallest entry, there is none that is older.
func (t *Table) settle(size uint64) {
	if t.Complete() || t.size-t.doubtfulSize+size+entryOverhead <= t.bound {
		return
	}
	for t.doubtful > 0 {
		t.evict()
	}
	t.hidden = false
}

// shrink evicts until the size is within the given one.
func (t *Table) shrink(size uint64) {
	for t.size > size {
		if t.doubtful == 0 {
			t.hidden = false // what is older went before it
		}
		t.evict()
	}
}

// clear evicts everything, as the encoder did.
func (t *Table) clear() {
	t.hidden = false
	for t.n > 0 {
		t.evict()
	}
}

// evict takes out the oldest entry. It must not be called on an empty table.
func (t *Table) evict() Entry {
	e := &t.ring[(t.head-t.n+1)&(len(t.ring)-1)]
	gone, size := *e, e.least()
	*e = Entry{} // for the garbage collector
	t.n--
	t.size -= size
	t.evicted++
	if t.doubtful > 0 {
		t.doubtful--
		t.doubtfulSize -= size
	}
	return gone
}

// push makes e the newest entry. The ring grows with what is held, not with
// what might be.
func (t *Table) push(e Entry, size uint64) {
	if t.n == len(t.ring) {
		ring := make([]Entry, max(8, 2*t.n))
		for i := range t.n {
			ring[t.n-1-i] = t.ring[(t.head-i)&(len(t.ring)-1)]
		}
		t.ring, t.head = ring, t.n-1
	}
	t.head = (t.head + 1) & (len(t.ring) - 1)
	t.ring[t.head] = e
	t.n++
	t.size += size
	t.inserted++
}
