package rules

import "h2scope/h2decode"

// checkFramesEnd holds the end of the connection against the rules.
func (j *Judge) checkFramesEnd(e *h2decode.ConnectionClosed) {
	if e.HasCloser { // how long the rest took is its peer's affair
		j.checks.settings.sides[e.ClosedBy].goAway.failed = false
	}
	j.overdue(e.Closed)
	j.checkPreface(e)
	for side := client; side <= server; side++ {
		j.checkUnansweredPings(e, side)
		j.checkBegun(side)
	}
	if e.Close != h2decode.ClosedFIN && e.Close != h2decode.ClosedRST {
		return // it goes on, for all that the capture tells
	}
	for side := client; side <= server; side++ {
		j.checkOpenBlock(side)
	}
	j.checkCut(e)
	j.checkLeave(e)
}

// checkBegun holds the frame that a side has begun against the rules about its
// length: its receiver need not wait for its end.
func (j *Judge) checkBegun(side h2decode.Side) {
	if b, ok := j.conn.Begun(side); ok && b.Header.Length > leastMaxFrameSize && j.prefaced(side) {
		j.checkLength(b, nil)
	}
}

// checkCut holds the end of the octets of the side that closed the connection
// against the rule that frames end. What its peer was sending then is not its
// peer's fault, and a reset gives up what was on its way.
func (j *Judge) checkCut(e *h2decode.ConnectionClosed) {
	side := e.ClosedBy
	if !e.HasCloser || e.Close != h2decode.ClosedFIN || e.Unread[side] == 0 || !j.prefaced(side) {
		return
	}
	b, begun := j.conn.Begun(side)
	switch {
	case !j.conn.Complete(side) || b.Missing > 0:
		j.skip("FR-19")
	case begun && j.checks.frames.sides[side].measured == b.Offset+1: // its length was the fault
	case begun:
		j.blame("FR-19", side, sentFrame{Origin: b.Origin, stream: b.Header.Stream},
			[]h2decode.Evidence{fact("octets", int64(e.Unread[side])), fact("length", int64(b.Header.Length))},
			"the %s closed the connection inside %s of %d octets", side, name(b.Header.Type), b.Header.Length)
	default:
		j.finding("FR-19", j.closing(e, side), []h2decode.Evidence{fact("octets", int64(e.Unread[side]))},
			"the %s closed the connection inside a frame header, behind %d of its octets", side, e.Unread[side])
	}
}

// closing is where a side's octets end.
func (j *Judge) closing(e *h2decode.ConnectionClosed, side h2decode.Side) h2decode.Origin {
	return h2decode.Origin{Conn: e.Number, From: side, Packet: e.Packet, Time: e.Closed, Offset: j.conn.Seen(side)}
}
