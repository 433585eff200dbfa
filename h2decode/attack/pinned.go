package attack

import "h2scope/h2decode"

// pinned watches the client's streams where the server allows no more of them.
type pinned struct {
	limited     bool // the limit is known
	limit, open int64
	full        bool
	since       int64 // when it was full, or something moved
	packet      uint64
}

// limitStreams is told that the client acknowledged the server's limit.
func (w *Watch) limitStreams(limit int64, o *h2decode.Origin) {
	w.pinned.limited, w.pinned.limit = true, limit
	w.pin(o, 0)
}

// pin counts streams that opened or closed.
func (w *Watch) pin(o *h2decode.Origin, n int64) {
	p := &w.pinned
	if p.full {
		w.judgePinned(o)
	}
	p.open = max(0, p.open+n)
	full := p.limited && p.open > 0 && p.open >= p.limit
	if full && !p.full {
		p.since, p.packet = o.Time, o.Packet
	}
	p.full = full
}

// progress is told that something moves: HEADERS or DATA.
func (w *Watch) progress(o *h2decode.Origin) {
	if w.pinned.full {
		w.judgePinned(o)
		w.pinned.since, w.pinned.packet = o.Time, o.Packet
	}
}

func (w *Watch) judgePinned(o *h2decode.Origin) {
	p := &w.pinned
	took := o.Time - p.since
	if took <= w.limits.of(pinnedSeconds)*second {
		return
	}
	s := w.sightWait(pinnedStreams, o, p.packet)
	s.reach(max(s.Count, uint64(p.open)), o)
	s.note("limit", p.limit)
	s.note("pinned_ms", took/1e6)
}
