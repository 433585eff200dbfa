package timeline

import (
	"maps"
	"slices"

	"h2scope/h2decode"
)

// HeldUp are the streams that a stall on another's window held up, in order: who
// had begun to answer, could have sent, and depends on the stalled stream (in
// the tree, or by an urgency that comes after its), but got nothing while the
// stall lasted and the connection's window was open, and did afterwards. That
// is the deadlock of priority and flow control (RFC 9113, Section 5.2.2). Only
// stalls of the server on a stream's window hold up others so.
func (c *Conn) HeldUp(stall *h2decode.Stall) []uint32 {
	if stall.Cause != h2decode.StalledByStream || stall.From != h2decode.Server || stall.BeganFrame == 0 {
		return nil
	}
	n := uint32(stall.BeganFrame)
	s := newSharing(c, n, c.schemeAt(n))
	if w := s.replay.windows[h2decode.Server]; w.Known && w.Octets <= 0 {
		return nil
	}
	waiting := make(map[uint32]bool)
	for _, st := range c.AtFrame(stall.BeganFrame).Streams {
		if st.Stream != stall.Stream && s.due(st.Stream) && s.dependsOn(st.Stream, stall.Stream) {
			waiting[st.Stream] = false
		}
	}
	to := min(stall.EndedFrame, uint64(c.frames.len()))
	for n := max(stall.BeganFrame, uint64(c.frames.first)); n < to && len(waiting) > 0; n++ {
		if f := c.frames.at(int(n)); f.kind() == h2decode.TypeData && f.from() == h2decode.Server && f.length() > 0 {
			delete(waiting, f.id())
		}
	}
	return c.wentOn(waiting, to)
}

// wentOn are the streams on which the server sent DATA after a frame.
func (c *Conn) wentOn(streams map[uint32]bool, after uint64) (went []uint32) {
	for _, stream := range slices.Sorted(maps.Keys(streams)) {
		x, _ := c.ExchangeOf(stream)
		for n := uint32(x.Last); uint64(n) > max(after, uint64(c.frames.first)); n = c.frames.at(int(n) - 1).prev {
			f := c.frames.at(int(n) - 1)
			if f.kind() == h2decode.TypeData && f.from() == h2decode.Server && f.length() > 0 {
				went = append(went, stream)
				break
			}
		}
	}
	return went
}

// dependsOn says that one stream is to be served after another.
func (s *sharing) dependsOn(stream, other uint32) bool {
	if s.tree == nil && s.levels == nil {
		return false
	}
	if s.levels != nil {
		a, known := s.levels.Params(stream)
		b, _ := s.levels.Params(other)
		return known && a.Urgency > b.Urgency
	}
	for seen := 0; stream != 0 && seen <= s.tree.Len(); seen++ {
		node, known := s.tree.Node(stream)
		if !known {
			return false
		}
		if stream = node.Parent; stream == other {
			return true
		}
	}
	return false
}
