package timeline

import (
	"math/bits"
	"slices"
	"unsafe"
)

// The chunks of a list hold 16, 32, 64, … and from the sixth on 512 elements:
// a short list is small, and a long one has little room to spare.
const (
	firstChunk = 16
	doublings  = 5
	lastChunk  = firstChunk << doublings
)

// A list is an array that grows at its end, and is forgotten from its front. Its
// elements stay where they are, and keep their index, so that a copy of a list is
// a snapshot of it: whoever has one may read the elements that it has while
// another goroutine appends to the original, or has it forget.
type list[T any] struct {
	chunks [][]T
	gone   uint32 // chunks before these, which are not held any more
	first  uint32 // the first element that was not forgotten
	n      int
}

// locate is the chunk that element i is in, and its place there.
func locate(i int) (chunk, place int) {
	i += firstChunk
	if i < lastChunk {
		k := bits.Len(uint(i/firstChunk)) - 1
		return k, i - firstChunk<<k
	}
	i -= lastChunk
	return doublings + i/lastChunk, i % lastChunk
}

// len is how many elements there were, those that were forgotten included.
func (l *list[T]) len() int { return l.n }

// begin is the index of the first element that is kept, len where none is.
func (l *list[T]) begin() int { return int(l.first) }

// empty says that no element is kept.
func (l *list[T]) empty() bool { return int(l.first) == l.n }

// at is element i, begin ≤ i < len.
func (l *list[T]) at(i int) *T {
	chunk, place := locate(i)
	return &l.chunks[chunk-int(l.gone)][place]
}

// last is the newest element; the list must not be empty.
func (l *list[T]) last() *T { return l.at(l.n - 1) }

// add appends v and returns its place in the list's memory.
func (l *list[T]) add(v T) *T {
	chunk, place := locate(l.n)
	if chunk -= int(l.gone); chunk == len(l.chunks) {
		l.chunks = append(l.chunks, make([]T, firstChunk<<min(len(l.chunks)+int(l.gone), doublings)))
	}
	l.n++
	p := &l.chunks[chunk][place]
	*p = v
	return p
}

// forget gives up the elements before first, and the chunks that only they were
// in. Copies of the list keep theirs.
func (l *list[T]) forget(first int) {
	if first <= l.begin() {
		return
	}
	l.first = uint32(first)
	chunk, _ := locate(first)
	drop := chunk - int(l.gone)
	l.gone = uint32(chunk)
	switch {
	case l.empty():
		l.chunks = nil
	case drop > 0:
		l.chunks = slices.Clone(l.chunks[drop:])
	}
}

// size is how many octets of memory the list takes, without what its elements
// point to.
func (l *list[T]) size() int {
	var element T
	room := roomBefore(int(l.gone)+len(l.chunks)) - roomBefore(int(l.gone))
	return room*int(unsafe.Sizeof(element)) + len(l.chunks)*int(unsafe.Sizeof([]T(nil)))
}

// roomBefore is how many elements the chunks before one have room for.
func roomBefore(chunk int) int {
	if chunk <= doublings {
		return firstChunk<<chunk - firstChunk
	}
	return lastChunk - firstChunk + (chunk-doublings)*lastChunk
}

// search is the first i that is kept for which after holds, len where there is
// none. after must hold for all elements behind that.
func (l *list[T]) search(after func(*T) bool) int {
	low, high := l.begin(), l.n
	for low < high {
		middle := int(uint(low+high) / 2)
		if after(l.at(middle)) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// kept copies the elements that are kept.
func (l *list[T]) kept() []T { return l.slice(l.begin(), l.n) }

// slice copies the elements from i to before j, those that are kept.
func (l *list[T]) slice(i, j int) []T {
	i = max(i, l.begin())
	s := make([]T, 0, max(0, j-i))
	for ; i < j; i++ {
		s = append(s, *l.at(i))
	}
	return s
}
