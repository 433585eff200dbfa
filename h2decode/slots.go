package h2decode

// soon is within what time, in nanoseconds, of a slot's coming free a stream
// must open to be taken to have waited for it.
const soon = 10_000_000

// slots watches how many of a client's streams count towards the server's
// SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113, Section 5.1.2).
type slots struct {
	used             int
	full             bool
	fullSince, freed int64 // the last time that there was no slot left
	due              int   // slots that came free then or soon behind, and are not taken yet
}

// opened is told of a stream that the client opened, before its first change of state.
func (l *slots) opened(s *stream) {
	if l.due == 0 {
		return
	}
	if s.OpenedAt-l.freed > soon {
		l.due = 0
		return
	}
	l.due--
	s.Timing.Blocked = max(0, l.freed-l.fullSince)
}

// evicted is told of a stream that is followed no longer: it counts no more,
// whatever becomes of it.
func (l *slots) evicted(s *stream) {
	if opener(s.ID) == Client && s.State != Idle && !s.Timing.RequestUnseen {
		l.used--
	}
}

// changed is told of a step of a stream's state.
func (l *slots) changed(c *Conn, s *stream, old State) {
	if opener(s.ID) != Client || s.Timing.RequestUnseen {
		return
	}
	switch {
	case old == Idle:
		l.used++
	case s.State == Closed:
		l.used--
		if l.due > 0 && c.now()-l.freed <= soon {
			l.due++
		}
	}
	limit, _ := c.halves[Server].settings.value(SettingMaxConcurrentStreams)
	switch full := int64(l.used) >= int64(limit); {
	case full && !l.full:
		l.full, l.fullSince = true, c.now()
	case !full && l.full:
		l.full, l.freed, l.due = false, c.now(), 1
	}
}
