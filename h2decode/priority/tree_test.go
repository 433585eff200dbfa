package priority_test

import (
	"testing"

	"h2scope/h2decode/priority"
)

// TestRFC7540Section5_3 has each figure and each sentence of RFC 7540, Section
// 5.3 that says what a tree becomes.
func TestRFC7540Section5_3(t *testing.T) {
	tests := []struct{ name, before, ops, after string }{
		{"5.3.1: not dependent on another stream: on stream 0", "", "A>0", "A"},
		{"5.3.1, Figure 3: default dependency creation", "A(B C)", "D>A", "A(B C D)"},
		{"5.3.1, Figure 4: exclusive dependency creation", "A(B C)", "D>>A", "A(D(B C))"},
		{"5.3.1: exclusive on stream 0", "A B(C)", "D>>0", "D(A B(C))"},
		{"5.3.1: a dependency that is not in the tree: default priority", "A(B)", "C>>Z*200", "A(B) C"},
		{"5.3.1: … for a stream that had another one", "A(B*4)", "!B>Z*9", "A B"},
		{"5.3.1: a stream cannot depend on itself", "A(B*4)", "!B>B*9", "A(B*4)"},
		{"5.3.1: … as it opens", "A", "B>>B*9", "A B"},
		{"5.3.2: weights 1 and 256", "", "A>0*1 B>0*256", "A*1 B*256"},
		{"5.3.2: a weight alone changes", "A(B C)", "!B>A*99", "A(B*99 C)"},
		{"5.3.3: dependents move with their parent", "A(B(C D)) E", "!B>E", "A E(B(C D))"},
		{"5.3.3: exclusive: all dependents of the new parent", "A(B C) D(E F)", "!D>>A", "A(D(B C E F))"},
		{"5.3.3: exclusive where it is", "A(B C D)", "!C>>A", "A(C(B D))"},
		{"5.3.3: exclusive where it is alone", "A(B(C))", "!B>>A", "A(B(C))"},
		{"5.3.3, Figure 5: the tree before", "A(B C(D(F) E))", "", "A(B C(D(F) E))"},
		{"5.3.3, Figure 5: non-exclusive", "A(B C(D(F) E))", "!A>D", "D(A(B C(E)) F)"},
		{"5.3.3, Figure 5: exclusive", "A(B C(D(F) E))", "!A>>D", "D(A(B C(E) F))"},
		{"5.3.3: the moved dependency retains its weight", "A*9(B*7)", "!A>B*5", "B*7(A*5)"},
		{"5.3.3: onto a child", "X(A(B(C)))", "!A>B", "X(B(A C))"},
		{"5.3.4: a closed stream is retained", "A(B)", "-A C>A", "A(B C)"},
		{"5.3.4: an idle stream is a grouping node", "", "!A>0*201 B>A C>A", "A*201(B C)"},
		{"5.3.4: an idle stream that opens keeps its place", "", "!A>0*201 !B>A*7 B", "A*201(B*7)"},
		{"5.3.4: PRIORITY of a closed stream moves its dependents", "A(B) C", "-A !A>C", "C(A(B))"},
		{"5.3.5: default priority", "A(B)", "C", "A(B) C"},
		{"5.3.5: a pushed stream depends on its associated stream", "A(B)", "+C>B", "A(B(C))"},
		{"5.3.5: … with weight 16 whatever the Op has", "A*3", "+C>>A*99", "A*3(C)"},
		{"5.3.5: … unless that is not there", "A", "+C>Z", "A C"},
		{"a pushed stream that the client prioritised before", "A", "!C>0*7 +C>A", "A C*7"},
		{"closing changes no place", "A(B(C) D)", "-B -B", "A(B(C) D)"},
		{"HEADERS again, with a priority", "A B", "B>A*2", "A(B*2)"},
		{"HEADERS again, without", "A(B*2)", "B", "A(B*2)"},
		{"a closed stream that opens", "A(B*2)", "-B B", "A(B*2)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree := plant(t, priority.Limits{}, test.before)
			run(tree, test.ops)
			if got := draw(tree); got != test.after {
				t.Errorf("%s, then %s: got %s, want %s", test.before, test.ops, got, test.after)
			}
			checkAgainstModel(t, priority.Limits{}, append(ops(openings(test.before)), ops(test.ops)...))
		})
	}
}

