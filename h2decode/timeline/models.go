package timeline

import (
	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

// A model takes what happens to the priorities of streams, from frame to frame.
type model interface {
	open(f *frame, n uint32) // f opens or promises a stream
	word() uint32            // the next frame in which the client says something; never if there is none
	say(n uint32)            // what the client says in frame n
	close(stream uint32)     // the stream is over
}

const never = ^uint32(0)

// drive takes a model from after frame n to after frame to. It looks only at the
// frames that matter.
func (r *record) drive(m model, n, to uint32) {
	change := r.changes.search(func(c *change) bool { return c.frame > n })
	opening := r.exchanges.search(func(x *exchange) bool { return x.opened > n })
	closing := r.closings.search(func(c *uint32) bool { return *c > n })
	for {
		opens, closes, gone := never, never, never
		if opening < r.exchanges.len() {
			opens = r.exchanges.at(opening).opened
		}
		if closing < r.closings.len() {
			closes = *r.closings.at(closing)
		}
		if change < r.changes.len() {
			gone = r.changes.at(change).frame
		}
		n = min(opens, closes, gone, m.word())
		if n > to {
			return
		}
		for ; change < r.changes.len() && r.changes.at(change).frame == n; change++ {
			if c := r.changes.at(change); c.kind == streamGone {
				m.close(c.stream)
			}
		}
		if opens == n {
			m.open(r.frames.at(int(n)-1), n)
			opening++
		}
		m.say(n)
		if closes == n {
			m.close(r.frames.at(int(n) - 1).id())
			closing++
		}
	}
}

// treeModel drives a tree.
type treeModel struct {
	*priority.Tree
	ops  *list[treeOp]
	next int // in ops
}

func (m *treeModel) open(f *frame, n uint32) {
	stream := f.opened()
	switch {
	case f.kind() == h2decode.TypePushPromise:
		m.Apply(priority.Op{Kind: priority.OpPush, Stream: stream, DependsOn: f.id()})
	case m.next < m.ops.len() && m.ops.at(m.next).frame == n: // say does it
	default:
		m.Apply(priority.Op{Kind: priority.OpOpen, Stream: stream})
	}
}

func (m *treeModel) word() uint32 {
	if m.next < m.ops.len() {
		return m.ops.at(m.next).frame
	}
	return never
}

func (m *treeModel) say(n uint32) {
	for ; m.next < m.ops.len() && m.ops.at(m.next).frame == n; m.next++ {
		m.Apply(m.ops.at(m.next).op)
	}
}

func (m *treeModel) close(stream uint32) {
	m.Apply(priority.Op{Kind: priority.OpClose, Stream: stream})
}

func (r *record) advanceTree(tree *priority.Tree, n, to uint32) {
	ops := &r.priorities.ops
	r.drive(&treeModel{tree, ops, ops.search(func(o *treeOp) bool { return o.frame > n })}, n, to)
}

// urgencyModel drives urgencies.
type urgencyModel struct {
	*priority.Urgencies
	signals *list[urgencySignal]
	next    int // in signals
}

func (m *urgencyModel) open(f *frame, n uint32) {
	m.Apply(priority.Signal{Kind: priority.SignalOpen, Stream: f.opened(), Params: priority.DefaultParams()})
}

func (m *urgencyModel) word() uint32 {
	if m.next < m.signals.len() {
		return m.signals.at(m.next).frame
	}
	return never
}

func (m *urgencyModel) say(n uint32) {
	for ; m.next < m.signals.len() && m.signals.at(m.next).frame == n; m.next++ {
		m.Apply(m.signals.at(m.next).signal)
	}
}

func (m *urgencyModel) close(stream uint32) {
	m.Apply(priority.Signal{Kind: priority.SignalClose, Stream: stream})
}

func (r *record) advanceUrgencies(u *priority.Urgencies, n, to uint32) {
	signals := &r.priorities.signals
	r.drive(&urgencyModel{u, signals, signals.search(func(s *urgencySignal) bool { return s.frame > n })}, n, to)
}

// treeAt is the tree after frame n.
func (r *record) treeAt(n uint32) *priority.Tree {
	points := &r.priorities.trees
	if i := points.search(func(p *treePoint) bool { return p.frame > n }); i > points.begin() {
		p := points.at(i - 1)
		tree := p.tree.Clone()
		r.advanceTree(tree, p.frame, n)
		return tree
	}
	p := r.beforeRetained(n)
	if said := r.priorities.firstOp; p == nil || said != 0 && said <= r.frames.first {
		tree := r.priorities.tree.Clone()
		r.advanceTree(tree, r.frames.first, n)
		return tree
	}
	tree := priority.NewTree(priority.Limits{})
	r.openAll(p, &treeModel{Tree: tree}, func(stream uint32) {
		tree.Apply(priority.Op{Kind: priority.OpOpen, Stream: stream})
	})
	r.advanceTree(tree, p.n, n)
	return tree
}

// urgenciesAt are the urgencies after frame n.
func (r *record) urgenciesAt(n uint32) *priority.Urgencies {
	points := &r.priorities.levels
	if i := points.search(func(p *urgencyPoint) bool { return p.frame > n }); i > points.begin() {
		p := points.at(i - 1)
		u := p.urgencies.Clone()
		r.advanceUrgencies(u, p.frame, n)
		return u
	}
	p := r.beforeRetained(n)
	if said := r.priorities.firstSignal; p == nil || said != 0 && said <= r.frames.first {
		u := r.priorities.urgencies.Clone()
		r.advanceUrgencies(u, r.frames.first, n)
		return u
	}
	u := priority.NewUrgencies(priority.Limits{})
	r.openAll(p, &urgencyModel{Urgencies: u}, func(stream uint32) {
		u.Apply(priority.Signal{Kind: priority.SignalOpen, Stream: stream, Params: priority.DefaultParams()})
	})
	r.advanceUrgencies(u, p.n, n)
	return u
}

// beforeRetained is the latest checkpoint from which a model can start to be
// right after frame n: since then as many streams have closed as it retains. It is
// nil where that was forgotten, and the model of then kept.
func (r *record) beforeRetained(n uint32) *replay {
	over := r.replayTo(n).closed - retained
	i := r.checkpoints.search(func(p **replay) bool { return (*p).n > n || (*p).closed > over })
	switch {
	case i > r.checkpoints.begin()+1, i > 0 && r.frames.first == 0:
		return *r.checkpoints.at(i - 1)
	case r.frames.first > 0:
		return nil
	}
	return r.begin()
}

// openAll opens in a model the streams that are open at a checkpoint. The newest
// of each side has opened, and closed, even if it is no longer there.
func (r *record) openAll(p *replay, m model, open func(stream uint32)) {
	for side := range p.streams {
		newest := p.newest[side]
		if newest != 0 && p.get(newest) == nil {
			open(newest)
			m.close(newest)
		}
		for _, s := range p.streams[side] {
			if s.State != h2decode.Closed {
				open(s.Stream)
			}
		}
	}
}
