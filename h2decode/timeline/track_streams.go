package timeline

import (
	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

// streamChanged follows the states of streams.
func (t *track) streamChanged(e *h2decode.StreamChanged) {
	if e.Old == h2decode.Idle {
		t.openExchange(e)
	}
	s, followed := t.open[e.Stream]
	if !followed {
		return
	}
	t.exchangeAt(int(s.index)).state = e.New
	if e.New == h2decode.Closed {
		t.closings.add(t.now())
	}
	if !t.frames.empty() {
		if f := t.frames.last(); f.id() == e.Stream {
			f.state = e.New
		}
	}
}

// openExchange begins an exchange with the frame that was told last, or with an
// HTTP/1.1 request before the first.
func (t *track) openExchange(e *h2decode.StreamChanged) {
	n := t.now()
	index := uint32(t.exchanges.len())
	x := t.exchanges.add(exchange{
		id: e.Stream, opened: n, first: n, last: n,
		frames: 1, packet: e.Packet, request: e.Time, end: e.Time,
	})
	t.byOpener[opener(e.Stream)].add(opened{e.Stream, index})
	if opener(e.Stream) == h2decode.Client {
		t.newest = e.Stream
	}
	s := openStream{index: index}
	t.totals.Exchanges++
	if !t.frames.empty() {
		t.openedBy(x, &s, t.frames.last())
	}
	if t.open == nil {
		t.open = make(map[uint32]openStream)
	}
	t.open[e.Stream] = s
}

// openedBy takes note that a frame opened a stream.
func (t *track) openedBy(x *exchange, s *openStream, f *frame) {
	n := t.now()
	f.mark(opens, true)
	if f.kind() == h2decode.TypePushPromise {
		x.kind, x.parent, x.last = h2decode.KindPush, f.id(), 0
		s.asked = true
		t.startTree(n - 1)
		return
	}
	// The frame is the stream's own; it was taken for one of no stream.
	t.strays.n--
	s.asked = f.is(block)
	if ops := &t.priorities.ops; !ops.empty() && ops.last().frame == n {
		ops.last().op.Kind = priority.OpOpen
	}
}

func (t *track) streamClosed(e *h2decode.StreamClosed, a *archive) {
	s, followed := t.open[e.Stream.ID]
	if !followed {
		return
	}
	t.setStream(t.exchangeAt(int(s.index)), e.Stream, a)
	delete(t.open, e.Stream.ID)
	if e.Stream.Reset != nil {
		t.totals.Resets++
	}
	if e.Stream.Evicted {
		t.changes.add(change{frame: t.now(), kind: streamGone, stream: e.Stream.ID})
	}
}
