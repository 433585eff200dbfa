package main

import (
	"cmp"
	"slices"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
)

// decoded is a frame with what the timeline keeps of its payload.
func (f *screenFilter) decoded(c *timeline.Conn, frame *timeline.Frame, x *timeline.Exchange) h2decode.FrameDecoded {
	e := h2decode.FrameDecoded{
		Origin: h2decode.Origin{Conn: c.Number(), From: frame.From, Packet: frame.Packet, Time: frame.Time, Offset: frame.Offset},
		Number: frame.Number, OctetsPacket: frame.OctetsPacket, FirstPacket: frame.FirstPacket, FirstTime: frame.FirstTime,
		Header: frame.Header, Windows: frame.Windows, Missing: frame.Missing, Late: frame.Late, Malformed: frame.Malformed,
	}
	if frame.Missing == 0 && frame.Malformed == nil {
		e.Payload = f.payload(c, frame)
	}
	if f.windows && frame.Header.Type == h2decode.TypeWindowUpdate && frame.Header.Stream != 0 && frame.Windows.Moved {
		e.Windows.Connection = c.AtFrame(frame.Number).Windows[frame.From.Other()]
	}
	if frame.Block {
		e.Block = block(c, frame, x)
	}
	return e
}

// payload is what the timeline keeps of a frame's payload, nil where that is
// nothing.
func (f *screenFilter) payload(c *timeline.Conn, frame *timeline.Frame) h2decode.Payload {
	switch frame.Header.Type {
	case h2decode.TypeHeaders:
		priority, found := f.priority(c, frame)
		return &h2decode.HeadersFrame{HasPriority: found, Priority: priority}
	case h2decode.TypeWindowUpdate:
		return &h2decode.WindowUpdateFrame{Increment: frame.Increment}
	case h2decode.TypeRSTStream:
		return &h2decode.RSTStreamFrame{Code: frame.Code}
	case h2decode.TypeGoAway:
		return &h2decode.GoAwayFrame{Code: frame.Code}
	case h2decode.TypePushPromise:
		return &h2decode.PushPromiseFrame{Promised: frame.About}
	case h2decode.TypePriority:
		return &frame.Priority
	case h2decode.TypePriorityUpdate:
		return &h2decode.PriorityUpdateFrame{Prioritized: frame.About}
	}
	return nil
}

// priority is that of a HEADERS frame which has one: the timeline keeps it among
// what the client said.
func (f *screenFilter) priority(c *timeline.Conn, frame *timeline.Frame) (p h2decode.PriorityFrame, found bool) {
	if !frame.Header.Flags.Has(h2decode.FlagPriority) {
		return p, false
	}
	if f.said.conn != c {
		f.said.conn, f.said.changes = c, c.PriorityChanges()
	}
	changes := f.said.changes
	i, _ := slices.BinarySearchFunc(changes, frame.Number, func(change timeline.PriorityChange, n uint64) int { return cmp.Compare(change.Frame, n) })
	for ; i < len(changes) && changes[i].Frame == frame.Number; i++ {
		if op := &changes[i].Op; changes[i].Scheme == timeline.RFC7540 && op.Stream == frame.Header.Stream && op.Weight > 0 {
			return h2decode.PriorityFrame{Exclusive: op.Exclusive, DependsOn: op.DependsOn, Weight: int(op.Weight)}, true
		}
	}
	return p, false
}

// block is the field block that a frame ended. How long one of PUSH_PROMISE is the
// timeline does not keep: it is known where the frame has nothing else. Of others
// nothing is told.
func block(c *timeline.Conn, frame *timeline.Frame, x *timeline.Exchange) *h2decode.Block {
	const promised = 4 // octets of the promised stream's identifier (RFC 9113, Section 6.6)
	wire := int(frame.BlockWire)
	if frame.Header.Type == h2decode.TypePushPromise {
		if frame.Header.Flags.Has(h2decode.FlagPadded) {
			return nil
		}
		wire = int(frame.Header.Length) - promised
	}
	about, side := x, frame.From
	if frame.Header.Type == h2decode.TypePushPromise {
		promised, found := c.ExchangeOf(frame.About)
		if !found {
			return &h2decode.Block{Wire: wire, Stream: frame.Header.Stream}
		}
		about, side = &promised, h2decode.Client
	}
	kept := c.Fields(about, side)
	return &h2decode.Block{
		Fields: blockFields(frame, about, &kept), Incomplete: incomplete(about, side, &kept), Wire: wire, Stream: frame.Header.Stream,
	}
}

// incomplete says that the only field section of a message is. Which of several is
// the timeline does not keep: then the stream has the mark, and no frame.
func incomplete(x *timeline.Exchange, side h2decode.Side, kept *timeline.Fields) bool {
	m := &x.Request
	if side == h2decode.Server {
		m = &x.Response
	}
	return len(kept.Interim) == 0 && len(kept.Trailers) == 0 && (m.Incomplete || m.Omitted > 0)
}

// blockFields are the fields of the block that a frame ended, of those of its
// message.
func blockFields(f *timeline.Frame, x *timeline.Exchange, kept *timeline.Fields) []hpack.Field {
	switch {
	case f.Header.Type == h2decode.TypePushPromise:
		return kept.Fields
	case f.Interim:
		return slices.Concat(kept.Interim...)
	case isTrailers(f, x, len(kept.Trailers) > 0):
		return kept.Trailers
	}
	return kept.Fields
}

// isTrailers reports whether a frame ended the block of trailers: they end the
// message, as a section that begins it does only where there are none (RFC 9113,
// Section 8.1). END_STREAM stands on HEADERS, not on the CONTINUATION that may end
// the block.
func isTrailers(f *timeline.Frame, x *timeline.Exchange, trailers bool) bool {
	if f.Header.Type == h2decode.TypeHeaders {
		return f.Number != x.Opened && f.Header.Flags.Has(h2decode.FlagEndStream) && trailers
	}
	return trailers && f.Time > x.Timing.FinalResponse
}
