package selftest

import (
	"encoding/binary"
	"maps"
	"slices"

	"golang.org/x/net/http2"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// A ledger is what the frames of a script make of windows and streams, worked
// out from the frames as they are sent: RFC 9113, Sections 5.1, 5.2 and 6.9, read
// once more, without a line of the decoder's. Frames are named by their number,
// from 1; 0 is what came before the first.
type ledger struct {
	balances []balance // by frame, from 0
	steps    []step
	ends     []end
	stalls   []stall

	frame    int // in work
	windows  [2]account
	initial  [2]int64    // of the streams on which a side sends
	unproved [2][][]byte // the payloads of a side's SETTINGS that wait for their acknowledgment
	open     map[uint32]*entry
	newest   [2]uint32 // by side that opens streams
	blocks   [2]opening
}

// A balance is what a frame leaves of the windows that it moves.
type balance struct {
	moved, streamKnown bool
	connection, stream int64
}

// A step is one of a stream from state to state, which a frame makes.
type step struct {
	frame    int
	stream   uint32
	old, new h2decode.State
}

// An end is the state in which a stream was when it closed, or when the
// connection did.
type end struct {
	stream uint32
	state  h2decode.State
}

// An opening is a field block that has begun: its stream, and whether the
// stream ends with it.
type opening struct {
	stream uint32
	last   bool
}

// An entry is a stream that is not closed.
type entry struct {
	id       uint32
	state    h2decode.State
	reserved bool
	ended    [2]bool
	reset    bool
	senders  [2]sender
}

// firstWindow is the size of every window at first (RFC 9113, Section 6.9.2).
const firstWindow = 65535

// keepLedger works out a transcript.
func keepLedger(t *endpoint.Transcript) *ledger {
	l := &ledger{open: map[uint32]*entry{}, initial: [2]int64{firstWindow, firstWindow}}
	l.windows[endpoint.Client].left, l.windows[endpoint.Server].left = firstWindow, firstWindow
	if t.Script.Upgrade {
		l.upgrade(string(t.Turns[0].Octets))
	}
	for i := range t.Frames {
		l.frame++
		l.balances = append(l.balances, balance{})
		l.enter(&t.Frames[i])
	}
	for _, id := range slices.Sorted(maps.Keys(l.open)) {
		e := l.open[id]
		l.breakOff(e, untilTheEnd)
		l.ends = append(l.ends, end{id, e.state})
	}
	return l
}

// enter lets a frame take effect.
func (l *ledger) enter(f *endpoint.Frame) {
	switch f.Type {
	case http2.FrameData:
		l.data(f)
	case http2.FrameWindowUpdate:
		l.windowUpdate(f)
	case http2.FrameSettings:
		l.settings(f)
	case http2.FrameHeaders:
		l.headers(f)
	case http2.FramePushPromise:
		l.promise(f)
	case http2.FrameContinuation:
		l.endBlock(f)
	case http2.FrameRSTStream:
		if e := l.open[f.Stream]; e != nil && !f.Malformed {
			l.breakOff(e, l.frame)
			e.reset = true
			l.changed(e)
		}
	}
}

// data takes its payload, padding and all, off both windows of its sender.
func (l *ledger) data(f *endpoint.Frame) {
	octets := int64(len(f.Payload))
	b := &l.balances[l.frame-1]
	e := l.open[f.Stream]
	if e != nil {
		s := &e.senders[f.From]
		if octets > 0 {
			l.sends(e, f.From)
		}
		s.sent += octets
		s.move(-octets, l.frame)
		b.streamKnown, b.stream = true, s.left
	}
	l.windows[f.From].move(-octets, l.frame)
	b.moved, b.connection = true, l.windows[f.From].left
	if e != nil && f.Flags.Has(http2.FlagDataEndStream) && !f.Malformed {
		l.end(e, f.From)
	}
}

// windowUpdate adds to a window of its receiver.
func (l *ledger) windowUpdate(f *endpoint.Frame) {
	if f.Malformed {
		return
	}
	sender := f.From.Other()
	octets := int64(binary.BigEndian.Uint32(f.Payload) &^ (1 << 31))
	b := &l.balances[l.frame-1]
	if f.Stream == 0 {
		l.windows[sender].move(octets, l.frame)
	} else if e := l.open[f.Stream]; e != nil {
		e.senders[sender].move(octets, l.frame)
		b.streamKnown, b.stream = true, e.senders[sender].left
	}
	b.moved, b.connection = true, l.windows[sender].left
}

// settings keeps what is announced until it is acknowledged.
func (l *ledger) settings(f *endpoint.Frame) {
	owner := f.From.Other()
	switch waiting := l.unproved[owner]; {
	case !f.Flags.Has(http2.FlagSettingsAck):
		l.unproved[f.From] = append(l.unproved[f.From], f.Payload)
	case len(waiting) > 0:
		l.unproved[owner] = waiting[1:]
		l.inForce(f.From, waiting[0])
	}
}

// inForce applies settings to what their receiver sends: a new initial size
// moves the windows of all its streams.
func (l *ledger) inForce(receiver endpoint.Side, payload []byte) {
	size := l.initial[receiver]
	for ; len(payload) >= 6; payload = payload[6:] {
		if http2.SettingID(binary.BigEndian.Uint16(payload)) == http2.SettingInitialWindowSize {
			size = int64(binary.BigEndian.Uint32(payload[2:]))
		}
	}
	for _, e := range l.open {
		e.senders[receiver].move(size-l.initial[receiver], l.frame)
	}
	l.initial[receiver] = size
}
