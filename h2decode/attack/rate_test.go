package attack

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// naiveRate is a rate that remembers everything.
type naiveRate struct {
	times   []int64
	counted []bool
}

// add reports whether more than limit events lie in the span that ends with t,
// and marks these as counted.
func (r *naiveRate) add(t, limit, span int64) (above bool) {
	r.times, r.counted = append(r.times, t), append(r.counted, false)
	first := len(r.times) - 1
	for first > 0 && t-r.times[first-1] < span {
		first--
	}
	if int64(len(r.times)-first) <= limit {
		return false
	}
	for i := first; i < len(r.times); i++ {
		r.counted[i] = true
	}
	return true
}

func (r *naiveRate) count() (n uint64) {
	for _, counted := range r.counted {
		if counted {
			n++
		}
	}
	return n
}

// A rate agrees with one that remembers everything, and counts exactly the events
// that lie in a second with more than the limit of them.
func TestRateAgreesWithANaiveOne(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		limit, span := 1+r.Int64N(30), 1+r.Int64N(1000)
		var fast rate
		var naive naiveRate
		var now int64
		var count uint64
		for i := range 2000 {
			if r.IntN(50) == 0 {
				now += r.Int64N(3 * span)
			}
			now += r.Int64N(1 + 2*span/limit)
			above := fast.add(tick{time: now, packet: uint64(i)}, limit, span)
			if want := naive.add(now, limit, span); above != want {
				t.Fatalf("seed %d, event %d: above %v, want %v", seed, i, above, want)
			}
			if above {
				count += fast.uncounted()
				if count != naive.count() {
					t.Fatalf("seed %d, event %d: %d counted, want %d", seed, i, count, naive.count())
				}
			}
			if int64(fast.n) > limit+1 || len(fast.ticks) > max(8, 2*int(limit+1)) {
				t.Fatalf("seed %d: %d events held, in room for %d", seed, fast.n, len(fast.ticks))
			}
		}
		if fast.total != 2000 {
			t.Errorf("seed %d: %d in total", seed, fast.total)
		}
	}
}

// What a rate says it has seen at most is never more than there was, and above
// the limit where the rate was.
func TestRateSaysHowManyThereWere(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 1))
		limit, span := 1+r.Int64N(20), int64(1000)
		var fast rate
		var times []int64
		var now, most int64
		found := false
		for range 1000 {
			now += r.Int64N(200)
			times = append(times, now)
			found = fast.add(tick{time: now}, limit, span) || found
			n := int64(0)
			for i := len(times) - 1; i >= 0 && now-times[i] < span; i-- {
				n++
			}
			most = max(most, n)
		}
		if fast.most > most || found && fast.most <= limit {
			t.Errorf("seed %d: says %d, there were %d; limit %d, found %v", seed, fast.most, most, limit, found)
		}
	}
}

// A rate of nothing holds nothing, and of a few holds little.
func TestRateHoldsLittle(t *testing.T) {
	var r rate
	if r.ticks != nil {
		t.Error("holds something at first")
	}
	for i := range int64(100_000) {
		r.add(tick{time: i * second / 5}, 1_000_000, second)
	}
	if len(r.ticks) > 8 {
		t.Errorf("room for %d of 5 a second", len(r.ticks))
	}
}

func TestRateOnAClockThatGoesBack(t *testing.T) {
	var r rate
	for i, now := range []int64{10, 5, 0, -5 * second, 20} {
		if above := r.add(tick{time: now}, 4, second); above != (i == 4) {
			t.Errorf("event %d at %d: above %v", i, now, above)
		}
	}
}

func TestRecentForgetsTheOldest(t *testing.T) {
	var r recent
	if r.has(1) || r.remove(1) {
		t.Error("has something at first")
	}
	for i := range uint32(10 * maxProvoked) {
		r.add(i)
		if i >= maxProvoked && !r.has(i-maxProvoked+1) {
			t.Fatalf("%d is forgotten after %d more", i-maxProvoked+1, maxProvoked-1)
		}
		if n := len(r.now) + len(r.before); n > 2*maxProvoked {
			t.Fatalf("%d are remembered", n)
		}
	}
	last := uint32(10*maxProvoked - 1)
	if !r.remove(last) || r.has(last) || r.remove(last) {
		t.Error("what is removed stays")
	}
	if r.has(0) {
		t.Error("the first is remembered")
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "axc", 1},
		{"abc", "ac", 1}, {"ac", "abc", 1}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2},
	} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("from %q to %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

// Connections that there is no room for are counted.
func TestChurnIsBounded(t *testing.T) {
	c := NewChurn(Thresholds{})
	c.short = make([]Opening, maxOpenings)
	c.Add(Opening{Streams: 2})
	c.Add(Opening{Streams: 3})
	if c.Omitted() != 1 || len(c.short) != maxOpenings {
		t.Errorf("%d omitted, %d kept", c.Omitted(), len(c.short))
	}
}

// A watch is small: a capture may have very many connections at once.
func TestWatchIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Watch{}); size > 4<<10 {
		t.Errorf("%d octets", size)
	}
}
