package filter

import (
	"fmt"
	"strings"
)

// An arithmetic expression is a node of the tree on either side of a
// comparison.
type arithmetic struct {
	operator    arithmeticOperator
	left, right *arithmetic // load: left is the index
	value       uint32      // numberOperator
	protocol    protocol    // loadOperator
	size        uint8       // loadOperator: 1, 2 or 4 octets
	at          int
}

type arithmeticOperator uint8

const (
	numberOperator arithmeticOperator = iota
	lengthOperator
	loadOperator
	negateOperator
	addOperator
	subtractOperator
	multiplyOperator
	divideOperator
	moduloOperator
	andOperator
	orOperator
	xorOperator
	shiftLeftOperator
	shiftRightOperator
)

// An operatorRule is how an operator of two operands is written and how tightly
// it binds. "%" and "^" have no precedence in libpcap's grammar, and what
// follows them is taken first: 7 % 4 + 1 is 7 % 5.
type operatorRule struct {
	text       string
	precedence int
}

var operatorRules = [...]operatorRule{
	addOperator: {"+", 4}, subtractOperator: {"-", 4},
	multiplyOperator: {"*", 5}, divideOperator: {"/", 5}, moduloOperator: {"%", 0},
	andOperator: {"&", 2}, orOperator: {"|", 1}, xorOperator: {"^", 0},
	shiftLeftOperator: {"<<", 3}, shiftRightOperator: {">>", 3},
}

const unaryPrecedence = 6

// A comparison is two arithmetic expressions with >, >=, =, <=, < or !=
// between.
type comparison struct {
	left, right *arithmetic
	operator    string
}

// operands are the two sides of a comparison for one link type.
type operands struct{ left, right *computation }

// A computation is arithmetic for one link type: what it loads is given by
// offsets.
type computation struct {
	operator    arithmeticOperator
	left, right *computation // load: left is the index, nil where it is constant
	value       uint32       // numberOperator
	offset      uint32       // loadOperator: added to the index
	size        uint8        // loadOperator
	behindIPv4  bool         // loadOperator: the length of the IPv4 header at offset is added too
}

// compile makes all loads, whatever the result needs: one that lies beyond the
// captured octets rejects the packet.
func (m *comparison) compile(c *compiler) *condition {
	left, guard := m.left.compile(c)
	right, rightGuard := m.right.compile(c)
	test := &condition{test: test{
		source: arithmeticSource, relation: equal, arithmetic: &operands{left, right}}}
	compared := test
	switch m.operator {
	case ">":
		test.by(greater)
	case ">=":
		test.by(atLeast)
	case "<":
		compared = negate(test.by(atLeast))
	case "<=":
		compared = negate(test.by(greater))
	case "!=":
		compared = negate(test)
	}
	return guarded(guarded(guard, rightGuard), compared)
}

// guarded joins conditions of which the first may be missing.
func guarded(guard, c *condition) *condition {
	if guard == nil || c == nil {
		return first(guard, c)
	}
	return both(guard, c)
}

func first(a, b *condition) *condition {
	if a != nil {
		return a
	}
	return b
}

// compile gives the computation and the condition under which it makes sense:
// that the packet is of the protocol whose octets are asked for, nil where
// there is none. It is a quirk of libpcap that the condition of an operator's
// right operand is forgotten.
func (a *arithmetic) compile(c *compiler) (*computation, *condition) {
	switch a.operator {
	case numberOperator, lengthOperator:
		return &computation{operator: a.operator, value: a.value}, nil
	case loadOperator:
		return a.load(c)
	case negateOperator:
		left, guard := a.left.compile(c)
		return &computation{operator: a.operator, left: left}, guard
	}
	left, guard := a.left.compile(c)
	right, _ := a.right.compile(c)
	return &computation{operator: a.operator, left: left, right: right}, guard
}

func (a *arithmetic) load(c *compiler) (*computation, *condition) {
	index, guard := a.left.compile(c)
	load := &computation{operator: loadOperator, left: index, size: a.size}
	switch {
	case a.protocol == ether:
		load.offset = c.linkHeader
	case a.protocol == icmp6:
		load.offset = c.networkAt(40)
		isNext := octet(c.networkAt(6), protocols[icmp6].number)
		guard = both(guarded(guard, c.carries(etherIPv6, a.at)), isNext)
	case protocols[a.protocol].layer == transportLayer:
		load.offset, load.behindIPv4 = c.networkAt(0), true
		found := both(c.contains(a.protocol, a.at), c.firstFragment())
		guard = both(c.carries(etherIPv4, a.at), guarded(guard, found))
	default:
		load.offset = c.networkAt(0)
		guard = guarded(guard, c.contains(a.protocol, a.at))
	}
	load.foldIndex()
	return load, guard
}

// maxOffset is beyond every packet. Constant offsets above it are cut to it,
// so that sums of them do not overflow.
const maxOffset = 1 << 30

// foldIndex adds a constant index to the offset.
func (l *computation) foldIndex() {
	if l.left.operator != numberOperator {
		return
	}
	index := l.left.value
	if l.behindIPv4 && index > ^uint32(0)-60 {
		return // the sum with the header's length wraps around
	}
	if l.behindIPv4 {
		l.value, l.left = min(index, maxOffset), nil
		return
	}
	l.offset, l.left = l.offset+min(index, maxOffset), nil
}

func (m *comparison) write(b *strings.Builder) {
	m.left.write(b)
	b.WriteString(" " + m.operator + " ")
	m.right.write(b)
}

func (a *arithmetic) write(b *strings.Builder) {
	switch a.operator {
	case numberOperator:
		fmt.Fprint(b, a.value)
	case lengthOperator:
		b.WriteString("len")
	case negateOperator:
		b.WriteString("-")
		a.left.writeOperand(b)
	case loadOperator:
		b.WriteString(a.protocol.String() + "[")
		a.left.write(b)
		if a.size != 1 {
			fmt.Fprintf(b, ":%d", a.size)
		}
		b.WriteString("]")
	default:
		a.left.writeOperand(b)
		b.WriteString(" " + operatorRules[a.operator].text + " ")
		a.right.writeOperand(b)
	}
}

// writeOperand puts parentheses around all that has operators, so that
// precedence does not matter.
func (a *arithmetic) writeOperand(b *strings.Builder) {
	if a.operator <= loadOperator {
		a.write(b)
		return
	}
	b.WriteString("(")
	a.write(b)
	b.WriteString(")")
}
