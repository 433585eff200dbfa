package priority

// A scanner reads a Dictionary by the algorithms of RFC 9651, Section 4.2, which
// are strict: whatever they do not name is a failure of the whole. It keeps no
// values but those that its caller asks for. When a method fails, it says why once
// and returns false.
type scanner struct {
	in     []byte
	pos    int
	at     int    // where it failed
	reason string // empty as long as it did not
}

// bare is what is kept of a member's value.
type bare struct {
	kind   kind
	offset int   // of the member's key
	number int64 // of an integer; 1 for a boolean that is true
}

// kind is the type of a member's value (RFC 9651, Section 3).
type kind uint8

const (
	absent kind = iota
	integer
	decimal
	str
	token
	bytesequence
	boolean
	date
	displayString
	innerList
)

var kindWords = [...]string{
	absent: "absent", integer: "an integer", decimal: "a decimal", str: "a string", token: "a token",
	bytesequence: "a byte sequence", boolean: "a boolean", date: "a date", displayString: "a display string",
	innerList: "an inner list",
}

func (k kind) String() string { return name(kindWords[:], int(k)) }

func (s *scanner) fail(reason string) bool {
	if s.reason == "" {
		s.at, s.reason = s.pos, reason
	}
	return false
}

func (s *scanner) end() bool { return s.pos == len(s.in) }

// peek is the next octet, or 0 at the end, where it is part of nothing either.
func (s *scanner) peek() byte {
	if s.end() {
		return 0
	}
	return s.in[s.pos]
}

// take passes over c if it comes next.
func (s *scanner) take(c byte) bool {
	if s.end() || s.in[s.pos] != c {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) spaces() {
	for s.take(' ') {
	}
}

// blanks passes over optional white space, which may have tabs.
func (s *scanner) blanks() {
	for s.take(' ') || s.take('\t') {
	}
}

// dictionary reads all of the input and calls member for each (Sections 4.2 and
// 4.2.2).
func (s *scanner) dictionary(member func(key []byte, value bare)) bool {
	s.spaces()
	for !s.end() {
		offset := s.pos
		key, ok := s.key()
		if !ok {
			return false
		}
		value := bare{kind: boolean, number: 1}
		if s.take('=') {
			ok = s.itemOrInnerList(&value)
		} else {
			ok = s.parameters()
		}
		if !ok {
			return false
		}
		value.offset = offset
		member(key, value)
		s.blanks()
		if s.end() {
			return true
		}
		if !s.take(',') {
			return s.fail("no comma after a member")
		}
		if s.blanks(); s.end() {
			return s.fail("a comma at the end")
		}
	}
	return true
}

// itemOrInnerList is Section 4.2.1.1.
func (s *scanner) itemOrInnerList(value *bare) bool {
	if s.peek() != '(' {
		return s.item(value)
	}
	*value = bare{kind: innerList}
	return s.innerList()
}

// innerList is Section 4.2.1.2.
func (s *scanner) innerList() bool {
	s.pos++
	var ignored bare
	for {
		s.spaces()
		if s.take(')') {
			return s.parameters()
		}
		if s.end() {
			return s.fail("an inner list without an end")
		}
		if !s.item(&ignored) {
			return false
		}
		if c := s.peek(); c != ' ' && c != ')' {
			return s.fail("no space between items of an inner list")
		}
	}
}

// item is Section 4.2.3.
func (s *scanner) item(value *bare) bool { return s.bareItem(value) && s.parameters() }

// parameters is Section 4.2.3.2.
func (s *scanner) parameters() bool {
	var ignored bare
	for s.take(';') {
		s.spaces()
		if _, ok := s.key(); !ok {
			return false
		}
		if s.take('=') && !s.bareItem(&ignored) {
			return false
		}
	}
	return true
}

// key is Section 4.2.3.3.
func (s *scanner) key() ([]byte, bool) {
	first := s.pos
	if c := s.peek(); !lower(c) && c != '*' {
		return nil, s.fail("no key: it begins with a lower-case letter or *")
	}
	for c := s.peek(); lower(c) || digit(c) || c == '_' || c == '-' || c == '.' || c == '*'; c = s.peek() {
		s.pos++
	}
	return s.in[first:s.pos], true
}

func lower(c byte) bool { return 'a' <= c && c <= 'z' }
func alpha(c byte) bool { return lower(c | 0x20) }
func digit(c byte) bool { return '0' <= c && c <= '9' }
