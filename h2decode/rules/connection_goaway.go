package rules

import "h2scope/h2decode"

// A goAwayRecord is what is kept of the GOAWAY frames of one side.
type goAwayRecord struct {
	last uint32 // the least last stream identifier

	failed bool      // an error ended the connection:
	err    sentFrame // the frame that said so
	code   h2decode.ErrorCode
	stayed bool // that the connection went on behind it was told
}

// checkGoAway holds a GOAWAY frame of sound size against the rules.
func (j *Judge) checkGoAway(f *h2decode.FrameDecoded) {
	p, ok := f.Payload.(*h2decode.GoAwayFrame)
	if !ok {
		return // of what it says nothing is known
	}
	j.checkErrorCode(p.Code)
	s := &j.checks.settings.sides[f.From]
	g := &s.goAway
	if s.leaving && p.LastStream > g.last {
		j.broke("GA-01", []h2decode.Evidence{fact("last_stream", int64(p.LastStream)), fact("before", int64(g.last))},
			"the last stream identifier of GOAWAY rises from %d to %d", g.last, p.LastStream)
	} else {
		g.last = p.LastStream
	}
	s.leaving = true
	if p.Code == h2decode.NoError {
		return
	}
	// What it answers may be a frame that its sender has not waited for.
	j.checkBegun(f.From.Other())
	if !g.failed {
		g.failed, g.err, g.code = true, sent(f), p.Code
		j.expect(f.Time)
	}
}

// checkStaying tells of a connection that goes on behind an error.
func (j *Judge) checkStaying(side h2decode.Side, g *goAwayRecord, now int64) {
	if !g.failed || g.stayed {
		return
	}
	waited := now - g.err.Time
	if waited <= int64(patience) {
		j.expect(g.err.Time)
		return
	}
	g.stayed = true
	j.blame("GA-06", side, g.err, []h2decode.Evidence{fact("waited_ns", waited)},
		"the %s sent GOAWAY with %s and the connection was still open %s later", side, g.code, duration(waited))
}

// checkLeave holds the end of the connection against the rule that GOAWAY
// comes before it.
func (j *Judge) checkLeave(e *h2decode.ConnectionClosed) {
	s := &j.checks.settings.sides
	switch side := e.ClosedBy; {
	case !e.HasCloser, s[client].leaving, s[server].leaving:
	case !j.heard(client) || !j.heard(server):
		j.skip("GA-04")
	default:
		j.finding("GA-04", j.closing(e, side), nil, "the %s closed the connection and nobody sent GOAWAY before", side)
	}
}
