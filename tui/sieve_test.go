package tui

import (
	"slices"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// ofType lets frames of a type through, and what has one.
type ofType struct {
	h2decode.Type
	asked *int // how many frames it was asked of
}

func (ofType) OfFrames() bool                                   { return true }
func (ofType) Conn(*timeline.Conn) bool                         { return false }
func (ofType) Exchange(*timeline.Conn, *timeline.Exchange) bool { return false }
func (f ofType) Frame(_ *timeline.Conn, x *timeline.Frame) bool {
	*f.asked++
	return x.Header.Type == f.Type
}
func (ofType) Finding(*timeline.Conn, *h2decode.Finding) bool { return false }

// A stream passes by one of its frames, a connection by one of its streams or
// frames; however little is judged at a time, the same passes, once.
func TestSieveInSmallSteps(t *testing.T) {
	for _, test := range []struct {
		kind             h2decode.Type
		conns, exchanges int
	}{
		{h2decode.TypePushPromise, 1, 1}, {h2decode.TypeGoAway, 1, 0}, {h2decode.TypeData, 2, 7}, {h2decode.TypePing, 0, 0},
	} {
		for _, budget := range []int{1, 30, 1000, 1 << 20} {
			m := NewModel(Options{View: "streams"})
			asked := 0
			m.Filter = ofType{test.kind, &asked}
			m.Snapshot = sampleNamed(t, "page-load").Snapshot()
			for view, want := range map[ViewID]int{Streams: test.exchanges, Connections: test.conns} {
				m.View = view
				steps := 0
				for before := asked; m.gather(budget); before = asked {
					if n := asked - before; n > budget/judgingFrame+1 {
						t.Fatalf("%d frames were judged at once with a budget of %d", n, budget)
					}
					steps++
				}
				rows := m.Lists[view].rows
				if len(rows) != want || len(slices.Compact(slices.Clone(rows))) != want {
					t.Errorf("%s in %s by %d: %v in %d steps, want %d", test.kind, view, budget, rows, steps, want)
				}
			}
		}
	}
}

// A connection is judged no further once it has passed.
func TestSieveStopsAtTheFirstFrameOfAConnection(t *testing.T) {
	m := NewModel(Options{View: "connections"})
	asked := 0
	m.Filter = ofType{h2decode.TypeSettings, &asked}
	m.Snapshot = sampleNamed(t, "page-load").Snapshot()
	m.View = Connections
	m.gather(1 << 20)
	if asked != 2 {
		t.Errorf("%d frames were judged of two connections that begin with SETTINGS", asked)
	}
}

// What is open when it is judged first is judged again when it has grown.
func TestSieveJudgesAgainWhatGoesOn(t *testing.T) {
	r := record()
	r.begin()
	m := r.model(Size{80, 24})
	m.Filter = long{}
	send := func(kind h2decode.Type, flags h2decode.Flags, p h2decode.Payload, side h2decode.Side) {
		r.send(side, frameOf(kind, flags, 1, p))
		r.recorder.Publish()
		m = r.fetch(m.Update(Ticked{Snapshot: r.capture.Snapshot(), Status: Status{Name: "growing"}}))
	}
	send(h2decode.TypeHeaders, h2decode.FlagEndHeaders|h2decode.FlagEndStream, &h2decode.HeadersFrame{Fragment: []byte{0x82, 0x84, 0x86, 0x41, 0}}, h2decode.Client)
	if n := len(m.Lists[Streams].rows); n != 0 {
		t.Fatalf("%d streams pass before there is any DATA", n)
	}
	send(h2decode.TypeHeaders, h2decode.FlagEndHeaders, &h2decode.HeadersFrame{Fragment: []byte{0x88}}, h2decode.Server)
	send(h2decode.TypeData, 0, &h2decode.DataFrame{Data: make([]byte, 100)}, h2decode.Server)
	if n := len(m.Lists[Streams].rows); n != 1 {
		t.Errorf("%d streams pass when the response has 100 octets", n)
	}
}

// long lets exchanges through whose response has 100 octets.
type long struct{ onlyStream }

func (long) Exchange(_ *timeline.Conn, x *timeline.Exchange) bool { return x.Response.DataBytes >= 100 }