// openings are operations for the streams of a drawing, in any place.
func openings(drawing string) (list string) {
	for i := range len(drawing) {
		if 'A' <= drawing[i] && drawing[i] <= 'Z' {
			list += string(drawing[i]) + " "
		}
	}
	return list
}

func TestChange(t *testing.T) {
	at := func(parent byte, weight float64) priority.Place {
		return priority.Place{Parent: stream(parent), Weight: weight}
	}
	tests := []struct {
		name, before, ops string
		want              priority.Change
	}{
		{"opens", "A", "B>A*4", priority.Change{Created: true, After: at('A', 4), Depth: 2}},
		{"opens without priority", "", "B", priority.Change{Created: true, After: at('0', 16), Depth: 1}},
		{"is a placeholder", "A", "!B>A", priority.Change{Created: true, After: at('A', 16), Depth: 2}},
		{"placeholder opens", "A", "!B>A B", priority.Change{Before: at('A', 16), After: at('A', 16), Depth: 2}},
		{"moves", "A B*4", "!B>A*5", priority.Change{Before: at('0', 4), After: at('A', 5), Depth: 2}},
		{"adopts", "A(B C)", "D>>A", priority.Change{Created: true, After: at('A', 16), Adopted: 2, Depth: 3}},
		{"adopts its siblings", "A(B C D)", "!C>>A",
			priority.Change{Before: at('A', 16), After: at('A', 16), Adopted: 2, Depth: 3}},
		{"goes below its own descendant", "A(B C(D(F) E))", "!A>D",
			priority.Change{Before: at('0', 16), After: at('D', 16), Raised: stream('D'), Depth: 4}},
		{"closes", "A(B)", "-A", priority.Change{Before: at('0', 16), After: at('0', 16), Depth: 1}},
		{"depends on itself", "A(B)", "!B>B*7",
			priority.Change{Before: at('A', 16), After: at('A', 16), Depth: 2, Trouble: priority.SelfDependency}},
		{"is unknown and depends on itself", "A", "!B>B*7",
			priority.Change{Depth: 1, Trouble: priority.SelfDependency}},
		{"opens and depends on itself", "A", "B>B*7",
			priority.Change{Created: true, After: at('0', 16), Depth: 1, Trouble: priority.SelfDependency}},
		{"is promised on itself", "A", "+B>B",
			priority.Change{Created: true, After: at('0', 16), Depth: 1, Trouble: priority.SelfDependency}},
		{"depends on a stream that is not there", "A(B*2)", "!B>Z*7",
			priority.Change{Before: at('A', 2), After: at('0', 16), Depth: 1, Trouble: priority.UnknownDependency}},
		{"was never there and closes", "A", "-B", priority.Change{Depth: 1, Trouble: priority.Forgotten}},
		{"is passed over and prioritised", "C", "!B>C", priority.Change{Depth: 1, Trouble: priority.Forgotten}},
		{"stream 0", "A", "!0>A", priority.Change{Depth: 1, Trouble: priority.StreamZero}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree := plant(t, priority.Limits{}, test.before)
			if got := run(tree, test.ops); got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
	tree := plant(t, priority.Limits{}, "A")
	if c := tree.Apply(priority.Op{Stream: 1, Kind: 99}); c.Trouble != priority.UnknownKind || draw(tree) != "A" {
		t.Errorf("an unknown kind gave %+v", c)
	}
}

func TestReparented(t *testing.T) {
	for list, want := range map[string]bool{
		"!B>0": true, "!B>A": false, "!B>A*9": false, "D>A": false, "!A>B": true, "-B": false, "!C>>A": false,
	} {
		tree := plant(t, priority.Limits{}, "A(B C)")
		if c := run(tree, list); c.Reparented() != want {
			t.Errorf("%s: Reparented is %v", list, c.Reparented())
		}
	}
}

// PRIORITY's weight is an octet plus one; what is not is put in range.
func TestWeightRange(t *testing.T) {
	for weight, want := range map[uint16]float64{0: 16, 1: 1, 256: 256, 257: 256, 65535: 256} {
		tree := priority.NewTree(priority.Limits{})
		c := tree.Apply(priority.Op{Kind: priority.OpPrioritize, Stream: 1, Weight: weight})
		if c.After.Weight != want {
			t.Errorf("weight %d gave %v, want %v", weight, c.After.Weight, want)
		}
	}
}

func TestNode(t *testing.T) {
	tree := plant(t, priority.Limits{}, "A(B C*8)")
	run(tree, "-B !D>C")
	tests := map[uint32]priority.Node{
		1: {Stream: 1, Place: priority.Place{Parent: 0, Weight: 16}, State: priority.Active, Children: 2},
		3: {Stream: 3, Place: priority.Place{Parent: 1, Weight: 16}, State: priority.Closed},
		5: {Stream: 5, Place: priority.Place{Parent: 1, Weight: 8}, State: priority.Active, Children: 1},
		7: {Stream: 7, Place: priority.Place{Parent: 5, Weight: 16}, State: priority.Idle},
	}
	for id, want := range tests {
		if got, known := tree.Node(id); !known || got != want {
			t.Errorf("stream %d: got %+v, want %+v", id, got, want)
		}
	}
	if n, known := tree.Node(9); known || n != (priority.Node{}) {
		t.Errorf("stream 9 is %+v", n)
	}
	if tree.Len() != 4 || tree.Retained() != 2 {
		t.Errorf("%d streams, %d retained", tree.Len(), tree.Retained())
	}
}

func TestAllStops(t *testing.T) {
	tree := plant(t, priority.Limits{}, "A(B C(D))")
	seen := 0
	for range tree.All() {
		if seen++; seen == 2 {
			break
		}
	}
	if seen != 2 {
		t.Errorf("saw %d", seen)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	tree := plant(t, priority.Limits{}, "A(B C(D))")
	run(tree, "-D")
	clone := tree.Clone()
	if !clone.Equal(tree) || !tree.Equal(clone) {
		t.Fatal("a clone is not equal")
	}
	run(clone, "!A>C E>>A -B")
	if draw(tree) != "A(B C(D))" {
		t.Errorf("the clone changed the tree to %s", draw(tree))
	}
	if clone.Equal(tree) || tree.Equal(clone) {
		t.Error("different trees are equal")
	}
}

func TestEqual(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"by another way", "A B>A C>A", "A C B>A !C>A", true},
		{"weight", "A*2>0", "A*3>0", false},
		{"parent", "A B>A", "A B", false},
		{"state", "A B", "A B -B", false},
		{"streams", "A B", "A C", false},
		{"count", "A", "A B", false},
		{"which goes first", "A B -A -B", "A B -B -A", false},
		{"what has opened", "A C !B>0 -A -C", "A !C>0 -A", false},
	}
	for _, test := range tests {
		a, b := priority.NewTree(priority.Limits{}), priority.NewTree(priority.Limits{})
		run(a, test.a)
		run(b, test.b)
		if a.Equal(b) != test.want || b.Equal(a) != test.want {
			t.Errorf("%s: %q and %q: Equal is %v", test.name, test.a, test.b, a.Equal(b))
		}
	}
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		priority.OpPush.String(): "push", priority.Kind(9).String(): "unknown",
		priority.Closed.String(): "closed", priority.State(9).String(): "unknown",
		priority.UnknownDependency.String(): "unknown-dependency", priority.NoTrouble.String(): "none",
		priority.SignalUpdate.String(): "update", priority.Overridden.String(): "overridden",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
