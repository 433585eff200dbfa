package filter

import "slices"

// relation is a comparison of two arithmetic expressions.
func (p *parser) relation() (expression, *Error) {
	left, err := p.arithmetic(0)
	if err != nil {
		return nil, err
	}
	t := p.token()
	if !t.is(">", ">=", "=", "<=", "<", "!=") {
		return nil, p.unexpected("a comparison such as = or !=")
	}
	p.at++
	right, err := p.arithmetic(0)
	if err != nil {
		return nil, err
	}
	return &comparison{left: left, operator: t.text, right: right}, nil
}

// arithmetic is operands joined by operators that bind tighter than above.
func (p *parser) arithmetic(above int) (*arithmetic, *Error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.nesting-- }()
	left, err := p.unary()
	for err == nil {
		t := p.token()
		operator := slices.IndexFunc(operatorRules[:], func(r operatorRule) bool { return t.is(r.text) })
		if operator < 0 {
			return left, nil
		}
		precedence := operatorRules[operator].precedence
		if precedence != 0 && precedence <= above {
			return left, nil
		}
		p.at++
		var right *arithmetic
		if right, err = p.arithmetic(precedence); err == nil {
			left, err = operation(arithmeticOperator(operator), t.offset, left, right)
		}
	}
	return nil, err
}

func operation(operator arithmeticOperator, at int, left, right *arithmetic) (*arithmetic, *Error) {
	if right.operator == numberOperator {
		switch operator {
		case divideOperator, moduloOperator:
			if right.value == 0 {
				return nil, errorAt(at, "division by zero")
			}
		case shiftLeftOperator, shiftRightOperator:
			if right.value > 31 {
				return nil, errorAt(at, "a shift is by 31 bits at most")
			}
		}
	}
	return &arithmetic{operator: operator, left: left, right: right, at: at}, nil
}

func (p *parser) unary() (*arithmetic, *Error) {
	t := p.token()
	switch {
	case t.is("-"):
		p.at++
		operand, err := p.arithmetic(unaryPrecedence)
		return &arithmetic{operator: negateOperator, left: operand, at: t.offset}, err
	case t.is("("):
		p.at++
		inner, err := p.arithmetic(0)
		if err != nil {
			return nil, err
		}
		return inner, p.expect(")")
	case t.is("len"):
		p.at++
		return &arithmetic{operator: lengthOperator}, nil
	case t.kind == tokenNumber:
		p.at++
		return &arithmetic{operator: numberOperator, value: t.value}, nil
	case t.kind == tokenWord && p.next().is("["):
		return p.load()
	}
	return nil, p.unexpected("a number, len or octets such as tcp[13]")
}

// load is protocol[index] or protocol[index:size].
func (p *parser) load() (*arithmetic, *Error) {
	t := p.token()
	e := &arithmetic{operator: loadOperator, protocol: protocolNamed(t.text), size: 1, at: t.offset}
	if !protocols[e.protocol].indexable {
		return nil, errorAt(t.offset, "the octets of %s cannot be asked for", t.text)
	}
	p.at += 2
	var err *Error
	if e.left, err = p.arithmetic(0); err != nil {
		return nil, err
	}
	if p.accept(":") {
		size := p.token()
		if size.kind != tokenNumber || size.value != 1 && size.value != 2 && size.value != 4 {
			return nil, p.unexpected("a size of 1, 2 or 4 octets")
		}
		p.at++
		e.size = uint8(size.value)
	}
	return e, p.expect("]")
}
