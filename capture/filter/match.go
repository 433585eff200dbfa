package filter

import "encoding/binary"

// match walks the graph over a packet. It does not allocate. Offsets are below
// 2 * maxOffset.
func (p *program) match(data []byte, length uint32) bool {
	at := p.start
	for at >= 0 {
		n := &p.nodes[at]
		offset := uint64(n.offset)
		var value uint32
		switch n.source {
		case afterIPv4:
			header, ok := headerLength(data, n.header)
			if !ok {
				return false
			}
			offset += uint64(header)
			fallthrough
		case halfSource:
			if offset+2 > uint64(len(data)) {
				return false
			}
			value = uint32(binary.BigEndian.Uint16(data[offset:]))
		case octetSource:
			if offset+1 > uint64(len(data)) {
				return false
			}
			value = uint32(data[offset])
		case wordSource:
			if offset+4 > uint64(len(data)) {
				return false
			}
			value = binary.BigEndian.Uint32(data[offset:])
		case lengthSource:
			value = length
		default:
			var ok bool
			if at, ok = n.compare(data, length); !ok {
				return false
			}
			continue
		}
		if n.relation.holds(value&n.mask, n.value) {
			at = n.yes
		} else {
			at = n.no
		}
	}
	return at == accept
}

// compare is where a test of arithmetic leads.
func (n *node) compare(data []byte, length uint32) (target int32, ok bool) {
	left, ok := n.arithmetic.left.compute(data, length)
	if !ok {
		return reject, false
	}
	right, ok := n.arithmetic.right.compute(data, length)
	if ok && n.relation.holds(left, right) {
		return n.yes, true
	}
	return n.no, ok
}

// headerLength is the length of the IPv4 header at an offset (RFC 791,
// Section 3.1), whatever else is there.
func headerLength(data []byte, offset uint32) (length uint32, ok bool) {
	if uint64(offset) >= uint64(len(data)) {
		return 0, false
	}
	return uint32(data[offset] & 0xf * 4), true
}

func loadAt(data []byte, offset uint64, size uint8) (value uint32, ok bool) {
	if offset+uint64(size) > uint64(len(data)) {
		return 0, false
	}
	switch data = data[offset:]; size {
	case 1:
		return uint32(data[0]), true
	case 2:
		return uint32(binary.BigEndian.Uint16(data)), true
	}
	return binary.BigEndian.Uint32(data), true
}

// compute evaluates arithmetic in 32 bits; ok is false where a load lies
// beyond the data or a divisor is 0.
func (c *computation) compute(data []byte, length uint32) (value uint32, ok bool) {
	switch c.operator {
	case numberOperator:
		return c.value, true
	case lengthOperator:
		return length, true
	case loadOperator:
		return c.load(data, length)
	}
	left, ok := c.left.compute(data, length)
	if !ok {
		return 0, false
	}
	if c.operator == negateOperator {
		return -left, true
	}
	right, ok := c.right.compute(data, length)
	if !ok {
		return 0, false
	}
	return c.operator.apply(left, right)
}

func (c *computation) load(data []byte, length uint32) (value uint32, ok bool) {
	index := c.value
	if c.left != nil {
		if index, ok = c.left.compute(data, length); !ok {
			return 0, false
		}
	}
	if c.behindIPv4 {
		header, ok := headerLength(data, c.offset)
		if !ok {
			return 0, false
		}
		index += header
	}
	return loadAt(data, uint64(index)+uint64(c.offset), c.size)
}

func (o arithmeticOperator) apply(left, right uint32) (value uint32, ok bool) {
	switch o {
	case addOperator:
		return left + right, true
	case subtractOperator:
		return left - right, true
	case multiplyOperator:
		return left * right, true
	case divideOperator:
		if right == 0 {
			return 0, false
		}
		return left / right, true
	case moduloOperator:
		if right == 0 {
			return 0, false
		}
		return left % right, true
	case andOperator:
		return left & right, true
	case orOperator:
		return left | right, true
	case xorOperator:
		return left ^ right, true
	case shiftLeftOperator:
		return left << right, true
	}
	return left >> right, true
}
