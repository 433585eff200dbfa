package timeline

import (
	"cmp"
	"slices"

	"h2scope/h2decode"
)

// A lister is a list of whatever kind.
type lister interface {
	len() int
	begin() int
	forget(first int)
	size() int
}

// plainLists are the lists of which the elements behind a frame are all that is
// needed to tell what was behind it.
func (r *record) plainLists() [plainLists]lister {
	p, q := &r.priorities, &r.path
	return [plainLists]lister{
		&r.frames, &r.notes, &r.wide, &r.strays,
		&r.exchanges, &r.byOpener[0], &r.byOpener[1], &r.closings,
		&r.holes, &r.delays, &r.resets, &r.severities,
		&r.changes, &p.ops, &p.signals, &p.trees, &p.levels,
		&r.stalls, &r.pings[0], &r.pings[1], &r.answers[0], &r.answers[1],
		&r.endings, &r.goaways, &r.gaps, &r.findings,
		&q.roundTrips, &q.closures, &q.retransmissions,
	}
}

const plainLists = 29

// Where plainLists has some of them.
const (
	framesList    = 0
	exchangesList = 4
	changesList   = 12
)

// A bound is where an age ends: how long the lists were then. Of the others
// something from before that is needed as well, which was in force then: it is
// the element from which on they are.
type bound struct {
	age              uint32
	plain            [plainLists]uint32
	checkpoint, loss uint32
	announced        [2]uint32
	acknowledged     [2]uint32
	table, entry     [2]uint32
	open             []uint32 // the exchanges that were not over
}

// forgetTo forgets what is before a bound.
func (r *record) forgetTo(b *bound) {
	for i, l := range r.plainLists() {
		l.forget(int(b.plain[i]))
	}
	r.checkpoints.forget(int(b.checkpoint))
	r.losses.forget(int(b.loss))
	for side := range r.settings {
		r.settings[side].announced.forget(int(b.announced[side]))
		r.settings[side].acknowledged.forget(int(b.acknowledged[side]))
		r.tables[side].changes.forget(int(b.table[side]))
		r.tables[side].entries.forget(int(b.entry[side]))
	}
}

// An outliving exchange was opened by a frame that was forgotten, and went on.
type outliving struct {
	index    uint32
	exchange *exchange
}

// bind takes note that an age ends behind the last frame.
func (t *track) bind(age uint32) {
	t.addCheckpoint()
	n, b := t.now(), bound{age: age}
	for i, l := range t.plainLists() {
		b.plain[i] = uint32(l.len())
	}
	b.plain[changesList] = uint32((*t.checkpoints.last()).change) // what breaks in before the next frame stays
	b.checkpoint = uint32(t.checkpoints.len() - 1)
	b.loss = lastUpTo(&t.losses, n, func(lost *uint32) uint32 { return *lost })
	for side := range t.settings {
		s, table := &t.settings[side], &t.tables[side]
		b.acknowledged[side] = lastUpTo(&s.acknowledged, n, func(a *acknowledgment) uint32 { return a.frame })
		b.announced[side] = uint32(min(int(t.waiting[side]), s.announced.len()))
		if at := int(b.acknowledged[side]); at < s.acknowledged.len() && s.acknowledged.at(at).announcement >= 0 {
			b.announced[side] = min(b.announced[side], uint32(s.acknowledged.at(at).announcement))
		}
		b.table[side] = lastUpTo(&table.changes, n, func(c *tableChange) uint32 { return c.frame })
		if at := int(b.table[side]); at < table.changes.len() {
			b.entry[side] = table.changes.at(at).evicted
		}
	}
	for _, s := range t.open {
		b.open = append(b.open, s.index)
	}
	slices.Sort(b.open)
	t.bounds = append(t.bounds, b)
}

// lastUpTo is the index of the last element whose frame is n at most, or else of
// the first.
func lastUpTo[T any](l *list[T], n uint32, frame func(*T) uint32) uint32 {
	return uint32(max(l.begin(), l.search(func(e *T) bool { return frame(e) > n })-1))
}

