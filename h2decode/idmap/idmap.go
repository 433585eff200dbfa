// Package idmap is a map from stream identifiers to records.
//
// Identifiers rise, and the streams that are open at a time are mostly
// neighbours. So the map is a table indexed by the identifier's low bits, and a
// map of Go behind it for those whose place is taken. Frames ask for their
// stream many times each, which makes this the most frequent lookup there is.
package idmap

// size is how many identifiers have a place of their own: a power of two. Both
// sides' identifiers share them, so that some hundred requests may be open.
const size = 256

// A Map holds records by identifier. The zero value is empty. No identifier is
// 0: stream 0 is the connection.
type Map[T any] struct {
	near [size]entry[T]
	far  map[uint32]*T
	n    int
}

type entry[T any] struct {
	id     uint32
	record *T
}

// Get is the record of an identifier, nil where there is none.
func (m *Map[T]) Get(id uint32) *T {
	if e := &m.near[id%size]; e.id == id {
		return e.record
	}
	if len(m.far) == 0 {
		return nil
	}
	return m.far[id]
}

// Set puts in a record, in place of any other of the identifier.
func (m *Map[T]) Set(id uint32, record *T) {
	e := &m.near[id%size]
	switch {
	case e.id == id && e.record != nil:
		e.record = record
		return
	case e.record == nil && m.far[id] == nil:
		*e = entry[T]{id, record}
		m.n++
		return
	case m.far == nil:
		m.far = make(map[uint32]*T)
	}
	if m.far[id] == nil {
		m.n++
	}
	m.far[id] = record
}

// Delete takes out the record of an identifier, if there is one.
func (m *Map[T]) Delete(id uint32) {
	if e := &m.near[id%size]; e.id == id && e.record != nil {
		*e = entry[T]{}
		m.n--
		return
	}
	if m.far[id] != nil {
		delete(m.far, id)
		m.n--
	}
}

// Len is how many records there are.
func (m *Map[T]) Len() int { return m.n }
