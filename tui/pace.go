package tui

import (
	"time"

	"h2scope/h2decode/timeline"
)

// A pace says when the screen is drawn: when something has changed, and no more
// than 15 times a second. What the user does is drawn at once; what was recorded
// waits a little longer, so that there is room for that.
type pace struct {
	cause   cause
	drawn   time.Time // when it was last drawn
	forUser time.Time // when it was last drawn for the user
}

// A cause is what changed the screen.
type cause uint8

const (
	unchanged cause = iota
	byTick
	byUser
)

// changed notes that what is shown is not what is on the screen.
func (p *pace) changed(by cause) { p.cause = max(p.cause, by) }

// due reports whether to draw now. Else wait is when to ask again; 0: when
// something changes.
func (p *pace) due(now time.Time) (wait time.Duration, due bool) {
	switch p.cause {
	case unchanged:
		return 0, false
	case byTick:
		wait = p.drawn.Add(2 * frameTime).Sub(now)
	case byUser:
		wait = p.forUser.Add(frameTime).Sub(now)
	}
	if wait > 0 {
		if p.cause == byTick {
			wait = 0 // the next tick asks
		}
		return wait, false
	}
	if p.cause == byUser {
		p.forUser = now
	}
	p.drawn, p.cause = now, unchanged
	return 0, true
}

// shown is what a tick may have changed of what the screen shows.
type shown struct {
	snapshot    *timeline.Snapshot
	status      string
	rows, fresh int
	conn        uint64
	stream      uint32
	busy        bool
}

func shownOf(m *Model) shown {
	l := &m.Lists[m.View]
	return shown{m.Snapshot, m.standing(), len(l.rows), len(l.fresh), m.Conn, m.Stream, m.Busy || l.ordering}
}
