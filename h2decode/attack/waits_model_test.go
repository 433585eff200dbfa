package attack

import (
	"math/rand/v2"
	"testing"

	"h2scope/h2decode"
)

type silence struct{}

func (silence) Event(h2decode.Event) {}

// naiveWaits remembers every wait and looks at all of them at every step.
type naiveWaits struct {
	since   map[uint32]int64
	long    uint64
	longest int64
	found   bool
}

func (n *naiveWaits) look(now, streams, patience int64) {
	together := int64(0)
	for _, since := range n.since {
		if now-since > patience {
			together++
		}
	}
	n.found = n.found || together >= streams
}

func (n *naiveWaits) end(stream uint32, now, patience int64) {
	if took := now - n.since[stream]; took > patience {
		n.long++
		n.longest = max(n.longest, took)
	}
	delete(n.since, stream)
}

// Waits that are looked at only where one of them ends show the same as waits
// that are looked at all the time.
func TestWaitsAgreeWithNaiveOnes(t *testing.T) {
	shown := 0
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 0))
		streams, patience := 1+r.Int64N(5), 1+r.Int64N(4)
		w := New(nil, Thresholds{}, silence{})
		q := &waits{}
		q.init(slowRead, streams, patience, "held_ms")
		naive := naiveWaits{since: map[uint32]int64{}}
		var now int64
		for range 300 {
			now += r.Int64N(second)
			naive.look(now, streams, patience*second)
			o := &h2decode.Origin{Time: now, Packet: 1}
			stream := uint32(r.IntN(8))
			if x := q.open[stream]; x == nil {
				q.begin(q.add(stream), o)
				naive.since[stream] = now
			} else {
				w.end(q, x, o)
				q.remove(x)
				naive.end(stream, now, patience*second)
			}
		}
		o := &h2decode.Origin{Time: now, Packet: 1}
		for stream := range uint32(8) {
			if x := q.open[stream]; x != nil {
				w.end(q, x, o)
				q.remove(x)
				naive.end(stream, now, patience*second)
			}
		}
		if q.found != naive.found || q.long != naive.long || q.longest != naive.longest {
			t.Fatalf("seed %d: %v, %d long, up to %d; want %v, %d, %d", seed, q.found, q.long, q.longest, naive.found, naive.long, naive.longest)
		}
		if q.first != nil || q.last != nil || len(q.open) != 0 {
			t.Fatalf("seed %d: something is left", seed)
		}
		if q.found {
			shown++
		}
	}
	if shown == 0 || shown == 300 {
		t.Errorf("%d of 300 show", shown)
	}
}

// The memory of waits that are over is used again, and not kept without end.
func TestWaitsUseTheirMemoryAgain(t *testing.T) {
	q := &waits{}
	o := &h2decode.Origin{}
	for range 3 {
		for stream := range uint32(2 * maxFree) {
			q.begin(q.add(stream), o)
		}
		for stream := range uint32(2 * maxFree) {
			q.remove(q.open[stream])
		}
		if q.kept != maxFree {
			t.Fatalf("%d kept, want %d", q.kept, maxFree)
		}
	}
	first := q.add(1)
	if q.kept != maxFree-1 || first.queued || first.octets != 0 {
		t.Errorf("%d kept; %+v", q.kept, first)
	}
}
