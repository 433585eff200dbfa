package filter

// Limits of an expression. They keep the recursion of parser and compiler
// shallow; people's filters are far below.
const (
	maxExpression = 64 << 10 // octets
	maxNesting    = 200      // parentheses, brackets and "not" within one another
)

// A parser goes through the tokens by libpcap's grammar, which is LALR(1) with
// conflicts; where one token does not tell what follows, it looks ahead to the
// end of a pair of parentheses.
type parser struct {
	tokens  []token
	at      int
	closing []int // for "(", the index of its ")"
	nesting int
}

// qualifiers are the words before a value: tcp src port. They carry over to
// values that follow: tcp src port 80 or 443.
type qualifiers struct {
	protocol  protocol
	direction direction
	kind      valueKind
}

type direction uint8

const (
	srcOrDst direction = iota // what is meant where nothing is said
	src
	dst
	srcAndDst
)

type valueKind uint8

const (
	noKind      valueKind = iota // no qualifiers to carry over
	defaultKind                  // a direction alone: a host
	hostKind
	netKind
	portKind
	portRangeKind
	protoKind
)

// parse makes the tree of an expression; nil where it is empty.
func parse(text string) (expression, *Error) {
	if len(text) > maxExpression {
		return nil, errorAt(maxExpression, "the expression is longer than %d octets", maxExpression)
	}
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	if err := p.pair(); err != nil {
		return nil, err
	}
	if p.token().kind == tokenEnd {
		return nil, nil
	}
	e, _, err := p.group(qualifiers{})
	if err != nil {
		return nil, err
	}
	if p.token().kind != tokenEnd {
		return nil, p.unexpected(`"and", "or" or the end`)
	}
	return e, nil
}

// pair finds the closing parenthesis of each opening one.
func (p *parser) pair() *Error {
	p.closing = make([]int, len(p.tokens))
	var open []int
	for i := range p.tokens {
		switch {
		case p.tokens[i].is("("):
			open = append(open, i)
		case !p.tokens[i].is(")"):
		case len(open) == 0:
			return errorAt(p.tokens[i].offset, `")" without "("`)
		default:
			p.closing[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return errorAt(p.tokens[open[len(open)-1]].offset, `"(" without ")"`)
	}
	return nil
}

func (p *parser) token() *token { return &p.tokens[p.at] }

// next is the token after the current one; the end repeats.
func (p *parser) next() *token { return &p.tokens[min(p.at+1, len(p.tokens)-1)] }

// accept goes over the token if it is this operator or word.
func (p *parser) accept(text string) bool {
	if !p.token().is(text) {
		return false
	}
	p.at++
	return true
}

func (p *parser) expect(text string) *Error {
	if !p.accept(text) {
		return p.unexpected(`"` + text + `"`)
	}
	return nil
}

// deeper counts a level of nesting, which ends with p.nesting--.
func (p *parser) deeper() *Error {
	if p.nesting++; p.nesting > maxNesting {
		return errorAt(p.token().offset, "more than %d levels within one another", maxNesting)
	}
	return nil
}

// group is terms joined by "and" and "or", which bind equally, from the left.
// The qualifiers are those that hold before it; those that hold after it are
// returned.
func (p *parser) group(q qualifiers) (expression, qualifiers, *Error) {
	left, q, err := p.operand(q)
	for err == nil && p.token().is("and", "or") {
		or := p.token().text == "or"
		p.at++
		var right expression
		right, q, err = p.operand(q)
		left = &group{left, right, or}
	}
	return left, q, err
}

// operand is a value to which the qualifiers carry over, or a term with words
// of its own.
func (p *parser) operand(q qualifiers) (expression, qualifiers, *Error) {
	if p.startsValue() {
		e, err := p.value(q)
		return e, q, err
	}
	return p.term(q)
}

func (p *parser) term(q qualifiers) (expression, qualifiers, *Error) {
	switch {
	case p.startsArithmetic():
		e, err := p.relation()
		return e, qualifiers{}, err
	case p.token().is("not"):
		if err := p.deeper(); err != nil {
			return nil, q, err
		}
		p.at++
		e, q, err := p.operand(q)
		p.nesting--
		return &negation{e}, q, err
	case p.token().is("("):
		if err := p.deeper(); err != nil {
			return nil, q, err
		}
		p.at++
		e, _, err := p.group(q)
		p.nesting--
		if err != nil {
			return nil, q, err
		}
		return e, q, p.expect(")")
	}
	return p.primitive()
}

// startsValue reports whether a value without qualifiers follows, perhaps
// after parentheses and "not": the 443 of "port 80 or 443".
func (p *parser) startsValue() bool {
	at := p.at
	for p.tokens[at].is("(", "not") && !p.parenthesizesArithmetic(at) {
		at++
	}
	switch p.tokens[at].kind {
	case tokenNumber:
		return !p.continuesArithmetic(at + 1)
	case tokenIPv4, tokenIPv6, tokenMAC, tokenName:
		return true
	}
	return false
}

// startsArithmetic reports whether the left side of a comparison follows.
func (p *parser) startsArithmetic() bool {
	t := p.token()
	switch {
	case t.kind == tokenNumber, t.is("len", "-"):
		return true
	case t.is("("):
		return p.parenthesizesArithmetic(p.at)
	}
	return t.kind == tokenWord && p.next().is("[")
}

// parenthesizesArithmetic reports whether the token at an index is a "(" whose
// ")" has an operator behind it: only arithmetic does.
func (p *parser) parenthesizesArithmetic(at int) bool {
	return p.tokens[at].is("(") && p.continuesArithmetic(p.closing[at]+1)
}

func (p *parser) continuesArithmetic(at int) bool {
	return p.tokens[at].is("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>",
		">", ">=", "=", "<=", "<", "!=")
}

// unexpected is the error for a token in place of what was wanted.
func (p *parser) unexpected(wanted string) *Error {
	t := p.token()
	switch {
	case t.kind == tokenEnd:
		return errorAt(t.offset, "%s is missing here", wanted)
	case t.kind == tokenWord && isForeign(t.text):
		return errorAt(t.offset, "%q is a word of tcpdump that h2scope does not have", t.text)
	}
	return errorAt(t.offset, "%q stands where %s is wanted", t.text, wanted)
}
