package attack

import "h2scope/h2decode"

// floods are the frames of one side that cost it nothing.
type floods struct {
	pings rate

	settings       rate
	firstSettings  uint64 // packet
	unacknowledged int64
	settingsFound  bool

	empty      rate
	firstEmpty uint64 // packet
	emptyFound bool

	updates  rate
	opened   uint32     // the stream opened last, until its window is updated
	answered uint64     // DATA frames of the peer up to the last WINDOW_UPDATE
	answers  [2]answers // at the beginning of the last second and of the one before
}

// answers are how many WINDOW_UPDATE frames there were at a time, and how many
// DATA frames that they answer.
type answers struct {
	time          int64
	updates, data uint64
}

// onSettings looks at a SETTINGS frame.
func (w *Watch) onSettings(e *h2decode.FrameDecoded) {
	peer := e.From.Other()
	if e.Header.Flags.Has(h2decode.FlagAck) {
		w.floods[peer].unacknowledged = max(0, w.floods[peer].unacknowledged-1)
		return
	}
	f := &w.floods[e.From]
	if f.settings.total == 0 {
		f.firstSettings = e.Packet
	}
	f.unacknowledged++
	entries := int64(e.Header.Length / 6) // RFC 9113, Section 6.5.1
	above := f.settings.add(tick{time: e.Time, packet: e.Packet}, w.limits.of(settingsPerSecond), second)
	unheard := w.sides[peer].heard && f.unacknowledged > w.limits.of(settingsUnacknowledged)
	if above || unheard || entries > w.limits.of(settingsEntries) {
		f.settingsFound = true
	}
	if f.settingsFound {
		s := w.sight(settingsFlood, e.From, &e.Origin, f.firstSettings)
		s.reach(f.settings.total, &e.Origin)
		s.note("per_second", f.settings.most)
		s.note("unacknowledged", f.unacknowledged)
		s.note("entries", entries)
	}
}

// emptiness is told of each frame whether it is empty and ends nothing.
func (w *Watch) emptiness(e *h2decode.FrameDecoded, side *side, empty bool) {
	if empty {
		side.row++
		w.emptyFrame(e, side.row)
	} else {
		side.row = 0
	}
}

// emptyFrame takes an empty frame, which is one of so many in a row.
func (w *Watch) emptyFrame(e *h2decode.FrameDecoded, row int64) {
	f := &w.floods[e.From]
	if f.empty.total == 0 {
		f.firstEmpty = e.Packet
	}
	above := f.empty.add(tick{time: e.Time, packet: e.Packet}, w.limits.of(emptyPerSecond), second)
	if above || row > w.limits.of(emptyInARow) {
		f.emptyFound = true
	}
	if f.emptyFound {
		s := w.sight(emptyFrames, e.From, &e.Origin, f.firstEmpty)
		s.reach(f.empty.total, &e.Origin)
		s.note("per_second", f.empty.most)
		s.note("in_a_row", row)
	}
}

// forgetAnswers is told that WINDOW_UPDATE frames up to a time may have answered
// DATA that is lost.
func (f *floods) forgetAnswers(now int64, data uint64) {
	f.answered = data
	for i := range f.answers {
		f.answers[i] = answers{now, f.updates.total, data}
	}
}

// updateFlood looks at a WINDOW_UPDATE frame beside the DATA that it and those of
// the last second or two answer. Those that enlarge a stream's window as it opens
// answer none.
func (w *Watch) updateFlood(e *h2decode.FrameDecoded) {
	f, data := &w.floods[e.From], w.sides[e.From.Other()].data
	switch {
	case e.Header.Stream != 0 && e.Header.Stream == f.opened:
		f.opened = 0
		return
	case w.ahead(e):
		return // it may answer DATA that has not come
	}
	last := answers{e.Time, f.updates.total, f.answered} // since then DATA may have come
	if passed := e.Time - f.answers[1].time; passed >= 2*second {
		f.answers = [2]answers{last, last}
	} else if passed >= second {
		f.answers = [2]answers{f.answers[1], last}
	}
	f.answered = data
	if !f.updates.add(tick{time: e.Time, packet: e.Packet}, w.limits.of(updatesPerSecond), second) {
		return
	}
	since := &f.answers[0]
	data -= since.data
	if f.updates.total-since.updates > data*uint64(w.limits.of(updatesPerData)) {
		s := w.sight(windowUpdateFlood, e.From, &e.Origin, f.updates.oldest().packet)
		s.add(f.updates.uncounted(), &e.Origin)
		s.note("per_second", f.updates.most)
		s.note("data", int64(data))
	}
}
