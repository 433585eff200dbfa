package fields

import (
	"iter"
	"maps"
	"slices"
)

// MaxExpression is how many octets an expression may have, MaxDepth how deep
// parentheses and negations may stand in each other.
const (
	MaxExpression = 64 << 10
	MaxDepth      = 200
)

// A node is a compiled part of an expression.
type node func(*Subject) Verdict

// A parser reads an expression by recursive descent, with one token at hand.
type parser struct {
	lexer
	token  token
	depth  int
	filter *Filter
}

func (p *parser) advance() (err error) {
	p.token, err = p.next()
	return err
}

// parse reads a whole expression; an empty one holds for all.
func (p *parser) parse() (node, error) {
	if len(p.expression) > MaxExpression {
		return nil, errorAt(MaxExpression, "the expression has more than %d octets", MaxExpression)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.token.kind == endToken {
		return func(*Subject) Verdict { return True }, nil
	}
	n, err := p.or()
	if err == nil && p.token.kind != endToken {
		err = p.unexpected()
	}
	return n, err
}

// unexpected is the error of a token behind what is whole by itself.
func (p *parser) unexpected() error {
	t := &p.token
	switch {
	case t.is(")"):
		return errorAt(t.offset, "there is no parenthesis to close")
	case t.operator() != noOperator:
		return errorAt(t.offset, "%s cannot stand here: a relation has one operator", t)
	}
	err := errorAt(t.offset, `%s follows without "and" or "or"`, t)
	if t.kind == wordToken {
		err.Suggestion = nearestWord(t.text, keywords())
	}
	return err
}

func keywords() iter.Seq[string] {
	words := slices.AppendSeq([]string{"and", "or"}, maps.Keys(operators))
	slices.Sort(words)
	return slices.Values(slices.DeleteFunc(words, func(w string) bool { return w[0] < 'a' || w[0] > 'z' }))
}

// or reads operands of "or", which binds less than "and".
func (p *parser) or() (node, error) {
	return p.chain((*parser).and, func(a, b node) node {
		return func(s *Subject) Verdict {
			if v := a(s); v != True {
				return max(v, b(s))
			}
			return True
		}
	}, "or", "||")
}

func (p *parser) and() (node, error) {
	return p.chain((*parser).not, func(a, b node) node {
		return func(s *Subject) Verdict {
			if v := a(s); v != False {
				return min(v, b(s))
			}
			return False
		}
	}, "and", "&&")
}

// chain reads operands that stand between operators of one rank.
func (p *parser) chain(operand func(*parser) (node, error), join func(a, b node) node, spellings ...string) (node, error) {
	left, err := operand(p)
	for err == nil && p.token.is(spellings...) {
		if err = p.advance(); err != nil {
			break
		}
		var right node
		if right, err = operand(p); err == nil {
			left = join(left, right)
		}
	}
	return left, err
}

func (p *parser) not() (node, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, errorAt(p.token.offset, "more than %d parentheses and negations stand in each other", MaxDepth)
	}
	defer func() { p.depth-- }()
	if !p.token.is("not", "!") {
		return p.primary()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.not()
	return func(s *Subject) Verdict { return n(s).not() }, err
}

// primary reads what stands in parentheses, or a relation.
func (p *parser) primary() (node, error) {
	if !p.token.is("(") {
		return p.relation()
	}
	open := p.token.offset
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.or()
	switch {
	case err != nil:
		return nil, err
	case p.token.is(")"):
		return n, p.advance()
	case p.token.kind == endToken:
		return nil, errorAt(open, "this parenthesis is not closed")
	}
	return nil, p.unexpected()
}
