package attack

import "h2scope/h2decode"

// resets are the streams that the client resets, or makes the server reset.
type resets struct {
	trip [2]int64 // the least round trip measured of each side's octets; 0: none

	// Of streams that the client resets at once. Resets with no new stream
	// between them are a run: whoever closes a browser tab makes one.
	opened       uint64 // the client's streams
	asked        bool   // one opened since the last reset
	rapid        uint64
	run, longest uint64
	runs         uint64
	first        uint64 // packet
	perSecond    rate
	found        bool

	provoked recent // streams on which the client sent what the server must reset
	made     rate
	invalid  rate
}

// sample takes a round trip as seen from where the capture was made: that of
// one side's octets is the way to the other side and back.
func (r *resets) sample(e *h2decode.PathSample) {
	if trip := &r.trip[e.From]; *trip == 0 || int64(e.RTT) < *trip {
		*trip = int64(e.RTT)
	}
}

// rapid judges a stream that the client reset.
func (w *Watch) rapid(e *h2decode.StreamClosed) {
	r, s := &w.resets, e.Stream
	trip := max(r.trip[h2decode.Client]+r.trip[h2decode.Server], w.limits.of(rapidRoundTrip)*1e6)
	if s.Timing.Response != 0 || s.Reset.Time-s.OpenedAt > trip {
		return
	}
	if r.rapid++; r.rapid == 1 {
		r.first = e.Packet
	}
	if r.asked {
		r.asked, r.run = false, 0
		r.runs++
	}
	r.run++
	r.longest = max(r.longest, r.run)
	t := tick{time: e.Time, packet: e.Packet, mark: r.runs}
	if r.perSecond.add(t, w.limits.of(rapidPerSecond), second) && r.perSecond.oldest().mark != r.runs {
		r.found = true
	}
	if r.opened >= uint64(w.limits.of(rapidStreams)) && (r.rapid-r.longest+1)*100 > r.opened*uint64(w.limits.of(rapidPercent)) {
		r.found = true
	}
	if r.found && w.sides[h2decode.Server].heard {
		s := w.sight(rapidReset, h2decode.Client, &e.Origin, r.first)
		s.reach(r.rapid, &e.Origin)
		s.note("streams", int64(r.opened))
		s.note("per_second", r.perSecond.most)
	}
}

// provoke notes that the client sent on a stream what the server must answer with
// RST_STREAM.
func (w *Watch) provoke(stream uint32) { w.resets.provoked.add(stream) }

// provokeByUpdate looks at a WINDOW_UPDATE frame of the client. Where the window
// is not known, one by half of what a window can be is taken for one too much, if
// the server resets the stream.
func (w *Watch) provokeByUpdate(e *h2decode.FrameDecoded) {
	p, ok := e.Payload.(*h2decode.WindowUpdateFrame)
	if !ok {
		return
	}
	overflow := e.Windows.Stream.Octets > h2decode.MaxWindow
	if !e.Windows.Stream.Known {
		overflow = p.Increment > h2decode.MaxWindow/2
	}
	if e.Header.Stream != 0 && (p.Increment == 0 || overflow) {
		w.provoke(e.Header.Stream)
	}
}

// onReset judges an RST_STREAM of the server: what the client did to deserve it.
func (w *Watch) onReset(e *h2decode.FrameDecoded) {
	p, ok := e.Payload.(*h2decode.RSTStreamFrame)
	if !ok || e.From != h2decode.Server {
		return
	}
	r := &w.resets
	switch {
	case r.provoked.remove(e.Header.Stream) && w.requests.seen(e.Header.Stream):
		seconds := w.limits.of(madeSeconds)
		if r.made.add(tick{time: e.Time, packet: e.Packet}, w.limits.of(madeResets)-1, seconds*second) {
			s := w.sight(madeYouReset, h2decode.Client, &e.Origin, r.made.oldest().packet)
			s.add(r.made.uncounted(), &e.Origin)
			s.note("most", r.made.most)
			s.note("seconds", seconds)
		}
	case blames(p.Code) && w.requests.seen(e.Header.Stream) && !w.ahead(e):
		w.flood(&r.invalid, resetFlood, h2decode.Client, &e.Origin, invalidPerSecond)
	}
}

// blames reports that an error code says that the peer broke a rule.
func blames(c h2decode.ErrorCode) bool {
	switch c {
	case h2decode.ProtocolError, h2decode.FlowControlError, h2decode.StreamClosedError,
		h2decode.FrameSizeError, h2decode.CompressionError:
		return true
	}
	return false
}

// A recent set remembers at least the last maxProvoked streams put into it, and
// not more than twice as many.
type recent struct{ now, before map[uint32]struct{} }

func (r *recent) add(stream uint32) {
	if len(r.now) >= maxProvoked {
		r.now, r.before = nil, r.now
	}
	if r.now == nil {
		r.now = make(map[uint32]struct{})
	}
	r.now[stream] = struct{}{}
}

func (r *recent) has(stream uint32) bool {
	_, now := r.now[stream]
	_, before := r.before[stream]
	return now || before
}

// remove takes a stream out, and reports whether it was there.
func (r *recent) remove(stream uint32) bool {
	if len(r.now) == 0 && len(r.before) == 0 || !r.has(stream) {
		return false
	}
	delete(r.now, stream)
	delete(r.before, stream)
	return true
}
