package document

import (
	"io"
	"maps"
	"slices"
)

// A writer writes parts of a document until the first error.
type writer struct {
	to  io.Writer
	err error
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = io.WriteString(w.to, s)
	}
}

func (w *writer) octets(p []byte) {
	if w.err == nil {
		_, w.err = w.to.Write(p)
	}
}

// comma separates the i-th element from the one before.
func (w *writer) comma(i int) {
	if i > 0 {
		w.text(",")
	}
	w.text("\n")
}

// one is a member that is a single record, absent where there is none.
func (w *writer) one(key string, records [][]byte) {
	if len(records) > 0 {
		w.text(",\n\"" + key + "\":")
		w.octets(records[0])
	}
}

// list is a member that is an array of records.
func (w *writer) list(key string, records [][]byte) {
	w.text(",\n\"" + key + "\":[")
	w.elements(records)
	w.text("]")
}

func (w *writer) elements(records [][]byte) {
	for i, r := range records {
		w.comma(i)
		w.octets(r)
	}
}

func (w *writer) connection(c *connection) {
	w.text("{")
	if c.opened != nil {
		w.text("\"connection_opened\":")
		w.octets(c.opened)
		w.text(",\n")
	}
	if c.closed != nil {
		w.text("\"connection\":")
		w.octets(c.closed)
		w.text(",\n")
	}
	w.text("\"frames\":[")
	if own := c.streams[0]; own != nil {
		w.elements(own.frames)
	}
	w.text("],\n\"streams\":[")
	first := 0
	for _, id := range slices.Sorted(maps.Keys(c.streams)) {
		if id != 0 {
			w.comma(first)
			first++
			w.stream(c.streams[id])
		}
	}
	w.text("]}")
}

func (w *writer) stream(s *stream) {
	w.text("{")
	if s.record != nil {
		w.text("\"stream\":")
		w.octets(s.record)
		w.text(",\n")
	}
	w.text("\"frames\":[")
	w.elements(s.frames)
	w.text("]}")
}
