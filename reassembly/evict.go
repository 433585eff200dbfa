package reassembly

import (
	"math"
	"time"
)

// seconds are those of a time in nanoseconds since 1970, in few bits: a million
// connections have one each.
func seconds(t int64) uint32 {
	return uint32(min(max(t/int64(time.Second), 0), math.MaxUint32))
}

// Len is how many connections the tracker knows.
func (t *Tracker) Len() int { return len(t.byKey) }

// Crowded reports whether connections should leave for want of memory.
func (t *Tracker) Crowded() bool { return t.cfg.Crowded != nil && t.cfg.Crowded() }

// Idle lets the connection that was idle longest leave, if that is for more than
// the IdleAge at the given time, both cut to seconds. It may be called for each
// segment.
func (t *Tracker) Idle(now int64) (conn uint64, left bool) {
	oldest := t.recent.oldest
	if t.cfg.IdleAge <= 0 || oldest == none {
		return 0, false
	}
	if age := int64(seconds(now)) - int64(t.flows[oldest].last); age <= int64(t.cfg.IdleAge/time.Second) {
		return 0, false
	}
	return t.EvictOldest()
}

// EvictOldest lets the connection that was idle longest leave. What comes of it
// later is a new connection that continues it.
func (t *Tracker) EvictOldest() (conn uint64, left bool) {
	i := t.recent.oldest
	if i == none {
		return 0, false
	}
	f := &t.flows[i]
	conn = f.conn
	t.recent.remove(t.flows, i)
	t.gone.put(f.key, conn)
	delete(t.byKey, f.key)
	*f = flow{older: t.unused}
	t.unused = i
	return conn, true
}

// room is the index of a flow that is not in use.
func (t *Tracker) room() int32 {
	if i := t.unused; i != none {
		t.unused = t.flows[i].older
		return i
	}
	t.flows = append(t.flows, flow{})
	return int32(len(t.flows) - 1)
}
