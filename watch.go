package h2scope

import (
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/h2decode/rules"
	"h2scope/reassembly"
)

// A watch passes on the events of an HTTP/2 connection, and judges them. What
// is found comes behind the event that gave rise to it. But the end of a stream
// or a connection is judged first: its event has the findings in it.
type watch struct {
	out     h2decode.Sink
	judge   *rules.Judge
	attacks *attack.Watch
}

// Event takes an event of the connection.
func (w *watch) Event(e h2decode.Event) {
	switch e.(type) {
	case *h2decode.StreamClosed, *h2decode.ConnectionClosed:
		w.judge.Event(e)
		w.attacks.Event(e)
		w.out.Event(e)
	default:
		w.out.Event(e)
		w.judge.Event(e)
		w.attacks.Event(e)
	}
}

func (f *flow) tellClosed(e *h2decode.ConnectionClosed) {
	if f.watch != nil {
		f.watch.Event(e)
	} else {
		f.worker.Event(e)
	}
}

// path passes on what TCP tells of the path, once HTTP/2 is spoken on it.
type path struct{ *flow }

// Retransmitted is told of octets that half sent again.
func (p path) Retransmitted(half reassembly.Half, _, length int64, at reassembly.Mark) {
	if p.http2 != nil {
		p.http2.Retransmitted(p.side(half), uint64(length), at.Packet, at.Time)
	}
}

// Conflict is told of octets that differ from their first copy; they are counted.
func (p path) Conflict(reassembly.Half, int64, reassembly.Mark) {}

// ReceiverClosed is told that half's receive window is shut.
func (p path) ReceiverClosed(half reassembly.Half, at reassembly.Mark) {
	if p.http2 != nil {
		p.http2.ReceiverClosed(p.side(half), at.Packet, at.Time)
	}
}

// ReceiverOpened is told that half's receive window is open again.
func (p path) ReceiverOpened(half reassembly.Half, at reassembly.Mark) {
	if p.http2 != nil {
		p.http2.ReceiverOpened(p.side(half), at.Packet, at.Time)
	}
}

// PathSample is told of a round trip of octets of half.
func (p path) PathSample(half reassembly.Half, rtt time.Duration, at reassembly.Mark) {
	if p.http2 != nil {
		p.http2.PathSample(p.side(half), rtt, at.Packet, at.Time)
	}
}
