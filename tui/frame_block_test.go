package tui

import (
	"bytes"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
)

// A recording feeds octets to a decoder whose events a timeline records.
type recording struct {
	decoder  *h2decode.Conn
	recorder *timeline.Recorder
	capture  *timeline.Capture
	sides    [2][]byte
	time     int64
}

func record() *recording {
	r := &recording{capture: timeline.New(timeline.Limits{}), time: 1_000_000}
	r.recorder = r.capture.Recorder()
	r.decoder = h2decode.NewConn(h2decode.Config{Conn: 1, Messages: true}, r.recorder)
	r.recorder.Event(&h2decode.ConnectionOpened{Conn: 1, Packet: 1, Time: r.time})
	r.recorder.Observe(1, r.decoder)
	return r
}

// send gives the next octets of a side to the decoder, a millisecond later.
func (r *recording) send(side h2decode.Side, octets ...[]byte) {
	r.time += 1_000_000
	data := bytes.Join(octets, nil)
	r.decoder.Chunk(&h2decode.Chunk{From: side, Offset: uint64(len(r.sides[side])), Packet: uint64(r.time / 1_000_000), Time: r.time, Data: data})
	r.sides[side] = append(r.sides[side], data...)
}

func (r *recording) conn() *timeline.Conn {
	r.recorder.Publish()
	return r.capture.Snapshot().Conn(1)
}

// model is a model of what was recorded.
func (r *recording) model(size Size) *Model {
	m := NewModel(Options{})
	r.recorder.Publish()
	m = m.Update(Resized{size})
	m = m.Update(Ticked{Snapshot: r.capture.Snapshot(), Status: Status{Name: "recording", Done: true}})
	return r.fetch(m)
}

// fetch brings the octets that a model asks for.
func (r *recording) fetch(m Model) *Model {
	for m.Effect.Kind == FetchOctets {
		o := m.Effect.Octets.read(r)
		m = m.Update(Done{Kind: FetchOctets, Octets: o})
	}
	return &m
}

// press presses keys.
func (r *recording) press(m *Model, keys ...string) *Model {
	for _, k := range keys {
		m = r.fetch(m.Update(Pressed{k}))
		m = r.fetch(m.Update(Ticked{Snapshot: m.Snapshot, Status: m.Status}))
	}
	return m
}

// Octets, Snapshot and Status make a recording a Source.
func (r *recording) Octets(_ uint64, side h2decode.Side, offset uint64, n int) ([]byte, error) {
	return r.sides[side][offset : offset+uint64(n)], nil
}
func (r *recording) Snapshot() *timeline.Snapshot { return r.capture.Snapshot() }
func (r *recording) Status() Status               { return Status{Done: true} }

func frameOf(t h2decode.Type, flags h2decode.Flags, stream uint32, p h2decode.Payload) []byte {
	return h2decode.AppendFrame(nil, t, flags, stream, p)
}

// begin sends the preface and both sides' SETTINGS.
func (r *recording) begin() {
	settings := frameOf(h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})
	r.send(h2decode.Client, []byte(h2decode.Preface), settings)
	r.send(h2decode.Server, settings)
}

