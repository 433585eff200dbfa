package pcapng

// Option codes. The first is common to all blocks; the others belong to the
// block that their name begins with.
const (
	optEnd     = 0
	optComment = 1

	shbHardware    = 2
	shbOS          = 3
	shbApplication = 4

	ifName        = 2
	ifDescription = 3
	ifTsresol     = 9
	ifFilter      = 11
	ifOS          = 12
	ifFcslen      = 13
	ifTsoffset    = 14

	isbIfrecv = 4
	isbIfdrop = 5
	isbOsdrop = 7
)

// Options walks the options of a block:
//
//	for options.Next() {
//		use(options.Code, options.Value)
//	}
//
// It ends at opt_endofopt, at the end of the octets, or where an option
// claims more than there is; Damaged then says so.
type Options struct {
	Code    uint16
	Value   []byte // borrowed from the block, without padding
	Damaged bool

	rest  []byte
	order Order
}

// NewOptions walks b, the octets of a block's body after its fixed part.
func NewOptions(b []byte, o Order) Options { return Options{rest: b, order: o} }

// Next goes to the next option, if there is one.
func (s *Options) Next() bool {
	if len(s.rest) < 4 {
		s.Damaged = s.Damaged || len(s.rest) != 0
		return false
	}
	s.Code = s.order.uint16(s.rest)
	length := int(s.order.uint16(s.rest[2:]))
	if s.Code == optEnd {
		s.rest = nil
		return false
	}
	s.rest = s.rest[4:]
	if length > len(s.rest) {
		s.Damaged, s.rest = true, nil
		return false
	}
	s.Value = s.rest[:length]
	s.rest = s.rest[min(length+pad(length), len(s.rest)):]
	return true
}

// Comments returns the texts of the comment options among the options b, or
// nil.
func Comments(b []byte, o Order) []string {
	var texts []string
	for s := NewOptions(b, o); s.Next(); {
		if s.Code == optComment {
			texts = append(texts, string(s.Value))
		}
	}
	return texts
}

// appendOption appends one option, or nothing where value is empty. A value
// is cut to what the 16-bit length can say.
func appendOption(dst []byte, o Order, code uint16, value []byte) []byte {
	if len(value) == 0 {
		return dst
	}
	value = value[:min(len(value), 0xffff)]
	dst = o.append16(o.append16(dst, code), uint16(len(value)))
	return appendPadded(dst, value)
}

func appendComments(dst []byte, o Order, texts []string) []byte {
	for _, t := range texts {
		dst = appendOption(dst, o, optComment, []byte(t))
	}
	return dst
}

// appendEnd closes the options that begin at start, if there are any.
func appendEnd(dst []byte, start int) []byte {
	if len(dst) == start {
		return dst
	}
	return append(dst, 0, 0, 0, 0)
}
