package attack

import (
	"bytes"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// fields are the field sections of one side.
type fields struct {
	// tainted says that the HPACK table may hold what was not looked at when it
	// was put in, or what is a mark. Else fields that are wholly indexed need no
	// second look.
	tainted bool
	plain   uint64 // the serial of the last section that came again and is not remarkable

	nameless, namelessFirst uint64 // fields without a name, and the packet of the first
	reused, reusedFirst     uint64
	firstStream             int64
	marked, markedFirst     uint64
	promised                uint32 // the greatest identifier promised
}

// onSection looks at a whole field section.
func (w *Watch) onSection(e *h2decode.FrameDecoded) {
	b, f := e.Block, &w.fields[e.From]
	if b.Serial != 0 && b.Serial == f.plain {
		w.reuseBy(e)
		return
	}
	var t sectionTally
	for i := range b.Fields {
		x := &b.Fields[i]
		t.size += uint64(x.Size())
		if x.Representation != hpack.Indexed || f.tainted || remarkable(x) {
			t.look(x, f.tainted)
		}
	}
	if b.Omitted > 0 || b.Incomplete {
		f.tainted = true
	}
	if t.nameless > 0 {
		w.namelessFields(e, t.nameless)
	}
	if t.marks() > 0 {
		f.tainted = true
		w.smuggled(e, &t)
	}
	w.bombs(e, &t)
	w.reuseBy(e)
	f.plain = 0
	if t.nameless == 0 && t.marks() == 0 && w.plain(b, t.size) {
		f.plain = b.Serial
	}
	for i := range b.Violations {
		if b.Violations[i].Code == hpack.ErrLateSizeUpdate { // the others stood at its beginning
			w.flood(&w.blocks[e.From].flipped, tableSizeFlips, e.From, &e.Origin, flipsPerSecond)
		}
	}
}

// plain reports whether a section is far from the thresholds of bombs, so that
// it needs no second look when it comes again.
func (w *Watch) plain(b *h2decode.Block, size uint64) bool {
	return int64(len(b.Fields)) <= min(w.limits.of(bombFields), w.limits.of(bombFieldsWarning)) &&
		int64(size) <= w.limits.of(bombOctets)
}

// reuseBy tells of a request on an identifier that has been used.
func (w *Watch) reuseBy(e *h2decode.FrameDecoded) {
	if e.From == h2decode.Client && w.blocks[e.From].again && hasField(e.Block, ":method") {
		w.reuse(e, e.Block.Stream)
	}
}

// bombs judges how much the section is beside its block.
func (w *Watch) bombs(e *h2decode.FrameDecoded, t *sectionTally) {
	b := e.Block
	count := int64(len(b.Fields) + b.Omitted)
	if count > w.limits.of(bombFieldsWarning) || count > w.limits.of(bombFields) {
		s := w.sightOn(fieldBomb, e)
		s.add(1, &e.Origin)
		if count > *s.number("fields") {
			*s.number("fields"), *s.number("wire") = count, int64(b.Wire)
		}
		if s.Severity = warning; *s.number("fields") > w.limits.of(bombFields) {
			s.Severity = failure
		}
	}
	if b.Omitted > 0 && w.decoder != nil {
		t.size = w.decoder.SectionSize(e.From)
	}
	wire := uint64(max(b.Wire, 1))
	if t.size > uint64(w.limits.of(bombOctets)) && t.size > wire*uint64(w.limits.of(bombRatio)) {
		s := w.sightOn(hpackBomb, e)
		s.add(1, &e.Origin)
		if ratio := int64(t.size / wire); ratio > *s.number("ratio") {
			s.note("ratio", ratio)
			*s.number("decoded"), *s.number("wire") = int64(t.size), int64(wire)
		}
	}
}

// onPromise looks at a PUSH_PROMISE frame.
func (w *Watch) onPromise(e *h2decode.FrameDecoded) {
	p, ok := e.Payload.(*h2decode.PushPromiseFrame)
	if !ok || e.From != h2decode.Server {
		return
	}
	f := &w.fields[e.From]
	if p.Promised <= f.promised && p.Promised != 0 {
		w.reuse(e, p.Promised)
	}
	f.promised = max(f.promised, p.Promised)
}

// reuse takes a stream that is opened though its identifier was used, or lies
// below one that was, which closed it (RFC 9113, Section 5.1.1).
func (w *Watch) reuse(e *h2decode.FrameDecoded, stream uint32) {
	f := &w.fields[e.From]
	if f.reused++; f.reused == 1 {
		f.reusedFirst, f.firstStream = e.Packet, int64(stream)
	}
	if f.reused >= uint64(w.limits.of(reuses)) {
		s := w.sightOn(streamReuse, e)
		s.FirstPacket = f.reusedFirst
		s.reach(f.reused, &e.Origin)
		s.note("first_stream", f.firstStream)
	}
}

func (w *Watch) namelessFields(e *h2decode.FrameDecoded, n int64) {
	f := &w.fields[e.From]
	if f.nameless == 0 {
		f.namelessFirst = e.Packet
	}
	f.nameless += uint64(n)
	if f.nameless > uint64(w.limits.of(namelessFields)) {
		s := w.sightOn(emptyNames, e)
		s.FirstPacket = f.namelessFirst
		s.reach(f.nameless, &e.Origin)
		s.note("in_section", n)
	}
}

// smuggled takes the marks of a section by which intermediaries can be made to
// see other requests than were sent (RFC 9113, Section 10.3).
func (w *Watch) smuggled(e *h2decode.FrameDecoded, t *sectionTally) {
	f := &w.fields[e.From]
	if f.marked == 0 {
		f.markedFirst = e.Packet
	}
	f.marked += uint64(t.marks())
	if f.marked < uint64(w.limits.of(marks)) {
		return
	}
	s := w.sightOn(smuggling, e)
	s.FirstPacket = f.markedFirst
	s.reach(f.marked, &e.Origin)
	s.tally("control", t.control)
	s.tally("transfer_encoding", t.transferEncoding)
	s.tally("content_length", t.conflicts)
	s.tally("whitespace", t.whitespace)
}

func hasField(b *h2decode.Block, name string) bool {
	for i := range b.Fields {
		if string(b.Fields[i].Name) == name {
			return true
		}
	}
	return false
}

// A sectionTally is what was found in one field section.
type sectionTally struct {
	size                                             uint64
	nameless                                         int64
	control, transferEncoding, conflicts, whitespace int64
	contentLength                                    []byte
}

func (t *sectionTally) marks() int64 {
	return t.control + t.transferEncoding + t.conflicts + t.whitespace
}

// transferEncodingIndex is that of Transfer-Encoding in the static table (RFC
// 7541, Appendix A).
const transferEncodingIndex = 57

// remarkable reports that a wholly indexed field is looked at all the same. All
// others were looked at when they were put into the table.
func remarkable(x *hpack.Field) bool {
	return len(x.Name) == 0 || len(x.Name) == len("content-length") || x.Index == transferEncodingIndex
}

// look takes a field.
func (t *sectionTally) look(x *hpack.Field, tainted bool) {
	if x.Trust() != hpack.Exact {
		return
	}
	switch len(x.Name) {
	case 0:
		t.nameless++
	case len("content-length"):
		t.length(x)
	case len("transfer-encoding"):
		if bytes.EqualFold(x.Name, []byte("transfer-encoding")) {
			t.transferEncoding++
		}
	case len(":method"), len(":path"):
		if (string(x.Name) == ":path" || string(x.Name) == ":method") && hasSpace(x.Value) {
			t.whitespace++
		}
	}
	if hasControl(x.Value) || (x.Index == 0 || tainted) && hasControl(x.Name) {
		t.control++
	}
}

// length takes a field that may be Content-Length: two that differ, or a list,
// are in conflict.
func (t *sectionTally) length(x *hpack.Field) {
	if string(x.Name) != "content-length" && !bytes.EqualFold(x.Name, []byte("content-length")) {
		return
	}
	if t.contentLength == nil && bytes.IndexByte(x.Value, ',') < 0 {
		t.contentLength = x.Value
		return
	}
	for value := range bytes.SplitSeq(x.Value, []byte{','}) {
		value = bytes.Trim(value, " \t")
		if t.contentLength != nil && !bytes.Equal(value, t.contentLength) {
			t.conflicts++
			return
		}
		t.contentLength = value
	}
}

// hasSpace reports that SP or HTAB is among the octets.
func hasSpace(p []byte) bool {
	return bytes.IndexByte(p, ' ') >= 0 || bytes.IndexByte(p, '\t') >= 0
}

// hasControl reports that CR, LF or NUL is among the octets, which no field may
// have (RFC 9113, Section 8.2.1).
func hasControl(p []byte) bool {
	for _, c := range p {
		if c <= '\r' && (c == '\r' || c == '\n' || c == 0) {
			return true
		}
	}
	return false
}
