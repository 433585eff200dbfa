package perfetto

import (
	"fmt"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// check holds what must be true of every trace.
func check(t *testing.T, r *readTrace, s *timeline.Snapshot) {
	t.Helper()
	names := make(map[string]bool)
	processes := 0
	for _, k := range r.tracks {
		if key := fmt.Sprint(k.parent, k.name); names[key] {
			t.Errorf("two tracks are %q below %d: the viewer would merge them", k.name, k.parent)
		} else {
			names[key] = true
		}
		if k.process != 0 {
			processes++
		} else if r.track(k.parent) == nil && (k.name != "capture" || len(s.Findings()) == 0) {
			t.Errorf("track %q has no parent", k.name)
		}
	}
	if processes != len(s.Conns()) {
		t.Errorf("%d processes for %d connections", processes, len(s.Conns()))
	}
	checkFindings(t, r, s)
	checkCounts(t, r, s)
	checkNesting(t, r)
	checkExchanges(t, r, s)
}

// checkCounts holds that each gap, RST_STREAM and GOAWAY is an instant.
func checkCounts(t *testing.T, r *readTrace, s *timeline.Snapshot) {
	t.Helper()
	got, want := make(map[string]int), make(map[string]int)
	for _, e := range r.events {
		if e.kind == instant && (e.category == "gap" || e.category == "ending") {
			got[e.category]++
		}
	}
	for _, c := range s.Conns() {
		want["gap"] += len(c.Gaps())
		want["ending"] += c.Endings()
	}
	if got["gap"] != want["gap"] || got["ending"] != want["ending"] {
		t.Errorf("%v, want %v", got, want)
	}
}

// checkFindings holds that each finding is an instant where it was found.
func checkFindings(t *testing.T, r *readTrace, s *timeline.Snapshot) {
	t.Helper()
	var got []readEvent
	for _, e := range r.events {
		if e.category == "finding" {
			got = append(got, e)
		}
	}
	var want []h2decode.Finding
	for _, c := range s.Conns() {
		for i := range c.Findings() {
			want = append(want, c.Finding(i))
		}
	}
	for i, f := range append(want, s.Findings()...) {
		if len(got) <= i || got[i].name != f.Rule || got[i].time != stamp(f.Time) || got[i].arguments["packet"] != int64(f.Packet) {
			t.Fatalf("finding %s in packet %d is not in the trace", f.Rule, f.Packet)
		}
	}
}

// checkNesting holds that the slices of a track lie in one another, and that
// time does not run backwards on it.
func checkNesting(t *testing.T, r *readTrace) {
	t.Helper()
	depth, last := make(map[uint64]int), make(map[uint64]uint64)
	for _, e := range r.events {
		k := r.track(e.track)
		switch {
		case k == nil:
			t.Fatalf("%q is on no track", e.name)
		case k.counter != (e.kind == counterValue):
			t.Fatalf("an event of type %d on %q", e.kind, k.name)
		case e.kind == instant:
			continue // they come when the slices are through; the viewer sorts
		case e.time < last[e.track]:
			t.Fatalf("%q on %q goes back in time", e.name, k.name)
		}
		last[e.track] = e.time
		switch e.kind {
		case sliceBegin:
			depth[e.track]++
		case sliceEnd:
			depth[e.track]--
		}
		if depth[e.track] < 0 || depth[e.track] > 2 {
			t.Fatalf("%d slices are open on %q", depth[e.track], k.name)
		}
	}
	for track, n := range depth {
		if n != 0 {
			t.Errorf("%d slices of %q have no end", n, r.track(track).name)
		}
	}
}

// checkExchanges holds that each exchange has its slices, with the times that the
// record has.
func checkExchanges(t *testing.T, r *readTrace, s *timeline.Snapshot) {
	t.Helper()
	perTrack := make(map[uint64][]readEvent)
	for _, e := range r.events {
		perTrack[e.track] = append(perTrack[e.track], e)
	}
	streams := make(map[string]uint64)
	for _, k := range r.tracks {
		if group := r.track(k.parent); group != nil && group.name == "streams" {
			if !group.ordered {
				t.Error("streams would stand in order of their names: 1, 11, 3")
			}
			streams[fmt.Sprint(r.track(group.parent).process, k.name)] = k.id
		}
	}
	for _, c := range s.Conns() {
		for i := range c.Exchanges() {
			x := c.Exchange(i)
			events := perTrack[streams[fmt.Sprint(c.Number(), fmt.Sprintf("stream %d", x.ID))]]
			segments := c.Segments(&x)
			if len(events) == 0 || len(segments) > 0 && events[0].time != stamp(segments[0].From) {
				t.Errorf("connection %d, stream %d has %d events", c.Number(), x.ID, len(events))
			}
			slices := 0
			for _, e := range events {
				if e.kind == sliceBegin {
					slices++
				}
			}
			if want := len(segments) + min(1, len(segments)); slices != want {
				t.Errorf("connection %d, stream %d has %d slices, want %d", c.Number(), x.ID, slices, want)
			}
		}
	}
}
