package attack

import "h2scope/h2decode"

// A Decoder tells what its events do not. *h2decode.Conn is one.
type Decoder interface {
	// Seen is where the octets of a side end that have come so far.
	Seen(side h2decode.Side) uint64
	// SectionSize is the size of the field section that the frame in work ended
	// (RFC 9113, Section 6.5.2), with the fields that a limit kept out of
	// h2decode.Block.
	SectionSize(side h2decode.Side) uint64
}

// A Watch looks for attacks in the events of one connection, which it must be
// told as they happen, and tells what it finds when the connection closes.
type Watch struct {
	decoder Decoder
	limits  Thresholds
	out     h2decode.Sink

	sides [2]side
	frame uint64 // the Number of the frame in work, or of the last
	seen  []*sighting

	gaveUp   [2]h2decode.Answer // the first GOAWAY with an error of each side
	gaveUpIn [2]uint64          // its packet

	resets     resets
	blocks     [2]blocks
	fields     [2]fields
	floods     [2]floods
	priorities [2]priorities
	tree       dependents
	windows    windows
	reads      reads
	requests   requests
	pinned     pinned
}

// A side is what is counted of every frame.
type side struct {
	heard bool   // there was one
	data  uint64 // DATA frames
	row   int64  // empty frames in a row
}

// New gives a watch over a connection, which tells its findings to out. Without
// decoder, which may be nil, a section of which fields were kept out is taken to be
// as large as those that were not.
func New(decoder Decoder, limits Thresholds, out h2decode.Sink) *Watch {
	w := &Watch{decoder: decoder, limits: limits.resolved(), out: out}
	w.resets.asked = true
	w.windows.connection = defaultWindow
	w.reads.initial = defaultWindow
	w.reads.waits.init(slowRead, w.limits.of(heldStreams), w.limits.of(heldSeconds), "held_ms")
	w.requests.initial = defaultWindow
	w.requests.waits.init(slowRequest, w.limits.of(trickleStreams), w.limits.of(trickleSeconds), "slow_ms")
	return w
}

const defaultWindow = 65535 // RFC 9113, Section 6.9.2

// Event is told an event of the connection. To ConnectionClosed it adds how many
// findings there were, so it must be told that before anyone who shows it.
func (w *Watch) Event(e h2decode.Event) {
	if e, ok := e.(*h2decode.FrameDecoded); ok {
		w.onFrame(e)
		return
	}
	switch e := e.(type) {
	case *h2decode.StreamChanged:
		if e.Old == h2decode.Idle && e.New == h2decode.Open {
			w.onOpened(e)
		}
	case *h2decode.StreamClosed:
		w.onClosed(e)
	case *h2decode.PathSample:
		w.resets.sample(e)
	case *h2decode.SettingsAcknowledged:
		w.onAcknowledged(e)
	case *h2decode.WindowsShifted:
		w.shiftReads(e)
		w.shiftRequests(e)
	case *h2decode.Stall:
		w.readStall(e)
	case *h2decode.ReceiverClosed:
		w.receiverClosed(e)
	case *h2decode.ReceiverOpened:
		w.receiverOpened(&e.Origin)
	case *h2decode.UpgradeSeen:
		w.requests.opened(1)
	case *h2decode.GapFound:
		w.forget(&e.Origin)
	case *h2decode.ConnectionClosed:
		w.close(e.Connection)
	}
}

// onFrame looks at a frame by its type: most are of few kinds, and nothing is
// wrong with them.
func (w *Watch) onFrame(e *h2decode.FrameDecoded) {
	side := &w.sides[e.From]
	side.heard, w.frame = true, e.Number
	if e.Header.Type == h2decode.TypeData {
		w.onData(e, side)
		return
	}
	empty := false
	switch e.Header.Type {
	case h2decode.TypeHeaders:
		w.onHeaders(e)
		empty = w.beginBlock(e)
	case h2decode.TypePushPromise:
		w.onPromise(e)
		empty = w.beginBlock(e)
	case h2decode.TypeContinuation:
		empty = w.continueBlock(e)
	case h2decode.TypePriority:
		w.onPriority(e)
	case h2decode.TypeRSTStream:
		w.onReset(e)
	case h2decode.TypeSettings:
		w.onSettings(e)
	case h2decode.TypePing:
		if !e.Header.Flags.Has(h2decode.FlagAck) {
			w.flood(&w.floods[e.From].pings, pingFlood, e.From, &e.Origin, pingsPerSecond)
		}
	case h2decode.TypeGoAway:
		w.onGoAway(e)
	case h2decode.TypeWindowUpdate:
		w.onWindowUpdate(e)
	}
	if e.Block != nil {
		w.onSection(e)
	}
	w.emptiness(e, side, empty)
}

