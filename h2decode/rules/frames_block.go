package rules

import "h2scope/h2decode"

// checkContinuity holds a frame against the rules about field blocks in
// several frames: it is CONTINUATION, or stands where one should.
func (j *Judge) checkContinuity(f *h2decode.FrameDecoded, s *frameSide) {
	h := &f.Header
	switch {
	case h.Type == h2decode.TypeContinuation:
		j.checkContinuation(f, s)
	case !h.Type.Known(), h.Type > h2decode.TypeContinuation:
		j.broke("FR-06", nil, "%s stands inside the field block of stream %d", name(h.Type), s.block.stream)
	default:
		j.broke("CO-02", nil, "%s on stream %d stands inside the field block of stream %d", h.Type, h.Stream, s.block.stream)
	}
}

func (j *Judge) checkContinuation(f *h2decode.FrameDecoded, s *frameSide) {
	h := &f.Header
	last := h.Flags.Has(h2decode.FlagEndHeaders)
	switch {
	case h.Stream == 0: // which is a fault whatever it continues
	case s.inBlock && h.Stream != s.block.stream:
		j.broke("CO-03", []h2decode.Evidence{fact("stream", int64(s.block.stream))},
			"CONTINUATION on stream %d continues the field block of stream %d", h.Stream, s.block.stream)
	case !s.inBlock && !j.conn.Complete(f.From):
		j.skip("CO-01")
	case !s.inBlock:
		j.broke("CO-01", nil, "CONTINUATION on stream %d continues nothing: no field block is open", h.Stream)
	case h.Length == 0 && !last:
		j.broke("CO-05", nil, "CONTINUATION on stream %d is empty and does not end the field block", h.Stream)
	}
	s.inBlock = s.inBlock && !last
}

// checkOpenBlock holds a side's octets, which have ended, against the rule that
// field blocks end.
func (j *Judge) checkOpenBlock(side h2decode.Side) {
	s := &j.checks.frames.sides[side]
	if s.inBlock && j.conn.Complete(side) {
		j.blame("CO-04", side, s.block, nil, "the field block that frame %d opened on stream %d has not ended", s.block.number, s.block.stream)
	}
}
