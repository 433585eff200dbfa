package timeline

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// limited has the play recorded by a capture that forgets, and gives a second one
// that is told the same and keeps all.
func limited(p *play, memory int) (whole *Recorder) {
	keepsAll := New(Limits{}).Recorder()
	p.capture = New(Limits{Memory: memory})
	p.recorder = p.capture.Recorder()
	opened := &h2decode.ConnectionOpened{Conn: 1, Packet: 1}
	p.Event(opened)
	keepsAll.Event(opened)
	p.recorder.Observe(1, p.conn)
	keepsAll.Observe(1, p.conn)
	p.watchers = append(p.watchers, keepsAll.Event)
	return keepsAll
}

func (r *Recorder) conn(number uint64) *Conn {
	r.Publish()
	return r.capture.Snapshot().Conn(number)
}

// The state behind what was forgotten equals what replaying everything from the
// start gives.
func TestStateBehindWhatWasForgotten(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			tr := newTraffic(t, seed)
			limited(tr.play, 300<<10)
			l := newLedger(tr.play)
			tr.client([]byte(h2decode.Preface))
			for i := range 1600 {
				tr.mute = seed%2 == 1 && i < 1500
				tr.play1()
				tr.recorder.Publish()
			}
			l.end()
			c := tr.now()
			if c.FirstFrame() < 100 || c.Len() != len(l.moments)-1 {
				t.Fatalf("%d frames, kept from %d on, of %d", c.Len(), c.FirstFrame(), len(l.moments)-1)
			}
			for n := c.FirstFrame() - 1; n < uint64(len(l.moments)); n++ {
				compareMoment(t, c, n, &l.moments[n])
				if t.Failed() {
					return
				}
			}
			if early := c.AtFrame(3); early.Frame != c.FirstFrame()-1 {
				t.Errorf("the state after frame 3 is given as that after frame %d", early.Frame)
			}
		})
	}
}

// What is kept is the same as where nothing was forgotten.
func TestWhatIsKeptIsTheSame(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			tr := newTraffic(t, seed)
			whole := limited(tr.play, 300<<10)
			tr.client([]byte(h2decode.Preface))
			for range 2000 {
				tr.play1()
				if tr.rand.IntN(200) == 0 {
					tr.lose(client, tr.rand.IntN(30))
				}
				if tr.rand.IntN(5) == 0 {
					tr.recorder.Publish()
				}
			}
			got, want := tr.now(), whole.conn(1)
			if got.FirstFrame() < 100 || got.Totals() != want.Totals() {
				t.Fatalf("kept from frame %d on, totals %+v, want %+v", got.FirstFrame(), got.Totals(), want.Totals())
			}
			compareKept(t, got, want)
			over := &h2decode.Connection{Number: 1, Closed: tr.time}
			tr.conn.Finish(over, tr.packet, tr.time)
			compareKept(t, tr.now(), whole.conn(1))
		})
	}
}

func compareKept(t *testing.T, got, want *Conn) {
	t.Helper()
	equal := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	first := got.FirstFrame()
	for n := first; n <= uint64(got.Len()); n++ {
		equal(fmt.Sprint("frame ", n), got.Frame(n), want.Frame(n))
		for side := range h2decode.Side(2) {
			a, evictedA := got.InsertedBy(side, n)
			b, evictedB := want.InsertedBy(side, n)
			equal(fmt.Sprint("inserted by frame ", n), a, b)
			equal(fmt.Sprint("evicted by frame ", n), evictedA, evictedB)
		}
	}
	kept := 0
	for i := got.NextExchange(0); i < got.Exchanges(); i = got.NextExchange(i + 1) {
		kept++
		compareWhole(t, got, want, i)
	}
	if _, forgotten, _ := got.Forgotten(); kept == 0 || uint64(kept)+forgotten != uint64(want.Exchanges()) {
		t.Errorf("%d exchanges are kept and %d forgotten of %d", kept, forgotten, want.Exchanges())
	}
	for i := got.FirstStall(); i < got.Stalls(); i++ {
		equal(fmt.Sprint("stall ", i), got.Stall(i), want.Stall(i))
	}
	for i := got.FirstEnding(); i < got.Endings(); i++ {
		a, b := got.Ending(i), want.Ending(i)
		if b.Cause < first {
			b.Cause = a.Cause
		}
		equal(fmt.Sprint("ending ", i), a, b)
	}
	for side := range h2decode.Side(2) {
		equal("pings", got.Pings(side), behind(want.Pings(side), func(p Ping) bool { return p.Frame >= first }))
	}
	equal("priorities", got.PriorityChanges(), behind(want.PriorityChanges(), func(p PriorityChange) bool { return p.Frame >= first }))
	equal("gaps", len(got.Gaps()) <= len(want.Gaps()), true)
	equal("whole windows", behind(points(got, server, 0), func(p WindowPoint) bool { return p.Frame >= first }),
		behind(points(want, server, 0), func(p WindowPoint) bool { return p.Frame >= first }))
}

