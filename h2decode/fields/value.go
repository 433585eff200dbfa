package fields

import (
	"bytes"
	"cmp"
	"net/netip"
	"strings"
)

// A value is one value of a field; which member holds it follows from the
// field's type. Values are passed by copy: a pointer would escape through the
// closures that read and test them.
type value struct {
	there   bool
	number  int64 // Integer, Boolean, Mark, Enum; nanoseconds of Time, Duration
	octets  []byte
	word    string // String where octets is nil
	address netip.Addr
}

type integer interface {
	~int | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

func number[T integer](n T) value         { return value{there: true, number: int64(n)} }
func octets(p []byte) value               { return value{there: true, octets: p} }
func address(a netip.Addr) value          { return value{there: true, address: a.Unmap()} }
func truth(b bool) value                  { return value{there: true, number: int64(verdictOf(b) / True)} }
func mark(b bool) value                   { return value{there: b, number: 1} }
func word(s string) value                 { return value{there: s != "", word: s} }
func positive[T integer](n T) value       { return value{there: n > 0, number: int64(n)} }
func (v value) when(condition bool) value { v.there = v.there && condition; return v }

// A cursor is a place in the values of a field: 0 is the first. What else it
// means is its reader's.
type cursor uint64

// A reader gives the value at a place, and the next place, 0 where the value is
// the last. A value that is not there is behind the last.
type reader func(s *Subject, at cursor) (value, cursor)

// An access is how a field is read from subjects of one level.
type access struct {
	read     reader
	of       Level // whose member of Subject it reads
	settled  bool  // known from the beginning of a stream or connection on
	messages bool  // read from the fields of messages, which must have been kept
}

// A test says whether a relation holds for one value.
type test func(value) bool

// any reports whether the test holds for a value of the subject.
func (a *access) any(s *Subject, holds test) bool {
	for at := cursor(0); ; {
		v, next := a.read(s, at)
		switch {
		case !v.there:
			return false
		case holds(v):
			return true
		case next == 0:
			return false
		}
		at = next
	}
}

// all reports whether there is a value and the test holds for each.
func (a *access) all(s *Subject, holds test) bool {
	v, next := a.read(s, 0)
	if !v.there {
		return false
	}
	for holds(v) {
		if next == 0 {
			return true
		}
		if v, next = a.read(s, next); !v.there {
			return true
		}
	}
	return false
}

// A pattern is a text to compare with, in both forms that values come in.
type pattern struct {
	octets []byte
	word   string
}

func (v value) equalText(p *pattern) bool {
	if v.octets != nil {
		return string(v.octets) == p.word
	}
	return v.word == p.word
}

func (v value) compareText(p *pattern) int {
	if v.octets != nil {
		return bytes.Compare(v.octets, p.octets)
	}
	return cmp.Compare(v.word, p.word)
}

func (v value) containsText(p *pattern) bool {
	if v.octets != nil {
		return bytes.Contains(v.octets, p.octets)
	}
	return strings.Contains(v.word, p.word)
}
