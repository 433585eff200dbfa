package priority_test

import (
	"math"
	"testing"

	"h2scope/h2decode/priority"
)

// RFC 7540, Section 5.3.4: the amount of state that is retained may be limited.
func TestRetention(t *testing.T) {
	limits := priority.Limits{Retained: 2, Streams: 5}
	tests := []struct {
		name, before, ops string
		evicted           byte
		trouble           priority.Trouble
		after             string
	}{
		{"within the limit", "A B C", "-A -B", 0, 0, "A B C"},
		{"the one that closed first goes", "A B C", "-B -A -C", 'B', 0, "A C"},
		{"idle ones count too", "A", "-A !B>0 !C>0", 'A', 0, "B C"},
		{"named as a dependency: it stays", "A B C", "-A -B D>A -C", 'B', 0, "A(D) C"},
		{"prioritised: it stays", "A B C", "-A -B !A>0 -C", 'B', 0, "A C"},
		{"named in vain: it stays", "A B C", "-A -B !A>Z -C", 'B', 0, "A C"},
		{"closed again: that is not naming it", "A B C", "-A -B -A -C", 'A', 0, "B C"},
		{"what opens is not retained any more", "A B", "-A -B !C>0 C", 0, 0, "B C"},
		{"all streams: a retained one goes", "A B C D E", "-C F", 'C', 0, "A B D E F"},
		{"… though the new one depends on it", "A(B*4 C*12) D E", "-A F>A*16", 'A', 0, "B*2 C*6 D E F*8"},
		{"all streams: none can go", "A B C D E", "F", 0, priority.Full, "A B C D E"},
		{"… nor for a push", "A B C D E", "+F>A", 0, priority.Full, "A B C D E"},
		{"… nor for a placeholder", "A B C D E", "!F>>A", 0, priority.Full, "A B C D E"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree := plant(t, limits, test.before)
			c := run(tree, test.ops)
			want := uint32(0)
			if test.evicted != 0 {
				want = stream(test.evicted)
			}
			if c.Evicted != want || c.Trouble != test.trouble {
				t.Errorf("evicted %d, trouble %v; want %d, %v", c.Evicted, c.Trouble, want, test.trouble)
			}
			if got := draw(tree); got != test.after {
				t.Errorf("got %s, want %s", got, test.after)
			}
		})
	}
}

func TestNothingRetained(t *testing.T) {
	tree := plant(t, priority.Limits{Retained: -1}, "A(B C)")
	if c := run(tree, "-A"); c.Evicted != 1 || draw(tree) != "B*8 C*8" {
		t.Errorf("got %+v and %s", c, draw(tree))
	}
	c := run(tree, "!D>>B")
	if c.Evicted != stream('D') || c.After != (priority.Place{}) || draw(tree) != "B*8 C*8" {
		t.Errorf("got %+v and %s", c, draw(tree))
	}
}

// Firefox opens no stream with its grouping nodes, and makes requests depend on
// them as long as the connection lasts.
func TestGroupingNodesStay(t *testing.T) {
	tree := priority.NewTree(priority.Limits{Retained: 8})
	run(tree, "!B>0*201 !C>0*101 !D>0*1 !E>D*1 !F>B*1")
	for id := uint32(101); id < 3101; id += 2 {
		for _, group := range []uint32{3, 5, 7, 9, 11} {
			tree.Apply(priority.Op{Stream: id, DependsOn: group, Weight: 32})
		}
		if c := tree.Apply(priority.Op{Stream: id, Kind: priority.OpClose}); c.After.Parent != 11 {
			t.Fatalf("stream %d depends on %d", id, c.After.Parent)
		}
	}
	if tree.Retained() != 8 || tree.Depth() != 2 {
		t.Errorf("%d retained, depth %d", tree.Retained(), tree.Depth())
	}
}

// RFC 7540, Section 5.3.4: A and B share a parent, C and D depend on A, all of
// equal weight. A and D cannot proceed. As long as A is there, C has all that A
// had; when A is removed, a third.
func TestRemovalExample(t *testing.T) {
	tree := plant(t, priority.Limits{Retained: -1}, "A(C D) B")
	active := func(s uint32) bool { return s == stream('B') || s == stream('C') }
	wantShares(t, tree.Due(active), "B 1/2 C 1/2")
	run(tree, "-A")
	if got := draw(tree); got != "B C*8 D*8" {
		t.Fatalf("got %s", got)
	}
	wantShares(t, tree.Due(active), "B 2/3 C 1/3")
}

// The weights that a removed stream leaves add up to its own.
func TestRemovalKeepsWeight(t *testing.T) {
	tree := plant(t, priority.Limits{Retained: -1}, "A*7(B*1 C*2 D*256 E*99) F")
	before, _ := tree.Node(1)
	run(tree, "-A")
	sum := 0.0
	for _, n := range tree.All() {
		if n.Stream != stream('F') {
			sum += n.Weight
		}
	}
	if math.Abs(sum-before.Weight) > 4.0/65536 {
		t.Errorf("%v became %v", before.Weight, sum)
	}
}

// A weight never becomes 0, however often it is divided.
func TestWeightStaysAboveZero(t *testing.T) {
	tree := priority.NewTree(priority.Limits{Retained: -1})
	for id := uint32(1); id < 2001; id += 4 {
		tree.Apply(priority.Op{Stream: id, Weight: 1, Exclusive: true})
		tree.Apply(priority.Op{Stream: id + 2, DependsOn: id, Weight: 256})
		tree.Apply(priority.Op{Stream: id, Kind: priority.OpClose})
	}
	for _, n := range tree.All() {
		if n.Weight <= 0 {
			t.Fatalf("stream %d has weight %v", n.Stream, n.Weight)
		}
	}
}
