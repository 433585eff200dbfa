package document

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"

	"h2scope/export/text"
)

// A Document is a view of all records as one object. What the workers render
// passes through Pipe. It needs the fields of messages.
type Document struct {
	renderer func() text.Renderer
	rest     []byte // of a line that has not ended
	sorter   sorter
}

// New returns a document. renderer gives each worker the renderer of its records.
func New(renderer func() text.Renderer) *Document {
	return &Document{renderer: renderer, sorter: sorter{limit: held, most: maxRuns}}
}

// Head writes nothing.
func (d *Document) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (d *Document) Worker() text.Renderer { return d.renderer() }

// Pipe returns what the records are to be written to.
func (d *Document) Pipe(io.Writer) io.Writer { return (*gatherer)(d) }

// gatherer is a Document as the writer that takes its records.
type gatherer Document

// Write takes records, cut anywhere.
func (g *gatherer) Write(p []byte) (int, error) {
	text := p
	if len(g.rest) > 0 {
		g.rest = append(g.rest, p...)
		text = g.rest
	}
	for {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			break
		}
		if err := g.add(line); err != nil {
			return 0, err
		}
		text = rest
	}
	g.rest = append(g.rest[:0], text...)
	return len(p), nil
}

// add keeps a record.
func (g *gatherer) add(line []byte) error {
	kind := string(bytes.Trim(member(line, "record"), `"`))
	place, known := places[kind]
	if !known {
		return fmt.Errorf("a document has no place for the record %q", kind)
	}
	k := key{place: place}
	if place.part == connections {
		k.conn = number(line, "conn")
	}
	if place.rank >= ofStream {
		k.stream = number(line, "stream")
	}
	return g.sorter.add(k, line)
}

// member is the value of the first member of that name. Records name what they
// are about before any string of the capture, so that the first is the right one.
func member(line []byte, name string) []byte {
	_, value, ok := bytes.Cut(line, []byte(`"`+name+`":`))
	if !ok {
		return nil
	}
	end := bytes.IndexAny(value, ",}")
	return value[:max(end, 0)]
}

func number(line []byte, name string) uint64 {
	n, err := strconv.ParseUint(string(member(line, name)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Foot writes the document.
func (d *Document) Foot(to io.Writer) error {
	defer d.sorter.close()
	out := bufio.NewWriterSize(to, 64<<10)
	w := &writer{to: out}
	if err := d.sorter.each(w.record); err != nil {
		return err
	}
	if err := w.end(); err != nil {
		return err
	}
	return out.Flush()
}
