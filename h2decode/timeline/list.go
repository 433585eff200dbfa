package timeline

import "math/bits"

// The chunks of a list hold 16, 32, 64, … and from the ninth on 4096 elements:
// a short list is small, and a long one has little room to spare.
const (
	firstChunk = 16
	doublings  = 8
	lastChunk  = firstChunk << doublings
)

// A list is an array that only grows. Its elements stay where they are, so that
// a copy of a list is a snapshot of it: whoever has one may read the elements
// that it has while another goroutine appends to the original.
type list[T any] struct {
	chunks [][]T
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

func (l *list[T]) len() int { return l.n }

// at is element i, 0 ≤ i < len.
func (l *list[T]) at(i int) *T {
	chunk, place := locate(i)
	return &l.chunks[chunk][place]
}

// last is the newest element; the list must not be empty.
func (l *list[T]) last() *T { return l.at(l.n - 1) }

// add appends v and returns its place in the list's memory.
func (l *list[T]) add(v T) *T {
	chunk, place := locate(l.n)
	if chunk == len(l.chunks) {
		l.chunks = append(l.chunks, make([]T, min(firstChunk<<chunk, lastChunk)))
	}
	l.n++
	p := &l.chunks[chunk][place]
	*p = v
	return p
}

// search is the first i for which after holds, len where there is none. after
// must hold for all elements behind that.
func (l *list[T]) search(after func(*T) bool) int {
	low, high := 0, l.n
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

// slice copies the elements from i to before j.
func (l *list[T]) slice(i, j int) []T {
	s := make([]T, 0, max(0, j-i))
	for ; i < j; i++ {
		s = append(s, *l.at(i))
	}
	return s
}
