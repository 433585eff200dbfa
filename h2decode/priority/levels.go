package priority

// MaxDepth is how far depth is counted. A tree that is deeper is counted as this
// deep, so that hostile ones do not cost a walk over all of them for each frame.
const MaxDepth = 1024

// Depth is how many streams that have not closed are at most on a way from the
// root: 0 for an empty tree, 1 where all depend on stream 0. It is known at all
// times and costs nothing to ask. It stops at [MaxDepth].
func (t *Tree) Depth() int { return int(t.nodes[root].levels) }

// A node's levels are the streams on the longest way from it down, itself among
// them, that have not closed.

// own is what a node adds to the levels of its children.
func (t *Tree) own(s slot) int32 {
	if s == root || t.nodes[s].state == Closed {
		return 0
	}
	return 1
}

// over is what a node's levels are where its tallest child has these.
func (t *Tree) over(s slot, below int32) int32 { return min(t.own(s)+below, MaxDepth) }

// count is what a node's levels are, from its children's.
func (t *Tree) count(s slot) int32 {
	var tallest int32
	for c := t.nodes[s].child; c != none; c = t.nodes[c].next {
		tallest = max(tallest, t.nodes[c].levels)
	}
	return t.over(s, tallest)
}

// grow tells s and those above it that a child of s has this many levels now.
func (t *Tree) grow(s slot, below int32) {
	for {
		n := &t.nodes[s]
		levels := t.over(s, below)
		if levels <= n.levels {
			return
		}
		n.levels, below = levels, levels
		if s == root || n.parent == nowhere {
			return
		}
		s = n.parent
	}
}

// shrink tells s and those above it that a child of s which had this many levels
// is gone or has fewer. Only where none was taller do the others matter.
func (t *Tree) shrink(s slot, below int32) {
	for {
		n := &t.nodes[s]
		if t.over(s, below) < n.levels {
			return
		}
		levels := t.count(s)
		if levels == n.levels {
			return
		}
		n.levels, below = levels, n.levels
		if s == root || n.parent == nowhere {
			return
		}
		s = n.parent
	}
}

// setState changes a node's state, and with it what it adds to the depth.
func (t *Tree) setState(s slot, state State) {
	n := &t.nodes[s]
	before := n.levels
	n.state = state
	n.levels = t.count(s)
	switch {
	case n.levels > before:
		t.grow(n.parent, n.levels)
	case n.levels < before:
		t.shrink(n.parent, before)
	}
}
