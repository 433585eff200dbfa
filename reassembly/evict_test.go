package reassembly

import (
	"testing"
	"time"
)

// at is a hop at a time, in seconds.
func (h hop) at(t *Tracker, seconds int64) string {
	s := h.segment()
	s.Time = seconds * int64(time.Second)
	return t.Track(s).String()
}

// A connection leaves when it was idle for longer than the limit, on the clock of
// its segments; its rest is a new connection that continues it.
func TestIdleConnectionsLeave(t *testing.T) {
	tracker := NewTracker(TrackerConfig{IdleAge: 10 * time.Second})
	hop{1, 9, syn, 100, 0, ""}.at(tracker, 0)
	hop{2, 9, syn, 100, 0, ""}.at(tracker, 4)
	hop{9, 1, synAck, 500, 101, ""}.at(tracker, 5)
	for _, test := range []struct {
		now  int64
		want uint64 // which leaves; 0: none
	}{{14, 0}, {15, 2}, {15, 0}, {16, 1}, {100, 0}} {
		conn, left := tracker.Idle(test.now * int64(time.Second))
		if conn != test.want || left != (test.want != 0) {
			t.Errorf("at %d s connection %d leaves, %t; want %d", test.now, conn, left, test.want)
		}
	}
	if tracker.Len() != 0 {
		t.Errorf("%d connections are known", tracker.Len())
	}
	for i, want := range []string{"3/0 new continues 1", "4/0 new", "4/1"} {
		h := []hop{{1, 9, data, 101, 501, ""}, {2, 9, syn, 70000, 0, ""}, {9, 2, synAck, 90000, 70001, ""}}[i]
		if got := h.at(tracker, 101); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A segment that is older than the one before it does not make a connection older.
func TestIdleSinceTheNewestSegment(t *testing.T) {
	tracker := NewTracker(TrackerConfig{IdleAge: time.Second})
	hop{1, 9, data, 100, 0, ""}.at(tracker, 10)
	hop{1, 9, data, 90, 0, ""}.at(tracker, 5)
	if conn, left := tracker.Idle(11 * int64(time.Second)); left {
		t.Errorf("connection %d leaves", conn)
	}
}

// Without a limit nothing leaves by age; nothing leaves a tracker that knows none.
func TestNoIdleLimit(t *testing.T) {
	tracker := NewTracker(TrackerConfig{})
	if _, left := tracker.EvictOldest(); left {
		t.Error("a connection leaves that never was")
	}
	hop{1, 9, syn, 100, 0, ""}.at(tracker, 0)
	if _, left := tracker.Idle(1 << 62); left {
		t.Error("a connection leaves")
	}
}

// Those that were idle longest leave first, and their room is used again.
func TestEvictOldest(t *testing.T) {
	tracker := NewTracker(TrackerConfig{})
	for round := range 5 {
		for port := range uint16(100) {
			hop{port, 999, data, 100, 0, ""}.at(tracker, int64(round))
		}
		last := uint64(0)
		for range 60 {
			conn, left := tracker.EvictOldest()
			if !left || conn < last {
				t.Fatalf("round %d: connection %d leaves behind %d", round, conn, last)
			}
			last = conn
		}
	}
	if len(tracker.flows) != 100 || tracker.Len() != 40 {
		t.Errorf("%d connections in room for %d", tracker.Len(), len(tracker.flows))
	}
}

// A flow that left is not found by the cache, also where all its fields are those
// that a segment may have.
func TestLeftConnectionIsNotCached(t *testing.T) {
	tracker := NewTracker(TrackerConfig{})
	zero := hop{}.segment()
	zero.Src, zero.Dst = flow{}.key.low, flow{}.key.high
	tracker.Track(zero)
	tracker.EvictOldest()
	if got := tracker.Track(zero).String(); got != "2/0 new continues 1" {
		t.Error(got)
	}
}

func TestCrowded(t *testing.T) {
	for _, test := range []struct {
		crowded func() bool
		want    bool
	}{{nil, false}, {func() bool { return true }, true}, {func() bool { return false }, false}} {
		if got := NewTracker(TrackerConfig{Crowded: test.crowded}).Crowded(); got != test.want {
			t.Errorf("%t", got)
		}
	}
}

// Connections that come and go cost no memory in the long run.
func TestEvictionAllocates(t *testing.T) {
	tracker, segments := trackerTraffic(1000)
	tracker.cfg.MaxEvicted = 10
	i := 0
	if n := testing.AllocsPerRun(2000, func() {
		tracker.EvictOldest()
		tracker.Track(segments[i%len(segments)])
		i++
	}); n > 1 {
		t.Errorf("%v allocations a connection", n)
	}
}
