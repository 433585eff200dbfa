package reassembly

import (
	"testing"
)

// held writes pieces as offset:data, with ~ and the end where they were cut.
func held(r *reorder) string {
	out := ""
	for _, p := range r.pieces[r.head:] {
		out += " " + string(rune('0'+p.off)) + ":" + string(p.data)
		if p.cutEnd != 0 {
			out += "~" + string(rune('0'+p.cutEnd))
		}
	}
	return out
}

func TestPut(t *testing.T) {
	type put struct {
		off    int64
		data   string
		cutEnd int64
	}
	for _, test := range []struct {
		name string
		puts []put
		want string
	}{
		{"apart", []put{{5, "f", 0}, {1, "b", 0}, {3, "d", 0}}, " 1:b 3:d 5:f"},
		{"same", []put{{1, "bc", 0}, {1, "BC", 0}}, " 1:bc"},
		{"inside", []put{{1, "bcd", 0}, {2, "C", 0}}, " 1:bcd"},
		{"around", []put{{2, "c", 0}, {1, "BCD", 0}}, " 1:B 2:c 3:D"},
		{"before", []put{{2, "cd", 0}, {1, "BC", 0}}, " 1:B 2:cd"},
		{"behind", []put{{1, "bc", 0}, {2, "CD", 0}}, " 1:bc 3:D"},
		{"between and over", []put{{1, "b", 0}, {4, "e", 0}, {0, "ABCDEF", 0}}, " 0:A 1:b 2:CD 4:e 5:F"},
		{"cut", []put{{1, "b", 4}}, " 1:b~4"},
		{"cut to nothing", []put{{1, "", 4}}, " 1:~4"},
		{"cut, then whole", []put{{1, "b", 4}, {1, "bcd", 0}}, " 1:b~4 2:cd"},
		{"whole, then cut", []put{{1, "bcd", 0}, {1, "b", 4}}, " 1:bcd"},
		{"cut behind a longer piece", []put{{1, "bcd", 0}, {1, "b", 7}}, " 1:bcd 4:~7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, pool := new(reorder), NewPool()
			for _, p := range test.puts {
				r.put(pool, p.off, []byte(p.data), p.cutEnd, origin{})
			}
			if got := held(r); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
			octets := 0
			for r.len() > 0 {
				octets += len(r.pop().data)
			}
			if r.octets != 0 || octets == 0 && test.name != "cut to nothing" {
				t.Errorf("%d octets counted, %d popped", r.octets, octets)
			}
		})
	}
}

// A long queue that is used from both ends stays in order and is compacted.
func TestPopCompacts(t *testing.T) {
	r, pool := new(reorder), NewPool()
	next := int64(0)
	for i := range int64(10_000) {
		r.put(pool, 2*i, []byte{1}, 0, origin{})
		if i%4 != 0 {
			p := r.pop()
			if p.off != next {
				t.Fatalf("popped %d, want %d", p.off, next)
			}
			next += 2
			pool.drop(p)
		}
	}
	if r.len() != 2500 || cap(r.pieces) > 16_384 {
		t.Errorf("%d pieces in room for %d", r.len(), cap(r.pieces))
	}
}

// ACKs to watch are bounded: the newest two become one.
func TestWatchIsBounded(t *testing.T) {
	r := new(reorder)
	for i := range int64(100) {
		r.watch(ackMark{upTo: i})
	}
	if n := len(r.marks); n != maxMarks || r.marks[n-1].upTo != 99 || r.marks[0].upTo != 0 {
		t.Errorf("%d marks: %v", n, r.marks)
	}
	r.unwatch(maxMarks)
	if !r.idle() {
		t.Error("not idle")
	}
}

// Buffers come back in their size; what no size fits is left alone.
func TestPoolBuffers(t *testing.T) {
	pool := NewPool()
	for _, n := range []int{0, 1, 256, 257, 2048, 9000, 65535, 65536, 500_000} {
		b := pool.copy(make([]byte, n))
		if len(b) != n {
			t.Fatalf("%d octets of %d", len(b), n)
		}
		pool.release(b)
		again := pool.copy(make([]byte, n))
		if n <= 65536 && &again[:1][0] != &b[:1][0] {
			t.Errorf("%d octets: not used again", n)
		}
	}
}
