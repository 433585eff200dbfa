package attack

import "h2scope/h2decode"

// cookieFrames is how many CONTINUATION frames a field block may have that comes
// slowly: those of large cookies.
const cookieFrames = 3

// blocks are the field blocks of one side, as they come.
type blocks struct {
	active  bool // END_HEADERS is still to come
	began   int64
	packet  uint64
	frames  int64 // CONTINUATION frames
	octets  int64
	over    bool // it is part of a flood
	again   bool // it is on a stream that opened before
	flipped rate // dynamic table size updates
}

// beginBlock looks at the first fragment of a field block. It reports that the
// frame brings nothing.
func (w *Watch) beginBlock(e *h2decode.FrameDecoded) (empty bool) {
	var fragment []byte
	switch p := e.Payload.(type) {
	case *h2decode.HeadersFrame:
		fragment = p.Fragment
	case *h2decode.PushPromiseFrame:
		fragment = p.Fragment
	}
	w.sizeUpdates(e, fragment)
	began, packet := e.Time, e.Packet
	if e.FirstPacket != 0 {
		began, packet = e.FirstTime, e.FirstPacket
	}
	if e.Header.Flags.Has(h2decode.FlagEndHeaders) {
		if e.FirstPacket != 0 {
			w.slowBlock(e, began, int64(e.Header.Length), packet)
		}
		return false
	}
	b := &w.blocks[e.From]
	b.active, b.began, b.packet = true, began, packet
	b.frames, b.octets, b.over = 0, int64(len(fragment)), false
	return len(fragment) == 0 && e.Missing == 0
}

// continueBlock looks at a CONTINUATION frame. It reports that the frame brings
// nothing.
func (w *Watch) continueBlock(e *h2decode.FrameDecoded) (empty bool) {
	b := &w.blocks[e.From]
	if !b.active {
		b.active, b.began, b.packet = true, e.Time, e.Packet
		b.frames, b.octets, b.over = 0, 0, false
	}
	if p, ok := e.Payload.(*h2decode.ContinuationFrame); ok && b.octets == 0 {
		w.sizeUpdates(e, p.Fragment)
	}
	b.frames++
	b.octets += int64(e.Header.Length)
	w.judgeBlock(e, b)
	if e.Header.Flags.Has(h2decode.FlagEndHeaders) {
		b.active = false
		w.slowBlock(e, b.began, b.octets, b.packet)
		return false
	}
	return e.Header.Length == 0
}

func (w *Watch) judgeBlock(e *h2decode.FrameDecoded, b *blocks) {
	open := (e.Time - b.began) / 1e6
	if !b.over && b.frames <= w.limits.of(blockFrames) && b.octets <= w.limits.of(blockOctets) &&
		(b.frames <= cookieFrames || open <= w.limits.of(blockOpen)) {
		return
	}
	s := w.sight(continuationFlood, e.From, &e.Origin, b.packet)
	if s.Count == 0 {
		s.Stream = e.Header.Stream
	}
	if b.over {
		s.add(1, &e.Origin)
	} else {
		b.over = true
		s.add(uint64(b.frames), &e.Origin)
		s.tally("blocks", 1)
	}
	s.note("frames", b.frames)
	s.note("octets", b.octets)
	s.note("open_ms", open)
}

// sizeUpdates counts the dynamic table size updates at the beginning of a field
// block, where they stand (RFC 7541, Section 4.2).
func (w *Watch) sizeUpdates(e *h2decode.FrameDecoded, p []byte) {
	for len(p) > 0 && p[0]&0xe0 == 0x20 { // RFC 7541, Section 6.3
		w.flood(&w.blocks[e.From].flipped, tableSizeFlips, e.From, &e.Origin, flipsPerSecond)
		more := p[0]&0x1f == 0x1f // RFC 7541, Section 5.1
		for p = p[1:]; more && len(p) > 0; p = p[1:] {
			more = p[0]&0x80 != 0
		}
	}
}
