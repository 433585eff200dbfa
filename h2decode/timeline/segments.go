package timeline

import (
	"cmp"
	"slices"

	"h2scope/h2decode"
)

// A Segment is a stretch of an exchange's time.
type Segment struct {
	From, To int64 // times
	Kind     SegmentKind
}

// A SegmentKind is what the time was spent on.
type SegmentKind uint8

// The kinds. Stalls lie inside the phases and take their place.
const (
	SegmentBlocked           SegmentKind = iota // no slot within SETTINGS_MAX_CONCURRENT_STREAMS
	SegmentSend                                 // the request is sent
	SegmentWait                                 // for the final response
	SegmentReceive                              // the response is sent
	SegmentStalledStream                        // its sender waits for the stream's window
	SegmentStalledConnection                    // for the connection's
	SegmentStalledTCP                           // for TCP's
)

// String is the name of the kind.
func (k SegmentKind) String() string {
	return [...]string{
		"blocked", "send", "wait", "receive", "stalled-stream-window", "stalled-connection-window", "stalled-tcp",
	}[k]
}

// Segments cuts the time of an exchange, from its beginning (or from when it was
// blocked) to its end, or to Clock where it is live, into segments without
// holes or overlaps, in order. Those of no length are left out.
func (c *Conn) Segments(x *Exchange) []Segment {
	segments := c.phases(x)
	for _, s := range c.interruptions(x) {
		segments = interrupt(segments, s)
	}
	return join(segments)
}

// phases are the segments without stalls; see h2decode.Timing.Phases.
func (c *Conn) phases(x *Exchange) []Segment {
	t := &x.Timing
	end := max(t.End, x.ClosedAt)
	if x.Live {
		end = max(end, c.clock)
	}
	segments := []Segment{{t.Request - t.Blocked, t.Request, SegmentBlocked}}
	at := t.Request
	until := func(to int64, kind SegmentKind) {
		to = max(at, min(to, end))
		segments = append(segments, Segment{at, to, kind})
		at = to
	}
	sent := t.RequestEnd
	if t.Response != 0 && (sent == 0 || t.Response < sent) {
		sent = t.Response
	}
	if x.Kind == h2decode.KindPush {
		sent = t.Request // a promise is a whole request
	}
	until(orEnd(sent, end), SegmentSend)
	until(orEnd(t.FinalResponse, end), SegmentWait)
	until(orEnd(t.ResponseEnd, end), SegmentReceive)
	until(end, SegmentSend) // the rest of a request that was answered before its end
	return segments
}

func orEnd(t, end int64) int64 {
	if t == 0 {
		return end
	}
	return t
}

// interruptions are the stalls of an exchange, those that take the place of
// others last.
func (c *Conn) interruptions(x *Exchange) []Segment {
	var s []Segment
	if x.Timing.Stalled[h2decode.StalledByTCP] > 0 {
		for _, shut := range c.Closures() {
			s = append(s, Segment{shut.From, shut.To, SegmentStalledTCP})
		}
	}
	for _, stalled := range c.StallsOf(x) {
		kind := SegmentStalledStream + SegmentKind(stalled.Cause)
		s = append(s, Segment{stalled.Began, stalled.Ended, kind})
	}
	slices.SortStableFunc(s, func(a, b Segment) int { return -cmp.Compare(a.Kind, b.Kind) })
	return s
}

// interrupt puts s in the place of what the segments have there, between the
// beginning of the first phase and the end.
func interrupt(segments []Segment, s Segment) []Segment {
	var cut []Segment
	for _, phase := range segments {
		from, to := max(s.From, phase.From), min(s.To, phase.To)
		if from >= to || phase.Kind == SegmentBlocked {
			cut = append(cut, phase)
			continue
		}
		cut = append(cut, Segment{phase.From, from, phase.Kind}, Segment{from, to, s.Kind}, Segment{to, phase.To, phase.Kind})
	}
	return cut
}

// join makes one segment of neighbours of a kind, and leaves out those of no
// length.
func join(segments []Segment) []Segment {
	joined := segments[:0]
	for _, s := range segments {
		if n := len(joined); n > 0 && joined[n-1].Kind == s.Kind && joined[n-1].To == s.From {
			joined[n-1].To = s.To
		} else if s.To > s.From {
			joined = append(joined, s)
		}
	}
	return joined
}
