package fields

import "regexp"

// An operator stands between a field and a literal.
type operator uint8

const (
	noOperator operator = iota
	equals
	differs
	less
	lessOrEqual
	greater
	greaterOrEqual
	contains
	matches
	in
	hasBits
)

var operators = map[string]operator{
	"==": equals, "eq": equals,
	"!=": differs, "ne": differs,
	"<": less, "lt": less,
	"<=": lessOrEqual, "le": lessOrEqual,
	">": greater, "gt": greater,
	">=": greaterOrEqual, "ge": greaterOrEqual,
	"contains": contains,
	"matches":  matches, "~": matches,
	"in": in,
	"&":  hasBits, "bitwise_and": hasBits,
}

// operator is the one that the token is.
func (t *token) operator() operator {
	if t.kind != wordToken && t.kind != symbolToken {
		return noOperator
	}
	return operators[t.text]
}

// suits says why an operator is not for a field; "" where it is. Equality is
// for all.
func (f *Field) suits(op operator) string {
	text := f.Type == String || f.Type == Bytes
	switch op {
	case contains, matches:
		if !text {
			return "is for string and bytes"
		}
	case hasBits:
		if f.Type != Integer {
			return "is for integer"
		}
	case less, lessOrEqual, greater, greaterOrEqual:
		if f.Type == Boolean || f.Type == Mark {
			return "is not for boolean and mark"
		}
	case in:
		if f.Type == Mark {
			return "is not for mark"
		}
	}
	return ""
}

// compares gives the test of a comparison with one literal. That != holds where
// the test of == fails for all values is the caller's to see.
func (o *operand) compares(op operator) test {
	switch op {
	case less:
		return func(v value) bool { return o.compare(v) < 0 }
	case lessOrEqual:
		return func(v value) bool { return o.compare(v) <= 0 }
	case greater:
		return func(v value) bool { return o.compare(v) > 0 }
	case greaterOrEqual:
		return func(v value) bool { return o.compare(v) >= 0 }
	case contains:
		return func(v value) bool { return v.containsText(&o.text) }
	case hasBits:
		return func(v value) bool { return v.number&o.number != 0 }
	case differs:
		return func(v value) bool { return !o.equal(v) }
	}
	return o.equal
}

// matching gives the test of a regular expression.
func matching(re *regexp.Regexp) test {
	return func(v value) bool {
		if v.octets != nil {
			return re.Match(v.octets)
		}
		return re.MatchString(v.word)
	}
}

// A span is a member of a set: one literal, or a range with both its ends.
type span struct{ from, to *operand }

func (m *span) has(v value) bool {
	if m.to == nil {
		return m.from.equal(v)
	}
	return m.from.compare(v) >= 0 && m.to.compare(v) <= 0
}

func among(set []span) test {
	return func(v value) bool {
		for i := range set {
			if set[i].has(v) {
				return true
			}
		}
		return false
	}
}

// exists is the test of a field that is only named.
func exists(value) bool { return true }

// A relation is a test on the values of a field. What it comes to is a node of
// the filter.
type relation struct {
	field *Field
	holds test
	every bool // for each value, not for any
	index int  // in Answers; -1: it reads what no Answers stand in for
}

func (r *relation) eval(s *Subject) Verdict {
	a := &r.field.on[s.Level()]
	if a.read == nil {
		return False
	}
	v := False
	switch s.standing(a) {
	case readable:
		return r.on(a, s)
	case later:
		v = Unknown
		if r.index >= 0 {
			v = s.Answers.get(r.index)
		}
	}
	if v == Unknown && s.Now {
		return False
	}
	return v
}

// on asks the values that are at hand.
func (r *relation) on(a *access, s *Subject) Verdict {
	if r.every {
		return verdictOf(a.all(s, r.holds))
	}
	return verdictOf(a.any(s, r.holds))
}
