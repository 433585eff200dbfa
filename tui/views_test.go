package tui_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/tui"
)

var update = flag.Bool("update", false, "write the golden screens anew")

// A player plays keys on a capture: it does what an App does, without a screen.
type player struct {
	t     testing.TB
	model tui.Model
	tl    *timeline.Capture
	spool *h2scope.Spool
	done  bool
}

type recorded struct{ *timeline.Recorder }

func (r recorded) Event(dst []byte, e h2decode.Event) []byte { r.Recorder.Event(e); return dst }

// play reads a capture and shows it in a size.
func play(t testing.TB, files []string, o tui.Options, w, h int) *player {
	t.Helper()
	src, err := capture.Open(files, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, tl: timeline.New(timeline.Limits{}), done: true}
	if p.spool, err = h2scope.NewSpool(1 << 30); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.spool.Close() })
	r := p.tl.Recorder()
	cfg := h2scope.Config{Messages: true, Spool: p.spool, Observe: func(_ h2scope.Renderer, conn uint64, d *h2decode.Conn) { r.Observe(conn, d) }}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return recorded{r} }, io.Discard); err != nil {
		t.Fatal(err)
	}
	r.Publish()
	p.model = tui.NewModel(o)
	p.do(tui.Resized{Size: tui.Size{W: w, H: h}})
	p.tick()
	return p
}

// sample plays one of the captures of this repository.
func sample(t testing.TB, name string, o tui.Options, w, h int) *player {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join("..", "samples", name, "capture.pcap*"))
	if len(files) != 1 {
		t.Fatalf("sample %s has %d captures", name, len(files))
	}
	return play(t, files, o, w, h)
}

// do lets an action happen, and what it asks for.
func (p *player) do(a tui.Action) {
	p.model = p.model.Update(a)
	for range 10 {
		e := p.model.Effect
		if e.Kind != tui.FetchOctets {
			return
		}
		o := e.Octets
		for _, r := range o.Ranges {
			part, err := p.spool.Read(o.Key.Conn, o.Key.Side, r.Offset, r.Length)
			if err != nil {
				o.Err = err
			}
			o.Parts = append(o.Parts, part)
		}
		p.model = p.model.Update(tui.Done{Kind: tui.FetchOctets, Octets: o})
	}
	p.t.Fatal("the model asks for octets without end")
}

func (p *player) tick() {
	p.do(tui.Ticked{Snapshot: p.tl.Snapshot(), Status: tui.Status{Name: "capture", Done: p.done}, Budget: 1 << 30})
}

// press presses keys, each followed by a tick of the clock.
func (p *player) press(keys ...string) *player {
	for _, k := range keys {
		p.do(tui.Pressed{Key: k})
		p.tick()
	}
	return p
}

func (p *player) screen() string { return tui.Draw(&p.model).String() }

// scenes are what the golden screens show: a sample, and the keys to get there.
var scenes = []struct {
	name, sample string
	keys         []string
}{
	{"stream-fields", "page-load", []string{"3"}},
	{"stream-body", "page-load", []string{"3", "]"}},
	{"stream-ladder", "stream-stall", []string{"3", "]", "]"}},
	{"stream-window", "stream-stall", []string{"3", "]", "]", "]"}},
	{"stream-findings", "push-story-wrong", []string{"8", "3", "["}},
	{"stream-grpc", "grpc-call", []string{"3", "]"}},
	{"frames-headers", "page-load", []string{"3", "]", "]", "Home", "Enter", "Tab", "Down", "Down", "Down", "Down", "Down", "Down", "Down", "Down", "Down"}},
	{"windows-stream-stall", "stream-stall", []string{"5", "Down"}},
	{"windows-connection-stall", "connection-stall", []string{"5", "Down"}},
	{"windows-client", "connection-stall", []string{"5", "Tab"}},
	{"priority-tree", "page-load", []string{"6", "]", "]", "]", "]", "]", "]", "]"}},
	{"priority-urgencies", "page-load", []string{"6", "End", "u"}},
	{"hpack-block", "page-load", []string{"7", "]", "]"}},
	{"hpack-table", "push-story-right", []string{"7", "]", "]", "]", "Tab"}},
}

// inside is what a view shows, without what stands above and below every view.
func (p *player) inside() string {
	lines := strings.SplitAfter(p.screen(), "\n")
	return strings.Join(lines[1:len(lines)-3], "")
}

// TestGoldenScreens draws each view of the inner workings in three sizes.
func TestGoldenScreens(t *testing.T) {
	for _, s := range scenes {
		for _, size := range []tui.Size{{W: 80, H: 24}, {W: 120, H: 40}, {W: 200, H: 50}} {
			name := fmt.Sprintf("%s-%dx%d", s.name, size.W, size.H)
			t.Run(name, func(t *testing.T) {
				got := sample(t, s.sample, tui.Options{}, size.W, size.H).press(s.keys...).inside()
				golden(t, name, got)
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "inside", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the screen has changed (-update writes it):\n%s", got)
	}
}
