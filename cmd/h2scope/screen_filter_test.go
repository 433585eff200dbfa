package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/samples"
	"h2scope/tui"
)

// screened is a sample as the UI has it.
func screened(t *testing.T, name string) (*screening, *timeline.Snapshot) {
	t.Helper()
	r, err := samples.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	src, err := capture.NewReader(r, name, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	spool, err := h2scope.NewSpool(1 << 30)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = spool.Close() })
	s := &screening{timeline: timeline.New(timeline.Limits{}), spool: spool, source: &watched{Source: src}}
	cfg := h2scope.Config{Messages: true, Spool: spool, Observe: func(r h2scope.Renderer, conn uint64, d *h2decode.Conn) { r.(*recorded).Observe(conn, d) }}
	s.end(h2scope.Run(context.Background(), s.source, cfg, s.renderer, io.Discard))
	if st := s.Status(); !st.Done || st.Err != nil {
		t.Fatalf("%+v", st)
	}
	return s, s.Snapshot()
}

// The filter of the UI finds in the timeline what the display filter means.
func TestScreenFilter(t *testing.T) {
	tests := []struct {
		sample, expression       string
		conns, exchanges, frames int // -1: some
	}{
		{sample: "page-load", expression: "", conns: 2, exchanges: 7, frames: 49},
		{sample: "page-load", expression: "h2.conn == 2", conns: 1, exchanges: 1, frames: 9},
		{sample: "page-load", expression: `h2.path contains "photo"`, conns: 1, exchanges: 1, frames: 9},
		{sample: "page-load", expression: "http2.type == PUSH_PROMISE", conns: 1, exchanges: 1, frames: 1},
		{sample: "page-load", expression: "http2.push_promise.promised_stream_id == 2", conns: 1, exchanges: 1, frames: 1},
		{sample: "page-load", expression: `http2.header["x-took"]`, conns: 2, exchanges: 7, frames: 7},
		{sample: "page-load", expression: "h2.status == 404", conns: 1, exchanges: 1, frames: 4},
		{sample: "page-load", expression: "http2.goaway.error == NO_ERROR", conns: 1, exchanges: 0, frames: 1},
		{sample: "connection-stall", expression: "h2.stalled.connection > 300ms", conns: 1, exchanges: 2, frames: 11},
		{sample: "connection-stall", expression: "http2.window_update.window_size_increment == 1048576", conns: 1, exchanges: 0, frames: 1},
		{sample: "connection-stall", expression: "h2.window.connection == 0", conns: 1, exchanges: 2, frames: 2},
		{sample: "push-story-wrong", expression: "h2.finding", conns: 1, exchanges: -1, frames: -1},
	}
	for _, test := range tests {
		t.Run(test.sample+"/"+test.expression, func(t *testing.T) {
			_, snapshot := screened(t, test.sample)
			f, err := newScreenFilter(test.expression)
			if err != nil {
				t.Fatal(err)
			}
			var conns, exchanges, frames int
			for _, c := range snapshot.Conns() {
				passed := make(map[uint32]bool) // streams; 0: the connection
				for n := range c.Len() {
					if frame := c.Frame(uint64(n + 1)); f.Frame(c, &frame) {
						frames++
						passed[0] = passed[0] || f.OfFrames()
						passed[frame.Header.Stream] = passed[frame.Header.Stream] || f.OfFrames()
					}
				}
				for i := range c.Exchanges() {
					x := c.Exchange(i)
					passed[x.ID] = passed[x.ID] || f.Exchange(c, &x)
					passed[0] = passed[0] || passed[x.ID]
					exchanges += matches(passed[x.ID])
				}
				conns += matches(passed[0] || f.Conn(c))
			}
			check := func(what string, got, want int) {
				if got != want && (want >= 0 || got == 0) {
					t.Errorf("%d %s, not %d", got, what, want)
				}
			}
			check("connections", conns, test.conns)
			check("exchanges", exchanges, test.exchanges)
			check("frames", frames, test.frames)
		})
	}
}

func matches(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// What is wrong with a filter is said with the place.
func TestScreenFilterErrors(t *testing.T) {
	for expression, want := range map[string]struct {
		place int
		text  string
	}{
		"h2.conn ==":                             {10, ""},
		"h2.duratoin > 1":                        {0, "did you mean h2.duration?"},
		`h2.path == "http2.ping" and http2.ping`: {28, "octets of frames"},
		"http2.settings.enable_push == 0":        {0, "octets of frames"},
	} {
		_, err := newScreenFilter(expression)
		var at placedError
		if !errors.As(err, &at) || at.Place() != want.place || !strings.Contains(err.Error(), want.text) {
			t.Errorf("%s: %v at %d", expression, err, at.at)
		}
	}
	for _, name := range (&outside{}).Complete("http2.") {
		if _, err := newScreenFilter(name); err != nil && strings.Contains(err.Error(), "octets of frames") {
			t.Errorf("%s is offered, and cannot be asked", name)
		}
	}
}

// What is exported of one exchange is what the command export writes of it.
func TestScreenExports(t *testing.T) {
	s, snapshot := screened(t, "page-load")
	o := newOutside(s)
	photo := tui.Selection{Snapshot: snapshot, Conn: 1, Stream: 19}
	for format, want := range map[string]string{
		"har": `"/photo.jpg"`, "json": `"path":"/photo.jpg"`, "curl": "curl --http2-prior-knowledge", "body": "\xff\xd8",
	} {
		octets, err := o.render(format, photo)
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if format == "har" {
			want = "/photo.jpg"
		}
		if format == "body" {
			if len(octets) < 59_000 {
				t.Errorf("the body has %d octets", len(octets))
			}
			continue
		}
		if !strings.Contains(string(octets), want) {
			t.Errorf("%s has no %s: %.300s", format, want, octets)
		}
	}
	whole, err := o.render("curl", tui.Selection{Snapshot: snapshot, Conn: 1})
	if n := strings.Count(string(whole), "\ncurl "); err != nil || n != 5 {
		t.Errorf("of the connection there are %d commands, %v", n, err)
	}
	for _, wrong := range []tui.Selection{{Snapshot: snapshot, Conn: 9}, {Snapshot: snapshot, Conn: 1, Stream: 99}} {
		if _, err := o.render("body", wrong); err == nil {
			t.Errorf("%+v has a body", wrong)
		}
	}
	if _, err := o.Export("curl", photo, t.TempDir()); err == nil {
		t.Error("written to a folder")
	}
	if command, err := o.Curl(photo); err != nil || !strings.Contains(command, "/photo.jpg") {
		t.Errorf("%s, %v", command, err)
	}
}
