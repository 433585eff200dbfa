package rules

import "h2scope/h2decode"

// pendingWindow is by how much the windows for what sender may send differ
// between the initial sizes that its peer has announced: until these are
// acknowledged, only the sender knows which it goes by.
func (j *Judge) pendingWindow(sender h2decode.Side) (difference int64, known bool) {
	least, greatest, known := j.conn.Setting(sender.Other(), h2decode.SettingInitialWindowSize)
	return int64(greatest) - int64(least), known
}

// checkWindows holds DATA, which is not empty, against the windows. The event
// has them as they are after it.
func (j *Judge) checkWindows(f *h2decode.FrameDecoded) {
	w := &f.Windows
	if w.Stream.Octets < 0 && w.Stream.Known {
		j.checkStreamOverrun(f, w.Stream.Octets)
	}
	if w.Connection.Octets <= 0 && w.Connection.Known {
		j.shutConnection(f, w.Connection.Octets)
	}
	if !w.Connection.Known {
		j.skip("FC-02")
	}
	j.checks.streams.starved.data(j, f)
}

// checkStreamOverrun holds DATA against a stream's window that it leaves
// negative.
func (j *Judge) checkStreamOverrun(f *h2decode.FrameDecoded, after int64) {
	id, before := f.Header.Stream, after+int64(f.Header.Length)
	pending, known := j.pendingWindow(f.From)
	switch {
	case after+pending >= 0:
		return
	case !known || !j.certain(f, f.From.Other()):
		j.skip("FC-01")
		return
	}
	r := j.streams.add(id)
	if evidence := windowEvidence(f, before); before+pending < 0 && !r.state.overrun[f.From] {
		j.broke("FC-07", evidence, "DATA of %d octets on stream %d, whose window is %d", f.Header.Length, id, before)
	} else {
		r.state.overrun[f.From] = true
		j.broke("FC-01", evidence, "DATA of %d octets on stream %d, whose window is %d", f.Header.Length, id, before)
	}
}

// shutConnection is told of DATA that uses the connection's window up.
func (j *Judge) shutConnection(f *h2decode.FrameDecoded, after int64) {
	before := after + int64(f.Header.Length)
	if before > 0 {
		j.checks.streams.starved.shut[f.From] = f.Time
	}
	switch {
	case after >= 0:
	case !j.certain(f, f.From.Other()):
		j.skip("FC-02")
	default:
		j.broke("FC-02", windowEvidence(f, before), "DATA of %d octets, and the connection's window is %d", f.Header.Length, before)
	}
}

func windowEvidence(f *h2decode.FrameDecoded, window int64) []h2decode.Evidence {
	return []h2decode.Evidence{{Name: "window", Number: window}, {Name: "length", Number: int64(f.Header.Length)}}
}

// stateOfWindowUpdate holds WINDOW_UPDATE against its stream's state and the
// windows. The event has them as they are after it.
func (j *Judge) stateOfWindowUpdate(f *h2decode.FrameDecoded) {
	if f.Header.Stream != 0 {
		j.openStream(f)
	}
	p, _ := f.Payload.(*h2decode.WindowUpdateFrame)
	switch {
	case p == nil:
	case p.Increment == 0 && f.Header.Stream == 0:
		j.broke("FC-04", nil, "WINDOW_UPDATE of the connection's window by 0")
	case p.Increment == 0:
		j.broke("FC-03", nil, "WINDOW_UPDATE of stream %d's window by 0", f.Header.Stream)
	default:
		lifted := &j.checks.streams.lifted[f.From.Other()]
		*lifted = max(*lifted, f.Windows.Stream.Octets)
		j.checkOverflow(f, int64(p.Increment))
		j.checks.streams.starved.update(j, f, int64(p.Increment))
	}
}

// checkOverflow holds a window that was lifted against the greatest that it may
// be.
func (j *Judge) checkOverflow(f *h2decode.FrameDecoded, increment int64) {
	w, sender := &f.Windows.Connection, f.From.Other()
	pending, known, scope, whose := int64(0), true, connection, "the connection's window"
	if f.Header.Stream != 0 {
		w, scope, whose = &f.Windows.Stream, stream, "the stream's window"
	}
	if w.Octets <= h2decode.MaxWindow || !w.Known {
		return
	}
	if f.Header.Stream != 0 {
		pending, known = j.pendingWindow(sender)
	}
	switch {
	case w.Octets-pending <= h2decode.MaxWindow:
	case !known || !j.certain(f, sender):
		j.skip("FC-05")
	default:
		finding := j.broke("FC-05",
			[]h2decode.Evidence{{Name: "window", Number: w.Octets - increment}, {Name: "increment", Number: increment}},
			"WINDOW_UPDATE by %d lifts %s to %d, above 2^31-1", increment, whose, w.Octets)
		finding.Scope = scope
	}
}

// checkInitialWindow holds a new SETTINGS_INITIAL_WINDOW_SIZE against the windows
// that it moves. In the end it is in force in the place of all that its sender
// announced before.
func (j *Judge) checkInitialWindow(f *h2decode.FrameDecoded) {
	p, _ := f.Payload.(*h2decode.SettingsFrame)
	if p == nil || f.Header.Flags.Has(h2decode.FlagAck) {
		return
	}
	initial := int64(0)
	for setting := range p.All() {
		if setting.ID == h2decode.SettingInitialWindowSize && setting.Value <= h2decode.MaxWindow {
			initial = max(initial, int64(setting.Value))
		}
	}
	// No window can be greater than an update has made one, and the initial
	// size on top: mostly the streams need not be looked at.
	if j.checks.streams.lifted[f.From.Other()]+initial > h2decode.MaxWindow {
		j.checkShift(f, initial)
	}
}

func (j *Judge) checkShift(f *h2decode.FrameDecoded, initial int64) {
	sender := f.From.Other()
	_, greatest, known := j.conn.Setting(f.From, h2decode.SettingInitialWindowSize)
	delta := initial - int64(greatest)
	if delta <= 0 {
		return
	}
	for id, w := range j.conn.OpenWindows(sender) {
		switch {
		case !w.Known || w.Octets+delta <= h2decode.MaxWindow:
		case !known || !j.certain(f, sender):
			j.skip("FC-06")
		default:
			finding := j.broke("FC-06",
				[]h2decode.Evidence{{Name: "window", Number: w.Octets}, {Name: "initial_window", Number: initial}},
				"SETTINGS_INITIAL_WINDOW_SIZE of %d lifts stream %d's window from %d to %d, above 2^31-1", initial, id, w.Octets, w.Octets+delta)
			finding.Stream = id
			return
		}
	}
}
