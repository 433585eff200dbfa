package main

import (
	"io"
	"maps"

	"h2scope"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// A recordView records what happens over time, and writes something made of the
// record at the end. What of the record is forgotten where memory is short depends
// on the order in which connections are told: there is one worker.
type recordView struct {
	capture *timeline.Capture
	worker  *recordingWorker
	write   func(w io.Writer, s *timeline.Snapshot, selected func(conn uint64, stream uint32) bool) error
}

// newRecordView returns a view whose record takes half of the memory that all may
// take, without a limit where that is 0.
func newRecordView(memory int, write func(io.Writer, *timeline.Snapshot, func(uint64, uint32) bool) error) *recordView {
	return &recordView{capture: timeline.New(timeline.Limits{Memory: memory / 2}), write: write}
}

// OneWorker asks for one.
func (*recordView) OneWorker() bool { return true }

// Configure lets the recorders see the decoders.
func (*recordView) Configure(cfg *h2scope.Config) {
	cfg.Observe = func(r h2scope.Renderer, conn uint64, decoder *h2decode.Conn) {
		if f, is := r.(*filtered); is {
			r = f.Renderer
		}
		if w, is := r.(*recordingWorker); is { // a filter's first pass has none
			w.recorder.Observe(conn, decoder)
		}
	}
}

// Head writes nothing.
func (*recordView) Head(io.Writer) error { return nil }

// Worker returns the renderer.
func (v *recordView) Worker() text.Renderer {
	v.worker = &recordingWorker{capture: v.capture, recorder: v.capture.Recorder(), unmatched: make(map[exchangeKey]bool), room: minUnmatched}
	return v.worker
}

// Foot writes what is made of the record.
func (v *recordView) Foot(out io.Writer) error {
	v.worker.recorder.Publish()
	return v.write(out, v.capture.Snapshot(), v.selected)
}

// selected reports whether a stream, or with 0 a connection, matched.
func (v *recordView) selected(conn uint64, stream uint32) bool {
	return !v.worker.unmatched[exchangeKey{conn, stream}]
}

// An exchangeKey names a stream, or with stream 0 a connection.
type exchangeKey struct {
	conn   uint64
	stream uint32
}

// A recordingWorker records what the worker tells: all of it, since a record with
// holes would be wrong, and also what did not match.
type recordingWorker struct {
	capture   *timeline.Capture
	recorder  *timeline.Recorder
	unmatched map[exchangeKey]bool
	room      int // for so many of these, before those that were forgotten leave
	events    int // since it was published
}

const (
	// minUnmatched is the least room.
	minUnmatched = 1 << 16
	// publishEvery is how many events come before the record is published.
	publishEvery = 1 << 12
)

// Event records what matched.
func (w *recordingWorker) Event(dst []byte, e h2decode.Event) []byte {
	w.record(e)
	return dst
}

// record records an event. Now and then, between two frames, the record looks how
// much memory it takes.
func (w *recordingWorker) record(e h2decode.Event) {
	w.events++
	if _, is := e.(*h2decode.FrameDecoded); is && w.events >= publishEvery {
		w.events = 0
		w.recorder.Publish()
		if len(w.unmatched) > w.room {
			w.prune()
		}
	}
	w.recorder.Event(e)
}

// Unmatched records what did not.
func (w *recordingWorker) Unmatched(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.StreamClosed:
		w.unmatched[exchangeKey{e.Conn, e.Stream.ID}] = true
	case *h2decode.ConnectionClosed:
		w.unmatched[exchangeKey{e.Number, 0}] = true
	}
	w.record(e)
}

// prune lets those go that the record has forgotten.
func (w *recordingWorker) prune() {
	kept := w.capture.Snapshot()
	maps.DeleteFunc(w.unmatched, func(k exchangeKey, _ bool) bool {
		c := kept.Conn(k.conn)
		if c == nil || k.stream == 0 {
			return c == nil
		}
		_, recorded := c.ExchangeOf(k.stream)
		return !recorded
	})
	w.room = max(w.room, 2*len(w.unmatched))
}
