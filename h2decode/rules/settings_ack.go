package rules

import "h2scope/h2decode"

// waitingSettings are the SETTINGS frames of a side that its peer has not
// acknowledged, the oldest first.
type waitingSettings struct {
	frames []sentFrame
	late   int // of these, the first that were told of
	more   int // that came behind those and are not watched
}

// awaitAcknowledgment notes that a SETTINGS frame waits.
func (j *Judge) awaitAcknowledgment(s *settingsSide, about sentFrame) {
	w := &s.waiting
	if len(w.frames) == maxSentSettings || w.more > 0 {
		w.more++
		j.skip("SE-05")
		return
	}
	w.frames = append(w.frames, about)
	j.expect(about.Time)
}

// expect notes that something is due that was asked for at a time.
func (j *Judge) expect(since int64) {
	c := &j.checks.frames
	if at := since + int64(patience); c.due == 0 || at < c.due {
		c.due = at
	}
}

// checkAcknowledged notes that a side acknowledged the oldest SETTINGS frame
// that its peer had sent.
func (j *Judge) checkAcknowledged(e *h2decode.SettingsAcknowledged) {
	w := &j.checks.settings.sides[e.From.Other()].waiting
	switch {
	case len(w.frames) > 0:
		w.frames = w.frames[:copy(w.frames, w.frames[1:])]
		w.late = max(0, w.late-1)
	case w.more > 0:
		w.more--
	}
}

// overdue tells of what should have come by now.
func (j *Judge) overdue(now int64) {
	j.checks.frames.due = 0
	for side := client; side <= server; side++ {
		s := &j.checks.settings.sides[side]
		j.checkLateAck(side, &s.waiting, now)
		j.checkStaying(side, &s.goAway, now)
	}
}

func (j *Judge) checkLateAck(owner h2decode.Side, w *waitingSettings, now int64) {
	peer := owner.Other()
	for ; w.late < len(w.frames); w.late++ {
		about := w.frames[w.late]
		waited := now - about.Time
		if waited <= int64(patience) {
			j.expect(about.Time)
			return
		}
		if !j.heard(peer) || !j.heard(owner) {
			j.skip("SE-05")
			continue
		}
		j.blame("SE-05", peer, about, []h2decode.Evidence{fact("waited_ns", waited)},
			"the %s has not acknowledged the SETTINGS of frame %d after %s", peer, about.number, duration(waited))
	}
}

// checkSettingsAck holds an acknowledgment against the rule that it answers
// something. What it answers may be captured behind it.
func (j *Judge) checkSettingsAck(f *h2decode.FrameDecoded) {
	owner := f.From.Other()
	if f.From == client {
		j.checks.frames.opening.passed = true
	}
	switch {
	case j.conn.Pending(owner) > 0:
	case !j.conn.Complete(owner) || !j.conn.Complete(f.From) || f.Acked > j.conn.Seen(owner):
		j.skip("SE-06")
	default:
		j.broke("SE-06", nil, "the %s acknowledges SETTINGS and no SETTINGS frame of the %s waits for that", f.From, owner)
	}
}