// ahead reports that the sender of a frame had octets of its peer's that have not
// come: what they made it do is not known.
func (w *Watch) ahead(e *h2decode.FrameDecoded) bool {
	return w.decoder != nil && e.Acked > w.decoder.Seen(e.From.Other())
}

func (w *Watch) onData(e *h2decode.FrameDecoded, side *side) {
	side.data++
	w.progress(&e.Origin)
	if e.From == h2decode.Server {
		w.serverData(e)
	} else {
		w.clientData(e)
	}
	w.emptiness(e, side, e.Header.Length == 0 && !e.Header.Flags.Has(h2decode.FlagEndStream))
}

func (w *Watch) onHeaders(e *h2decode.FrameDecoded) {
	w.progress(&e.Origin)
	if e.From == h2decode.Server {
		w.responseHeaders(e)
		w.answerRequest(e)
	} else {
		w.requestHeaders(e)
		w.openDependent(e)
	}
}

func (w *Watch) onWindowUpdate(e *h2decode.FrameDecoded) {
	w.updateFlood(e)
	if e.From == h2decode.Client {
		w.provokeByUpdate(e)
		w.grantRead(e)
	} else {
		w.grantRequest(e)
	}
}

// onOpened is told of a stream of the client's.
func (w *Watch) onOpened(e *h2decode.StreamChanged) {
	w.resets.opened++
	w.resets.asked = true
	w.windows.requests++
	w.pin(&e.Origin, 1)
}

// onClosed is told that a stream closed, or is followed no longer.
func (w *Watch) onClosed(e *h2decode.StreamClosed) {
	s := e.Stream
	if s.Reset != nil && s.Reset.From == h2decode.Client {
		w.rapid(e)
	}
	w.readClosed(e)
	w.requestClosed(e)
	w.closeDependent(s.ID)
	if s.ID%2 == 1 && s.State != h2decode.Idle {
		w.pin(&e.Origin, -1)
	}
}

func (w *Watch) onAcknowledged(e *h2decode.SettingsAcknowledged) {
	for _, s := range e.Settings {
		switch {
		case s.ID == h2decode.SettingInitialWindowSize && e.From == h2decode.Server:
			w.reads.initial = int64(s.Value)
		case s.ID == h2decode.SettingInitialWindowSize:
			w.requests.initial = int64(s.Value)
		case s.ID == h2decode.SettingMaxConcurrentStreams && e.From == h2decode.Client:
			w.limitStreams(int64(s.Value), &e.Origin)
		}
	}
}

// forget is told that frames may have been missed: what was open before may be
// so no longer, and what waits for an answer may have it.
func (w *Watch) forget(o *h2decode.Origin) {
	w.forgetReads()
	w.forgetRequests()
	w.pinned.since = o.Time
	for side := range w.floods {
		w.floods[side].unacknowledged = 0
		w.floods[side].forgetAnswers(o.Time, w.sides[h2decode.Side(side).Other()].data)
		w.blocks[side].active = false
	}
}

// close ends the watch of a connection that closed.
func (w *Watch) close(c *h2decode.Connection) {
	w.settle(&h2decode.Origin{Conn: c.Number, Packet: c.Packet, Time: c.Closed})
	if c.HasCloser {
		how := map[h2decode.CloseReason]string{h2decode.ClosedFIN: "FIN", h2decode.ClosedRST: "RST"}[c.Close]
		w.answer(c.ClosedBy, &h2decode.Answer{Type: how, Time: c.Closed})
	}
	for _, s := range w.seen {
		c.Findings[s.Severity]++
	}
	w.tell()
}

// Close ends a watch that is told no ConnectionClosed, at the time and packet of
// an origin.
func (w *Watch) Close(end h2decode.Origin) {
	w.settle(&end)
	w.tell()
}

// settle judges what was still waited for.
func (w *Watch) settle(end *h2decode.Origin) {
	w.buffered(end)
	w.endReads(end)
	w.endRequests(end)
	if w.pinned.full {
		w.judgePinned(end)
		w.pinned.full = false
	}
}

func (w *Watch) tell() {
	for _, s := range w.seen {
		w.out.Event(s.finish())
	}
	w.seen = nil
}
