package priority_test

import (
	"testing"

	"h2scope/h2decode/priority"
)

func TestDepth(t *testing.T) {
	tests := []struct {
		name, before, ops string
		want              int
	}{
		{"empty", "", "", 0},
		{"one level", "A B", "", 1},
		{"the longest way counts", "A B(C(D)) E", "", 3},
		{"grows below", "A(B)", "C>B", 3},
		{"grows above", "A(B)", "C>>0", 3},
		{"grows by a move", "A(B) C(D)", "!C>B", 4},
		{"shrinks by a move", "A(B(C))", "!C>0", 2},
		{"shrinks where another is as long: not at all", "A(B) C(D)", "!B>0", 2},
		{"closed streams do not count", "A(B(C))", "-B", 2},
		{"… nor those that have gone", "A(B(C))", "-A -B -C", 0},
		{"idle ones do", "A", "!B>A", 2},
		{"reopened", "A(B)", "-A A", 2},
	}
	for _, test := range tests {
		tree := plant(t, priority.Limits{}, test.before)
		run(tree, test.ops)
		if got := tree.Depth(); got != test.want {
			t.Errorf("%s: depth %d, want %d", test.name, got, test.want)
		}
	}
}

// A browser makes each request depend on stream 0 exclusively, so that all those
// before, which have closed, are in a chain below. That is no deep tree.
func TestDepthOfABrowser(t *testing.T) {
	tree := priority.NewTree(priority.Limits{})
	for id := uint32(1); id < 4001; id += 2 {
		if c := tree.Apply(priority.Op{Stream: id, Weight: 220, Exclusive: true}); c.Depth != 1 {
			t.Fatalf("stream %d: depth %d", id, c.Depth)
		}
		tree.Apply(priority.Op{Stream: id, Kind: priority.OpClose})
	}
}

// chain makes n open streams, each dependent on the one before.
func chain(n int) *priority.Tree {
	tree := priority.NewTree(priority.Limits{})
	for i := range uint32(n) {
		tree.Apply(priority.Op{Stream: 2*i + 1, DependsOn: max(2*i, 1) - 1, Weight: 16})
	}
	return tree
}

const deep = 100_000

// A chain of 10^5 open streams: nothing recurses, and depth stops counting.
func TestDeepChain(t *testing.T) {
	tree := chain(deep)
	if tree.Depth() != priority.MaxDepth {
		t.Errorf("depth %d", tree.Depth())
	}
	last := uint32(2*deep - 1)
	if shares := tree.Due(func(s uint32) bool { return s == last }); len(shares) != 1 || shares[0].Fraction != 1 {
		t.Errorf("the last is due %v", shares)
	}
	deepest := 0
	for depth := range tree.All() {
		deepest = max(deepest, depth)
	}
	if deepest != deep {
		t.Errorf("walked %d deep", deepest)
	}
	if !tree.Clone().Equal(tree) {
		t.Error("a clone is not equal")
	}
	c := tree.Apply(priority.Op{Stream: 1, DependsOn: last, Weight: 16, Kind: priority.OpPrioritize})
	if c.Raised != last || c.Depth != priority.MaxDepth {
		t.Errorf("the first below the last: %+v", c)
	}
	for id := uint32(1); id <= last; id += 2 {
		c = tree.Apply(priority.Op{Stream: id, Kind: priority.OpClose})
	}
	if tree.Len() != 256 || c.Depth != 0 {
		t.Errorf("%d streams are left, depth %d", tree.Len(), c.Depth)
	}
}

// A million hostile PRIORITY frames cost bounded memory.
func TestHostilePriorityFrames(t *testing.T) {
	frames := 1_000_000 / len(hostile)
	if testing.Short() || raceEnabled {
		frames = 5_000
	}
	for name, shape := range hostile {
		tree := priority.NewTree(priority.Limits{})
		for i := range uint32(frames) {
			tree.Apply(shape(i))
		}
		if tree.Len() > 256 {
			t.Errorf("%s: %d streams are kept", name, tree.Len())
		}
	}
}

// hostile are endless sequences of PRIORITY frames. The slowest shapes are those
// that move what has much above or below it.
var hostile = map[string]func(i uint32) priority.Op{
	"chain of idle streams": func(i uint32) priority.Op {
		return priority.Op{Kind: priority.OpPrioritize, Stream: 2*i + 1, DependsOn: max(2*i, 1) - 1}
	},
	"exclusive on stream 0": func(i uint32) priority.Op {
		return priority.Op{Kind: priority.OpPrioritize, Stream: 2*i + 1, Exclusive: true}
	},
	"two that adopt all in turn": func(i uint32) priority.Op {
		if i < 254 {
			return priority.Op{Kind: priority.OpPrioritize, Stream: 2*i + 101}
		}
		if i == 254 {
			return priority.Op{Kind: priority.OpPrioritize, Stream: 1, Exclusive: true}
		}
		return priority.Op{Kind: priority.OpPrioritize, Stream: 1 + i%2*2, DependsOn: 3 - i%2*2, Exclusive: true}
	},
	"a chain turned round": func(i uint32) priority.Op {
		if i < 256 {
			return priority.Op{Kind: priority.OpPrioritize, Stream: 2*i + 1, DependsOn: max(2*i, 1) - 1}
		}
		return priority.Op{Kind: priority.OpPrioritize, Stream: 2*(i%256) + 1, DependsOn: 2*((i+255)%256) + 1}
	},
	"the tallest of many leaves": func(i uint32) priority.Op {
		if i < 255 {
			return priority.Op{Kind: priority.OpPrioritize, Stream: 2*i + 1}
		}
		return priority.Op{Kind: priority.OpPrioritize, Stream: 1001, DependsOn: (2*i + 1) % 509}
	},
}

// Where depth stops counting, what shrinks below shows as soon as it is less.
func TestDepthAroundItsEnd(t *testing.T) {
	tree := chain(priority.MaxDepth + 6)
	for _, test := range []struct{ stream, dependsOn uint32 }{
		{2*3 + 1, 0}, {2*10 + 1, 0}, {2*3 + 1, 2*2 + 1}, {2*10 + 1, 2*9 + 1}, {2*1029 + 1, 0}, {1, 2*1028 + 1},
	} {
		tree.Apply(priority.Op{Kind: priority.OpPrioritize, Stream: test.stream, DependsOn: test.dependsOn})
		deepest := 0
		for depth := range tree.All() {
			deepest = max(deepest, depth)
		}
		if want := min(deepest, priority.MaxDepth); tree.Depth() != want {
			t.Errorf("%d on %d: depth %d, want %d", test.stream, test.dependsOn, tree.Depth(), want)
		}
	}
}
