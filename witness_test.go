package h2scope_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/hpack"
)

// A shownFrame is a frame as it was told.
type shownFrame struct {
	offset  uint64
	header  h2decode.FrameHeader
	missing uint32
	fields  []hpack.Field // nil: it ended no field block
	omitted int           // fields that a limit kept out
}

func (f *shownFrame) String() string {
	return fmt.Sprintf("%v at %d: flags %#x stream %d length %d", f.header.Type, f.offset, f.header.Flags, f.header.Stream, f.header.Length)
}

// A shownHalf is all that was told of what one end of a connection sent.
type shownHalf struct {
	frames []shownFrame
	gaps   []h2decode.GapFound
	told   uint64 // octets of which something was told: frames, gaps, the preface, what is of no whole frame
	seen   uint64 // octets that TCP knows of

	start     h2decode.Start
	estimated bool // how much a gap took is estimated
}

// A witness keeps what is told of all HTTP/2 connections, by direction.
type witness struct {
	conns map[uint64]*witnessed
	all   map[string][]*shownHalf
}

type witnessed struct {
	halves  [2]*shownHalf
	decoder *h2decode.Conn

	upgraded bool // octets of HTTP/1.1 stand before
}

func (w *witness) conn(number uint64) *witnessed {
	c := w.conns[number]
	if c == nil {
		c = &witnessed{halves: [2]*shownHalf{{}, {}}}
		w.conns[number] = c
	}
	return c
}

// Event takes an event.
func (w *witness) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.PrefaceSeen:
		w.conn(e.Conn).halves[h2decode.Client].told += uint64(len(h2decode.Preface))
	case *h2decode.UpgradeSeen:
		w.conn(e.Conn).upgraded = true
	case *h2decode.FrameDecoded:
		h := w.conn(e.Conn).halves[e.From]
		f := shownFrame{offset: e.Offset, header: e.Header, missing: e.Missing}
		if e.Block != nil {
			f.omitted = e.Block.Omitted
			f.fields = make([]hpack.Field, 0, len(e.Block.Fields))
			for _, field := range e.Block.Fields {
				field.Name, field.Value = bytes.Clone(field.Name), bytes.Clone(field.Value)
				f.fields = append(f.fields, field)
			}
		}
		h.frames = append(h.frames, f)
		h.told += h2decode.HeaderLength + uint64(e.Header.Length-e.Missing)
	case *h2decode.GapFound:
		h := w.conn(e.Conn).halves[e.From]
		h.gaps = append(h.gaps, *e)
		h.told += e.Bytes + e.Skipped
	case *h2decode.ConnectionClosed:
		c := w.conns[e.Connection.Number]
		if c == nil || c.decoder == nil {
			return dst
		}
		ends := [2]any{e.Connection.Client, e.Connection.Server}
		for side, h := range c.halves {
			from := h2decode.Side(side)
			h.told += e.Connection.Unread[side]
			h.start, h.estimated = e.Connection.Start, e.Connection.Transport == h2decode.TLS
			if h.seen = c.decoder.Seen(from); c.upgraded {
				h.told = h.seen
			}
			direction := fmt.Sprintf("%v → %v", ends[side], ends[from.Other()])
			w.all[direction] = append(w.all[direction], h)
		}
	}
	return dst
}

// watched decodes packets, and gives what was told.
func watched(t testing.TB, packets []capture.Packet, cfg h2scope.Config) map[string][]*shownHalf {
	t.Helper()
	w := &witness{conns: make(map[uint64]*witnessed), all: make(map[string][]*shownHalf)}
	cfg.Observe = func(_ h2scope.Renderer, conn uint64, decoder *h2decode.Conn) { w.conn(conn).decoder = decoder }
	src := &memorySource{packets: packets}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return w }, io.Discard); err != nil {
		t.Fatal(err)
	}
	return w.all
}

