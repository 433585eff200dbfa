package priority_test

import (
	"testing"

	"h2scope/h2decode/priority"
)

// budget fails where f allocates more often than it may.
func budget(t *testing.T, name string, allowed float64, f func()) {
	t.Helper()
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	if got := testing.AllocsPerRun(500, f); got > allowed {
		t.Errorf("%s: %v allocations, %v are allowed", name, got, allowed)
	}
}

func TestAllocations(t *testing.T) {
	tree := plant(t, priority.Limits{Retained: 8}, "A(B C(D(F) E))")
	id := uint32(101)
	cycle := func() {
		tree.Apply(priority.Op{Stream: id, DependsOn: 7, Weight: 32, Exclusive: id%4 == 1})
		tree.Apply(priority.Op{Stream: id, DependsOn: 3, Weight: 9, Kind: priority.OpPrioritize})
		tree.Apply(priority.Op{Stream: id, Kind: priority.OpClose})
		id += 2
	}
	for range 100 {
		cycle() // until as many are retained as may be
	}
	budget(t, "a stream's life in the tree", 0, cycle)
	budget(t, "moving below a descendant and back", 0, func() { turnRound(tree) })
	active := func(s uint32) bool { return s < 100 }
	budget(t, "Tree.Due", 4, func() { tree.Due(active) })
	budget(t, "Tree.All", 6, func() {
		for range tree.All() {
		}
	})

	value := []byte(`u=5, i, x="y";z=1, v=(1 2)`)
	budget(t, "ParseField", 0, func() {
		if _, err := priority.ParseField(value); err != nil {
			t.Fatal(err)
		}
	})

	u := priority.NewUrgencies(priority.Limits{})
	budget(t, "a stream's life among the urgencies", 0, func() {
		u.Apply(priority.Signal{Stream: id, Kind: priority.SignalUpdate})
		u.Apply(priority.Signal{Stream: id})
		u.Apply(priority.Signal{Stream: id, Kind: priority.SignalClose})
		id += 2
	})
}

// turnRound turns Figure 5 of RFC 7540 round and back.
func turnRound(tree *priority.Tree) {
	tree.Apply(priority.Op{Stream: 1, DependsOn: 7, Weight: 16, Kind: priority.OpPrioritize})
	tree.Apply(priority.Op{Stream: 7, DependsOn: 5, Weight: 16, Kind: priority.OpPrioritize})
	tree.Apply(priority.Op{Stream: 1, DependsOn: 0, Weight: 16, Kind: priority.OpPrioritize})
}
