package timeline

import (
	"cmp"
	"slices"

	"h2scope/h2decode"
)

// checkpointEvery is at least how many frames are between two checkpoints. Where
// many streams are open it is more, so that checkpoints take no more than a few
// octets a frame: openStreamFrames for each of them.
const (
	checkpointEvery  = 512
	openStreamFrames = 4
)

// A State is what a connection was like at an instant: after a frame and all
// that it brought about.
type State struct {
	Frame uint64 // the number of the last frame; 0: before the first
	Time  int64  // its time, or that of an earlier frame which was later; 0 before the first

	// Windows are the connection's flow-control windows, by the side that
	// sends.
	Windows [2]h2decode.Window
	Streams []StreamState // those followed, in order of identifier

	// Complete says that no frame can have been missed so far: that what the
	// frames say of states and priorities is all that there was.
	Complete bool

	conn *Conn
}

// At is the state at a time: after the last frame before which none is later.
func (c *Conn) At(time int64) *State { return c.AtFrame(c.FrameAt(time)) }

// FrameAt is the number of the last frame up to a time, before which none is
// later; 0, or the last that was forgotten: all are later.
func (c *Conn) FrameAt(time int64) uint64 {
	n := 0
	if i := c.checkpoints.search(func(p **replay) bool { return (*p).clock > time }); i > c.checkpoints.begin() {
		n = int((*c.checkpoints.at(i - 1)).n)
	}
	n = max(n, c.frames.begin())
	for n < c.frames.len() && c.frames.at(n).time <= time {
		n++
	}
	return uint64(n)
}

// AtFrame is the state after frame n, 0 ≤ n ≤ Len. Where that was forgotten it is
// the first that is known: that before FirstFrame.
func (c *Conn) AtFrame(n uint64) *State {
	n = max(n, uint64(c.frames.first))
	p := c.replayTo(uint32(n))
	s := &State{Frame: n, Time: p.clock, Windows: p.windows, conn: c}
	s.Complete = !c.first.doubtful && (c.firstLoss == 0 || uint64(c.firstLoss) > n)
	p.sweep(h2decode.Client)
	p.sweep(h2decode.Server)
	s.Streams = append(slices.Clip(p.streams[h2decode.Client]), p.streams[h2decode.Server]...)
	slices.SortFunc(s.Streams, func(a, b StreamState) int { return cmp.Compare(a.Stream, b.Stream) })
	return s
}

// Stream is a stream of the state.
func (s *State) Stream(id uint32) (StreamState, bool) {
	i, found := slices.BinarySearchFunc(s.Streams, id, func(s StreamState, id uint32) int { return cmp.Compare(s.Stream, id) })
	if !found {
		return StreamState{}, false
	}
	return s.Streams[i], true
}

// A SettingInForce is a setting as it holds at an instant.
type SettingInForce struct {
	h2decode.Setting
	Known bool // false: a later value may have been missed
}

// Settings are those of a side that its peer has acknowledged, in order of
// identifier. What is not among them has its default.
func (s *State) Settings(side h2decode.Side) []SettingInForce {
	f := s.conn.inForceAt(side, uint32(s.Frame))
	settings := make([]SettingInForce, len(f.values))
	for i, v := range f.values {
		_, known := f.value(v.ID, 0)
		settings[i] = SettingInForce{v, known}
	}
	return settings
}

// Table is the HPACK table that a side's encoder fills.
func (s *State) Table(side h2decode.Side) Table { return s.conn.Table(side, s.Frame) }

// replayTo is the state after frame n, from the checkpoint before it.
func (r *record) replayTo(n uint32) *replay {
	var p *replay
	switch i := r.checkpoints.search(func(p **replay) bool { return (*p).n > n }); {
	case i > r.checkpoints.begin():
		p = r.copyOf(*r.checkpoints.at(i - 1))
	case r.frames.first > 0: // what was before that is forgotten
		p = r.copyOf(*r.checkpoints.at(i))
	default:
		p = r.begin()
	}
	p.advance(r, n)
	return p
}

// copyOf makes a copy of a checkpoint, which may not be written to: others may
// be reading it.
func (r *record) copyOf(checkpoint *replay) *replay {
	p := *checkpoint
	for side := range p.streams {
		p.streams[side] = slices.Clone(checkpoint.streams[side])
	}
	return &p
}

// checkpoint adds one where it is time. It is called when the last frame has
// taken all its effect.
func (t *track) checkpoint() {
	if t.now() >= t.nextCheckpoint {
		t.addCheckpoint()
	}
}

// addCheckpoint adds a checkpoint behind the last frame.
func (t *track) addCheckpoint() {
	n := t.now()
	var p *replay
	if t.checkpoints.len() == 0 {
		p = t.begin()
	} else {
		p = t.copyOf(*t.checkpoints.last())
	}
	p.advance(&t.record, n)
	p = p.clone()
	t.checkpoints.add(p)
	t.points += p.size()
	t.nextCheckpoint = n + max(checkpointEvery, openStreamFrames*uint32(p.active()))
}