// packetsOf reads a capture into memory, as if from one interface.
func packetsOf(t testing.TB, path string, stdin io.Reader) (packets []capture.Packet) {
	t.Helper()
	src, err := capture.Open([]string{path}, capture.Config{Stdin: stdin})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	for {
		var p capture.Packet
		if err := src.Next(&p); errors.Is(err, io.EOF) {
			return packets
		} else if err != nil {
			t.Fatal(err)
		}
		p.Data, p.Window, p.Interface = bytes.Clone(p.Data), nil, 0
		packets = append(packets, p)
	}
}

// renumbered gives the packets the numbers that they have in a capture of their
// own.
func renumbered(packets []capture.Packet) []capture.Packet {
	for i := range packets {
		packets[i].Number = uint64(i + 1)
	}
	return packets
}

// A share is how much of what was sent is shown.
type share struct {
	frames, ofFrames int
	fields, ofFields int // those exact
	uncertain        int // fields of which a value is shown, and marked
	wrong            int // of these, not what was sent
}

func (s *share) String() string {
	return fmt.Sprintf("frames %d of %d (%.1f%%), exact fields %d of %d (%.1f%%), %d uncertain, of them %d wrong",
		s.frames, s.ofFrames, percent(s.frames, s.ofFrames), s.fields, s.ofFields, percent(s.fields, s.ofFields), s.uncertain, s.wrong)
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(max(1, whole)) }

// add adds what was counted elsewhere.
func (s *share) add(o share) {
	s.frames += o.frames
	s.ofFrames += o.ofFrames
	s.fields += o.fields
	s.ofFields += o.ofFields
	s.uncertain += o.uncertain
	s.wrong += o.wrong
}

// judge holds what was told of a cut capture against the whole one: every frame
// shown existed, every exact field is right, and every octet is told of.
func judge(t testing.TB, what string, got, want map[string][]*shownHalf) (s share) {
	t.Helper()
	for _, halves := range want {
		for _, h := range halves {
			s.ofFrames += len(h.frames)
			for i := range h.frames {
				s.ofFields += len(h.frames[i].fields)
			}
		}
	}
	for direction, halves := range got {
		for _, h := range halves {
			if !slices.ContainsFunc(want[direction], func(truth *shownHalf) bool { return h.within(truth) }) {
				t.Errorf("%s: %s: %d frames that never were; gaps %+v", what, direction, len(h.frames), h.gaps)
				h.explain(t, want[direction])
				continue
			}
			if h.told != h.seen {
				t.Errorf("%s: %s: of %d octets %d are told of; gaps %+v", what, direction, h.seen, h.told, h.gaps)
			}
			h.compare(t, what, h.truth(want[direction]), &s)
		}
	}
	return s
}

// within reports whether all frames of the half existed in truth.
func (h *shownHalf) within(truth *shownHalf) bool {
	_, ok := h.align(truth)
	return ok
}

// truth is which of those that reused the ports the half is: that in which the
// exact fields are.
func (h *shownHalf) truth(all []*shownHalf) (truth *shownHalf) {
	for _, t := range all {
		sent, ok := h.align(t)
		if !ok {
			continue
		}
		if truth = t; agree(h.frames, sent) {
			break
		}
	}
	return truth
}

// align finds for each frame that which was sent. A half that is joined in the
// middle counts its offsets from there, and one in TLS only estimates how much a
// gap took: between two gaps all frames are as far from those sent.
func (h *shownHalf) align(truth *shownHalf) (sent []*shownFrame, ok bool) {
	var shift uint64
	for rest := h.frames; len(rest) > 0; {
		n := h.untilGap(rest)
		var run []*shownFrame
		if run, shift = truth.place(rest[:n], shift); run == nil {
			return nil, false
		}
		sent, rest = append(sent, run...), rest[n:]
	}
	return sent, true
}

// untilGap is how many of the frames stand before the next gap of unknown length.
func (h *shownHalf) untilGap(frames []shownFrame) int {
	if !h.estimated {
		return len(frames)
	}
	n := 1
	for n < len(frames) && !slices.ContainsFunc(h.gaps, func(g h2decode.GapFound) bool {
		return frames[n-1].offset < g.Offset && g.Offset <= frames[n].offset
	}) {
		n++
	}
	return n
}

