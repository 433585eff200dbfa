package fields

import "regexp"

// relation reads a field with what is asked of it.
func (p *parser) relation() (node, error) {
	f, err := p.field()
	if err != nil {
		return nil, err
	}
	if p.token.is("not") {
		return p.notIn(f)
	}
	op := p.token.operator()
	if op == noOperator {
		return p.filter.add(f, exists, false)
	}
	at := p.token
	if why := f.suits(op); why != "" {
		return nil, errorAt(at.offset, "%s %s; %s is %s", &at, why, f.Name, f.Type)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	switch {
	case f.Type == Mark:
		return p.marked(f, op)
	case op == in:
		return p.set(f)
	case op == matches:
		return p.match(f)
	}
	o, err := p.literal(f)
	if err != nil {
		return nil, err
	}
	if op != equals && op != differs && o.class == byPrefix {
		return nil, errorAt(at.offset, "a prefix can be compared with == and != only")
	}
	return p.filter.add(f, o.compares(op), op == differs)
}

// notIn reads "FIELD not in {…}", which is "not FIELD in {…}".
func (p *parser) notIn(f *Field) (node, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.token.is("in") {
		return nil, errorAt(p.token.offset, "behind a field, not is for not in {…}; else it stands before the field")
	}
	if why := f.suits(in); why != "" {
		return nil, errorAt(p.token.offset, "%s %s; %s is %s", &p.token, why, f.Name, f.Type)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.set(f)
	return func(s *Subject) Verdict { return n(s).not() }, err
}

// field reads the name of a field, and its key.
func (p *parser) field() (*Field, error) {
	t := p.token
	if t.kind != wordToken || t.operator() != noOperator || t.is("and", "or") {
		return nil, errorAt(t.offset, "a field is missing before %s", &t)
	}
	f := Lookup(t.text)
	if f == nil {
		err := errorAt(t.offset, "there is no field %s", &t)
		err.Suggestion = nearestField(t.text)
		return nil, err
	}
	if err := p.advance(); err != nil || !p.token.is("[") {
		return f, err
	}
	if !f.Keyed {
		return nil, errorAt(p.token.offset, "%s takes no key", f.Name)
	}
	return p.key()
}

// key reads ["name"] of a field line.
func (p *parser) key() (*Field, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	t := p.token
	if t.kind != textToken || t.text == "" {
		return nil, errorAt(t.offset, `the name of a field line is missing, in quotes: http2.header["x-id"]`)
	}
	if err := p.expect("]"); err != nil {
		return nil, err
	}
	return headerField(t.text), p.advance()
}

// expect goes on to the next token, which must be this symbol.
func (p *parser) expect(text string) error {
	if err := p.advance(); err != nil {
		return err
	}
	if !p.token.is(text) {
		return errorAt(p.token.offset, "%q is missing before %s", text, &p.token)
	}
	return nil
}

// literal reads the literal beside a field. A word that is the name of a field is
// not taken for text.
func (p *parser) literal(f *Field) (*operand, error) {
	t := p.token
	o, err := f.operand(&t)
	if t.kind == wordToken && (err != nil || f.Type == String) && Lookup(t.text) != nil {
		return nil, errorAt(t.offset, "%s is a field; fields are compared with values, and text that looks like a field stands in quotes", t.text)
	}
	if err != nil {
		return nil, err
	}
	return o, p.advance()
}

// marked reads the truth value that a mark is compared with.
func (p *parser) marked(f *Field, op operator) (node, error) {
	if f.Keyed {
		return nil, errorAt(p.token.offset, `%s has no value of its own; ask http2.header.name, http2.header.value or http2.header["name"]`, f.Name)
	}
	o, err := p.literal(f)
	if err != nil {
		return nil, err
	}
	n, err := p.filter.add(f, exists, false)
	if (o.number == 1) == (op == equals) {
		return n, err
	}
	return func(s *Subject) Verdict { return n(s).not() }, err
}

// match reads a regular expression.
func (p *parser) match(f *Field) (node, error) {
	t := p.token
	if t.kind != textToken && t.kind != wordToken {
		return nil, errorAt(t.offset, "a regular expression is missing before %s", &t)
	}
	re, err := regexp.Compile("(?i:" + t.text + ")")
	if err != nil {
		_, plain := regexp.Compile(t.text)
		if plain == nil {
			plain = err
		}
		return nil, errorAt(t.offset, "%s", plain)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	return p.filter.add(f, matching(re), false)
}

// set reads {a, b, c..d}.
func (p *parser) set(f *Field) (node, error) {
	if !p.token.is("{") {
		return nil, errorAt(p.token.offset, "a set in braces is missing before %s", &p.token)
	}
	var set []span
	for {
		if err := p.advance(); err != nil {
			return nil, err
		}
		member, err := p.member(f)
		if err != nil {
			return nil, err
		}
		set = append(set, member)
		switch {
		case p.token.is("}"):
			if err := p.advance(); err != nil {
				return nil, err
			}
			return p.filter.add(f, among(set), false)
		case !p.token.is(","):
			return nil, errorAt(p.token.offset, "a comma or } is missing before %s", &p.token)
		}
	}
}

// member reads a literal of a set, or a range.
func (p *parser) member(f *Field) (span, error) {
	from, err := p.literal(f)
	if err != nil || !p.token.is("..") {
		return span{from: from}, err
	}
	at := p.token.offset
	if err := p.advance(); err != nil {
		return span{}, err
	}
	to, err := p.literal(f)
	switch {
	case err != nil:
		return span{}, err
	case from.class == byPrefix || to.class == byPrefix:
		return span{}, errorAt(at, "a range is from address to address; a prefix stands alone")
	case from.after(to):
		return span{}, errorAt(at, "the range ends before it begins")
	}
	return span{from, to}, nil
}
