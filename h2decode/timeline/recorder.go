package timeline

import (
	"h2scope/h2decode"
)

// A Recorder writes what happens on some of the connections of a capture. It
// belongs to one goroutine; each connection belongs to one recorder.
type Recorder struct {
	capture *Capture
	archive archive
	tracks  map[uint64]*track
	last    *track
	dirty   []*track
	asked   uint64 // what of Capture.asked was answered
	clock   int64  // the latest time

	unpublished int // calls of Settle since the last publication

	ages           []age  // those that are kept; none: nothing is forgotten
	newest, oldest uint32 // their numbers
	archived       int    // octets of the archive that were counted
	nothing        record // of connections without HTTP/2
}

// Recorder makes one more recorder for the capture.
func (c *Capture) Recorder() *Recorder {
	r := &Recorder{capture: c, tracks: make(map[uint64]*track)}
	r.archive.init(c.limits.Fields)
	if c.limits.Memory > 0 {
		r.newest, r.oldest = c.enter()
		r.ages = make([]age, 1+r.newest-r.oldest)
		for range r.newest - r.oldest {
			r.archive.endAge()
		}
	}
	return r
}

// Observe says which decoder a connection's events come from, before it tells
// any. Without that, HPACK tables are not known, nor what streams that are open
// have sent so far, nor windows before the first frame that moves them.
func (r *Recorder) Observe(conn uint64, decoder *h2decode.Conn) {
	t := r.http2(conn)
	t.decoder, t.tableLimit = decoder, r.capture.limits.Table
	t.missed = !decoder.Complete(h2decode.Client) || !decoder.Complete(h2decode.Server)
	t.first.doubtful = t.missed
	for side := range t.tables {
		t.watchTable(h2decode.Side(side), 0, false)
	}
}

// Event takes one event. All events of a connection must be told, in their
// order. What a snapshot shows of them is what was published; where one was
// asked for since, the recorder publishes before it takes the next frame.
func (r *Recorder) Event(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		if asked := r.capture.asked.Load(); asked != r.asked {
			r.Publish()
		}
		r.http2(e.Conn).frame(e, &r.capture.limits)
	case *h2decode.DataDecoded, *h2decode.PrefaceSeen, *h2decode.AlternativeSeen:
		// The frames that they come from are kept.
	case *h2decode.StreamChanged:
		r.http2(e.Conn).streamChanged(e)
	case *h2decode.StreamClosed:
		r.http2(e.Conn).streamClosed(e, &r.archive)
	case *h2decode.ConnectionOpened:
		t := r.track(e.Conn)
		t.base.opened = *e
		t.clock = max(t.clock, e.Time)
	case *h2decode.ConnectionClosed:
		r.close(e)
	case *h2decode.CaptureOpened, *h2decode.CaptureEnded, *h2decode.Noticed:
		r.capture.tell(e)
	default:
		r.rare(e)
	}
}

// rare takes the events of which there are few.
func (r *Recorder) rare(e h2decode.Event) {
	limits := &r.capture.limits
	switch e := e.(type) {
	case *h2decode.WindowsShifted:
		t := r.http2(e.Conn)
		t.changes.add(change{frame: t.now(), kind: windowsMoved, side: e.From, delta: e.Delta})
	case *h2decode.SettingsAcknowledged:
		r.http2(e.Conn).settingsAcknowledged(e)
	case *h2decode.Stall:
		r.http2(e.Conn).stalled(e)
	case *h2decode.GapFound:
		r.http2(e.Conn).gap(e)
	case *h2decode.Finding:
		if e.Scope == ofCapture {
			r.capture.tell(e)
		} else {
			r.http2(e.Conn).found(e, limits.Findings)
		}
	case *h2decode.PathSample:
		r.http2(e.Conn).sample(e, limits.Path)
	case *h2decode.ReceiverClosed:
		r.http2(e.Conn).receiverClosed(e)
	case *h2decode.ReceiverOpened:
		r.http2(e.Conn).receiverOpened(e, limits.Path)
	case *h2decode.Retransmitted:
		r.http2(e.Conn).retransmitted(e, limits.Path)
	}
}

// track is what is kept of a connection. Whoever asks is about to change it.
func (r *Recorder) track(number uint64) *track {
	t := r.last
	if t == nil || t.number != number {
		if t = r.tracks[number]; t == nil {
			t = &track{base: base{number: number}}
			t.base.opened.Conn = number
			t.first.doubtful = true // until a decoder says otherwise
			t.missed = true
			r.tracks[number] = t
		}
		r.last = t
	}
	if !t.dirty {
		t.dirty = true
		r.dirty = append(r.dirty, t)
		r.touch(t)
	}
	return t
}

// http2 is the same for what only a connection with HTTP/2 has.
func (r *Recorder) http2(number uint64) *track {
	t := r.track(number)
	t.spoken = true
	return t
}

// close keeps a copy of what is told of a connection at its end, and forgets
// what is needed only as long as it goes on.
func (r *Recorder) close(e *h2decode.ConnectionClosed) {
	t := r.track(e.Number)
	over := *e.Connection
	t.over = &over
	t.clock = max(t.clock, over.Closed)
	t.decoder = nil
	delete(r.tracks, e.Number)
	r.last = nil
	if n := len(r.ages); n > 0 {
		r.ages[n-1].closed = append(r.ages[n-1].closed, t)
	}
}

// Settle publishes where that is worth it: where somebody has asked since, or much
// was recorded. Whoever feeds the recorder calls it where Publish may be called,
// often, and once more when nothing comes.
func (r *Recorder) Settle() {
	if r.unpublished++; r.unpublished >= maxUnpublished || r.capture.asked.Load() != r.asked {
		r.Publish()
	}
}

// maxUnpublished is how often Settle does nothing at most: what is recorded
// meanwhile does not count as memory yet.
const maxUnpublished = 8

// Publish makes visible to snapshots what was recorded so far. It may be called
// between the events of two frames, not between those of one: when a decoder's
// Chunk, Gap or Finish has returned, and when no more events come.
func (r *Recorder) Publish() {
	r.asked, r.unpublished = r.capture.asked.Load(), 0
	conns := make([]*Conn, len(r.dirty))
	grown := 0
	for i, t := range r.dirty {
		grown -= t.octets
		conns[i] = r.snapshot(t)
		grown += t.octets
		t.dirty = false
		r.clock = max(r.clock, t.clock)
	}
	clear(r.dirty)
	r.dirty = r.dirty[:0]
	r.capture.publish(conns)
	r.grow(grown, r.clock)
}

// snapshot is the connection as it is now. One that has had nothing of HTTP/2
// so far shares its record with all others like it.
func (r *Recorder) snapshot(t *track) *Conn {
	t.totals.Open = len(t.open)
	c := &Conn{base: t.base, record: &r.nothing}
	if len(r.ages) > 0 {
		t.conn, t.octets = c, t.size()
	}
	if !t.spoken {
		return c
	}
	t.checkpoint()
	t.checkpointModels()
	for _, s := range t.open {
		c.live = append(c.live, t.liveExchange(int(s.index), &r.archive))
	}
	sortByIndex(c.live)
	c.sections = r.archive.sections
	record := t.record
	c.record = &record
	return c
}
