package filter

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// What one test says of another one about the same octets.
func TestImplies(t *testing.T) {
	type outcome = implication
	is := func(r relation, value uint32) *test { return &half(12, value).by(r).test }
	for _, test := range []struct {
		name            string
		made, asked     *test
		ifTrue, ifFalse outcome
	}{
		{"the same value", is(equal, 5), is(equal, 5), implied, excluded},
		{"another value", is(equal, 5), is(equal, 6), excluded, notImplied},
		{"a value and a bound", is(equal, 5), is(greater, 4), implied, notImplied},
		{"a value and bits", is(equal, 5), is(anyBit, 2), excluded, notImplied},
		{"the same bound", is(greater, 4), is(greater, 4), implied, excluded},
		{"bounds that differ", is(greater, 4), is(greater, 3), notImplied, notImplied},
		{"a bound and a value", is(greater, 4), is(equal, 4), notImplied, notImplied},
		{"other octets", is(equal, 5), &half(14, 5).test, notImplied, notImplied},
		{"other size", is(equal, 5), &octet(12, 5).test, notImplied, notImplied},
		{"other bits", is(equal, 5), &half(12, 5).masked(7).test, notImplied, notImplied},
	} {
		for made, want := range map[bool]outcome{true: test.ifTrue, false: test.ifFalse} {
			if got := test.made.implies(test.asked, made); got != want {
				t.Errorf("%s, where the first is %v: %v, want %v", test.name, made, got, want)
			}
		}
	}
}

// evaluate is a condition's value by its tree: what the graph has to agree
// with. ok is false where a test reaches beyond the data.
func evaluate(c *condition, data []byte) (value, ok bool) {
	switch c.kind {
	case alwaysCondition:
		return true, true
	case neverCondition:
		return false, true
	case notCondition:
		value, ok = evaluate(c.left, data)
		return !value, ok
	case andCondition, orCondition:
		value, ok = evaluate(c.left, data)
		if !ok || value == (c.kind == orCondition) {
			return value, ok
		}
		return evaluate(c.right, data)
	}
	loaded, ok := loadAt(data, uint64(c.test.offset), 1<<c.test.source)
	return c.test.relation.holds(loaded&c.test.mask, c.test.value), ok
}

func randomCondition(r *rand.Rand, depth int) *condition {
	if depth == 0 {
		c := compare(source(r.IntN(2)), uint32(r.IntN(4)), uint32(r.IntN(3))).by(relation(r.IntN(4)))
		if r.IntN(3) == 0 {
			c.masked(uint32(r.IntN(3)))
		}
		return c
	}
	switch r.IntN(6) {
	case 0:
		return always()
	case 1:
		return never()
	case 2:
		return negate(randomCondition(r, depth-1))
	case 3, 4:
		return both(randomCondition(r, depth-1), randomCondition(r, depth-1))
	}
	return either(randomCondition(r, depth-1), randomCondition(r, depth-1))
}

// The graph, with the tests that it leaves out, is the condition's tree.
func TestGraphIsTheTree(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	for range 3000 {
		c := randomCondition(r, r.IntN(6))
		p := build(c)
		for range 20 {
			data := make([]byte, r.IntN(6))
			for i := range data {
				data[i] = byte(r.IntN(3))
			}
			value, ok := evaluate(c, data)
			if got := p.match(data, 0); got != (value && ok) {
				t.Fatalf("graph %v, tree %v, %v for %x:\n%s", got, value, ok, data, graphText(p))
			}
		}
	}
}

// Nodes lead to nodes before them, so that a walk ends, and each is reached.
func TestGraphHasNoCycles(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 10))
	for range 1000 {
		p := build(randomCondition(r, r.IntN(7)))
		reached := map[int32]bool{p.start: true}
		for i, n := range p.nodes {
			if n.yes >= int32(i) || n.no >= int32(i) {
				t.Fatalf("node %d leads on:\n%s", i, graphText(p))
			}
			reached[n.yes], reached[n.no] = true, true
		}
		for i := range p.nodes {
			if !reached[int32(i)] {
				t.Fatalf("node %d is not reached:\n%s", i, graphText(p))
			}
		}
	}
}

// given leaves out what is known beforehand.
func TestGraphGiven(t *testing.T) {
	c := either(both(half(12, 0x800), octet(23, 6)), both(half(12, 0x8100), half(16, 0x800)))
	p := build(c).given(tagTests)
	if want := "0: half [16] relation 0 of 2048: -1 else -2\n1: half [12] relation 0 of 33024: 0 else -2\nstart 1"; graphText(p) != want {
		t.Errorf("%s", graphText(p))
	}
	if p := build(half(12, 0x800)).given(tagTests); p.start != reject || len(p.nodes) != 0 {
		t.Errorf("%s", graphText(p))
	}
}

func graphText(p *program) string {
	text := ""
	for i, n := range p.nodes {
		text += fmt.Sprintf("%d: %s [%d] relation %d of %d: %d else %d\n",
			i, [...]string{"octet", "half", "word", "port", "length", "arithmetic"}[n.source], n.offset, n.relation, n.value, n.yes, n.no)
	}
	return text + fmt.Sprintf("start %d", p.start)
}
