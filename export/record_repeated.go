package export

import (
	"slices"

	"h2scope/h2decode"
)

// What stands in frame after frame is written once and copied from then on.

// heads are the members that follow from a frame's type and flags alone, for the
// types of RFC 9113.
type heads [h2decode.TypeContinuation + 1]*[256][]byte

// head writes a frame's type and flags.
func (w *writer) head(t h2decode.Type, f h2decode.Flags) {
	if int(t) >= len(w.heads) {
		w.typeAndFlags(t, f)
		return
	}
	if w.heads[t] == nil {
		w.heads[t] = new([256][]byte)
	}
	text := &w.heads[t][f]
	if *text == nil {
		start := len(w.buf)
		w.typeAndFlags(t, f)
		*text = slices.Clone(w.buf[start:])
		return
	}
	w.buf = append(w.buf, *text...)
}

func (w *writer) typeAndFlags(t h2decode.Type, f h2decode.Flags) {
	w.name("type", t.String())
	w.uint("type_id", uint64(t))
	w.array("flags")
	var names [8]string
	for _, name := range t.FlagNames(names[:0], f) {
		w.name("", name)
	}
	w.endArray()
	w.uint("flags_byte", uint64(f))
}

// sections are field sections that a side of a connection repeats, as they were
// written: one a side, in a place that its connection's number gives. A
// connection that comes to the same place takes it over.
type sections [64]repeated

type repeated struct {
	conn, serial uint64
	from         h2decode.Side
	text         []byte
}

// maxRepeated is how long a section may be to be kept, in octets.
const maxRepeated = 4096

// section writes the fields of the section that e completes.
func (w *writer) section(e *h2decode.FrameDecoded) {
	b := e.Block
	kept := &w.sections[(2*e.Conn+uint64(e.From))%uint64(len(w.sections))]
	if b.Serial != 0 && kept.serial == b.Serial && kept.conn == e.Conn && kept.from == e.From {
		w.buf = append(w.buf, kept.text...)
		return
	}
	w.buf = slices.Grow(w.buf, 96*len(b.Fields))
	start := len(w.buf)
	w.fields("fields", b.Fields)
	if text := w.buf[start:]; b.Serial != 0 && len(text) <= maxRepeated {
		kept.conn, kept.serial, kept.from = e.Conn, b.Serial, e.From
		kept.text = append(kept.text[:0], text...)
	}
}
