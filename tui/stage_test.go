package tui

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/h2decode/timeline"
)

// A stage has a model on it, and does what it asks for at once.
type stage struct {
	Model
	source  *stageSource
	copied  string
	exports []string
}

// stageSource is a capture that was read.
type stageSource struct {
	timeline *timeline.Capture
	spool    *h2scope.Spool
	status   Status
}

func (s *stageSource) Snapshot() *timeline.Snapshot { return s.timeline.Snapshot() }
func (s *stageSource) Status() Status               { return s.status }
func (s *stageSource) Octets(conn uint64, side h2decode.Side, offset uint64, n int) ([]byte, error) {
	return s.spool.Read(conn, side, offset, n)
}

type stageRecorder struct{ *timeline.Recorder }

func (r stageRecorder) Event(dst []byte, e h2decode.Event) []byte {
	r.Recorder.Event(e)
	return dst
}

// readFilesFor reads captures as one.
func readFilesFor(files []string, thresholds ...attack.Threshold) (*stageSource, error) {
	src, err := capture.Open(files, capture.Config{})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	s := &stageSource{timeline: timeline.New(timeline.Limits{})}
	if s.spool, err = h2scope.NewSpool(1 << 30); err != nil {
		return nil, err
	}
	var recorders []*timeline.Recorder
	cfg := h2scope.Config{Workers: 2, Messages: true, Spool: s.spool, Observe: func(r h2scope.Renderer, conn uint64, d *h2decode.Conn) {
		r.(stageRecorder).Observe(conn, d)
	}}
	for _, t := range thresholds {
		cfg.Thresholds.Set(t)
	}
	err = h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer {
		r := s.timeline.Recorder()
		recorders = append(recorders, r)
		return stageRecorder{r}
	}, io.Discard)
	if err != nil {
		return nil, err
	}
	for _, r := range recorders {
		r.Publish()
	}
	s.status = Status{Name: filepath.Base(files[0]), Packets: s.timeline.Snapshot().Ended().Packets, Done: true}
	return s, nil
}

// sampleNamed is the capture of a sample. That with an attack is read as its README
// says, so that it is found: it is a small one.
func sampleNamed(t testing.TB, name string) *stageSource {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "samples", name, "capture.pcap*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("sample %s: %v, %v", name, found, err)
	}
	low, err := attack.ParseThreshold("AT-01.resets_per_second=30")
	if err != nil {
		t.Fatal(err)
	}
	s, err := readFilesFor(found, low)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.spool.Close() })
	s.status.Name = name
	return s
}

// open shows a capture in a size.
func open(s *stageSource, w, h int, o Options) *stage {
	st := &stage{Model: NewModel(o), source: s}
	st.do(Resized{Size{w, h}})
	st.tick()
	return st
}

// do lets something happen, and all that is asked for then.
func (s *stage) do(a Action) {
	s.Model = s.Update(a)
	for e := s.Effect; e.Kind != NoEffect; e = s.Effect {
		done := Done{Kind: e.Kind, Text: e.Text}
		switch e.Kind {
		case Quit:
			return
		case OrderList:
			done.Order = e.Order.Do()
		case Export:
			s.exports = append(s.exports, strings.TrimSpace(e.Format+" "+e.Path))
			done.Message = "exported"
		case CopyText:
			s.copied = e.Text
			done.Message = "copied"
		case CopyCurl:
			s.copied = fmt.Sprintf("curl of stream %d", e.Selection.Stream)
			done.Message = "copied"
		case CompileFilter:
			done.Filter, done.Err = stageFilter(e.Text)
		case CompleteFilter:
			done.Offers = beginWith([]string{"h2.duration", "h2.path", "h2.parent"}, e.Text)
		case FetchOctets:
			done.Octets = e.Octets.read(s.source)
		}
		s.Model = s.Update(done)
	}
}

// tick gathers all that there is.
func (s *stage) tick() {
	s.do(Ticked{Snapshot: s.source.Snapshot(), Status: s.source.Status(), Budget: 1 << 30})
}

// press presses keys, each followed by a tick.
func (s *stage) press(keys ...string) *stage {
	for _, key := range keys {
		s.do(Pressed{key})
		s.tick()
	}
	return s
}

// text types a text.
func (s *stage) text(text string) *stage { return s.press(strings.Split(text, "")...) }

func (s *stage) screen() string { return Draw(&s.Model).String() }

// line is the line of the screen that has a text in it, "" where none has.
func (s *stage) line(text string) string {
	lines := strings.Split(s.screen(), "\n")
	if i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, text) }); i >= 0 {
		return lines[i]
	}
	return ""
}

// status is the last line but one.
func (s *stage) statusLine() string {
	lines := strings.Split(strings.TrimSuffix(s.screen(), "\n"), "\n")
	return lines[len(lines)-2]
}

// stageFilter lets through what is of one stream: "stream 3".
func stageFilter(text string) (Filter, error) {
	var f onlyStream
	if _, err := fmt.Sscanf(text, "stream %d", &f.id); err != nil {
		return nil, wrongAt{errors.New("no such field"), strings.IndexByte(text+"?", '?')}
	}
	return f, nil
}

type wrongAt struct {
	error
	at int
}

func (w wrongAt) Place() int { return w.at }

type onlyStream struct{ id uint32 }

func (f onlyStream) OfFrames() bool                                       { return false }
func (f onlyStream) Conn(c *timeline.Conn) bool                           { _, found := c.ExchangeOf(f.id); return found }
func (f onlyStream) Exchange(_ *timeline.Conn, x *timeline.Exchange) bool { return x.ID == f.id }
func (f onlyStream) Frame(_ *timeline.Conn, x *timeline.Frame) bool       { return x.Header.Stream == f.id }
func (f onlyStream) Finding(_ *timeline.Conn, x *h2decode.Finding) bool   { return x.Stream == f.id }

// updating says that goldens are to be written; the flag is that of the tests
// of the screens' insides.
func updating() bool {
	f := flag.Lookup("update")
	return f != nil && f.Value.String() == "true"
}

// checkGolden compares with a file of testdata.
func checkGolden(t *testing.T, path, got string) {
	t.Helper()
	if updating() {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: go test ./tui/ -update writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s is not what is drawn (go test ./tui/ -update writes it):\n%s", path, got)
	}
}
