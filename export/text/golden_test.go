package text

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

var update = flag.Bool("update", false, "write the golden files anew")

func first() int64 { return start }

// show runs events through a view with so many workers, each of which sees the
// events of its connections.
func show(t testing.TB, v View, workers int, events []h2decode.Event) string {
	t.Helper()
	var out bytes.Buffer
	if err := v.Head(&out); err != nil {
		t.Fatal(err)
	}
	all := make([]Renderer, workers)
	for i := range all {
		all[i] = v.Worker()
	}
	for _, e := range events {
		out.Write(all[connOf(e)%uint64(workers)].Event(nil, e))
	}
	if err := v.Foot(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func connOf(e h2decode.Event) uint64 {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		return e.Conn
	case *h2decode.StreamClosed:
		return e.Conn
	case *h2decode.ConnectionClosed:
		return e.Number
	}
	return 0
}

// TestViews compares each view with what it is to look like. One file a case:
// read them to see the output.
func TestViews(t *testing.T) {
	tests := []struct {
		name string
		make func(Options) View
		o    Options
	}{
		{"frames", func(o Options) View { return NewFrames(o) }, Options{}},
		{"frames-80", func(o Options) View { return NewFrames(o) }, Options{Width: 80}},
		{"frames-color", func(o Options) View { return NewFrames(o) }, Options{Color: true}},
		{"frames-all", func(o Options) View { return NewFrames(o) }, Options{All: true}},
		{"frames-by-length", func(o Options) View { return NewFrames(o) }, Options{Sort: "length", Limit: 4}},
		{"frames-date", func(o Options) View { return NewFrames(o) }, Options{Times: DateTime, Limit: 2}},
		{"frames-delta", func(o Options) View { return NewFrames(o) }, Options{Times: SincePrevious, Limit: 3}},
		{"conns", func(o Options) View { return NewConns(o) }, Options{}},
		{"conns-80", func(o Options) View { return NewConns(o) }, Options{Width: 80}},
		{"conns-color", func(o Options) View { return NewConns(o) }, Options{Color: true, Sort: "bytes"}},
		{"streams", func(o Options) View { return NewStreams(o) }, Options{}},
		{"streams-80", func(o Options) View { return NewStreams(o) }, Options{Width: 80}},
		{"streams-by-took", func(o Options) View { return NewStreams(o) }, Options{Sort: "took", Limit: 2, Times: Epoch}},
		{"summary", func(o Options) View { return NewSummary(o) }, Options{}},
		{"summary-color", func(o Options) View { return NewSummary(o) }, Options{Color: true, Width: 60}},
		{"stack", func(o Options) View { return Stack{NewSummary(o), NewStreams(o)} }, Options{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.First = first
			got := show(t, tt.make(tt.o), 1, capture())
			golden(t, tt.name, got)
			onlyPrintable(t, got, tt.o.Color)
			fits(t, got, tt.o)
			if v, ok := tt.make(tt.o).(*Frames); ok && v.OneWorker() {
				return
			}
			if three := show(t, tt.make(tt.o), 3, capture()); three != got {
				t.Errorf("three workers give\n%s", three)
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got\n%s\nwant\n%s", path, got, want)
	}
}

// onlyPrintable holds that nothing of the capture acts on the terminal.
func onlyPrintable(t *testing.T, s string, color bool) {
	t.Helper()
	if color {
		s = uncolored(s)
	}
	for _, r := range s {
		if r != '\n' && !printable.Safe(r) {
			t.Errorf("%U gets through", r)
		}
	}
}

func uncolored(s string) string {
	for _, code := range []style{heading, faint, bad, warn, fromClient, fromServer, "0"} {
		s = strings.ReplaceAll(s, "\x1b["+string(code)+"m", "")
	}
	return s
}

// fits holds that no line is wider than the terminal.
func fits(t *testing.T, s string, o Options) {
	t.Helper()
	for line := range strings.Lines(uncolored(s)) {
		line = strings.TrimSuffix(line, "\n")
		if w := printable.Width(line); o.Width > 0 && w > o.Width {
			t.Errorf("%d cells: %s", w, line)
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("spaces at the end of %q", line)
		}
	}
}
