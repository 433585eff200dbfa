package filter

// A condition is tests joined by and, or and not, for one link type. The
// operands are taken from left to right, and no more of them than needed.
type condition struct {
	kind        conditionKind
	left, right *condition
	test        test
}

type conditionKind uint8

const (
	oneTest conditionKind = iota
	andCondition
	orCondition
	notCondition
	alwaysCondition
	neverCondition
)

// A test compares a value of the packet with a constant. A value that lies
// beyond the captured octets rejects the packet.
type test struct {
	source     source
	relation   relation
	offset     uint32 // of the value: in the packet, or behind the IPv4 header
	header     uint32 // afterIPv4: of the IPv4 header
	mask       uint32 // of the value's bits
	value      uint32
	arithmetic *operands // arithmeticSource: what is compared in place of all that
}

type source uint8

const (
	octetSource      source = iota // one octet at offset
	halfSource                     // two
	wordSource                     // four
	afterIPv4                      // two octets at offset plus the length of the IPv4 header at header
	lengthSource                   // the packet's length
	arithmeticSource               // two values that are computed
)

type relation uint8

const (
	equal relation = iota
	greater
	atLeast
	anyBit // one of the value's bits is set
)

// holds reports whether a is in the relation to b. All numbers are unsigned.
func (r relation) holds(a, b uint32) bool {
	if r == equal { // most are
		return a == b
	}
	switch r {
	case greater:
		return a > b
	case atLeast:
		return a >= b
	}
	return a&b != 0
}

func both(conditions ...*condition) *condition   { return join(andCondition, conditions) }
func either(conditions ...*condition) *condition { return join(orCondition, conditions) }

func join(kind conditionKind, conditions []*condition) *condition {
	joined := conditions[0]
	for _, next := range conditions[1:] {
		joined = &condition{kind: kind, left: joined, right: next}
	}
	return joined
}

func negate(c *condition) *condition { return &condition{kind: notCondition, left: c} }

func always() *condition { return &condition{kind: alwaysCondition} }
func never() *condition  { return &condition{kind: neverCondition} }

func octet(offset, value uint32) *condition { return compare(octetSource, offset, value) }
func half(offset, value uint32) *condition  { return compare(halfSource, offset, value) }
func word(offset, value uint32) *condition  { return compare(wordSource, offset, value) }

func compare(s source, offset, value uint32) *condition {
	return &condition{test: test{source: s, offset: offset, mask: ^uint32(0), value: value}}
}

// by changes the relation of a test that compare made.
func (c *condition) by(r relation) *condition {
	c.test.relation = r
	return c
}

// masked changes the mask of a test that compare made.
func (c *condition) masked(mask uint32) *condition {
	c.test.mask = mask
	return c
}
