package priority

import (
	"cmp"
	"iter"
	"slices"
)

// A Node is a stream in the tree, as it is shown.
type Node struct {
	Stream uint32
	Place
	State    State
	Children int // streams that depend on it directly
}

func (t *Tree) node(s slot) Node {
	n := &t.nodes[s]
	return Node{Stream: n.stream, Place: t.place(s), State: n.state, Children: int(n.children)}
}

// Node is the stream in the tree, and false where it is not there.
func (t *Tree) Node(stream uint32) (Node, bool) {
	s, known := t.slots[stream]
	if !known {
		return Node{}, false
	}
	return t.node(s), true
}

// All walks the tree: each stream before those that depend on it, and siblings,
// which the RFC leaves without order, by their number. With each comes its depth,
// which is 1 for those that depend on stream 0, and which, unlike [Tree.Depth],
// counts closed streams too and has no end. Apply must not be called meanwhile.
func (t *Tree) All() iter.Seq2[int, Node] {
	type entry struct {
		slot  slot
		depth int
	}
	last := func(a, b entry) int { return cmp.Compare(t.nodes[b.slot].stream, t.nodes[a.slot].stream) }
	return func(yield func(int, Node) bool) {
		stack := []entry{{root, 0}}
		for len(stack) > 0 {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if top.slot != root && !yield(top.depth, t.node(top.slot)) {
				return
			}
			first := len(stack)
			for c := t.nodes[top.slot].child; c != none; c = t.nodes[c].next {
				stack = append(stack, entry{c, top.depth + 1})
			}
			slices.SortFunc(stack[first:], last)
		}
	}
}
