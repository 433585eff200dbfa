package priority

// A Tree is the dependency tree of RFC 7540, Section 5.3: that of the streams
// which one server serves. It must not be used by two goroutines at once while
// one of them calls Apply.
type Tree struct {
	limits         Limits
	nodes          []node
	slots          map[uint32]slot
	free           slot
	oldest, newest slot
	retained       int
	opened         highest
}

// highest is the highest stream that opened, of even and of odd number.
type highest [2]uint32

func (h *highest) open(stream uint32) { h[stream&1] = max(h[stream&1], stream) }

// passed reports whether the stream has opened or cannot any more, since one with
// a higher number did (RFC 9113, Section 5.1.1).
func (h *highest) passed(stream uint32) bool { return stream <= h[stream&1] }

// NewTree makes a tree in which there is no stream.
func NewTree(limits Limits) *Tree {
	return &Tree{
		limits: limits.withDefaults(),
		nodes:  make([]node, 1),
		slots:  make(map[uint32]slot),
	}
}

// Len is how many streams are in the tree.
func (t *Tree) Len() int { return len(t.slots) }

// Retained is how many of them are closed or idle.
func (t *Tree) Retained() int { return t.retained }

// Apply does what op says and tells what changed.
func (t *Tree) Apply(op Op) Change {
	var c Change
	switch {
	case op.Stream == 0:
		c.Trouble = StreamZero
	case op.Kind == OpOpen:
		c = t.open(op)
	case op.Kind == OpPush:
		c = t.push(op)
	case op.Kind == OpPrioritize:
		c = t.prioritize(op)
	case op.Kind == OpClose:
		c = t.close(op.Stream)
	default:
		c = t.unchanged(op.Stream, UnknownKind)
	}
	c.Depth = t.Depth()
	return c
}

func (t *Tree) open(op Op) Change {
	s, c := t.enter(op.Stream, Active)
	if c.Trouble == Full {
		return c
	}
	t.opened.open(op.Stream)
	depends := op.Weight != 0
	if depends && op.DependsOn == op.Stream {
		c.Trouble, depends = SelfDependency, false
	}
	switch {
	case depends:
		t.depend(s, op, &c)
	case c.Created:
		t.attach(s, root)
	}
	return t.finish(op.Stream, c)
}

func (t *Tree) push(op Op) Change {
	s, c := t.enter(op.Stream, Active)
	if c.Trouble == Full {
		return c
	}
	t.opened.open(op.Stream)
	switch {
	case !c.Created: // the client's PRIORITY came first, and holds
	case op.DependsOn == op.Stream:
		c.Trouble = SelfDependency
		t.attach(s, root)
	default:
		t.depend(s, Op{DependsOn: op.DependsOn}, &c)
	}
	return t.finish(op.Stream, c)
}

func (t *Tree) prioritize(op Op) Change {
	s, known := t.slots[op.Stream]
	switch {
	case op.DependsOn == op.Stream:
		return t.unchanged(op.Stream, SelfDependency)
	case !known && t.opened.passed(op.Stream):
		return t.unchanged(op.Stream, Forgotten)
	case known:
		t.touch(s)
		c := Change{Before: t.place(s)}
		t.depend(s, op, &c)
		return t.finish(op.Stream, c)
	}
	s, c := t.enter(op.Stream, Idle)
	if c.Trouble != Full {
		t.depend(s, op, &c)
	}
	return t.finish(op.Stream, c)
}

func (t *Tree) close(stream uint32) Change {
	s, known := t.slots[stream]
	if !known {
		return t.unchanged(stream, Forgotten)
	}
	c := Change{Before: t.place(s)}
	if t.nodes[s].state == Active {
		t.retain(s)
	}
	t.setState(s, Closed)
	return t.finish(stream, c)
}

// enter finds a stream or makes it, attached nowhere, and sees that it has the
// state.
func (t *Tree) enter(stream uint32, state State) (slot, Change) {
	if s, known := t.slots[stream]; known {
		c := Change{Before: t.place(s)}
		if was := t.nodes[s].state; was != state {
			t.release(s)
			t.setState(s, state)
		}
		return s, c
	}
	if t.Len() >= t.limits.Streams && t.oldest == none {
		return none, Change{Trouble: Full}
	}
	s := t.newNode(stream, state)
	if state != Active {
		t.retain(s)
	}
	return s, Change{Created: true}
}

// depend gives s the dependency and the weight of op.
func (t *Tree) depend(s slot, op Op, c *Change) {
	parent, known := t.find(op.DependsOn)
	if !known {
		op = Op{}
		c.Trouble = UnknownDependency
	}
	t.touch(parent)
	t.nodes[s].weight = op.weight()
	if t.below(parent, s) { // RFC 7540, Section 5.3.3
		c.Raised = t.nodes[parent].stream
		t.detach(parent)
		t.attach(parent, t.nodes[s].parent)
	}
	if t.nodes[s].parent == parent && !op.Exclusive {
		return
	}
	if t.nodes[s].parent != nowhere {
		t.detach(s)
	}
	if op.Exclusive {
		c.Adopted = t.hand(parent, s)
		t.nodes[s].levels = t.levelsOf(s)
	}
	t.attach(s, parent)
}

// find is the stream's slot, or the root's where there is none.
func (t *Tree) find(stream uint32) (s slot, known bool) {
	if stream == 0 {
		return root, true
	}
	s, known = t.slots[stream]
	return s, known
}

// finish keeps the limits and says where the stream is now.
func (t *Tree) finish(stream uint32, c Change) Change {
	if c.Trouble == Full {
		return c
	}
	c.Evicted = t.trim()
	if s, known := t.slots[stream]; known {
		c.After = t.place(s)
	}
	return c
}

// unchanged says where the stream is and stays.
func (t *Tree) unchanged(stream uint32, why Trouble) Change {
	c := Change{Trouble: why}
	if s, known := t.slots[stream]; known {
		c.Before = t.place(s)
		c.After = c.Before
	}
	return c
}
