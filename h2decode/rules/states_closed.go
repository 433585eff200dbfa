package rules

import (
	"bytes"
	"slices"

	"h2scope/h2decode"
)

// certain says that what the sender of a frame can have known of the frames of
// owner was seen: all that its TCP had acknowledged has been told. Captures may
// show the two directions out of order.
func (j *Judge) certain(f *h2decode.FrameDecoded, owner h2decode.Side) bool {
	return j.conn.Complete(owner) && (f.From == owner || f.Acked <= j.checks.streams.seen[owner])
}

// openable says that a stream which is not known may have been opened: by a frame
// that was not seen or, stream 1, by an Upgrade before the client's preface, whose
// answer is then the first of what is not seen of the server.
func (j *Judge) openable(f *h2decode.FrameDecoded, id uint32) bool {
	return !j.certain(f, opener(id)) || id == 1 && !j.conn.Complete(server)
}

// checkIdle holds a frame against the rules for streams that nobody has opened
// or reserved.
func (j *Judge) checkIdle(f *h2decode.FrameDecoded) {
	id, kind := f.Header.Stream, f.Header.Type
	owner, rule := opener(id), "ST-01"
	if kind == h2decode.TypeRSTStream && j.answers(f) {
		return
	}
	if kind == h2decode.TypeHeaders {
		rule = "ST-06"
		if f.From == server && owner == server {
			rule = "ST-10"
		}
	}
	switch {
	case j.openable(f, id):
		j.skip(rule)
	case rule == "ST-06":
		j.broke(rule, nil, "the %s opens stream %d, whose identifier is one of the %s's", f.From, id, owner)
	case rule == "ST-10":
		j.broke(rule, nil, "the server opens stream %d, which it has not promised", id)
	default:
		j.broke(rule, state(h2decode.Idle), "the %s sends %s on stream %d, which is idle", f.From, kind, id)
	}
}

// checkClosed holds a frame against the rules for streams that are closed.
func (j *Judge) checkClosed(f *h2decode.FrameDecoded) {
	id, kind := f.Header.Stream, f.Header.Type
	c := j.streams.closedAs(id)
	switch {
	case c == nil:
		j.checkNeverOpened(f)
		return
	case c.unfollowed:
		j.skip("ST-03")
		return
	case kind == h2decode.TypeHeaders && f.From == opener(id) && isRequest(f):
		j.broke("ST-08", nil, "the %s opens stream %d again, which has closed", f.From, id)
	default:
		j.checkLeft(f, c)
	}
	if kind == h2decode.TypeRSTStream {
		c.left[f.From], c.end[f.From] = reset, end(f)
	} else if kind != h2decode.TypeWindowUpdate {
		c.provoked[f.From.Other()] = true
	}
}

// isRequest says that a HEADERS frame begins a message of the client: it is no
// late trailer section.
func isRequest(f *h2decode.FrameDecoded) bool {
	if f.Block == nil {
		return false
	}
	for i := range f.Block.Fields {
		if bytes.Equal(f.Block.Fields[i].Name, []byte(":method")) {
			return true
		}
	}
	return false
}

// checkNeverOpened holds a frame against the rules for streams that are closed
// because a stream with a greater identifier was opened (RFC 9113, Section
// 5.1.1), unless they were open and are remembered no longer.
func (j *Judge) checkNeverOpened(f *h2decode.FrameDecoded) {
	id := f.Header.Stream
	owner, rule := opener(id), "ST-03"
	if f.Header.Type == h2decode.TypeHeaders && f.From == owner {
		rule = "ST-07"
		if owner == server {
			rule = "ST-10"
		}
	}
	newest := j.conn.Newest(owner)
	switch {
	case j.openable(f, id) || id <= j.streams.forgotten[owner]:
		j.skip(rule)
	case rule == "ST-07":
		j.broke(rule, []h2decode.Evidence{{Name: "newest", Number: int64(newest)}},
			"the client opens stream %d after stream %d", id, newest)
	case rule == "ST-10":
		j.broke(rule, nil, "the server opens stream %d, which it has not promised", id)
	default:
		j.broke(rule, state(h2decode.Closed), "the %s sends %s on stream %d, which closed unused when stream %d was opened",
			f.From, f.Header.Type, id, newest)
	}
}

