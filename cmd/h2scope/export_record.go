package main

import (
	"io"

	"h2scope"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// A recordView records what happens over time, and writes something made of the
// record at the end.
type recordView struct {
	capture *timeline.Capture
	workers []*recordingWorker
	write   func(w io.Writer, s *timeline.Snapshot, selected func(conn uint64, stream uint32) bool) error
}

func newRecordView(write func(io.Writer, *timeline.Snapshot, func(uint64, uint32) bool) error) *recordView {
	return &recordView{capture: timeline.New(timeline.Limits{}), write: write}
}

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

// Worker returns the renderer of one worker.
func (v *recordView) Worker() text.Renderer {
	w := &recordingWorker{recorder: v.capture.Recorder(), unmatched: make(map[exchangeKey]bool)}
	v.workers = append(v.workers, w)
	return w
}

// Foot writes what is made of the record.
func (v *recordView) Foot(out io.Writer) error {
	for _, w := range v.workers {
		w.recorder.Publish()
	}
	return v.write(out, v.capture.Snapshot(), v.selected)
}

// selected reports whether a stream, or with 0 a connection, matched.
func (v *recordView) selected(conn uint64, stream uint32) bool {
	for _, w := range v.workers {
		if w.unmatched[exchangeKey{conn, stream}] {
			return false
		}
	}
	return true
}

// An exchangeKey names a stream, or with stream 0 a connection.
type exchangeKey struct {
	conn   uint64
	stream uint32
}

// A recordingWorker records what one worker tells: all of it, since a record with
// holes would be wrong, and also what did not match.
type recordingWorker struct {
	recorder  *timeline.Recorder
	unmatched map[exchangeKey]bool
}

// Event records what matched.
func (w *recordingWorker) Event(dst []byte, e h2decode.Event) []byte {
	w.recorder.Event(e)
	return dst
}

// Unmatched records what did not.
func (w *recordingWorker) Unmatched(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.StreamClosed:
		w.unmatched[exchangeKey{e.Conn, e.Stream.ID}] = true
	case *h2decode.ConnectionClosed:
		w.unmatched[exchangeKey{e.Number, 0}] = true
	}
	w.recorder.Event(e)
}
