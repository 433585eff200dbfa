package h2scope_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"h2scope"
	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/h2decode"
	"h2scope/reassembly"
)

// copied is what a second capture of the same traffic has, from further on its
// way: each packet is later by what is less than a millisecond.
func copied(r *rand.Rand, packets []capture.Packet) []capture.Packet {
	late := slices.Clone(packets)
	behind := r.Int64N(int64(time.Millisecond))
	for i := range late {
		late[i].Time += behind
	}
	return late
}

// merge puts two captures into one, by time.
func merge(a, b []capture.Packet) []capture.Packet {
	both := slices.Concat(a, b)
	slices.SortStableFunc(both, func(a, b capture.Packet) int { return int(max(-1, min(1, a.Time-b.Time))) })
	return renumbered(both)
}

// A pathCounts is what the connections' paths told.
type pathCounts struct{ segments, retransmissions, duplicates, gaps uint64 }

// pathOf decodes packets for what TCP tells alone.
func pathOf(t *testing.T, packets []capture.Packet, cfg h2scope.Config) pathCounts {
	t.Helper()
	g := &pathGatherer{}
	src := &memorySource{packets: packets}
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return g }, io.Discard); err != nil {
		t.Fatal(err)
	}
	return g.sum
}

type pathGatherer struct{ sum pathCounts }

func (g *pathGatherer) Event(dst []byte, e h2decode.Event) []byte {
	if closed, ok := e.(*h2decode.ConnectionClosed); ok {
		for side := range 2 {
			tcp := &closed.Connection.TCP
			g.sum.segments += tcp.Packets[side]
			g.sum.retransmissions += tcp.Retransmissions[side]
			g.sum.duplicates += tcp.Duplicates[side]
			g.sum.gaps += tcp.Gaps[side]
		}
	}
	return dst
}

// Two captures of the same traffic show it once: the second of each packet is a
// duplicate and no retransmission. Only an RST without an IP identification is
// none, since there is one for each segment that it answers, all alike.
func TestMergedCapturesShowTheTrafficOnce(t *testing.T) {
	effort(t)
	for _, c := range wholes(t) {
		r := rand.New(rand.NewPCG(1, uint64(len(c.packets))))
		both := merge(c.packets, copied(r, c.packets))
		one, two := pathOf(t, renumbered(slices.Clone(c.packets)), c.cfg), pathOf(t, both, c.cfg)
		want := one
		want.segments = two.segments // a copied fragment is none
		want.duplicates += two.segments - one.segments - resets(c.packets)
		if two != want {
			t.Errorf("%s: %+v, want %+v", c.name, two, want)
		}
		same(t, c.name, watched(t, both, c.cfg), c.truth)
	}
}

// resets counts the RSTs without an IP identification.
func resets(packets []capture.Packet) (n uint64) {
	d := capture.NewDissector(capture.DissectorConfig{})
	for i := range packets {
		var s segment.Segment
		if d.Dissect(&packets[i], "", &s) == capture.Found && s.Flags.Has(segment.RST) && s.IPID == 0 {
			n++
		}
	}
	return n
}

// What one of two captures lacks the other has: merged, nothing is missing. The
// first packets of a connection are in the earlier capture: where they come after
// what they open, they come too late.
func TestMergedCapturesFillEachOthersGaps(t *testing.T) {
	effort(t)
	for _, c := range wholes(t) {
		r := rand.New(rand.NewPCG(2, uint64(len(c.packets))))
		var first, second []capture.Packet
		late, opens := copied(r, c.packets), opening(c.packets)
		for i := range c.packets {
			switch n := r.IntN(5); {
			case n == 0 || n == 1 && opens[i]:
				first = append(first, c.packets[i])
			case n == 1:
				second = append(second, late[i])
			default:
				first, second = append(first, c.packets[i]), append(second, late[i])
			}
		}
		both := merge(first, second)
		if gaps := pathOf(t, both, c.cfg).gaps; gaps != 0 {
			t.Errorf("%s: %d gaps", c.name, gaps)
		}
		same(t, c.name, watched(t, both, c.cfg), c.truth)
	}
}

// opening reports of each packet whether it is one of the first of its connection.
func opening(packets []capture.Packet) []bool {
	d, tracker := capture.NewDissector(capture.DissectorConfig{}), reassembly.NewTracker(reassembly.TrackerConfig{})
	opens, seen := make([]bool, len(packets)), map[uint64]int{}
	for i := range packets {
		var s segment.Segment
		if d.Dissect(&packets[i], "", &s) == capture.Found {
			conn := tracker.Track(&s).Conn
			seen[conn]++
			opens[i] = seen[conn] <= 8
		}
	}
	return opens
}

// same holds that all that was sent is shown, and no more.
func same(t *testing.T, name string, got, want map[string][]*shownHalf) {
	t.Helper()
	for direction, halves := range want {
		shown := got[direction]
		if len(shown) != len(halves) {
			t.Errorf("%s: %s: %d connections, want %d", name, direction, len(shown), len(halves))
			continue
		}
		for i, h := range halves {
			if a, b := fmt.Sprint(shown[i].frames), fmt.Sprint(h.frames); a != b {
				t.Errorf("%s: %s: %d frames, want the %d of one capture", name, direction, len(shown[i].frames), len(h.frames))
			}
		}
	}
}
