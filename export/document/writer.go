package document

import (
	"io"
	"strconv"

	"h2scope/export"
)

// A writer writes a document of records that come in their order.
type writer struct {
	to  io.Writer
	err error

	begun   bool // there is a record already
	last    key
	next    part // the first that was not begun
	count   int  // elements of the list that is open
	streams int  // of the connection that is open
	framed  bool // the list of frames is open
}

// record writes the next record.
func (w *writer) record(k key, line []byte) error {
	same := w.begun && k.part == w.last.part && k.conn == w.last.conn
	switch {
	case same && (k.part == capture || k.part == summary): // there is one of each
		return w.err
	case !same || k.part != connections:
		w.leave()
		w.enter(k.part)
		w.element(k.part)
	}
	if k.part == connections {
		w.ofConnection(k, line, same)
	} else {
		w.octets(line)
	}
	w.begun, w.last = true, k
	return w.err
}

// enter begins the parts up to one.
func (w *writer) enter(to part) {
	for ; w.next <= to; w.next++ {
		if w.next == capture {
			w.text(`{"schema":` + strconv.Itoa(export.Schema))
		}
		if w.next > connections {
			w.text("]")
		}
		if name := lists[w.next]; name != "" {
			w.text(",\n\"" + name + "\":[")
		}
		w.count = 0
	}
}

// lists are the parts that are arrays; each stands even where it is empty.
var lists = [parts]string{connections: "connections", gaps: "gaps", findings: "findings", notices: "notices"}

// element begins the next element of a part.
func (w *writer) element(p part) {
	switch {
	case p == capture:
		w.text(",\n\"capture\":")
	case p == summary:
		w.text(",\n\"summary\":")
	case w.count > 0:
		w.text(",\n")
	default:
		w.text("\n")
	}
	w.count++
}

// ofConnection writes a record of a connection, the same as that before or the
// next.
func (w *writer) ofConnection(k key, line []byte, same bool) {
	if !same {
		w.text("{")
		w.streams, w.framed = 0, false
	}
	if k.stream != 0 && (!same || k.stream != w.last.stream) {
		w.leaveStream()
		if w.streams > 0 {
			w.text(",")
		}
		w.text("\n{")
		w.streams++
	}
	switch k.rank {
	case opened:
		w.named("connection_opened", line)
	case closed:
		w.named("connection", line)
	case ofStream:
		w.named("stream", line)
	case tunnelOfStream:
		w.named("tunnel", line)
	default:
		if w.framed {
			w.text(",\n")
		} else {
			w.text("\"frames\":[\n")
		}
		w.framed = true
		w.octets(line)
	}
}

func (w *writer) named(name string, line []byte) {
	w.text("\"" + name + "\":")
	w.octets(line)
	w.text(",\n")
}

// leaveStream ends the list of frames that is open: that of a stream, or the
// connection's own, behind which its streams stand.
func (w *writer) leaveStream() {
	if !w.framed {
		w.text("\"frames\":[")
	}
	w.text("]")
	w.framed = false
	if w.streams == 0 {
		w.text(",\n\"streams\":[")
	} else {
		w.text("}")
	}
}

// leave ends the connection that is open, if one is.
func (w *writer) leave() {
	if !w.begun || w.last.part != connections {
		return
	}
	w.leaveStream()
	w.text("]}")
}

// end ends the document.
func (w *writer) end() error {
	w.leave()
	w.enter(summary)
	w.text("}\n")
	return w.err
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
