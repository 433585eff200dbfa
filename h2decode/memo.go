package h2decode

import (
	"bytes"

	"h2scope/hpack"
)

// A blockMemo remembers the last field block of a side that came twice. Clients
// and servers say the same again and again; while the HPACK table stays as it
// is, the same octets are the same fields, and need no decoding.
type blockMemo struct {
	octets []byte // of the last short block that was whole in its frame
	stamp  uint64 // of the table behind it

	serial uint64 // 0: there are no fields
	next   uint64 // the next serial
	block  Block  // what octets decode to
	copied []byte // what the fields of block point to
	fields []hpack.Field

	facts       sectionFacts // of the last block
	factsSerial uint64       // its serial
}

// maxMemo is how many octets a block may have to be remembered.
const maxMemo = 512

// recall gives the block of the frame in work without decoding it, where it is
// the one that is remembered.
func (h *half) recall(c *Conn, fragment []byte) bool {
	m := &h.memo
	stamp, ok := h.table.Stamp()
	if m.serial == 0 || !ok || stamp != m.stamp || !bytes.Equal(fragment, m.octets) {
		return m.expect(fragment, stamp, ok)
	}
	b := &h.section
	b.active = false
	c.block = m.block
	c.block.EndStream, c.block.Stream = b.end, b.about
	c.frameEvent.Block = &c.block
	return true
}

// expect takes note of a block that is about to be decoded. It never has it yet.
func (m *blockMemo) expect(fragment []byte, stamp uint64, ok bool) bool {
	switch {
	case !ok || len(fragment) > maxMemo:
		m.octets, m.serial = m.octets[:0], 0
	case stamp == m.stamp && bytes.Equal(fragment, m.octets):
		m.serial = m.next + 1 // the second time: its fields will be kept
	default:
		m.octets, m.stamp, m.serial = append(m.octets[:0], fragment...), stamp, 0
	}
	return false
}

// serialOf is the serial of a block that has just been decoded, whose fields
// are kept where it is the one expected for the second time.
func (m *blockMemo) serialOf(h *half, b *openBlock) uint64 {
	if m.serial == 0 {
		return 0
	}
	stamp, ok := h.table.Stamp()
	if b.frames != 1 || !ok || stamp != m.stamp || b.hole || b.err != nil || h.table.ViolationCount() > 0 || h.table.Omitted() > 0 {
		m.octets, m.serial = m.octets[:0], 0
		return 0
	}
	m.next = m.serial
	m.keep(b.fields)
	m.block = Block{
		Fields: m.fields, Size: h.table.SectionSize(), Serial: m.serial, Wire: b.wire, Frames: 1,
	}
	return m.serial
}

// keep copies fields.
func (m *blockMemo) keep(fields []hpack.Field) {
	m.copied, m.fields = m.copied[:0], append(m.fields[:0], fields...)
	size := 0
	for i := range fields {
		size += len(fields[i].Name) + len(fields[i].Value)
	}
	if cap(m.copied) < size {
		m.copied = make([]byte, 0, size)
	}
	for i := range m.fields {
		f := &m.fields[i]
		f.Name, f.Value = m.own(f.Name), m.own(f.Value)
	}
}

func (m *blockMemo) own(p []byte) []byte {
	if p == nil {
		return nil
	}
	start := len(m.copied)
	m.copied = append(m.copied, p...)
	return m.copied[start:len(m.copied):len(m.copied)]
}
