package timeline

import (
	"unsafe"

	"h2scope/h2decode"
)

// A StreamState is a stream that is followed, at an instant.
type StreamState struct {
	Stream   uint32
	State    h2decode.State
	Answered bool // the server has begun its final response
	Exchange int  // its index
	// Windows are its flow-control windows, by the side that sends.
	Windows [2]h2decode.Window
}

// replay is the state of a connection after frame n, as far as frames change it
// one by one. A copy of it, taken every so often, is a checkpoint.
type replay struct {
	n       uint32 // frames applied
	change  int    // changes applied
	clock   int64  // the latest time so far
	windows [2]h2decode.Window
	initial [2]h2decode.Window // with which windows of new streams begin, by the side that sends
	// streams are by the side that opened them, in order of identifier, which
	// is that of opening. The closed ones among them are swept out at times.
	streams [2][]StreamState
	dead    [2]int
	opened  int // exchanges so far
	closed  int // of these, over
	newest  [2]uint32
}

// A change is what happened to windows or streams otherwise than by a frame of
// their own.
type change struct {
	frame  uint32 // after which it happened; that of lossOfSync: before which
	kind   changeKind
	side   h2decode.Side
	stream uint32
	delta  int64
}

type changeKind uint8

const (
	lossOfSync   changeKind = iota // frames may have been missed: no window is known
	windowsMoved                   // those for what side sends, by delta, on all streams
	initialSet                     // side's settings have changed
	streamsLost                    // windows for what side sends are not known on any stream
	streamGone                     // the watch over the stream was given up
)

// size is how many octets of memory it takes.
func (p *replay) size() int {
	return int(unsafe.Sizeof(*p)) + (cap(p.streams[0])+cap(p.streams[1]))*int(unsafe.Sizeof(StreamState{}))
}

// begin is the state before the first frame.
func (r *record) begin() *replay {
	p := &replay{}
	for side := range p.windows {
		p.windows[side] = h2decode.Window{Octets: defaultWindow, Known: !r.first.doubtful}
	}
	p.initial = p.windows                            // settings that hold from the start are among the changes
	for ; p.opened < r.exchanges.len(); p.opened++ { // RFC 7540, Section 3.2
		x := r.exchanges.at(p.opened)
		if x.opened != 0 {
			break
		}
		p.open(x.id, h2decode.HalfClosedClient)
		p.opened-- // open counted it
	}
	p.applyChanges(r)
	return p
}

const defaultWindow = 65535 // RFC 9113, Section 6.9.2

// learnInitial finds with what windows begin from now on: for what a side
// sends, the setting is its peer's.
func (p *replay) learnInitial(r *record) {
	for side := range p.initial {
		f := r.inForceAt(h2decode.Side(side).Other(), p.n)
		v, known := f.value(h2decode.SettingInitialWindowSize, defaultWindow)
		p.initial[side] = h2decode.Window{Octets: int64(v), Known: known}
	}
}

// advance applies the frames up to n, and what came behind them.
func (p *replay) advance(r *record, n uint32) {
	p.applyChanges(r)
	for p.n < n {
		p.step(r)
	}
}

// step applies the next frame and what came with it.
func (p *replay) step(r *record) {
	f := r.frames.at(int(p.n))
	p.n++
	p.clock = max(p.clock, f.time)
	for p.change < r.changes.len() && r.changes.at(p.change).frame == p.n && r.changes.at(p.change).kind == lossOfSync {
		p.forget(r)
		p.change++
	}
	p.applyFrame(r, f)
	p.applyChanges(r)
}

func (p *replay) applyFrame(r *record, f *frame) {
	stream := f.opened()
	if stream != 0 {
		state := f.state
		if f.kind() == h2decode.TypePushPromise {
			state = h2decode.Reserved
		}
		p.open(stream, state)
	}
	isUpdate := f.kind() == h2decode.TypeWindowUpdate
	if f.state == h2decode.Idle && !f.is(moved) && !isUpdate {
		return // of a stream that is not followed, or of the connection
	}
	s := p.get(f.id())
	switch {
	case f.is(moved):
		p.move(r, f, s)
	case isUpdate && f.is(missing):
		p.missUpdate(f, s)
	}
	if s == nil || f.state == h2decode.Idle {
		return
	}
	s.State = f.state
	s.Answered = s.Answered || f.is(answers)
	if f.state == h2decode.Closed {
		p.drop(f.id())
	}
}

// move takes over the windows that a frame left.
func (p *replay) move(r *record, f *frame, s *StreamState) {
	w, sender := r.windowsOf(f), f.sender()
	if f.kind() == h2decode.TypeData || f.id() == 0 {
		p.windows[sender] = w.Connection
	}
	if s != nil {
		s.Windows[sender] = w.Stream
	}
}

// missUpdate takes note of an increment that the capture lacks.
func (p *replay) missUpdate(f *frame, s *StreamState) {
	if f.id() == 0 {
		p.windows[f.sender()].Known = false
	} else if s != nil {
		s.Windows[f.sender()].Known = false
	}
}

// applyChanges applies the changes that came with the last frame.
func (p *replay) applyChanges(r *record) {
	for ; p.change < r.changes.len() && r.changes.at(p.change).frame <= p.n; p.change++ {
		switch c := r.changes.at(p.change); c.kind {
		case windowsMoved:
			p.each(func(s *StreamState) { s.Windows[c.side].Octets += c.delta })
		case streamsLost:
			p.each(func(s *StreamState) { s.Windows[c.side].Known = false })
		case initialSet:
			p.learnInitial(r)
		case streamGone:
			p.drop(c.stream)
		}
	}
}

// forget takes note that frames of any kind may have been missed.
func (p *replay) forget(r *record) {
	for side := range p.windows {
		p.windows[side].Known = false
	}
	p.each(func(s *StreamState) { s.Windows[0].Known, s.Windows[1].Known = false, false })
	p.learnInitial(r)
}
