package fields

// A Filter is a compiled expression. It can be used by several goroutines at
// once.
type Filter struct {
	expression string
	root       node
	relations  []*relation
	answers    int // how many of them Answers can answer
}

// Compile reads an expression of the display filter language. An empty one
// matches everything. An error is an *Error.
func Compile(expression string) (*Filter, error) {
	f := &Filter{expression: expression}
	p := parser{lexer: lexer{expression: expression}, filter: f}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	f.root = root
	return f, nil
}

// String is the expression.
func (f *Filter) String() string { return f.expression }

// Match judges the subject by itself: whether one of its frames matches, too, is
// Judge's to remember. It does not allocate.
func (f *Filter) Match(s *Subject) Verdict { return f.root(s) }

// Answers are what can be answered of the frames of s.Stream, or of s.Conn where
// there is no stream, without having either at hand. s has no frame and no
// finding.
func (f *Filter) Answers(s *Subject) (a Answers) {
	for _, r := range f.relations {
		inherited := &r.field.on[Stream]
		if r.index >= 0 && s.standing(inherited) == readable {
			a.set(r.index, r.on(inherited, s))
		}
	}
	return a
}

// add makes a node of a relation.
func (f *Filter) add(field *Field, holds test, every bool) (node, error) {
	r := &relation{field: field, holds: holds, every: every, index: -1}
	f.relations = append(f.relations, r)
	if field.on[Stream].read != nil && !(field.On(Finding) && field.On(Frame)) {
		if f.answers == maxAnswers {
			return nil, errorAt(len(f.expression), "more than %d relations are asked of streams and connections", maxAnswers)
		}
		r.index = f.answers
		f.answers++
	}
	return r.eval, nil
}

// Needs says what it takes to judge by a filter.
type Needs struct {
	// SecondPass says that a verdict can be Unknown when the event comes that
	// tells of the subject: something is asked that is known only when the
	// stream or the connection is over.
	SecondPass bool
	// Findings says that it takes what the rules find.
	Findings bool
	// Messages says that streams are asked for the fields of their messages
	// (h2decode.Config.Messages).
	Messages bool
}

// Needs says what it takes to judge subjects of a level, with the frames and
// streams that may match for them.
func (f *Filter) Needs(l Level) Needs {
	n := f.needs(l)
	for part := Frame; part < l; part++ {
		if f.asks(part, l) {
			n.SecondPass = n.SecondPass || f.needs(part).SecondPass
		}
	}
	return n
}

func (f *Filter) needs(l Level) (n Needs) {
	for _, r := range f.relations {
		a := &r.field.on[l]
		switch {
		case a.read == nil:
		case a.of == found:
			n.SecondPass = n.SecondPass || l < Conn
		case a.of != l && a.of != Frame && !a.settled:
			n.SecondPass = true
		}
		n.Findings = n.Findings || r.field.findings
		n.Messages = n.Messages || r.field.on[Stream].messages
	}
	return n
}

// asks reports whether the filter asks something of parts that the whole, of a
// higher level, would not answer in the same way.
func (f *Filter) asks(part, whole Level) bool {
	for _, r := range f.relations {
		if r.field.On(part) && r.field.uniform < whole {
			return true
		}
	}
	return false
}
