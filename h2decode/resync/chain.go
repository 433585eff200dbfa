package resync

// A chain is a run of plausible headers, each where the length of the one
// before says, that is alive: the next is still to come. All chains that are
// alive expect their next header at different places.
type chain struct {
	first   uint64 // offset of the first header
	last    header
	at      uint64 // offset of the last header
	next    uint64 // offset of the one to come
	onStart bool   // the last header stands at the start of a segment

	headers int    // with a payload
	open    uint32 // the stream whose field block is not whole; 0: none
	ended   uint32 // the stream that END_STREAM was on last; 0: none
	long    bool   // a frame of it is longer than is usual
	sender  Role   // the side that alone can have sent all of it

	reach reachProof
	run   segmentRun
	turns turns
}

// accepts reports whether the frame can follow the chain.
func (c *chain) accepts(f *frame) bool {
	switch {
	case c.open != 0:
		if f.typ != typeContinuation || f.stream != c.open {
			return false
		}
	case f.typ == typeContinuation:
		return false
	}
	if c.ended == f.stream && (f.typ == typeData || f.typ == typeHeaders) {
		return false
	}
	_, ok := c.sender.join(f.sender)
	return ok
}

// add takes a frame that the chain accepts.
func (c *chain) add(f *frame, e *extent) {
	c.last, c.at, c.onStart = f.header, f.offset, f.onStart
	c.next = f.offset + headerLength + uint64(f.length)
	c.open = 0
	if f.opensBlock() {
		c.open = f.stream
	}
	if f.endsStream() {
		c.ended = f.stream
	}
	c.sender, _ = c.sender.join(f.sender)
	if f.length > 0 {
		c.headers++
	}
	c.long = c.long || f.length > usualData
	c.reach.add(f, e, f.offset == c.first)
	c.run.add(f)
}

// outlivesData reports whether the chain goes on where a DATA frame that it began in
// would have ended. Where it is not known how long frames may be, that and all its
// own are taken for no longer than is usual.
func (c *chain) outlivesData(cfg *Config) bool {
	longest := uint64(cfg.MaxData)
	if cfg.unknownSize {
		longest = min(longest, usualData)
	}
	return c.headers >= provenHeaders && c.at-c.first > headerLength+longest && !(cfg.unknownSize && c.long)
}

// covers reports whether all of d lies within the DATA frame that c expects its
// next header behind. A header that none leads to is too likely by chance.
func (c *chain) covers(d *chain) bool {
	return c.last.typ == typeData && c.at < d.first && c.headers > 1
}

// segment takes note of a segment that begins at offset, inside the chain's
// last frame. A sender that writes the header of a DATA frame and its payload
// apart, as those do that send files, has a segment begin between the two.
func (c *chain) segment(offset uint64) {
	if c.last.typ != typeData || !c.onStart || offset != c.at+headerLength {
		c.run.broken = true
	}
}

// A frame is a plausible frame header, and what is known of it.
type frame struct {
	header
	offset  uint64
	onStart bool // it stands at the start of a segment
	sender  Role
	known   Knowledge // of its stream
}
