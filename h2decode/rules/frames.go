package rules

import "h2scope/h2decode"

// frameChecks is what the rules about frames keep.
type frameChecks struct {
	sides   [2]frameSide
	opening openingRecord
	// due is the earliest time at which something that was asked for is
	// overdue; 0: nothing is asked for.
	due int64
}

// A frameSide is what they keep of the frames of one side.
type frameSide struct {
	begun bool // it has sent a frame

	inBlock bool      // its last HEADERS or PUSH_PROMISE waits for CONTINUATION
	block   sentFrame // that frame

	acked    uint64 // how many octets of its peer it had received when it sent its last frame
	measured uint64 // where in its octets the frame whose length was judged last begins, plus 1
}

// A sentFrame is a frame that was sent before the one in work.
type sentFrame struct {
	h2decode.Origin
	number uint64
	stream uint32
	end    uint64 // where in its sender's octets it ends
}

func sent(f *h2decode.FrameDecoded) sentFrame {
	return sentFrame{f.Origin, f.Number, f.Header.Stream, end(f)}
}

// blame notes that a side broke a rule by what it did, or left undone, about a
// frame that was sent before.
func (j *Judge) blame(id string, who h2decode.Side, about sentFrame, evidence []h2decode.Evidence, format string, args ...any) {
	f := j.finding(id, about.Origin, evidence, format, args...)
	f.From, f.Frame, f.Stream = who, about.number, about.stream
}

// fact is evidence that is a number.
func fact(name string, n int64) h2decode.Evidence { return h2decode.Evidence{Name: name, Number: n} }

// heard reports whether all of a side's frames were seen. A capture may have one
// direction only, and then nothing is known of what the other side left undone.
func (j *Judge) heard(side h2decode.Side) bool {
	return j.checks.frames.sides[side].begun && j.conn.Complete(side)
}

// checkFrame holds a frame against the rules that need no stream. Most frames
// are as they should be: what is asked first is what tells that soonest.
func (j *Judge) checkFrame(f *h2decode.FrameDecoded) {
	c := &j.checks.frames
	s, h := &c.sides[f.From], &f.Header
	if c.due != 0 && f.Time > c.due {
		j.overdue(f.Time)
	}
	if !s.begun {
		s.begun = true
		j.checkFirst(f)
	}
	s.acked = f.Acked
	if h.Length > leastMaxFrameSize {
		j.checkLength(h2decode.BegunFrame{Origin: f.Origin, Header: *h}, f)
	}
	if h.Reserved || !h.Type.Known() || !forms[h.Type].fits(h) {
		j.checkForm(f)
	}
	if c.opening.upgraded && h.Stream == 1 && f.From == client {
		j.checkUpgraded(f)
	}
	if s.inBlock || h.Type == h2decode.TypeContinuation {
		j.checkContinuity(f, s)
	}
	switch h.Type {
	case h2decode.TypeData:
		j.checkDataFrame(f)
	case h2decode.TypeHeaders:
		j.checkFieldBlockFrame(f, s)
	default:
		j.checkOther(f, s)
	}
	if f.Block != nil && f.From == client && j.cfg.Transport == h2decode.TLS {
		c.opening.request(f)
	}
}

// checkOther holds frames of the rarer types against the rules of their types.
func (j *Judge) checkOther(f *h2decode.FrameDecoded, s *frameSide) {
	if !j.checkSize(f) {
		return
	}
	switch f.Header.Type {
	case h2decode.TypePushPromise:
		j.checkFieldBlockFrame(f, s)
	case h2decode.TypePriority:
		j.checkPrioritySignal(f)
	case h2decode.TypeRSTStream:
		if p, ok := f.Payload.(*h2decode.RSTStreamFrame); ok {
			j.checkErrorCode(p.Code)
		}
	case h2decode.TypeSettings:
		j.checkSettings(f)
	case h2decode.TypePing:
		j.checkPing(f)
	case h2decode.TypeGoAway:
		j.checkGoAway(f)
	case h2decode.TypeAltSvc:
		j.checkAltSvc(f)
	case h2decode.TypeOrigin:
		j.checkOrigin(f)
	case h2decode.TypePriorityUpdate:
		j.checkPriorityUpdateFrame(f)
	}
}

// checkDataFrame holds a DATA frame against the rules about frames.
func (j *Judge) checkDataFrame(f *h2decode.FrameDecoded) {
	h := &f.Header
	if h.Length == 0 && h.Flags&(h2decode.FlagEndStream|h2decode.FlagPadded) == 0 {
		j.broke("FR-18", nil, "a DATA frame on stream %d is empty and does not end the stream", h.Stream)
	}
	if h.Flags.Has(h2decode.FlagPadded) {
		j.checkPadding(f, 0)
	}
}

// checkFieldBlockFrame holds a HEADERS or PUSH_PROMISE frame against the rules
// about frames, and notes whether a field block is open behind it.
func (j *Judge) checkFieldBlockFrame(f *h2decode.FrameDecoded, s *frameSide) {
	h := &f.Header
	if s.inBlock = !h.Flags.Has(h2decode.FlagEndHeaders); s.inBlock {
		s.block = sent(f)
	}
	mandatory := uint32(0)
	switch {
	case h.Type == h2decode.TypePushPromise:
		mandatory = promisedLength
	case h.Flags.Has(h2decode.FlagPriority):
		mandatory = priorityLength
		j.checkPrioritySignal(f)
	}
	if mandatory > 0 || h.Flags.Has(h2decode.FlagPadded) {
		j.checkPadding(f, mandatory)
	}
}
