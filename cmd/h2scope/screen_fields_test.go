package main

import (
	"context"
	"io"
	"slices"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/fields"
	"h2scope/h2decode/timeline"
	"h2scope/samples"
)

// A frameAt names a frame of a capture.
type frameAt struct{ conn, number uint64 }

// frameValues is a renderer that keeps what the fields of each frame are.
type frameValues map[frameAt]map[string][]string

// Event keeps the fields of a frame.
func (v frameValues) Event(dst []byte, e h2decode.Event) []byte {
	if e, ok := e.(*h2decode.FrameDecoded); ok {
		v[frameAt{e.Conn, e.Number}] = valuesOf(&fields.Subject{Frame: e, Now: true, FoundAll: true})
	}
	return dst
}

// valuesOf is all fields that a frame has.
func valuesOf(s *fields.Subject) map[string][]string {
	values := make(map[string][]string)
	for _, f := range fields.All() {
		if !f.On(fields.Frame) || f.Keyed {
			continue
		}
		if texts, _ := f.Text(s); len(texts) > 0 {
			values[f.Name] = slices.Clone(texts)
		}
	}
	return values
}

// refused says that a field block is of a stream that never was, as what opened or
// promised it broke a rule: there is no exchange that keeps its fields.
func refused(c *timeline.Conn, frame *timeline.Frame, onStream bool) bool {
	if frame.Header.Type == h2decode.TypePushPromise {
		_, onStream = c.ExchangeOf(frame.About)
	}
	return frame.Block && !onStream
}

// The filter of the UI knows of each frame what the display filter knows, but for
// the fields that it says it cannot search.
func TestScreenFilterKnowsFrames(t *testing.T) {
	for _, sample := range samples.List() {
		t.Run(sample.Name, func(t *testing.T) {
			r, err := samples.Open(sample.Name)
			if err != nil {
				t.Fatal(err)
			}
			src, err := capture.NewReader(r, sample.Name, capture.Config{})
			if err != nil {
				t.Fatal(err)
			}
			want := make(frameValues)
			if err := h2scope.Run(context.Background(), src, h2scope.Config{Workers: 1}, func() h2scope.Renderer { return want }, io.Discard); err != nil {
				t.Fatal(err)
			}
			_, snapshot := screened(t, sample.Name)
			f := screenFilter{windows: true}
			for at, values := range want {
				c := snapshot.Conn(at.conn)
				frame := c.Frame(at.number)
				x, found := c.ExchangeOf(frame.Header.Stream)
				if refused(c, &frame, found) {
					continue
				}
				decoded := f.decoded(c, &frame, &x)
				got := valuesOf(&fields.Subject{Frame: &decoded, Now: true, FoundAll: true})
				for name, texts := range values {
					if !slices.Equal(got[name], texts) && !isUnkept(name) {
						t.Errorf("frame %d: %s is %q, want %q", at.number, name, got[name], texts)
					}
				}
			}
		})
	}
}