// checkLeft holds a frame against how its sender and its peer left the stream.
// Its own leaving the sender knows at once; its peer's, when it must have heard.
func (j *Judge) checkLeft(f *h2decode.FrameDecoded, c *closedStream) {
	from, peer, kind := f.From, f.From.Other(), f.Header.Type
	content := kind == h2decode.TypeData || kind == h2decode.TypeHeaders
	heard := knew(f, c.end[peer])
	switch {
	case kind == h2decode.TypeRSTStream && (c.provoked[from] || j.answers(f)):
	case c.upgraded && from == client && content: // the Upgrade's own rule
	case c.left[from] == reset:
		finding := j.brokeClosed("ST-04", f, "after its own RST_STREAM")
		if kind == h2decode.TypeRSTStream {
			finding.Severity = warning // RFC 9113, Section 5.4.2 only discourages it
		}
	case content && c.left[from] == ended && (c.left[peer] == reset || !heard):
		j.brokeClosed("ST-02", f, "after its END_STREAM")
	case c.left[peer] == reset && !heard: // in flight
	case c.left[peer] == reset && kind == h2decode.TypeRSTStream && j.checks.streams.heard[from] < c.end[peer]:
		j.brokeClosed("ST-11", f, "in answer to RST_STREAM")
	case c.left[peer] == reset:
		j.brokeClosed("ST-05", f, "after it had received RST_STREAM")
	case content:
		j.brokeClosed("ST-03", f, "which is closed")
	case kind == h2decode.TypeRSTStream && (c.unknown[peer] || !j.conn.Complete(peer)):
		j.skip("ST-03") // it may be about what was not seen
	case kind == h2decode.TypeRSTStream && c.closer == peer: // it may be about the frame that closed the stream
	case !j.checks.streams.processed.has(from, c.end[peer]): // in flight
	default:
		j.brokeClosed("ST-03", f, "which is closed, as it has heard")
	}
}

// answers says that RST_STREAM is what a rule asks for which the peer broke on
// the stream.
func (j *Judge) answers(f *h2decode.FrameDecoded) bool {
	return slices.ContainsFunc(j.waiting, func(finding *h2decode.Finding) bool {
		return finding.Stream == f.Header.Stream && finding.From != f.From
	})
}

func (j *Judge) brokeClosed(rule string, f *h2decode.FrameDecoded, when string) *h2decode.Finding {
	return j.broke(rule, state(h2decode.Closed), "the %s sends %s on stream %d, %s", f.From, f.Header.Type, f.Header.Stream, when)
}

// A processing is what the sides have shown to have processed of each other's
// octets, not only received: RFC 9113, Section 5.1 names acknowledged SETTINGS
// and PING as such signals.
type processing struct {
	asked [2]uint64 // by the side that asks: where the last frame ended that asks for an answer
	open  [2]int    // of these frames, those without an answer
	done  [2]uint64 // by the side that processed
}

// note takes note of SETTINGS or PING. Once all have their answers, the last has.
func (p *processing) note(f *h2decode.FrameDecoded) {
	if !f.Header.Flags.Has(h2decode.FlagAck) {
		p.asked[f.From] = end(f)
		p.open[f.From]++
		return
	}
	asker := f.From.Other()
	if p.open[asker] == 0 {
		return
	}
	if p.open[asker]--; p.open[asker] == 0 && knew(f, p.asked[asker]) {
		p.done[f.From] = p.asked[asker]
	}
}

// has says that a side has processed what ends at an offset.
func (p *processing) has(side h2decode.Side, end uint64) bool { return p.done[side] >= end }
