package filter

// A program is a filter for one link type: a graph of decisions without
// cycles. Each of them leads to one with a lower index, or ends.
type program struct {
	nodes []node
	start int32
}

// A node is a test and where to go on.
type node struct {
	test
	yes, no int32
}

// The ends, in place of the index of a node.
const (
	accept int32 = -1
	reject int32 = -2
)

// build makes the graph of a condition.
func build(c *condition) *program {
	p := &program{}
	p.start = p.add(c, accept, reject)
	p.drop()
	return p
}

// add appends the nodes of a condition that leads to yes or no, and returns
// where it starts. What is evaluated later has the lower index.
func (p *program) add(c *condition, yes, no int32) int32 {
	switch c.kind {
	case alwaysCondition:
		return yes
	case neverCondition:
		return no
	case notCondition:
		return p.add(c.left, no, yes)
	case andCondition:
		return p.add(c.left, p.add(c.right, yes, no), no)
	case orCondition:
		return p.add(c.left, yes, p.add(c.right, yes, no))
	}
	yes = p.follow(&c.test, true, yes)
	no = p.follow(&c.test, false, no)
	p.nodes = append(p.nodes, node{c.test, yes, no})
	return int32(len(p.nodes) - 1)
}

// follow goes over nodes whose outcome is known from that of a test just made:
// where the EtherType was not IPv6, a node that asks for IPv6 again is passed.
// They load what has been loaded, so that no packet is newly too short.
func (p *program) follow(made *test, outcome bool, target int32) int32 {
	for target >= 0 {
		n := &p.nodes[target]
		switch made.implies(&n.test, outcome) {
		case implied:
			target = n.yes
		case excluded:
			target = n.no
		default:
			return target
		}
	}
	return target
}

type implication uint8

const (
	notImplied implication = iota
	implied
	excluded
)

// implies is what the outcome of a test says of another one.
func (t *test) implies(other *test, outcome bool) implication {
	if t.source == arithmeticSource || t.source != other.source ||
		t.offset != other.offset || t.header != other.header || t.mask != other.mask {
		return notImplied
	}
	holds := outcome
	switch {
	case t.relation == equal && outcome:
		holds = other.relation.holds(t.value, other.value)
	case t.relation != other.relation || t.value != other.value:
		return notImplied
	}
	if holds {
		return implied
	}
	return excluded
}

// given is the program for packets of which it is known how some tests end,
// and that they are long enough for these.
func (p *program) given(known func(*test) implication) *program {
	settle := func(target int32) int32 {
		for target >= 0 {
			n := &p.nodes[target]
			switch known(&n.test) {
			case implied:
				target = n.yes
			case excluded:
				target = n.no
			default:
				return target
			}
		}
		return target
	}
	q := &program{start: settle(p.start)}
	for _, n := range p.nodes {
		q.nodes = append(q.nodes, node{n.test, settle(n.yes), settle(n.no)})
	}
	q.drop()
	return q
}

// drop removes nodes that follow and given have left unreachable.
func (p *program) drop() {
	reached := make([]bool, len(p.nodes))
	mark := func(target int32) {
		if target >= 0 {
			reached[target] = true
		}
	}
	mark(p.start)
	for i := len(p.nodes) - 1; i >= 0; i-- {
		if reached[i] {
			mark(p.nodes[i].yes)
			mark(p.nodes[i].no)
		}
	}
	moved := make([]int32, len(p.nodes))
	kept := p.nodes[:0]
	to := func(target int32) int32 {
		if target >= 0 {
			return moved[target]
		}
		return target
	}
	for i, n := range p.nodes {
		if reached[i] {
			moved[i] = int32(len(kept))
			kept = append(kept, node{n.test, to(n.yes), to(n.no)})
		}
	}
	p.nodes, p.start = kept, to(p.start)
}
