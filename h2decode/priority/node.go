package priority

// A State is how far a stream in the tree has come.
type State uint8

const (
	Idle   State = iota // prioritised, not open: a placeholder
	Active              // open, half-closed or reserved
	Closed              // retained for others to depend on
)

var stateNames = [...]string{Idle: "idle", Active: "active", Closed: "closed"}

// String names the state in lower case.
func (s State) String() string { return name(stateNames[:], int(s)) }

// Weights as the RFC has them, and what they are kept in.
const (
	DefaultWeight = 16  // RFC 7540, Section 5.3.5
	MaxWeight     = 256 // RFC 7540, Section 5.3.2

	unit = 1 << 16 // of a weight of 1
)

// A slot is a node's index in Tree.nodes. Slot 0 is the root, stream 0, and
// since the root is nobody's child, sibling or neighbour, 0 there means none.
type slot int32

const (
	root    slot = 0
	none    slot = 0
	nowhere slot = -1 // parent of a node that is not attached
)

// A node is a stream in the tree. Siblings are a doubly linked list in no order.
type node struct {
	stream       uint32
	weight       uint32 // in units, at least 1
	parent       slot
	child        slot  // the first
	prev, next   slot  // siblings; next also links free nodes
	older, newer slot  // retained streams, by when they were last named
	levels       int32 // with below and tallest: levels.go
	below        int32
	tallest      int32
	children     int32
	state        State
}

// place is where the node in s is.
func (t *Tree) place(s slot) Place {
	n := &t.nodes[s]
	return Place{Parent: t.nodes[n.parent].stream, Weight: float64(n.weight) / unit}
}

// newNode makes a node that is attached nowhere.
func (t *Tree) newNode(stream uint32, state State) slot {
	s := t.free
	if s == none {
		t.nodes = append(t.nodes, node{})
		s = slot(len(t.nodes) - 1)
	} else {
		t.free = t.nodes[s].next
	}
	t.nodes[s] = node{stream: stream, weight: DefaultWeight * unit, parent: nowhere, state: state}
	t.nodes[s].levels = t.levelsOf(s)
	t.slots[stream] = s
	return s
}

// freeNode takes back a node that is detached and not retained.
func (t *Tree) freeNode(s slot) {
	delete(t.slots, t.nodes[s].stream)
	t.nodes[s] = node{next: t.free}
	t.free = s
}

// attach makes s, which is nowhere, a child of parent.
func (t *Tree) attach(s, parent slot) {
	n, p := &t.nodes[s], &t.nodes[parent]
	n.parent, n.prev, n.next = parent, none, p.child
	if p.child != none {
		t.nodes[p.child].prev = s
	}
	p.child = s
	p.children++
	t.relevel(parent, 0, n.levels)
}

// detach takes s, with all below it, from its parent.
func (t *Tree) detach(s slot) {
	n := &t.nodes[s]
	parent := n.parent
	if n.prev == none {
		t.nodes[parent].child = n.next
	} else {
		t.nodes[n.prev].next = n.next
	}
	if n.next != none {
		t.nodes[n.next].prev = n.prev
	}
	n.parent, n.prev, n.next = nowhere, none, none
	t.nodes[parent].children--
	t.relevel(parent, n.levels, 0)
}

// hand gives all children of one node to another and says how many they are. It
// leaves the levels of both as they were: who calls it goes on to move the one
// below the other, or out of the tree, and that sets them right.
func (t *Tree) hand(from, to slot) int {
	f, n := &t.nodes[from], &t.nodes[to]
	first, last := f.child, none
	for c := first; c != none; c = t.nodes[c].next {
		t.nodes[c].parent = to
		last = c
	}
	if last == none {
		return 0
	}
	if n.child != none {
		t.nodes[last].next, t.nodes[n.child].prev = n.child, last
	}
	moved := f.children
	n.child, n.children = first, n.children+moved
	n.tall(f.below, f.tallest)
	f.child, f.children, f.below, f.tallest = none, 0, 0, 0
	return int(moved)
}

// below reports whether s is somewhere under top.
func (t *Tree) below(s, top slot) bool {
	if t.nodes[top].child == none {
		return false
	}
	for ; s != root; s = t.nodes[s].parent {
		if s == top {
			return true
		}
	}
	return false
}
