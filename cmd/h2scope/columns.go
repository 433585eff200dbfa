package main

import (
	"fmt"
	"io"
	"strings"

	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/fields"
	"h2scope/h2decode/printable"
)

// A columnsView prints the values of fields, a line for each subject of a level.
type columnsView struct {
	level   fields.Level
	columns []*fields.Field
	warn    func(string)
	workers []*columnsWorker
}

// Head writes nothing.
func (v *columnsView) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (v *columnsView) Worker() text.Renderer {
	w := &columnsWorker{view: v, conns: make(map[uint64]*h2decode.Connection), unknown: make([]uint64, len(v.columns))}
	v.workers = append(v.workers, w)
	return w
}

// Foot says which columns were not known.
func (v *columnsView) Foot(io.Writer) error {
	for i, f := range v.columns {
		var n uint64
		for _, w := range v.workers {
			n += w.unknown[i]
		}
		if n > 0 {
			v.warn(fmt.Sprintf("%s is empty in %d lines: it is known only when the stream or the connection is over", f.Name, n))
		}
	}
	return nil
}

// columnsWorker is one worker's.
type columnsWorker struct {
	view    *columnsView
	conns   map[uint64]*h2decode.Connection // what is known of those that are open
	unknown []uint64                        // values, by column
}

// Event prints a line where the event is of the level.
func (w *columnsWorker) Event(dst []byte, e h2decode.Event) []byte {
	var s fields.Subject
	switch e := e.(type) {
	case *h2decode.ConnectionOpened:
		w.conns[e.Conn] = &h2decode.Connection{Number: e.Conn, Client: e.Client, Server: e.Server, Opened: e.Time}
		return dst
	case *h2decode.FrameDecoded:
		s = fields.Subject{Frame: e, Conn: w.conns[e.Conn]}
	case *h2decode.StreamClosed:
		s = fields.Subject{Stream: e.Stream, StreamOver: true, Conn: w.conns[e.Conn]}
	case *h2decode.ConnectionClosed:
		s = fields.Subject{Conn: e.Connection, ConnOver: true, FoundAll: true}
		delete(w.conns, e.Number)
	default:
		return dst
	}
	if s.Level() != w.view.level {
		return dst
	}
	return w.line(dst, &s)
}

func (w *columnsWorker) line(dst []byte, s *fields.Subject) []byte {
	for i, f := range w.view.columns {
		if i > 0 {
			dst = append(dst, '\t')
		}
		values, known := f.Text(s)
		if !known {
			w.unknown[i]++
		}
		dst = printable.AppendString(dst, strings.Join(values, ","))
	}
	return append(dst, '\n')
}
