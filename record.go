package h2scope

import (
	"context"
	"io"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// Record reads src to its end, as Run does, and gives the record of its
// connections over time. Messages and Observe of cfg are its own to set.
func Record(ctx context.Context, src Source, cfg Config) (*timeline.Snapshot, error) {
	capture := timeline.New(timeline.Limits{})
	var recorders []*timeline.Recorder
	cfg.Messages = true
	cfg.Observe = func(r Renderer, conn uint64, decoder *h2decode.Conn) { r.(recording).Observe(conn, decoder) }
	err := Run(ctx, src, cfg, func() Renderer {
		r := capture.Recorder()
		recorders = append(recorders, r)
		return recording{r}
	}, io.Discard)
	for _, r := range recorders {
		r.Publish()
	}
	return capture.Snapshot(), err
}

// recording is a renderer that shows nothing and records all.
type recording struct{ *timeline.Recorder }

// Event records.
func (r recording) Event(dst []byte, e h2decode.Event) []byte {
	r.Recorder.Event(e)
	return dst
}
