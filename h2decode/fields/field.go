package fields

import (
	"slices"
	"strings"
)

// A Type is what the values of a field are.
type Type uint8

// The types of fields.
const (
	Integer  Type = iota // a number; some have names for their numbers
	Boolean              // true or false, where it is there at all
	Mark                 // there or not; naming it asks
	String               // text
	Bytes                // octets, written in hexadecimal
	Address              // an IP address
	Time                 // an instant
	Duration             // a time, in seconds where no unit stands
	Enum                 // one of a few words
)

// String is the type's name in messages and documentation.
func (t Type) String() string {
	return [...]string{"integer", "boolean", "mark", "string", "bytes", "address", "time", "duration", "word"}[t]
}

// A Field is a row of the table. Fields are shared and must not be changed.
type Field struct {
	Name string
	Type Type
	Doc  string // a sentence

	// Wireshark says that the field has this name and meaning in Wireshark.
	Wireshark bool
	// Names are those that may stand for the numbers of an Integer, or the
	// words of an Enum in their order.
	Names []Name
	// Keyed says that the field takes the name of a field line in brackets:
	// http2.header["x-id"].
	Keyed bool

	form     form // how its values are written, where Type leaves a choice
	ip       int  // of an Address: 4 or 6 where only one version is possible
	findings bool // it tells of findings
	// uniform is the greatest level whose subjects answer for their parts: they
	// have the value of all, or the values together. 0: none.
	uniform Level
	own     levelSet
	on      on
}

// A Name stands for a number.
type Name struct {
	Number int64
	Name   string
}

// on is how a field is read, by the level of the subject. In the table are those
// that read the subject itself; inherit adds those that read what it belongs to.
type on [levels]access

type levelSet uint8

// inherit fills the gaps of on: what neither a finding nor a frame has itself,
// its stream may have, and its connection.
func (f *Field) inherit() {
	for l := range levels {
		if f.on[l].read != nil {
			f.own |= 1 << l
		}
	}
	if f.on[Stream].read == nil {
		f.on[Stream] = f.on[Conn]
	}
	for l := range Stream {
		if f.on[l].read == nil {
			f.on[l] = f.on[Stream]
		}
	}
}

// On reports whether the field is one of subjects of that level themselves, and
// not only of what they belong to.
func (f *Field) On(l Level) bool { return f.own>>l&1 == 1 }

// Lookup finds a field by name, with its key in brackets where it takes one, nil
// where there is none.
func Lookup(name string) *Field {
	if base, key, ok := strings.Cut(name, "["); ok {
		return lookupKeyed(base, key)
	}
	i, found := slices.BinarySearchFunc(table, name, func(f *Field, name string) int { return strings.Compare(f.Name, name) })
	if !found {
		return nil
	}
	return table[i]
}

// lookupKeyed finds a field by its name and the quoted key with the bracket
// behind it.
func lookupKeyed(base, key string) *Field {
	f := Lookup(base)
	l := lexer{expression: key}
	t, err := l.next()
	if f == nil || !f.Keyed || err != nil || t.kind != textToken || t.text == "" || key[t.end:] != "]" {
		return nil
	}
	return headerField(t.text)
}

// All gives the fields in order of their names. The slice is the caller's.
func All() []*Field { return slices.Clone(table) }

// Complete gives the fields whose names begin with prefix, in order.
func Complete(prefix string) []*Field {
	from, _ := slices.BinarySearchFunc(table, prefix, func(f *Field, name string) int { return strings.Compare(f.Name, name) })
	to := from
	for to < len(table) && strings.HasPrefix(table[to].Name, prefix) {
		to++
	}
	return slices.Clone(table[from:to])
}

// Text gives the values of the field as a column shows them: captured octets as
// they are. None where the field is absent; known is false where that is because
// it is not known yet.
func (f *Field) Text(s *Subject) (values []string, known bool) {
	a := &f.on[s.Level()]
	if a.read == nil {
		return nil, true
	}
	switch s.standing(a) {
	case absent:
		return nil, true
	case later:
		return nil, s.Now
	}
	a.any(s, func(v value) bool {
		values = append(values, f.text(v))
		return false
	})
	return values, true
}
