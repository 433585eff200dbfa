package exchange

import (
	"strings"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// A Measure is what a meter counted of a stream.
type Measure struct {
	Call *Call // nil: the stream is no gRPC call
	// Messages are how many each side sent, where Counted says that all of their
	// octets were seen.
	Messages [2]int
	Counted  [2]bool

	// BodyBytes are how long the contents are without their codings, where Decoded
	// says that this is known.
	BodyBytes [2]uint64
	Decoded   [2]bool
}

// Take is what was counted of a stream that is over, and forgets it.
func (m *Meter) Take(conn uint64, s *h2decode.Stream) (all Measure) {
	x := Exchange{Stream: s}
	all.Call, _ = CallOf(s)
	c := m.conns[conn]
	for side := range x.Bodies {
		side := h2decode.Side(side)
		r := c.finish(s.ID, side)
		if all.Call != nil {
			all.countMessages(side, r, x.Message(side), c.silent(s.ID, side))
		}
		if m.maxBody > 0 {
			all.BodyBytes[side], all.Decoded[side] = x.bodyBytes(side, r, m.maxBody)
		}
	}
	if c != nil {
		delete(c.streams, s.ID)
	}
	return all
}

// finish ends the reading of a message; nil where there is none. Its body leaves
// the connection's account.
func (c *metered) finish(stream uint32, from h2decode.Side) *reading {
	r := c.reading(stream, from)
	if r == nil {
		return nil
	}
	r.lost = r.lost || !r.ended && r.losses != c.losses[from]
	if r.body != nil {
		c.held -= r.body.held()
	}
	return r
}

// sure reports whether all of a message was read, which it was not where no octets
// were told.
func (r *reading) sure(m *h2decode.Message) bool {
	return r != nil && !r.lost && r.octets == m.DataBytes
}

// silent reports whether a side is known to have sent nothing on a stream of which
// no message of it is read.
func (c *metered) silent(stream uint32, from h2decode.Side) bool {
	if c == nil || c.streams[stream] == nil {
		return false
	}
	return c.streams[stream].losses[from] == c.losses[from]
}

func (all *Measure) countMessages(side h2decode.Side, r *reading, m *h2decode.Message, silent bool) {
	switch {
	case r.sure(m) && r.splitter != nil:
		r.splitter.Close(0)
		skipped, _ := r.splitter.Skipped()
		all.Messages[side], all.Counted[side] = r.count.Messages, skipped == 0
		if !all.Call.HasStatus {
			all.Call.Status, all.Call.HasStatus = r.call.Status, r.call.HasStatus
		}
	case r == nil && m.DataBytes == 0:
		all.Counted[side] = silent || m.Complete && len(m.Fields) > 0
	}
}

// bodyBytes is how long the content of a message is without its codings, where all
// that tells it was seen: fields, octets and the end.
func (x *Exchange) bodyBytes(side h2decode.Side, r *reading, limit int) (n uint64, known bool) {
	m := x.Message(side)
	coded, certain := codings(m)
	switch {
	case x.Tunnel() || !certain || !m.Complete || m.Missing > 0 || r != nil && !r.sure(m):
		return 0, false
	case !coded || m.DataBytes == 0:
		return m.DataBytes, r != nil || m.DataBytes == 0
	case r == nil || r.body == nil:
		return 0, false
	}
	x.Bodies[side] = r.body
	c := x.Content(side, limit)
	return c.Size, c.Complete
}

// codings tells whether a message names codings of its content, and whether it is
// certain that its fields are all that there were.
func codings(m *h2decode.Message) (coded, certain bool) {
	certain = len(m.Fields) > 0 && !m.Incomplete && m.Omitted == 0
	for i := range m.Fields {
		f := &m.Fields[i]
		if f.NameTrust != hpack.Exact {
			certain = false
		} else if string(f.Name) == "content-encoding" {
			certain = certain && f.ValueTrust == hpack.Exact
			coded = coded || !strings.EqualFold(string(f.Value), "identity")
		}
	}
	return coded, certain
}
