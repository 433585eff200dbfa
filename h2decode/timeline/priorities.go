package timeline

import (
	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

// What is kept of priorities is what the client said: an Op or Signal for each
// frame with a priority. That streams open and close the frames tell. As long
// as nothing was said, all streams have the same default priority, and the
// models are made from the streams that are open; from the first word on there
// are checkpoints of the models.
type priorityLog struct {
	ops     list[treeOp]
	signals list[urgencySignal]
	trees   list[treePoint]
	levels  list[urgencyPoint]

	firstOp, firstSignal uint32 // the frames of the first, also where they were forgotten

	// The models after the last frame that was forgotten; nil: none was.
	tree      *priority.Tree
	urgencies *priority.Urgencies
}

type treeOp struct {
	frame uint32
	op    priority.Op
}

type urgencySignal struct {
	frame  uint32
	signal priority.Signal
}

type treePoint struct {
	frame uint32
	tree  *priority.Tree // never changed
}

type urgencyPoint struct {
	frame     uint32
	urgencies *priority.Urgencies // never changed
}

// Checkpoints of the models are at least modelEvery frames apart, and
// modelStreamFrames for each stream that they hold.
const (
	modelEvery        = 1024
	modelStreamFrames = 8
)

// retained is how many closed streams a model keeps: what priority.Limits
// has for its default.
const retained = 256

// A Scheme is a way to say which stream comes first.
type Scheme uint8

// The schemes.
const (
	RFC7540 Scheme = iota // the dependency tree
	RFC9218               // urgencies
)

// String is the RFC.
func (s Scheme) String() string { return [...]string{"RFC 7540", "RFC 9218"}[s] }

// Scheme is by what the client says priorities: RFC 9218 where either side has
// put SETTINGS_NO_RFC7540_PRIORITIES=1 into force, or where there was an urgency
// and no place in the tree so far.
func (s *State) Scheme() Scheme { return s.conn.schemeAt(uint32(s.Frame)) }

func (r *record) schemeAt(n uint32) Scheme {
	for _, side := range []h2decode.Side{h2decode.Client, h2decode.Server} {
		f := r.inForceAt(side, n)
		if v, _ := f.value(h2decode.SettingNoRFC7540Priorities, 0); v == 1 {
			return RFC9218
		}
	}
	p := &r.priorities
	tree := p.firstOp != 0 && p.firstOp <= n
	if !tree && p.firstSignal != 0 && p.firstSignal <= n {
		return RFC9218
	}
	return RFC7540
}

// Tree is the dependency tree of RFC 7540. It is the caller's own.
func (s *State) Tree() *priority.Tree { return s.conn.treeAt(uint32(s.Frame)) }

// Urgencies are those of RFC 9218. They are the caller's own.
func (s *State) Urgencies() *priority.Urgencies { return s.conn.urgenciesAt(uint32(s.Frame)) }

// A PriorityChange is what a client said about priorities.
type PriorityChange struct {
	Frame  uint64
	Scheme Scheme
	Op     priority.Op     // RFC7540
	Signal priority.Signal // RFC9218
}

// PriorityChanges are what the client said, in order, as far as it is kept.
func (c *Conn) PriorityChanges() []PriorityChange {
	p := &c.priorities
	changes := make([]PriorityChange, 0, p.ops.len()-p.ops.begin()+p.signals.len()-p.signals.begin())
	j := p.signals.begin()
	signals := func(before uint32) {
		for ; j < p.signals.len() && p.signals.at(j).frame < before; j++ {
			s := p.signals.at(j)
			changes = append(changes, PriorityChange{Frame: uint64(s.frame), Scheme: RFC9218, Signal: s.signal})
		}
	}
	for i := p.ops.begin(); i < p.ops.len(); i++ {
		o := p.ops.at(i)
		signals(o.frame)
		changes = append(changes, PriorityChange{Frame: uint64(o.frame), Scheme: RFC7540, Op: o.op})
	}
	signals(^uint32(0))
	return changes
}

// say keeps what a frame of the client says about priorities. It is called for
// a frame that is in the list already.
func (t *track) say(n uint32, e *h2decode.FrameDecoded) {
	switch p := e.Payload.(type) {
	case *h2decode.HeadersFrame:
		if p.HasPriority {
			t.sayTree(n, e.Header.Stream, &p.Priority)
		}
	case *h2decode.PriorityFrame:
		t.sayTree(n, e.Header.Stream, p)
	case *h2decode.PriorityUpdateFrame:
		params, err := priority.ParseField(p.FieldValue)
		if !unparsable(err) {
			t.sayUrgency(n, priority.Signal{Kind: priority.SignalUpdate, Stream: p.Prioritized, Params: params})
		}
	}
}

func (t *track) sayTree(n uint32, stream uint32, p *h2decode.PriorityFrame) {
	t.startTree(n - 1)
	if t.priorities.ops.len() == 0 {
		t.priorities.firstOp = n
	}
	t.priorities.ops.add(treeOp{n, priority.Op{
		Kind: priority.OpPrioritize, Stream: stream,
		DependsOn: p.DependsOn, Weight: uint16(p.Weight), Exclusive: p.Exclusive,
	}})
}

func (t *track) sayUrgency(n uint32, s priority.Signal) {
	t.startUrgencies(n - 1)
	if t.priorities.signals.len() == 0 {
		t.priorities.firstSignal = n
	}
	t.priorities.signals.add(urgencySignal{n, s})
}

func unparsable(err error) bool {
	fault, _ := err.(*priority.FieldError)
	return fault != nil && fault.Fault == priority.Unparsable
}

// sayField keeps the Priority field of a request (RFC 9218, Section 5). Where it
// came in several lines they are one list.
func (t *track) sayField(n uint32, stream uint32, b *h2decode.Block) {
	value := priorityField(b)
	if value == nil {
		return
	}
	params, err := priority.ParseField(value)
	if unparsable(err) {
		params = priority.DefaultParams()
	}
	t.sayUrgency(n, priority.Signal{Kind: priority.SignalOpen, Stream: stream, Params: params})
}

func priorityField(b *h2decode.Block) (value []byte) {
	for i := range b.Fields {
		f := &b.Fields[i]
		switch {
		case string(f.Name) != "priority" || f.Trust() != 0:
		case value == nil:
			value = f.Value
		default:
			value = append(append(append([]byte(nil), value...), ','), f.Value...)
		}
	}
	return value
}

// startTree makes the first checkpoint of the tree, after frame n, where there
// is none. startUrgencies does so for urgencies.
func (t *track) startTree(n uint32) {
	if t.priorities.trees.len() == 0 {
		t.tree = t.treeAt(n)
		t.priorities.trees.add(treePoint{n, t.tree.Clone()})
		t.treeFrame, t.nextTree = n, n+modelEvery
	}
}

func (t *track) startUrgencies(n uint32) {
	if t.priorities.levels.len() == 0 {
		t.urgencies = t.urgenciesAt(n)
		t.priorities.levels.add(urgencyPoint{n, t.urgencies.Clone()})
		t.urgenciesFrame, t.nextUrgencies = n, n+modelEvery
	}
}

// modelOctets is what the models take of memory: that of each stream in them,
// in each checkpoint.
func (t *track) modelOctets() int {
	const node = 80
	n := 0
	p := &t.priorities
	for i := p.trees.begin(); i < p.trees.len(); i++ {
		n += p.trees.at(i).tree.Len() * node
	}
	for i := p.levels.begin(); i < p.levels.len(); i++ {
		n += p.levels.at(i).urgencies.Len() * node
	}
	return n
}

// checkpointModels adds checkpoints of the models where it is time.
func (t *track) checkpointModels() {
	n := uint32(t.frames.len())
	if t.tree != nil && n >= t.nextTree {
		t.advanceTree(t.tree, t.treeFrame, n)
		t.priorities.trees.add(treePoint{n, t.tree.Clone()})
		t.treeFrame, t.nextTree = n, n+max(modelEvery, modelStreamFrames*uint32(t.tree.Len()))
	}
	if t.urgencies != nil && n >= t.nextUrgencies {
		t.advanceUrgencies(t.urgencies, t.urgenciesFrame, n)
		t.priorities.levels.add(urgencyPoint{n, t.urgencies.Clone()})
		t.urgenciesFrame, t.nextUrgencies = n, n+max(modelEvery, modelStreamFrames*uint32(t.urgencies.Len()))
	}
}
