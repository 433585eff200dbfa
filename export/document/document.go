package document

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strconv"

	"h2scope/export"
	"h2scope/export/text"
)

// A Document is a view of all records as one object. What the workers render
// passes through Pipe. It needs the fields of messages.
type Document struct {
	renderer func() text.Renderer
	rest     []byte // of a line that has not ended
	lines    map[string][][]byte
	conns    map[uint64]*connection
}

// A connection is the records of one connection.
type connection struct {
	opened, closed []byte
	streams        map[uint64]*stream
}

// A stream is the records of one stream.
type stream struct {
	record []byte
	frames [][]byte
}

// New returns a document. renderer gives each worker the renderer of its records.
func New(renderer func() text.Renderer) *Document {
	return &Document{renderer: renderer, lines: make(map[string][][]byte), conns: make(map[uint64]*connection)}
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
	g.rest = append(g.rest, p...)
	text := g.rest
	for {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			break
		}
		(*Document)(g).add(bytes.Clone(line))
		text = rest
	}
	g.rest = append(g.rest[:0], text...)
	return len(p), nil
}

// add puts a record where it belongs.
func (d *Document) add(line []byte) {
	kind := member(line, "record")
	kind = bytes.Trim(kind, `"`)
	switch string(kind) {
	case "connection_opened":
		d.conn(line).opened = line
	case "connection":
		d.conn(line).closed = line
	case "stream":
		d.conn(line).stream(line).record = line
	case "frame":
		s := d.conn(line).stream(line)
		s.frames = append(s.frames, line)
	default:
		d.lines[string(kind)] = append(d.lines[string(kind)], line)
	}
}

func (d *Document) conn(line []byte) *connection {
	number := number(line, "conn")
	c := d.conns[number]
	if c == nil {
		c = &connection{streams: make(map[uint64]*stream)}
		d.conns[number] = c
	}
	return c
}

func (c *connection) stream(line []byte) *stream {
	id := number(line, "stream")
	s := c.streams[id]
	if s == nil {
		s = new(stream)
		c.streams[id] = s
	}
	return s
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
	w := &writer{to: to}
	w.text(`{"schema":` + strconv.Itoa(export.Schema))
	w.one("capture", d.lines["capture"])
	w.text(",\n\"connections\":[")
	for i, n := range slices.Sorted(maps.Keys(d.conns)) {
		w.comma(i)
		w.connection(d.conns[n])
	}
	w.text("]")
	w.list("gaps", d.lines["gap"])
	w.list("findings", d.lines["finding"])
	w.list("notices", d.lines["notice"])
	w.one("summary", d.lines["summary"])
	w.text("}\n")
	return w.err
}
