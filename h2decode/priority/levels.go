package priority

// MaxDepth is how far depth is counted. A tree that is deeper is counted as this
// deep, so that hostile ones do not cost a walk over all of them for each frame.
const MaxDepth = 1024

// Depth is how many streams that have not closed are at most on a way from the
// root: 0 for an empty tree, 1 where all depend on stream 0. It is known at all
// times and costs nothing to ask. It stops at [MaxDepth].
func (t *Tree) Depth() int { return int(t.nodes[root].levels) }

// A node's levels are the streams on the longest way from it down, itself among
// them, that have not closed. To know them without asking all children again each
// time, a node keeps what its tallest child has (below), and how many children
// have as much (tallest; it means nothing where below is 0).

// levelsOf is what a node's levels are, from its children's.
func (t *Tree) levelsOf(s slot) int32 {
	n := &t.nodes[s]
	if s == root || n.state == Closed {
		return n.below
	}
	return min(1+n.below, MaxDepth)
}

// relevel tells s that a child had so many levels and now has so many, 0 for one
// that is not there, and tells those above as far as it matters to them.
func (t *Tree) relevel(s slot, was, is int32) {
	for was != is && s != nowhere {
		n := &t.nodes[s]
		switch {
		case is > n.below:
			n.below, n.tallest = is, 1
		case is == n.below:
			n.tallest++
		case was == n.below:
			if n.tallest--; n.tallest == 0 {
				t.recount(s)
			}
		}
		was, is = n.levels, t.levelsOf(s)
		n.levels = is
		if s == root {
			return
		}
		s = n.parent
	}
}

// recount finds the tallest children of s.
func (t *Tree) recount(s slot) {
	n := &t.nodes[s]
	n.below, n.tallest = 0, 0
	for c := n.child; c != none; c = t.nodes[c].next {
		n.tall(t.nodes[c].levels, 1)
	}
}

// tall notes that so many children have these levels.
func (n *node) tall(levels, count int32) {
	switch {
	case levels > n.below:
		n.below, n.tallest = levels, count
	case levels == n.below:
		n.tallest += count
	}
}

// setState changes a node's state, and with it what it adds to the depth.
func (t *Tree) setState(s slot, state State) {
	n := &t.nodes[s]
	was := n.levels
	n.state = state
	n.levels = t.levelsOf(s)
	t.relevel(n.parent, was, n.levels)
}
