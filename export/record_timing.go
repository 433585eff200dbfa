package export

import "h2scope/h2decode"

// timing writes the phases of an exchange, as far as they were seen, and what
// it waited for inside them.
func (w *writer) timing(t *h2decode.Timing) {
	if !t.Asked() && t.Stalled == [len(stallKeys)]int64{} {
		return
	}
	p := t.Phases()
	w.object("timing")
	if t.Blocked > 0 {
		w.duration("blocked", t.Blocked)
	}
	for i, phase := range [...]struct {
		key   string
		value int64
	}{{"send", p.Send}, {"wait", p.Wait}, {"receive", p.Receive}} {
		if i < p.Seen {
			w.duration(phase.key, phase.value)
		}
	}
	if t.Asked() {
		w.duration("total", p.Total)
	}
	for cause, key := range stallKeys {
		if waited := t.Stalled[cause]; waited > 0 {
			w.duration(key, waited)
		}
	}
	w.endObject()
}

var stallKeys = [...]string{
	h2decode.StalledByStream:     "stalled_stream_window",
	h2decode.StalledByConnection: "stalled_connection_window",
	h2decode.StalledByTCP:        "stalled_tcp",
}

// windows writes what a frame leaves of the windows that it moves, as far as
// that is known.
func (w *writer) windows(moved *h2decode.Windows) {
	if !moved.Moved || !moved.Connection.Known && !moved.Stream.Known {
		return
	}
	w.object("window")
	if moved.Connection.Known {
		w.int("connection", moved.Connection.Octets)
	}
	if moved.Stream.Known {
		w.int("stream", moved.Stream.Octets)
	}
	w.endObject()
}
