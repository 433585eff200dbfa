package selftest

import (
	"fmt"
	"time"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// A flow is what the decoder says of the streams of one connection, and of who
// waited on them.
type flow struct {
	frame  int // that was told last
	steps  []step
	ends   []end
	stalls []waiting
	// stalled is what the streams say when they are told whole, in the order of
	// ends: for how long they waited, by cause.
	stalled [][2]int64
	closed  int64 // when
}

// closeStream takes note of a stream that is told whole.
func (f *flow) closeStream(s *h2decode.Stream) {
	f.ends = append(f.ends, end{s.ID, s.State})
	stalled := &s.Timing.Stalled
	f.stalled = append(f.stalled, [2]int64{stalled[h2decode.StalledByStream], stalled[h2decode.StalledByConnection]})
}

// A waiting is a stall with its time.
type waiting struct {
	stall
	waited time.Duration
}

func (w *waiting) String() string {
	return fmt.Sprintf("the %s waits %v on stream %d for the window of the %v, from frame %d to frame %d", w.from, w.waited, w.stream, w.cause, w.began, w.ended)
}

func observedStall(e *h2decode.Stall) waiting {
	return waiting{stall{
		stream: e.Stream, from: endpoint.Side(e.From), cause: e.Cause, began: int(e.BeganFrame), ended: int(e.EndedFrame),
	}, time.Duration(e.Waited)}
}

func observedBalance(w h2decode.Windows) balance {
	return balance{moved: w.Moved, streamKnown: w.Stream.Known, connection: w.Connection.Octets, stream: w.Stream.Octets}
}

// flows compares what the decoder says of windows, states and stalls with the
// ledger of what was sent.
func (c *comparison) flows(o *observation, f *flow, t *endpoint.Transcript) {
	if len(o.frames) != len(t.Frames) {
		return // as was said
	}
	l := keepLedger(t)
	for i, want := range l.balances {
		c.balance(i+1, o.frames[i].windows, want)
	}
	c.states(f, l)
	c.waits(o, f, t, l)
}

func (c *comparison) balance(n int, got, want balance) {
	switch {
	case got.moved != want.moved:
		c.differ("frame %d moves windows: %t; it does: %t", n, got.moved, want.moved)
	case !want.moved:
	case got.connection != want.connection:
		c.differ("frame %d leaves %d of the connection's window; it left %d", n, got.connection, want.connection)
	case got.streamKnown != want.streamKnown:
		c.differ("frame %d leaves a window of the stream that is known: %t; it did: %t", n, got.streamKnown, want.streamKnown)
	case want.streamKnown && got.stream != want.stream:
		c.differ("frame %d leaves %d of its stream's window; it left %d", n, got.stream, want.stream)
	}
	if want.moved {
		c.Windows++
	}
}

// states compares the steps of the streams, and how each was at its end.
func (c *comparison) states(f *flow, l *ledger) {
	for i := range min(len(f.steps), len(l.steps)) {
		if got, want := f.steps[i], l.steps[i]; got != want {
			c.differ("step %d is %v; it was %v", i+1, got, want)
		}
	}
	if got, want := len(f.steps), len(l.steps); got != want {
		c.differ("the streams took %d steps from state to state; they took %d", got, want)
	}
	for i := range min(len(f.ends), len(l.ends)) {
		if got, want := f.ends[i], l.ends[i]; got != want {
			c.differ("stream %d is %v at its end; stream %d was %v", got.stream, got.state, want.stream, want.state)
		}
	}
	if got, want := len(f.ends), len(l.ends); got != want {
		c.differ("%d streams are told of; there were %d", got, want)
	}
	c.States += len(l.steps)
}

func (s step) String() string {
	return fmt.Sprintf("of stream %d from %v to %v by frame %d", s.stream, s.old, s.new, s.frame)
}

// prompt is how soon a sender goes on that has waited.
const prompt = time.Second

// waits compares the stalls. How long they take follows from when the frames
// came that began and ended them; and is no less than what the script waits.
func (c *comparison) waits(o *observation, f *flow, t *endpoint.Transcript, l *ledger) {
	var all []waiting
	for _, s := range l.stalls {
		w := waiting{stall: s}
		for _, p := range s.pieces {
			w.waited += o.between(p, f.closed)
		}
		late := s.ended != 0 && o.between(spell{from: s.ended, to: s.resumed}, 0) > prompt
		if w.waited > 0 && !late {
			all = append(all, w)
		}
	}
	for i := range min(len(f.stalls), len(all)) {
		if got, want := f.stalls[i].String(), all[i].String(); got != want {
			c.differ("stall %d: %s; it was that %s", i+1, got, want)
		}
		if planned := all[i].planned(t); f.stalls[i].waited < planned {
			c.differ("stall %d took %v; the script waits %v", i+1, f.stalls[i].waited, planned)
		}
	}
	if got, want := len(f.stalls), len(all); got != want {
		c.differ("%d stalls; there were %d", got, want)
	}
	for i, e := range f.ends {
		c.stalled(e.stream, f.stalled[i], all)
	}
	c.Stalls += len(all)
}

// stalled compares what a stream says for how long it waited.
func (c *comparison) stalled(stream uint32, got [2]int64, all []waiting) {
	var want [2]int64
	for _, w := range all {
		if w.stream == stream {
			want[w.cause] += int64(w.waited)
		}
	}
	if got != want {
		c.differ("stream %d has waited %d ns for its window and %d ns for the connection's; it was %d ns and %d ns", stream, got[0], got[1], want[0], want[1])
	}
}

// between is how long a spell took, by the packets of its frames.
func (o *observation) between(s spell, closed int64) time.Duration {
	if s.to == untilTheEnd {
		return time.Duration(closed - o.frames[s.from-1].time)
	}
	return time.Duration(o.frames[s.to-1].time - o.frames[s.from-1].time)
}

// planned is how long a stall takes at least, by the script's waits.
func (s *stall) planned(t *endpoint.Transcript) (d time.Duration) {
	for _, p := range s.pieces {
		if p.to != untilTheEnd {
			d += t.Frames[p.to-1].At - t.Frames[p.from-1].At
		}
	}
	return d
}