// place finds a run of frames among those sent: where all exact fields are
// right, and as far from where they are shown as the run before, if there is a
// choice.
func (h *shownHalf) place(frames []shownFrame, before uint64) (best []*shownFrame, shift uint64) {
	try := func(by uint64) bool {
		run := h.at(frames, by)
		if run == nil || best != nil && !agree(frames, run) {
			return false
		}
		best, shift = run, by
		return agree(frames, run)
	}
	if try(before) {
		return best, shift
	}
	for i := range h.frames {
		if h.frames[i].header == frames[0].header && try(h.frames[i].offset-frames[0].offset) {
			break
		}
	}
	return best, shift
}

// at is the frames that stand by so much behind those given, if each does.
func (h *shownHalf) at(frames []shownFrame, by uint64) (run []*shownFrame) {
	for i := range frames {
		f := h.find(frames[i].offset + by)
		if f == nil || f.header != frames[i].header {
			return nil
		}
		run = append(run, f)
	}
	return run
}

// agree reports whether all exact fields are those sent.
func agree(frames []shownFrame, sent []*shownFrame) bool {
	for i := range frames {
		for j := range frames[i].fields {
			if j == len(sent[i].fields) && sent[i].omitted > 0 {
				break
			}
			if j >= len(sent[i].fields) || !right(&frames[i].fields[j], &sent[i].fields[j]) {
				return false
			}
		}
	}
	return true
}

// right reports whether what is exact of a field is what was sent.
func right(got, want *hpack.Field) bool {
	return (got.NameTrust != hpack.Exact || bytes.Equal(got.Name, want.Name)) &&
		(got.ValueTrust != hpack.Exact || bytes.Equal(got.Value, want.Value))
}

// find is the frame at an offset; nil: there is none.
func (h *shownHalf) find(offset uint64) *shownFrame {
	i, ok := slices.BinarySearchFunc(h.frames, offset, func(f shownFrame, offset uint64) int {
		switch {
		case f.offset < offset:
			return -1
		case f.offset > offset:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return &h.frames[i]
}

// explain says which frames never were.
func (h *shownHalf) explain(t testing.TB, truths []*shownHalf) {
	t.Helper()
	for _, truth := range truths {
		wrong := 0
		for i := range h.frames {
			f := truth.find(h.frames[i].offset)
			if f == nil || f.header != h.frames[i].header {
				if wrong++; wrong < 4 {
					t.Logf("  %v, and there is %v", &h.frames[i], f)
				}
			}
		}
		t.Logf("  %d of %d", wrong, len(h.frames))
	}
}

// compare counts what is shown, and holds exact fields against those sent.
func (h *shownHalf) compare(t testing.TB, what string, truth *shownHalf, s *share) {
	t.Helper()
	all, _ := h.align(truth)
	for i := range h.frames {
		f, sent := &h.frames[i], all[i]
		s.frames++
		if len(f.fields) > len(sent.fields) && sent.omitted == 0 {
			t.Errorf("%s: %v: %d fields, want %d", what, f, len(f.fields), len(sent.fields))
			continue
		}
		for j := range min(len(f.fields), len(sent.fields)) {
			s.field(t, what, f, &f.fields[j], &sent.fields[j])
		}
	}
}

func (s *share) field(t testing.TB, what string, f *shownFrame, got, want *hpack.Field) {
	t.Helper()
	if !right(got, want) {
		t.Errorf("%s: %v: %s: %s is shown as exact, and %s: %s was sent", what, f, got.Name, got.Value, want.Name, want.Value)
	}
	switch got.Trust() {
	case hpack.Exact:
		s.fields++
	case hpack.Uncertain:
		s.uncertain++
		if !bytes.Equal(got.Name, want.Name) || !bytes.Equal(got.Value, want.Value) {
			s.wrong++
		}
	}
}
