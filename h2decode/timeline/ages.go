package timeline

import "unsafe"

// A capture that is not to exceed Limits.Memory is cut into ages: an age ends
// when a part of the memory was filled in it. What is forgotten is always the
// oldest age: connections that were over by its end as a whole, and of others
// what happened up to then.

// agesKept is how many ages there are where memory is full.
const agesKept = 16

// Forgotten says what a capture does not keep any more, since that would be
// beyond Limits.Memory.
type Forgotten struct {
	Connections uint64 // that are over
	Exchanges   uint64 // theirs, and those of connections that are kept
	Frames      uint64
	Before      int64 // the time before which everything was forgotten that was over; 0: nothing was
}

// ages are those of a capture. Capture.mu guards them.
type ages struct {
	limit          int
	used           int
	filled         int     // of the newest age
	newest, oldest uint32  // those that are kept
	began          []int64 // when they began, from the one behind the oldest on
	recorders      int
	forgetting     int // recorders that have the oldest age yet to forget
	forgotten      Forgotten
}

// grow takes what a recorder's memory has changed by, and the time. It begins the
// next age, and says that the oldest is to be forgotten, where it is time for
// that.
func (a *ages) grow(by int, clock int64) (newest, oldest uint32) {
	a.used += by
	a.filled += max(0, by)
	if a.limit == 0 {
		return 0, 0
	}
	if a.filled >= a.limit/(agesKept+1) {
		a.filled = 0
		a.newest++
		a.began = append(a.began, clock)
	}
	if a.used > a.limit/(agesKept+1)*agesKept && a.forgetting == 0 && a.oldest < a.newest {
		a.oldest++
		a.forgetting = a.recorders
		a.forgotten.Before = a.began[0]
		a.began = a.began[1:]
	}
	return a.newest, a.oldest
}

// An age is what a recorder remembers of one.
type age struct {
	touched []*track // something was told of them
	closed  []*track // these ended
}

// touch takes note that something is told of a connection.
func (r *Recorder) touch(t *track) {
	if n := len(r.ages); n > 0 && t.aged != r.newest+1 {
		t.aged = r.newest + 1
		r.ages[n-1].touched = append(r.ages[n-1].touched, t)
	}
}

// grow counts what the recorder has taken of memory, ends the age and forgets the
// oldest where it is time.
func (r *Recorder) grow(by int, clock int64) {
	if len(r.ages) == 0 {
		return
	}
	archived := r.archive.size()
	by += archived - r.archived
	r.archived = archived
	newest, oldest := r.capture.grow(by, clock)
	for r.newest < newest {
		r.endAge()
	}
	for r.oldest < oldest {
		r.forget()
	}
}

// endAge ends the newest age.
func (r *Recorder) endAge() {
	for _, t := range r.ages[len(r.ages)-1].touched {
		if t.spoken {
			t.bind(r.newest)
		}
	}
	r.archive.endAge()
	r.ages = append(r.ages, age{})
	r.newest++
}

// forget forgets the oldest age, and publishes what is left.
func (r *Recorder) forget() {
	var lost Forgotten
	gone := make(map[uint64]bool)
	freed := 0
	for _, t := range r.ages[0].closed {
		gone[t.number] = true
		lost.Connections++
		lost.Frames += uint64(t.frames.len() - t.frames.begin())
		lost.Exchanges += uint64(t.keptExchanges())
		freed += t.octets
	}
	cut := make(map[*track]bool)
	for _, t := range r.ages[0].touched {
		if gone[t.number] && t.over != nil {
			continue
		}
		frames, exchanges := t.cut(r.oldest, &r.archive)
		lost.Frames += frames
		lost.Exchanges += exchanges
		cut[t] = true
		if len(t.open) > 0 { // their fields are kept in the newest age now
			r.touch(t)
		}
	}
	r.archive.forget()
	r.ages = append([]age(nil), r.ages[1:]...)
	r.oldest++
	var conns []*Conn
	for _, t := range r.kept() {
		octets := t.octets
		conns = append(conns, r.renew(t, cut[t]))
		freed += octets - t.octets
	}
	r.capture.forget(gone, conns, lost, freed)
}

// kept are the connections that are kept.
func (r *Recorder) kept() []*track {
	tracks := make([]*track, 0, len(r.tracks))
	for _, t := range r.tracks {
		tracks = append(tracks, t)
	}
	for i := range r.ages {
		tracks = append(tracks, r.ages[i].closed...)
	}
	return tracks
}

// renew is a connection without what was forgotten.
func (r *Recorder) renew(t *track, cut bool) *Conn {
	if cut {
		return r.snapshot(t)
	}
	c := *t.conn
	c.sections = r.archive.sections
	t.conn = &c
	return t.conn
}

// size is how many octets of memory the connection takes, roughly: with its
// snapshots.
func (t *track) size() int {
	const (
		fixed     = int(unsafe.Sizeof(track{}) + unsafe.Sizeof(Conn{}) + unsafe.Sizeof(record{}))
		stream    = int(2*unsafe.Sizeof(Exchange{}) + unsafe.Sizeof(openStream{}))
		finding   = 512 // what it points to, at most times
		lastOfAll = 512 // h2decode.Connection, and what it points to
	)
	n := fixed + lastOfAll
	if !t.spoken {
		return n
	}
	for _, l := range t.plainLists() {
		n += l.size()
	}
	n += t.checkpoints.size() + t.losses.size()
	for side := range t.settings {
		s, table := &t.settings[side], &t.tables[side]
		n += s.announced.size() + s.acknowledged.size() + table.changes.size() + table.entries.size()
	}
	n += len(t.open)*stream + len(t.outliving)*int(unsafe.Sizeof(exchange{})+unsafe.Sizeof(outliving{}))
	n += t.points + cap(t.bounds)*int(unsafe.Sizeof(bound{}))
	n += t.watched[0].octets + t.watched[1].octets
	n += (t.findings.len() - t.findings.begin()) * finding
	n += t.modelOctets()
	return n
}
