package attack_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/reassembly/tlsdecrypt/keylog"
	"h2scope/samples"
)

// watches has a Watch for each connection of a capture, and keeps what they
// find. It plays field blocks again to decoders of its own, which know how large
// a section is.
type watches struct {
	conns map[uint64]*replay
	found []h2decode.Finding
}

// A replay is one connection.
type replay struct {
	conn  *h2decode.Conn
	watch *attack.Watch
}

// Event renders nothing.
func (w *watches) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.ConnectionOpened:
		r := &replay{conn: h2decode.NewConn(h2decode.Config{Late: true}, silence{})}
		r.watch = attack.New(r, attack.Thresholds{}, gather{w})
		w.conns[e.Conn] = r
	case *h2decode.FrameDecoded:
		w.conns[e.Conn].section(e)
		w.conns[e.Conn].watch.Event(e)
	case *h2decode.ConnectionClosed:
		w.conns[e.Number].watch.Event(e)
		delete(w.conns, e.Number)
	case *h2decode.StreamClosed:
		w.conns[e.Conn].watch.Event(e)
	default:
		if o := originOf(e); o != nil {
			w.conns[o.Conn].watch.Event(e)
		}
	}
	return dst
}

// originOf is where an event of one connection comes from.
func originOf(e h2decode.Event) *h2decode.Origin {
	switch e := e.(type) {
	case *h2decode.StreamChanged:
		return &e.Origin
	case *h2decode.PathSample:
		return &e.Origin
	case *h2decode.SettingsAcknowledged:
		return &e.Origin
	case *h2decode.WindowsShifted:
		return &e.Origin
	case *h2decode.Stall:
		return &e.Origin
	case *h2decode.ReceiverClosed:
		return &e.Origin
	case *h2decode.ReceiverOpened:
		return &e.Origin
	case *h2decode.UpgradeSeen:
		return &e.Origin
	case *h2decode.GapFound:
		return &e.Origin
	}
	return nil
}

// section decodes a field block once more.
func (r *replay) section(e *h2decode.FrameDecoded) {
	switch e.Payload.(type) {
	case *h2decode.HeadersFrame, *h2decode.PushPromiseFrame, *h2decode.ContinuationFrame, *h2decode.SettingsFrame:
		r.conn.Chunk(&h2decode.Chunk{
			From: e.From, Offset: e.Offset, Packet: e.Packet, Time: e.Time,
			Data: h2decode.AppendFrame(nil, e.Header.Type, e.Header.Flags, e.Header.Stream, e.Payload),
		})
	}
}

func (r *replay) SectionSize(side h2decode.Side) uint64 { return r.conn.SectionSize(side) }

// Seen is what never makes a difference: these captures lack nothing.
func (r *replay) Seen(h2decode.Side) uint64 { return math.MaxUint64 }

type gather struct{ *watches }

func (g gather) Event(e h2decode.Event) { g.found = append(g.found, *e.(*h2decode.Finding)) }

// watchCapture gives what is found in a capture.
func watchCapture(t *testing.T, src h2scope.Source, keys *keylog.Store) []h2decode.Finding {
	t.Helper()
	w := &watches{conns: make(map[uint64]*replay)}
	cfg := h2scope.Config{Keys: keys, KeysFinal: true}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return w }, io.Discard); err != nil {
		t.Fatal(err)
	}
	return w.found
}

// corpusFolders are those of the shared corpus that patterns match.
func corpusFolders(t *testing.T, patterns ...string) []string {
	t.Helper()
	var folders []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(repository(t), "..", "shared", "corpus", pattern))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			t.Skip("needs ../shared: corpus/" + pattern)
		}
		folders = append(folders, found...)
	}
	return folders
}