// cut forgets what was told up to the end of an age. It says how many frames and
// exchanges that were.
func (t *track) cut(age uint32, a *archive) (frames, exchanges uint64) {
	i := slices.IndexFunc(t.bounds, func(b bound) bool { return b.age == age })
	if i < 0 {
		return 0, 0
	}
	b := t.bounds[i]
	t.bounds = slices.Clone(t.bounds[i+1:])
	n := b.plain[framesList]
	frames, exchanges = uint64(n-t.frames.first), uint64(t.keptExchanges())
	outliving := t.outlive(&b)
	p := &t.priorities
	p.tree, p.urgencies = t.treeAt(n), t.urgenciesAt(n)
	t.forgetEntries(&b)
	t.forgetTo(&b)
	t.outliving = outliving
	t.watch.stride = 1
	t.archiveAnew(a)
	t.points = 0
	for i := t.checkpoints.begin(); i < t.checkpoints.len(); i++ {
		t.points += (*t.checkpoints.at(i)).size()
	}
	return frames, exchanges - uint64(t.keptExchanges())
}

// keptExchanges is how many exchanges are kept.
func (r *record) keptExchanges() int {
	return r.exchanges.len() - r.exchanges.begin() + len(r.outliving)
}

// outlive are copies of the exchanges that were not over at a bound, in order of
// index. What is kept of their end came behind it.
func (t *track) outlive(b *bound) []outliving {
	var kept []outliving
	for _, index := range b.open {
		if x := t.exchangeAt(int(index)); x != nil && index < b.plain[exchangesList] {
			copied := *x
			kept = append(kept, outliving{index, &copied})
		}
	}
	return kept
}

// forgetEntries gives back the room of HPACK entries that are to be forgotten.
func (t *track) forgetEntries(b *bound) {
	for side := range t.tables {
		entries := &t.tables[side].entries
		for i := entries.begin(); i < int(b.entry[side]); i++ {
			t.watched[side].octets -= entries.at(i).Size() + entryMemory
		}
	}
}

// archiveAnew keeps the field sections of open streams once more, since those of
// an age are to be forgotten.
func (t *track) archiveAnew(a *archive) {
	for _, s := range t.open {
		x := t.exchangeAt(int(s.index))
		x.messages[h2decode.Client].messageRefs, x.messages[h2decode.Server].messageRefs = messageRefs{}, messageRefs{}
		if t.decoder == nil {
			continue
		}
		if now := t.decoder.Stream(x.id); now != nil {
			x.messages[h2decode.Client].keep(&now.Request, a)
			x.messages[h2decode.Server].keep(&now.Response, a)
		}
	}
}

// exchangeAt is an exchange as it is kept; nil where it was forgotten.
func (r *record) exchangeAt(i int) *exchange {
	if i >= r.exchanges.begin() {
		return r.exchanges.at(i)
	}
	if k, found := r.outlivingAt(i); found {
		return r.outliving[k].exchange
	}
	return nil
}

func (r *record) outlivingAt(i int) (int, bool) {
	return slices.BinarySearchFunc(r.outliving, uint32(i), func(o outliving, i uint32) int { return cmp.Compare(o.index, i) })
}

// NextExchange is the index of the first exchange that is kept from the i-th on;
// Exchanges: none is. Besides the newest these are the ones that went on while
// those which had begun after them were forgotten.
func (c *Conn) NextExchange(i int) int {
	if i >= c.exchanges.begin() {
		return i
	}
	if k, _ := c.outlivingAt(i); k < len(c.outliving) {
		return int(c.outliving[k].index)
	}
	return c.exchanges.begin()
}

// Forgotten is how many frames and exchanges of the connection were forgotten, and
// the time up to which; 0: none were.
func (c *Conn) Forgotten() (frames, exchanges uint64, upTo int64) {
	if !c.checkpoints.empty() && c.checkpoints.begin() > 0 {
		upTo = (*c.checkpoints.at(c.checkpoints.begin())).clock
	}
	return uint64(c.frames.first), uint64(c.exchanges.len() - c.keptExchanges()), upTo
}
