package rules

import (
	"time"

	"h2scope/h2decode"
)

// A sentPing is a PING that has not been acknowledged.
type sentPing struct {
	sentFrame
	opaque [8]byte
}

// checkPing holds a PING frame of sound size against the rules.
func (j *Judge) checkPing(f *h2decode.FrameDecoded) {
	p, ok := f.Payload.(*h2decode.PingFrame)
	ack := f.Header.Flags.Has(h2decode.FlagAck)
	switch s := &j.checks.settings.sides[f.From]; {
	case ack && !ok, ack && f.Header.Stream != 0:
	case ack:
		j.checkPong(f, p.Opaque)
	case !ok:
		s.more = true
		j.skip("PG-02")
	case f.Header.Stream == 0:
		if len(s.pings) == maxSentPings {
			s.pings = s.pings[:copy(s.pings, s.pings[1:])]
			s.more = true
			j.skip("PG-02")
		}
		s.pings = append(s.pings, sentPing{sent(f), p.Opaque})
	}
}

// checkPong holds an acknowledgment of PING against those that wait.
func (j *Judge) checkPong(f *h2decode.FrameDecoded, opaque [8]byte) {
	asker := f.From.Other()
	s := &j.checks.settings.sides[asker]
	for i := range s.pings {
		if s.pings[i].opaque == opaque {
			s.pings = append(s.pings[:i], s.pings[i+1:]...)
			return
		}
	}
	if s.more || !j.conn.Complete(asker) || f.Acked > j.conn.Seen(asker) {
		j.skip("PG-01")
		return
	}
	j.broke("PG-01", []h2decode.Evidence{{Name: "payload", Text: hexadecimal(opaque[:])}},
		"the %s acknowledges a PING with the payload %x, which does not wait for that", f.From, opaque)
}

// checkUnansweredPings tells of the PINGs that a side's peer has not answered,
// though there was time.
func (j *Judge) checkUnansweredPings(e *h2decode.ConnectionClosed, side h2decode.Side) {
	peer := side.Other()
	for _, ping := range j.checks.settings.sides[side].pings {
		waited := e.Closed - ping.Time
		switch {
		case waited <= int64(patience):
		case !j.heard(peer):
			j.skip("PG-02")
		default:
			j.blame("PG-02", peer, ping.sentFrame, []h2decode.Evidence{
				{Name: "payload", Text: hexadecimal(ping.opaque[:])}, fact("waited_ns", waited),
			}, "the %s has not answered the PING of frame %d in the %s until the connection's last packet", peer, ping.number, duration(waited))
		}
	}
}

// duration is a time in a sentence.
func duration(ns int64) time.Duration { return time.Duration(ns).Round(time.Millisecond) }
