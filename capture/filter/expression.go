package filter

import "strings"

// An expression is a node of the tree that Parse makes.
type expression interface {
	// compile gives the tests of the expression for the compiler's layout,
	// and moves the layout on where the word does that. It is called in the
	// order of the words.
	compile(*compiler) *condition

	// write appends the canonical form.
	write(*strings.Builder)
}

// A group is left and right joined by "and" or "or".
type group struct {
	left, right expression
	or          bool
}

func (g *group) compile(c *compiler) *condition {
	left := g.left.compile(c)
	right := g.right.compile(c)
	if g.or {
		return either(left, right)
	}
	return both(left, right)
}

// write relies on the operators' equal precedence: only a group on the right
// needs parentheses.
func (g *group) write(b *strings.Builder) {
	g.left.write(b)
	if g.or {
		b.WriteString(" or ")
	} else {
		b.WriteString(" and ")
	}
	writeOperand(b, g.right)
}

// A negation is true for packets for which its operand is false, not for those
// that are too short to tell.
type negation struct{ operand expression }

func (n *negation) compile(c *compiler) *condition { return negate(n.operand.compile(c)) }

func (n *negation) write(b *strings.Builder) {
	b.WriteString("not ")
	writeOperand(b, n.operand)
}

func writeOperand(b *strings.Builder, e expression) {
	if _, ok := e.(*group); !ok {
		e.write(b)
		return
	}
	b.WriteByte('(')
	e.write(b)
	b.WriteByte(')')
}
