package attack

import (
	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

// priorities are the PRIORITY frames of one side.
type priorities struct {
	all       rate
	first     uint64 // packet
	perStream map[uint32]int64
	found     bool
}

// dependents are the client's streams in the dependency tree (RFC 7540, Section
// 5.3), which grows with the first priority that is sent.
type dependents struct {
	tree         *priority.Tree
	moves        rate
	count, first uint64 // moves, and frames that left the tree too deep; the packet of the first
	self         int64
	found        bool
}

// onPriority looks at a PRIORITY frame.
func (w *Watch) onPriority(e *h2decode.FrameDecoded) {
	w.countPriority(e)
	if e.From != h2decode.Client {
		return
	}
	p, ok := e.Payload.(*h2decode.PriorityFrame)
	switch {
	case ok:
		if p.DependsOn == e.Header.Stream {
			w.provoke(e.Header.Stream)
		}
		w.depend(e, priority.OpPrioritize, p)
	case e.Missing == 0: // a length other than 5
		w.provoke(e.Header.Stream)
	}
}

func (w *Watch) countPriority(e *h2decode.FrameDecoded) {
	p := &w.priorities[e.From]
	if p.all.total == 0 {
		p.first = e.Packet
		p.perStream = make(map[uint32]int64)
	}
	n := p.perStream[e.Header.Stream]
	if n > 0 || len(p.perStream) < maxPrioritized {
		n++
		p.perStream[e.Header.Stream] = n
	}
	above := p.all.add(tick{time: e.Time, packet: e.Packet}, w.limits.of(prioritiesPerSecond), second)
	if above || n > w.limits.of(prioritiesPerStream) {
		p.found = true
	}
	if p.found {
		s := w.sight(priorityFlood, e.From, &e.Origin, p.first)
		s.reach(p.all.total, &e.Origin)
		s.note("per_second", p.all.most)
		s.note("per_stream", n)
	}
}

// openDependent takes the client's HEADERS into the tree.
func (w *Watch) openDependent(e *h2decode.FrameDecoded) {
	p, ok := e.Payload.(*h2decode.HeadersFrame)
	if !ok || !p.HasPriority && w.tree.tree == nil {
		return
	}
	again := w.blocks[h2decode.Client].again
	switch {
	case !p.HasPriority && !again:
		w.depend(e, priority.OpOpen, nil)
	case p.HasPriority && again:
		w.depend(e, priority.OpPrioritize, &p.Priority)
	case p.HasPriority:
		w.depend(e, priority.OpOpen, &p.Priority)
	}
}

// depend puts a stream into its place in the tree, and judges what the tree has
// come to. A priority of nil is none.
func (w *Watch) depend(e *h2decode.FrameDecoded, kind priority.Kind, p *h2decode.PriorityFrame) {
	d := &w.tree
	if d.tree == nil {
		d.tree = priority.NewTree(priority.Limits{Streams: maxDependents})
	}
	op := priority.Op{Stream: e.Header.Stream, Kind: kind}
	if p != nil {
		op.DependsOn, op.Weight, op.Exclusive = p.DependsOn, uint16(p.Weight), p.Exclusive
	}
	c := d.tree.Apply(op)
	self := c.Trouble == priority.SelfDependency
	moved, deep := self || c.Reparented(), int64(c.Depth) > w.limits.of(treeDepth)
	if self {
		d.self++
	}
	if moved && d.moves.add(tick{time: e.Time, packet: e.Packet}, w.limits.of(movesPerSecond), second) || deep {
		d.found = true
	}
	if !moved && !deep {
		return
	}
	if d.count++; d.count == 1 {
		d.first = e.Packet
	}
	if d.found {
		s := w.sight(dependencyChurn, h2decode.Client, &e.Origin, d.first)
		s.reach(d.count, &e.Origin)
		s.note("per_second", d.moves.most)
		s.note("self", d.self)
		s.note("depth", int64(c.Depth))
	}
}

// closeDependent is told that a stream closed.
func (w *Watch) closeDependent(stream uint32) {
	if w.tree.tree != nil {
		w.tree.tree.Apply(priority.Op{Stream: stream, Kind: priority.OpClose})
	}
	for side := range w.priorities {
		if counts := w.priorities[side].perStream; len(counts) > 0 {
			delete(counts, stream)
		}
	}
}
