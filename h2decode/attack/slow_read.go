package attack

import "h2scope/h2decode"

// reads are the responses whose client holds them up. One waits from when its
// stream's window is 0 (or negative) until it is not. Where the connection's
// window is, it is known of those that go on or break off afterwards that they
// had data pending.
type reads struct {
	waits
	initial int64               // the initial window for what the server sends
	granted map[uint32]struct{} // streams whose window was opened, where the initial one is 0

	shut       bool // the connection's window
	shutAt     int64
	shutPacket uint64
	closure    int64 // the closure, by a time of it, that held is about
	held       int64 // streams known to have waited too long for it
}

// serverData looks at a DATA frame of the server.
func (w *Watch) serverData(e *h2decode.FrameDecoded) {
	r, left := &w.reads, &e.Windows
	w.windows.connection = left.Connection.Octets
	streamShut := left.Stream.Known && left.Stream.Octets <= 0
	shut := left.Connection.Known && left.Connection.Octets <= 0
	if shut && !r.shut {
		r.shut, r.shutAt, r.shutPacket = true, e.Time, e.Packet
	}
	if limited := streamShut || shut; limited || w.windows.dribble.frames > 0 {
		w.dribble(e, limited)
	}
	if streamShut && !e.Header.Flags.Has(h2decode.FlagEndStream) {
		w.hold(e, left.Stream.Octets)
	} else if len(r.open) > 0 {
		w.release(e.Header.Stream, &e.Origin)
	}
}

// responseHeaders looks at HEADERS of the server: DATA that follows them waits
// where the window is 0 from the start.
func (w *Watch) responseHeaders(e *h2decode.FrameDecoded) {
	r := &w.reads
	if e.Header.Flags.Has(h2decode.FlagEndStream) {
		w.release(e.Header.Stream, &e.Origin)
	} else if r.initial <= 0 && !interim(e) {
		if _, granted := r.granted[e.Header.Stream]; !granted {
			w.hold(e, r.initial)
		}
	}
}

// interim reports that a frame ends the field section of an interim response.
func interim(e *h2decode.FrameDecoded) bool {
	if e.Block == nil || len(e.Block.Fields) == 0 {
		return false
	}
	f := &e.Block.Fields[0]
	return string(f.Name) == ":status" && len(f.Value) == 3 && f.Value[0] == '1'
}

// hold lets a stream wait, whose window has so many octets: 0 or fewer.
func (w *Watch) hold(e *h2decode.FrameDecoded, window int64) {
	q := &w.reads.waits
	x := q.open[e.Header.Stream]
	if x == nil {
		x = q.add(e.Header.Stream)
		q.begin(x, &e.Origin)
	}
	x.octets = window
}

func (w *Watch) release(stream uint32, o *h2decode.Origin) {
	if x := w.reads.open[stream]; x != nil {
		w.end(&w.reads.waits, x, o)
		w.reads.remove(x)
	}
}

// grantRead looks at a WINDOW_UPDATE frame of the client.
func (w *Watch) grantRead(e *h2decode.FrameDecoded) {
	r, left := &w.reads, &e.Windows
	if left.Connection.Known && left.Connection.Octets > 0 {
		w.windows.connection = left.Connection.Octets
		r.shut = false
	}
	if !left.Stream.Known {
		return
	}
	if left.Stream.Octets > 0 {
		w.release(e.Header.Stream, &e.Origin)
		if r.initial <= 0 {
			if r.granted == nil {
				r.granted = make(map[uint32]struct{})
			}
			r.granted[e.Header.Stream] = struct{}{}
		}
	} else if x := r.open[e.Header.Stream]; x != nil {
		x.octets = left.Stream.Octets
	}
}

// shiftReads is told that the windows of all streams moved.
func (w *Watch) shiftReads(e *h2decode.WindowsShifted) {
	if e.From != h2decode.Server {
		return
	}
	for stream, x := range w.reads.open {
		if x.octets += e.Delta; x.octets > 0 {
			w.release(stream, &e.Origin)
		}
	}
}

// readStall is told that the server waited for a window and now sends on.
func (w *Watch) readStall(e *h2decode.Stall) {
	if e.From == h2decode.Server && e.Cause == h2decode.StalledByConnection && e.Waited > w.reads.patience {
		w.heldByConnection(e.Ended, e.Began, &e.Origin)
	}
}

// readClosed is told that a stream ended, with its response or without.
func (w *Watch) readClosed(e *h2decode.StreamClosed) {
	r, s := &w.reads, e.Stream
	if len(r.granted) > 0 {
		delete(r.granted, s.ID)
	}
	if len(r.open) > 0 {
		w.release(s.ID, &e.Origin)
	}
	begun := s.Timing.FinalResponse
	since := max(r.shutAt, begun)
	if r.shut && begun != 0 && !s.Response.Complete && e.Time-since > r.patience {
		w.heldByConnection(r.shutAt, since, &e.Origin)
	}
}

// heldByConnection counts a stream that waited too long for the connection's
// window. All that waited for one closure of it waited at once.
func (w *Watch) heldByConnection(closure, since int64, o *h2decode.Origin) {
	r := &w.reads
	if closure != r.closure {
		r.closure, r.held = closure, 0
	}
	if r.held++; r.held >= r.streams {
		r.found = true
	}
	w.tooLong(&r.waits, since, r.shutPacket, o)
}

// endReads judges the responses that wait when the connection ends.
func (w *Watch) endReads(end *h2decode.Origin) {
	for stream := range w.reads.open {
		w.release(stream, end)
	}
}

// forgetReads is told that frames may have been missed.
func (w *Watch) forgetReads() {
	w.reads.forget()
	w.reads.shut = false
}