func watchFolder(t *testing.T, folder string) []h2decode.Finding {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "capture.*"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("captures in %s: %v, %v", folder, paths, err)
	}
	keys := keylog.NewStore()
	if _, err := keys.ReadFile(filepath.Join(folder, "keys.log")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	src, err := capture.Open(paths, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	return watchCapture(t, src, keys)
}

func identifiers(found []h2decode.Finding) string {
	var ids []string
	for _, f := range found {
		ids = append(ids, f.Rule)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

func TestCorpusAttacks(t *testing.T) {
	for _, test := range []struct {
		folder, want, beside string
		count                uint64
		answer               h2decode.ErrorCode
	}{
		{folder: "12-rapid-reset", want: "AT-01", count: 2000, answer: h2decode.EnhanceYourCalm},
		{folder: "12-continuation-flood", want: "AT-03", count: 162, answer: h2decode.ProtocolError},
		{folder: "12-hpack-bomb", want: "AT-12 AT-13", count: 10, beside: "sections of 8,000 fields are field-count bombs"},
		{folder: "12-madeyoureset", want: "AT-02", count: 400},
		{folder: "12-ping-flood", want: "AT-05", count: 5000},
		// Not meant as an attack; it is one by the contract's 64 KiB for a block.
		{folder: "14-bighdr", want: "AT-03 AT-03", count: 4, beside: "each side sends a block of five frames and more than 64 KiB"},
	} {
		t.Run(test.folder, func(t *testing.T) {
			found := watchFolder(t, corpusFolders(t, test.folder)[0])
			for _, f := range found {
				t.Logf("%s %s, packets %d to %d: %s; answer %+v", f.Severity, f.Rule, f.FirstPacket, f.LastPacket, f.Message, f.Answer)
			}
			if identifiers(found) != test.want {
				t.Fatalf("shows %q, want %q", identifiers(found), test.want)
			}
			f := found[0]
			if f.Count != test.count {
				t.Errorf("%s: %d by %s, want %d", f.Rule, f.Count, f.From, test.count)
			}
			if test.answer != h2decode.NoError && (f.Answer == nil || f.Answer.Code != test.answer) {
				t.Errorf("%s: answer %+v, want %s", f.Rule, f.Answer, test.answer)
			}
		})
	}
}

func TestCorpusWithoutAttacks(t *testing.T) {
	for _, folder := range corpusFolders(t, "0[1-6]*", "08-negwin", "08-stall", "09-*", "10-*", "11-*", "13-*", "14-[^b]*", "14-bytewise", "15-*", "16-*", "17-*") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			for _, f := range watchFolder(t, folder) {
				t.Errorf("connection %d: %s: %s", f.Conn, f.Rule, f.Message)
			}
		})
	}
}

// What shows in captures of violations, for the record.
func TestCorpusOfViolations(t *testing.T) {
	for _, folder := range corpusFolders(t, "07-h2spec-go", "08-winoverflow") {
		for _, f := range watchFolder(t, folder) {
			t.Logf("%s: connection %d: %s: %s", filepath.Base(folder), f.Conn, f.Rule, f.Message)
		}
	}
}

// The samples are far below the thresholds: rapid-reset has 40 requests.
func TestSamples(t *testing.T) {
	for _, sample := range samples.List() {
		octets, err := samples.Open(sample.Name)
		if err != nil {
			t.Fatal(err)
		}
		src, err := capture.NewReader(octets, sample.Name, capture.Config{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range watchCapture(t, src, keylog.NewStore()) {
			t.Errorf("%s: %s: %s", sample.Name, f.Rule, f.Message)
		}
		src.Close()
	}
}

// The cost of a watch beside that of all else: run it with and without.
func BenchmarkCapture(b *testing.B) {
	found, err := filepath.Glob(filepath.Join(repository(b), "..", "shared", "perf", "h2load-h2c-200k.*"))
	if err != nil || len(found) == 0 {
		b.Skip("needs ../shared: perf/h2load-h2c-200k")
	}
	for _, watched := range []bool{false, true} {
		b.Run(map[bool]string{false: "decoded", true: "watched"}[watched], func(b *testing.B) {
			for b.Loop() {
				src, err := capture.Open(found[:1], capture.Config{})
				if err != nil {
					b.Fatal(err)
				}
				r := &bare{watched: watched}
				if err := h2scope.Run(context.Background(), src, h2scope.Config{}, func() h2scope.Renderer { return r }, io.Discard); err != nil {
					b.Fatal(err)
				}
				src.Close()
				b.ReportMetric(float64(r.frames), "frames")
				if r.found > 0 {
					b.Errorf("%d findings", r.found)
				}
			}
		})
	}
}

// A bare renderer has a Watch over each connection, or none.
type bare struct {
	watched bool
	conns   []*attack.Watch // by number
	frames  int
	found   int
}

func (r *bare) Event(dst []byte, e h2decode.Event) []byte {
	number := uint64(0)
	switch e := e.(type) {
	case *h2decode.ConnectionOpened:
		for uint64(len(r.conns)) <= e.Conn {
			r.conns = append(r.conns, attack.New(nil, attack.Thresholds{}, findings{r}))
		}
		return dst
	case *h2decode.FrameDecoded:
		r.frames++
		number = e.Conn
	case *h2decode.StreamClosed:
		number = e.Conn
	case *h2decode.ConnectionClosed:
		number = e.Number
	default:
		if o := originOf(e); o != nil {
			number = o.Conn
		}
	}
	if r.watched && number != 0 {
		r.conns[number].Event(e)
	}
	return dst
}

type findings struct{ *bare }

func (f findings) Event(e h2decode.Event) {
	if _, ok := e.(*h2decode.Finding); ok {
		f.bare.found++
	}
}