// TestBlockIsDecodedByTheTableBeforeIt decodes each block alone, in any order, by
// the table that the timeline has kept: fields, representations and places are
// those that the encoder wrote.
func TestBlockIsDecodedByTheTableBeforeIt(t *testing.T) {
	r := record()
	r.begin()
	e := hpack.NewEncoder(4096)
	type written struct {
		name, value string
		r           hpack.Representation
		at, wire    int
	}
	var blocks [][]written
	for i := range uint32(3) {
		var block []byte
		var fields []written
		add := func(name, value string, repr hpack.Representation) {
			before := len(block)
			block = e.AppendField(block, name, value, repr)
			fields = append(fields, written{name, value, repr, before, len(block) - before})
		}
		add(":method", "GET", hpack.Indexed)
		add(":path", "/a/long/path", hpack.Incremental)
		add("cookie", "a secret", hpack.NeverIndexed)
		add("x-once", "1", hpack.WithoutIndexing)
		blocks = append(blocks, fields)
		// The block is cut in three frames, in the middle of representations.
		cut := len(block) / 3
		stream := 2*i + 1
		r.send(h2decode.Client,
			frameOf(h2decode.TypeHeaders, 0, stream, &h2decode.HeadersFrame{Fragment: block[:cut], Padding: h2decode.Padding{Padded: true, Octets: make([]byte, 5)}}),
			frameOf(h2decode.TypeContinuation, 0, stream, &h2decode.ContinuationFrame{Fragment: block[cut : 2*cut]}),
			frameOf(h2decode.TypeContinuation, h2decode.FlagEndHeaders, stream, &h2decode.ContinuationFrame{Fragment: block[2*cut:]}))
	}
	c := r.conn()
	for i := len(blocks) - 1; i >= 0; i-- {
		for part := range 3 {
			f := c.Frame(uint64(3 + 3*i + part)) // behind two SETTINGS
			o, found := wantBlock(c, f.Number)
			if !found || len(o.Ranges) != 1 {
				t.Fatalf("frame %d has no octets", f.Number)
			}
			o = o.read(r)
			first, last := blockFrames(c, &f)
			if first.Number != uint64(3+3*i) || last.Number != first.Number+2 {
				t.Fatalf("frame %d is of the block from %d to %d", f.Number, first.Number, last.Number)
			}
			b := decodeBlock(c, &first, o.Parts[0])
			if b.trouble != "" || len(b.fields) != len(blocks[i]) {
				t.Fatalf("block %d: %q, %d fields", i, b.trouble, len(b.fields))
			}
			for k, want := range blocks[i] {
				got := b.fields[k]
				if string(got.Name) != want.name || string(got.Value) != want.value || got.at != want.at || got.Wire != want.wire {
					t.Errorf("block %d, field %d: got %s: %s at %d+%d, want %+v", i, k, got.Name, got.Value, got.at, got.Wire, want)
				}
				if k >= 2 && got.Representation != want.r {
					t.Errorf("block %d, field %d: got %s, want %s", i, k, got.Representation, want.r)
				}
			}
		}
	}
}

// TestFieldsOfAFrameAreThoseWithOctetsInIt: of a block in several frames, each
// shows the fields that it has octets of, and no others.
func TestFieldsOfAFrameAreThoseWithOctetsInIt(t *testing.T) {
	r := record()
	r.begin()
	block := hpack.AppendLiteral(nil, hpack.WithoutIndexing, 0, "first", "1", hpack.HuffmanNever)
	cut := len(block)
	block = hpack.AppendLiteral(block, hpack.WithoutIndexing, 0, "second", "2", hpack.HuffmanNever)
	r.send(h2decode.Client,
		frameOf(h2decode.TypeHeaders, 0, 1, &h2decode.HeadersFrame{Fragment: block[:cut]}),
		frameOf(h2decode.TypeContinuation, h2decode.FlagEndHeaders, 1, &h2decode.ContinuationFrame{Fragment: block[cut:]}))
	m := r.model(Size{120, 40})
	for number, want := range map[uint64]string{3: "first", 4: "second"} {
		m = r.press(m, "4", "g")
		for m.Frame < number {
			m = r.press(m, "Down")
		}
		c := m.conn()
		f := c.Frame(number)
		var names []string
		for _, n := range m.frameDetail(c, &f).nodes {
			if n.name == "first" || n.name == "second" {
				names = append(names, n.name)
				if octets := m.frameDetail(c, &f).octets[n.from:n.to]; !bytes.Contains(octets, []byte(want)) {
					t.Errorf("frame %d: %s stands at %q", number, n.name, octets)
				}
			}
		}
		if len(names) != 1 || names[0] != want {
			t.Errorf("frame %d shows %v, want %s", number, names, want)
		}
	}
}
