package attack

import "h2scope/h2decode"

const second = int64(1e9) // in nanoseconds

// A tick is one event of a rate.
type tick struct {
	time   int64
	packet uint64
	mark   uint64 // what else is to be known of it
}

// A rate counts events over a sliding stretch of time. It holds the last of
// them, one more than its limit at most, and nothing until the first.
type rate struct {
	ticks   []tick // a ring; a power of two
	head, n int

	total, counted uint64 // events so far, and up to which they were counted as above the limit

	// most is how many there were in one stretch, as far as that is known:
	// stretches are counted one after the other.
	most  int64
	began int64
	seen  int64
}

// add takes an event, and reports that more than limit of them lie in the stretch
// that ends with it.
func (r *rate) add(t tick, limit, span int64) bool {
	for r.n > 0 && t.time-r.oldest().time >= span || int64(r.n) > limit {
		r.head = (r.head + 1) & (len(r.ticks) - 1)
		r.n--
	}
	if r.n == len(r.ticks) {
		r.grow()
	}
	r.ticks[(r.head+r.n)&(len(r.ticks)-1)] = t
	r.n++
	r.total++
	if r.seen++; t.time-r.began >= span {
		r.began, r.seen = t.time, 1
	}
	r.most = max(r.most, r.seen, int64(r.n))
	return int64(r.n) > limit
}

// uncounted is how many events of the stretch it has not returned before.
func (r *rate) uncounted() uint64 {
	k := min(uint64(r.n), r.total-r.counted)
	r.counted = r.total
	return k
}

// oldest is the first event of the stretch; there is one.
func (r *rate) oldest() *tick { return &r.ticks[r.head] }

func (r *rate) grow() {
	ticks := make([]tick, max(8, 2*len(r.ticks)))
	n := copy(ticks, r.ticks[r.head:])
	copy(ticks[n:], r.ticks[:r.head])
	r.ticks, r.head = ticks, 0
}

// flood adds an event to a rate, and to the finding of its signature those of
// the stretch where that is above the limit.
func (w *Watch) flood(r *rate, id signature, by h2decode.Side, o *h2decode.Origin, l limit) {
	if r.add(tick{time: o.Time, packet: o.Packet}, w.limits.of(l), second) {
		s := w.sight(id, by, o, r.oldest().packet)
		s.add(r.uncounted(), o)
		s.note("per_second", r.most)
	}
}
