package h2decode

import "h2scope/hpack"

// An openBlock is a field block whose END_HEADERS has not come (RFC 9113,
// Section 4.3).
type openBlock struct {
	active   bool
	about    uint32 // the stream that it is about: the promised one of a PUSH_PROMISE
	push     bool
	end      bool // END_STREAM stood on the HEADERS frame
	frames   int
	wire     int
	hole     bool
	err      error
	fields   []hpack.Field
	leftover []byte // the cut representation at the end of what came so far
}

// abandon forgets a block that can no longer end. Its octets were decoded as
// they came, so the table holds what they put in.
func (b *openBlock) abandon() {
	b.active, b.push, b.end, b.hole = false, false, false, false
	b.about, b.frames, b.wire = 0, 0, 0
	b.err = nil
	b.fields, b.leftover = b.fields[:0], b.leftover[:0]
}

// maxIdleFields is for how many fields a half keeps room between blocks.
const maxIdleFields = 1 << 10

// release gives back the memory of a long block, once it has been told.
func (b *openBlock) release() {
	if cap(b.fields) > maxIdleFields {
		b.fields = nil
	}
	if cap(b.leftover) > maxIdleBuffer {
		b.leftover = nil
	}
}

// openBlock begins a block, with the fragment of the HEADERS or PUSH_PROMISE
// frame in work. whole says that the fragment is all there.
func (h *half) openBlock(c *Conn, about uint32, fragment []byte, whole bool) {
	header := &c.frameEvent.Header
	b := &h.section
	b.abandon()
	b.active = true
	b.about = about
	b.push = header.Type == TypePushPromise
	b.end = !b.push && header.Flags.Has(FlagEndStream)
	if whole && header.Flags.Has(FlagEndHeaders) && h.recall(c, fragment) {
		return
	}
	h.table.Begin()
	h.addFragment(c, fragment, whole)
}

// continueBlock adds the fragment of a CONTINUATION frame. Which stream it
// names does not matter to what its octets are: a block is contiguous, so they
// can only belong to the open one. Those of none may have changed the table.
func (h *half) continueBlock(c *Conn, fragment []byte, whole bool) {
	switch {
	case h.section.active:
		h.addFragment(c, fragment, whole)
	case c.frameEvent.Header.Length > 0:
		h.table.MissedBlocks()
	}
}

// addFragment decodes the next fragment of the open block. Representations are
// decoded as soon as they are whole, so that a long block is never held. Behind
// a hole nothing is decoded: where the next representation begins is not known.
// A block that was not decoded to its end leaves the table uncertain; the
// decoder sees to that.
func (h *half) addFragment(c *Conn, fragment []byte, whole bool) {
	b := &h.section
	last := c.frameEvent.Header.Flags.Has(FlagEndHeaders)
	b.frames++
	b.wire += len(fragment)
	if !b.hole && b.err == nil {
		h.decodeFragment(c.cfg.Limits.FieldBlock, fragment, last && whole)
	}
	b.hole = b.hole || !whole
	if last {
		h.closeBlock(c)
	}
}

// decodeFragment decodes what of the fragment lies within the limit of the
// block.
func (h *half) decodeFragment(limit int, fragment []byte, last bool) {
	b := &h.section
	over := b.wire - limit
	if over > 0 {
		fragment, last = fragment[:max(0, len(fragment)-over)], false
	}
	if len(b.leftover) > 0 {
		b.leftover = append(b.leftover, fragment...)
		fragment = b.leftover
	}
	var n int
	b.fields, n, b.err = h.table.Decode(b.fields, fragment, last)
	if n > 0 || len(b.leftover) == 0 { // else they stay where they are, however long
		b.leftover = append(b.leftover[:0], fragment[n:]...)
	}
	if over > 0 && b.err == nil {
		b.err = frameError(EnhanceYourCalm, "field block of more than %d octets: not decoded further", limit)
	}
}

// closeBlock hands the block to the frame that ended it.
func (h *half) closeBlock(c *Conn) {
	b := &h.section
	b.active = false
	block := &c.block
	block.Fields, block.Violations, block.Err = b.fields, h.table.Violations(), b.err
	block.Incomplete, block.Omitted = b.hole, h.table.Omitted()
	block.SizeUpdates, block.EndStream = h.table.SizeUpdates(), b.end
	block.Size, block.Serial = h.table.SectionSize(), h.memo.serialOf(h, b)
	if block.Serial != 0 {
		block.Fields = h.memo.fields
	}
	block.Wire, block.Frames, block.Stream = b.wire, b.frames, b.about
	e := &c.frameEvent
	e.Block = block
	if limited, ok := b.err.(*FrameError); ok {
		e.Malformed = limited
	} else if b.err != nil {
		e.Malformed = frameError(CompressionError, "field block: %v", b.err)
	}
}
