package timeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// shownTable is a table as the decoder shows it.
type shownTable struct {
	entries  []hpack.Entry
	size     uint64
	maximum  uint32
	known    bool
	complete bool
	cut      bool // by a block whose end is not at hand: all that it has is doubtful
}

func showTable(t *hpack.Table) (s shownTable) {
	for _, e := range t.All() {
		s.entries = append(s.entries, e)
	}
	s.size, s.complete = t.Size(), t.Complete()
	s.maximum, s.known = t.MaxSize()
	return s
}

func (s *shownTable) equal(t *testing.T, got Table) bool {
	t.Helper()
	if s.cut {
		s.complete, s.known, s.maximum = false, false, 0
		for i := range s.entries {
			e := &s.entries[i]
			e.NameTrust, e.ValueTrust = max(e.NameTrust, hpack.Uncertain), max(e.ValueTrust, hpack.Uncertain)
		}
	}
	if got.Len() != len(s.entries) || got.Size != s.size || got.Complete != s.complete ||
		got.MaxSizeKnown != s.known || got.MaxSize != s.maximum {
		return false
	}
	for i, want := range s.entries {
		e := got.Entry(i)
		if string(e.Name) != string(want.Name) || string(e.Value) != string(want.Value) ||
			e.NameTrust != want.NameTrust || e.ValueTrust != want.ValueTrust {
			return false
		}
	}
	return true
}

// The table after each frame with a block is the decoder's, through insertions,
// evictions, size updates, holes and late starts: entries, sizes and trust.
func TestTablesAreTheDecoders(t *testing.T) {
	for _, late := range []bool{false, true} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprint("late ", late, ", seed ", seed), func(t *testing.T) {
				p := newPlay(t, h2decode.Config{Late: late})
				random := rand.New(rand.NewPCG(seed, 1))
				var want []shownTable
				p.watchers = append(p.watchers, func(e h2decode.Event) {
					if e, ok := e.(*h2decode.FrameDecoded); ok {
						shown := showTable(p.conn.Table(client))
						shown.cut = e.Block != nil && (e.Block.Incomplete || e.Block.Err != nil)
						want = append(want, shown)
					}
				})
				for id := uint32(1); id < 600; id += 2 {
					p.randomBlock(random, id)
				}
				c := p.now()
				for i := range want {
					if got := c.Table(client, uint64(i+1)); !got.Known || !want[i].equal(t, got) {
						t.Fatalf("after frame %d: %d entries, want %+v", i+1, got.Len(), want[i])
					}
				}
			})
		}
	}
}

// randomBlock plays a HEADERS frame, at times with a hole or with a size update.
func (p *play) randomBlock(random *rand.Rand, stream uint32) {
	var block []byte
	switch random.IntN(12) {
	case 0:
		block = p.encoder[client].AppendSizeUpdate(block, uint32(random.IntN(3000)))
	case 1:
		block = append(block, 0xbe+byte(random.IntN(40))) // whatever is there
	}
	for range 1 + random.IntN(3) {
		name, value := fmt.Sprint("x-", random.IntN(8)), fmt.Sprint("value ", random.IntN(1000))
		block = append(block, p.block(client, name, value)...)
	}
	frame := h2decode.AppendFrame(nil, h2decode.TypeHeaders, h2decode.FlagEndHeaders, stream, &h2decode.HeadersFrame{Fragment: block})
	if random.IntN(10) > 0 {
		p.client(frame)
		return
	}
	cut := 9 + random.IntN(len(frame)-9)
	p.client(frame[:cut])
	p.lose(client, len(frame)-cut)
}

// A frame's own insertions and evictions can be told apart from the rest.
func TestInsertedByAFrame(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0, "x-a", "1"))
	p.client(p.request(3, 0, "x-a", "1"))
	p.client(p.request(5, 0, "x-b", "2"))
	c := p.now()
	names := func(n uint64) (s []string) {
		entries, _ := c.InsertedBy(client, n)
		for _, e := range entries {
			s = append(s, string(e.Name))
		}
		return s
	}
	if got := names(5); !slices.Equal(got, []string{":authority", "x-a"}) {
		t.Errorf("the first request puts in %v", got)
	}
	if got := names(6); got != nil {
		t.Errorf("the same again puts in %v", got)
	}
	if got := names(7); !slices.Equal(got, []string{"x-b"}) {
		t.Errorf("another puts in %v", got)
	}
	if table := c.Table(client, 6); table.Changed != 5 || table.Len() != 2 {
		t.Errorf("the table was changed last by %d, and has %d entries", table.Changed, table.Len())
	}
	if n := c.TableChanges(client); n != 3 || c.TableChange(client, 0) != 0 || c.TableChange(client, 2) != 7 {
		t.Errorf("%d changes", n)
	}
}

// Beyond its limit the history of a table ends, and says so.
func TestTableLimit(t *testing.T) {
	p := &play{t: t, capture: New(Limits{Table: 2000}), encoder: [2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}}
	p.recorder = p.capture.Recorder()
	p.open(h2decode.Config{})
	for id := uint32(1); id < 100; id += 2 {
		p.client(p.headers(client, id, 0, "x", fmt.Sprint(id)))
	}
	c := p.now()
	if !c.Table(client, 5).Known || c.Table(client, 49).Known {
		t.Error("the limit was not kept, or not told of")
	}
	if entries, _ := c.InsertedBy(client, 49); entries != nil {
		t.Errorf("entries beyond the limit: %v", entries)
	}
	if n := c.tables[client].entries.len(); n > 2000/96+1 {
		t.Errorf("%d entries kept", n)
	}
}