func compareWhole(t *testing.T, got, want *Conn, i int) {
	t.Helper()
	a, b := got.Exchange(i), want.Exchange(i)
	for side := range h2decode.Side(2) {
		if fieldsOf(got, &a, side) != fieldsOf(want, &b, side) {
			t.Errorf("exchange %d: fields of the %s %v, want %v", i, side, fieldsOf(got, &a, side), fieldsOf(want, &b, side))
		}
	}
	later := func(n uint64) bool { return n >= got.FirstFrame() }
	if !slices.Equal(slices.Collect(got.FramesOf(a.ID)), behind(slices.Collect(want.FramesOf(a.ID)), later)) {
		t.Errorf("exchange %d has other frames", i)
	}
	onTime := func(p WindowPoint) bool { return p.Frame >= got.FirstFrame() }
	if !slices.Equal(behind(points(got, server, a.ID), onTime), behind(points(want, server, b.ID), onTime)) {
		t.Errorf("exchange %d has other windows", i)
	}
	a.sections, b.sections, a.lastStall, b.lastStall = [2]messageRefs{}, [2]messageRefs{}, 0, 0
	if !reflect.DeepEqual(a, b) {
		t.Errorf("exchange %d is %+v, want %+v", i, a, b)
	}
	if found, ok := got.ExchangeOf(a.ID); !ok || found.Index != i {
		t.Errorf("exchange %d is not found by its stream %d", i, a.ID)
	}
}

func points(c *Conn, sender h2decode.Side, stream uint32) []WindowPoint {
	return slices.Collect(c.Windows(sender, stream))
}

func behind[T any](all []T, keep func(T) bool) []T {
	kept := make([]T, 0, len(all))
	for _, e := range all {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	return kept
}

// fieldsOf is what a side sent, as text.
func fieldsOf(c *Conn, x *Exchange, side h2decode.Side) string {
	f := c.Fields(x, side)
	var text []byte
	for _, section := range append([][]hpack.Field{f.Fields, f.Trailers}, f.Interim...) {
		for _, field := range section {
			text = fmt.Appendf(text, "%s: %s %v\n", field.Name, field.Value, field.Representation)
		}
		text = append(text, '\n')
	}
	return string(text)
}

// Whoever has a snapshot keeps what is in it, also what was forgotten since.
func TestSnapshotsOutliveForgetting(t *testing.T) {
	tr := newTraffic(t, 1)
	limited(tr.play, 300<<10)
	tr.client([]byte(h2decode.Preface))
	for range 300 {
		tr.play1()
	}
	c := tr.now()
	before := fmt.Sprint(c.Frame(5), c.AtFrame(200).Streams, fieldsOf(c, pointer(c.Exchange(3)), client))
	for i := range 3000 {
		if tr.play1(); i%20 == 0 {
			tr.recorder.Publish()
		}
	}
	if now := tr.now(); now.FirstFrame() < 300 {
		t.Fatalf("kept from frame %d on", now.FirstFrame())
	}
	if after := fmt.Sprint(c.Frame(5), c.AtFrame(200).Streams, fieldsOf(c, pointer(c.Exchange(3)), client)); after != before {
		t.Errorf("was %s, is %s", before, after)
	}
}

func pointer[T any](v T) *T { return &v }
