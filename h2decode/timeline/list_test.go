package timeline

import (
	"testing"
	"unsafe"
)

// Elements are where locate says, chunk after chunk without a hole.
func TestListLocatesElements(t *testing.T) {
	chunk, place := -1, 0
	for i := range 3 * lastChunk {
		c, p := locate(i)
		if p == 0 {
			chunk, place = chunk+1, 0
		}
		if c != chunk || p != place {
			t.Fatalf("element %d is at %d, %d; want %d, %d", i, c, p, chunk, place)
		}
		if size := min(firstChunk<<c, lastChunk); p >= size {
			t.Fatalf("element %d is at %d of a chunk of %d", i, p, size)
		}
		place++
	}
}

// A copy of a list is a snapshot: what is appended later is not in it, and what
// is in it stays.
func TestListCopiesAreSnapshots(t *testing.T) {
	var l list[int]
	var snapshots []list[int]
	for i := range 20000 {
		if i%777 == 0 {
			snapshots = append(snapshots, l)
		}
		if got := *l.add(i); got != i || *l.last() != i {
			t.Fatalf("added %d, got %d", i, got)
		}
	}
	for k, s := range snapshots {
		if s.len() != k*777 {
			t.Fatalf("snapshot %d has %d elements", k, s.len())
		}
		for i := range s.len() {
			if *s.at(i) != i {
				t.Fatalf("snapshot %d: element %d is %d", k, i, *s.at(i))
			}
		}
	}
}

func TestListSearchesAndSlices(t *testing.T) {
	var l list[int]
	if i := l.search(func(*int) bool { return true }); i != 0 {
		t.Errorf("in an empty list: %d", i)
	}
	for i := range 1000 {
		l.add(2 * i)
	}
	for _, c := range []struct{ least, want int }{{-5, 0}, {0, 0}, {1, 1}, {500, 250}, {1998, 999}, {1999, 1000}} {
		if got := l.search(func(v *int) bool { return *v >= c.least }); got != c.want {
			t.Errorf("the first of %d or more is %d, want %d", c.least, got, c.want)
		}
	}
	if s := l.slice(15, 18); len(s) != 3 || s[0] != 30 || s[2] != 34 {
		t.Errorf("slice: %v", s)
	}
	if s := l.slice(5, 5); len(s) != 0 {
		t.Errorf("empty slice: %v", s)
	}
}

// What is kept millions of times has the size that it is said to have.
func TestSizesOfRecords(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want uintptr
	}{
		{"frame", unsafe.Sizeof(frame{}), 48},
		{"exchange", unsafe.Sizeof(exchange{}), 168},
		{"StreamState", unsafe.Sizeof(StreamState{}), 48},
		{"tableChange", unsafe.Sizeof(tableChange{}), 28},
	} {
		if c.got != c.want {
			t.Errorf("%s takes %d octets, want %d", c.name, c.got, c.want)
		}
	}
}

// A list has as many elements as there is room for: a connection that goes on for
// days has more than a million frames.
func TestListOfAMillion(t *testing.T) {
	var l list[byte]
	for i := range 1 << 20 {
		l.add(byte(i))
	}
	if last := *l.last(); l.len() != 1<<20 || last != 255 {
		t.Errorf("%d elements, the last is %d", l.len(), last)
	}
}

// What is before an element is forgotten, as far as whole chunks are given up;
// elements keep their index, and copies all that they have.
func TestListForgets(t *testing.T) {
	for _, first := range []int{0, 1, firstChunk, 500, 5000, 9999, 10000} {
		var l list[int]
		for i := range 10000 {
			l.add(i)
		}
		whole := l
		l.forget(first)
		l.forget(first / 2) // no more than that
		if l.begin() != first || l.len() != 10000 || l.empty() != (first == 10000) {
			t.Fatalf("from %d on: begins at %d of %d, empty: %v", first, l.begin(), l.len(), l.empty())
		}
		l.add(10000)
		for i := first; i <= 10000; i++ {
			if *l.at(i) != i {
				t.Fatalf("from %d on: element %d is %d", first, i, *l.at(i))
			}
		}
		if at := l.search(func(i *int) bool { return *i >= 3 }); at != max(3, first) {
			t.Errorf("from %d on: found at %d", first, at)
		}
		if kept := l.kept(); len(kept) != 10001-first || kept[0] != first || len(l.slice(0, 10001)) != len(kept) {
			t.Errorf("from %d on: %d are kept", first, len(kept))
		}
		if whole.len() != 10000 || *whole.at(0) != 0 || whole.size() < l.size()-8*lastChunk-24 {
			t.Errorf("from %d on: the copy has changed", first)
		}
		if first == 10000 && l.size() > 8*lastChunk+24 {
			t.Errorf("an empty list took %d octets", l.size())
		}
	}
}
