package idmap

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func ExampleMap() {
	var m Map[string]
	request := "GET /"
	m.Set(1, &request)
	fmt.Println(*m.Get(1), m.Get(3) == nil, m.Len())
	// Output: GET / true 1
}

// Whatever is put in and taken out, the map holds what one of Go holds.
func TestAgainstMap(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		var m Map[int]
		want := make(map[uint32]*int)
		for range 5000 {
			id := uint32(1 + random.IntN(40)*[...]int{1, size, size / 2}[random.IntN(3)])
			switch random.IntN(3) {
			case 0:
				m.Delete(id)
				delete(want, id)
			case 1:
				v := new(int)
				m.Set(id, v)
				want[id] = v
			}
			if m.Get(id) != want[id] || m.Len() != len(want) {
				t.Fatalf("seed %d: %d is %p, want %p; %d of %d", seed, id, m.Get(id), want[id], m.Len(), len(want))
			}
		}
		for id, v := range want {
			if m.Get(id) != v {
				t.Fatalf("seed %d: %d is lost", seed, id)
			}
		}
	}
}

// Nothing is found under 0: it is the connection's.
func TestConnectionHasNoRecord(t *testing.T) {
	var m Map[int]
	if m.Get(0) != nil {
		t.Error("stream 0 has a record")
	}
}

// Exchanges that follow one another allocate nothing.
func TestAllocatesNothing(t *testing.T) {
	var m Map[int]
	v, id := new(int), uint32(1)
	if n := testing.AllocsPerRun(1000, func() {
		m.Set(id, v)
		m.Get(id)
		m.Delete(id)
		id += 2
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkGet(b *testing.B) {
	var m Map[int]
	for id := uint32(1); id < 200; id += 2 {
		m.Set(id, new(int))
	}
	id := uint32(1)
	for b.Loop() {
		if m.Get(id) == nil {
			b.Fatal(id)
		}
		if id += 2; id >= 200 {
			id = 1
		}
	}
}
