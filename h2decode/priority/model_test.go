package priority_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"h2scope/h2decode/priority"
)

// A model is the dependency tree as RFC 7540 tells it: a set of streams, each with
// the number of its parent, and every question answered by looking at all of
// them. It is what Tree is tested against, and shares no code with it.
type model struct {
	retain  int
	max     int
	streams map[uint32]*modelStream
	named   []uint32 // retained, the one named last at the end
	opened  [2]uint32
}

type modelStream struct {
	parent uint32
	weight uint64 // in 1/65536
	state  priority.State
}

const modelUnit = 65536

func newModel(limits priority.Limits) *model {
	m := &model{retain: limits.Retained, max: limits.Streams, streams: map[uint32]*modelStream{}}
	if m.retain == 0 {
		m.retain = 256
	}
	m.retain = max(m.retain, 0)
	if m.max == 0 {
		m.max = 1 << 17
	}
	return m
}

func (m *model) children(parent uint32) (ids []uint32) {
	for id, s := range m.streams {
		if s.parent == parent {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (m *model) isBelow(id, top uint32) bool {
	for id != 0 {
		if id = m.streams[id].parent; id == top {
			return true
		}
	}
	return false
}

func (m *model) depth() int {
	deepest := 0
	for id := range m.streams {
		depth := 0
		for ; id != 0; id = m.streams[id].parent {
			if m.streams[id].state != priority.Closed {
				depth++
			}
		}
		deepest = max(deepest, depth)
	}
	return min(deepest, priority.MaxDepth)
}

func (m *model) name(id uint32) {
	if i := slices.Index(m.named, id); i >= 0 {
		m.named = append(slices.Delete(m.named, i, i+1), id)
	}
}

func (m *model) apply(op priority.Op) {
	if op.Stream == 0 {
		return
	}
	s := m.streams[op.Stream]
	switch op.Kind {
	case priority.OpClose:
		if s == nil {
			return
		}
		if s.state == priority.Active {
			m.named = append(m.named, op.Stream)
		}
		s.state = priority.Closed
	case priority.OpPrioritize:
		if op.DependsOn == op.Stream || s == nil && op.Stream <= m.opened[op.Stream%2] {
			return
		}
		if s == nil {
			if s = m.add(op.Stream); s == nil {
				return
			}
			m.named = append(m.named, op.Stream)
		}
		m.name(op.Stream)
		m.depend(op.Stream, op)
	case priority.OpOpen, priority.OpPush:
		created := s == nil
		if created {
			if s = m.add(op.Stream); s == nil {
				return
			}
		}
		if s.state != priority.Active {
			m.named = slices.DeleteFunc(m.named, func(id uint32) bool { return id == op.Stream })
		}
		s.state = priority.Active
		m.opened[op.Stream%2] = max(m.opened[op.Stream%2], op.Stream)
		if op.Kind == priority.OpPush {
			op.Weight, op.Exclusive = 16, false
			if !created {
				op.Weight = 0
			}
		}
		if op.Weight != 0 && op.DependsOn != op.Stream {
			m.depend(op.Stream, op)
		}
	}
	if (len(m.named) > m.retain || len(m.streams) > m.max) && len(m.named) > 0 {
		m.remove(m.named[0])
	}
}

// add puts a stream in with the default priority, where there is room or one can
// go.
func (m *model) add(id uint32) *modelStream {
	if len(m.streams) >= m.max && len(m.named) == 0 {
		return nil
	}
	m.streams[id] = &modelStream{weight: 16 * modelUnit}
	return m.streams[id]
}

func (m *model) depend(id uint32, op priority.Op) {
	s := m.streams[id]
	if op.DependsOn != 0 && m.streams[op.DependsOn] == nil {
		op = priority.Op{}
	}
	m.name(op.DependsOn)
	if op.DependsOn != 0 && m.isBelow(op.DependsOn, id) {
		m.streams[op.DependsOn].parent = s.parent
	}
	if op.Exclusive {
		for _, c := range m.children(op.DependsOn) {
			m.streams[c].parent = id
		}
	}
	s.parent = op.DependsOn
	s.weight = uint64(min(cmp.Or(op.Weight, 16), 256)) * modelUnit
}

func (m *model) remove(id uint32) {
	gone := m.streams[id]
	var sum uint64
	for _, c := range m.children(id) {
		sum += m.streams[c].weight
	}
	for _, c := range m.children(id) {
		s := m.streams[c]
		s.parent = gone.parent
		s.weight = max(1, uint64(math.Round(float64(gone.weight*s.weight)/float64(sum))))
	}
	delete(m.streams, id)
	m.named = m.named[1:]
}

// due is the share of each active stream below parent, of which share is due to
// them all.
func (m *model) due(parent uint32, share float64, active func(uint32) bool, shares map[uint32]float64) {
	var sum float64
	for _, c := range m.children(parent) {
		if m.wants(c, active) {
			sum += float64(m.streams[c].weight)
		}
	}
	for _, c := range m.children(parent) {
		if !m.wants(c, active) {
			continue
		}
		part := share * float64(m.streams[c].weight) / sum
		if active(c) {
			shares[c] = part
			part = 0
		}
		m.due(c, part, active, shares)
	}
}

func (m *model) wants(id uint32, active func(uint32) bool) bool {
	return active(id) || slices.ContainsFunc(m.children(id), func(c uint32) bool { return m.wants(c, active) })
}

// compare fails the test where the tree is not as the model.
func (m *model) compare(t *testing.T, tree *priority.Tree, step int, op priority.Op) {
	t.Helper()
	if tree.Len() != len(m.streams) || tree.Retained() != len(m.named) || tree.Depth() != m.depth() {
		t.Fatalf("step %d, %+v: %d streams, %d retained, depth %d; want %d, %d, %d",
			step, op, tree.Len(), tree.Retained(), tree.Depth(), len(m.streams), len(m.named), m.depth())
	}
	var path []uint32
	for depth, n := range tree.All() {
		want := m.streams[n.Stream]
		if want == nil {
			t.Fatalf("step %d, %+v: stream %d is there", step, op, n.Stream)
		}
		got := modelStream{n.Parent, uint64(n.Weight * modelUnit), n.State}
		if got != *want || n.Children != len(m.children(n.Stream)) {
			t.Fatalf("step %d, %+v: stream %d is %+v, %d children; want %+v", step, op, n.Stream, got, n.Children, *want)
		}
		path = append(path[:depth-1], n.Stream)
		if depth > 1 && path[depth-2] != n.Parent {
			t.Fatalf("step %d, %+v: stream %d is walked below %d", step, op, n.Stream, path[depth-2])
		}
	}
}

// compareShares fails the test where the shares are not the model's.
func (m *model) compareShares(t *testing.T, tree *priority.Tree, active func(uint32) bool) {
	t.Helper()
	want := map[uint32]float64{}
	m.due(0, 1, active, want)
	shares, sum := tree.Due(active), 0.0
	for i, share := range shares {
		sum += share.Fraction
		if math.Abs(share.Fraction-want[share.Stream]) > 1e-9 {
			t.Fatalf("stream %d is due %v, want %v", share.Stream, share.Fraction, want[share.Stream])
		}
		if i > 0 && shares[i-1].Stream >= share.Stream {
			t.Fatalf("stream %d comes after %d", share.Stream, shares[i-1].Stream)
		}
	}
	for id := range m.streams {
		if active(id) && !slices.ContainsFunc(shares, func(s priority.Share) bool { return s.Stream == id }) {
			t.Fatalf("stream %d is active and has no share", id)
		}
	}
	if len(shares) > 0 && math.Abs(sum-1) > 1e-9 {
		t.Fatalf("the shares add up to %v", sum)
	}
}

// checkAgainstModel runs operations through both, and halfway through a clone.
func checkAgainstModel(t *testing.T, limits priority.Limits, list []priority.Op) {
	t.Helper()
	tree, m := priority.NewTree(limits), newModel(limits)
	var halfway *priority.Tree
	for i, op := range list {
		if i == len(list)/2 {
			halfway = tree.Clone()
		}
		c := tree.Apply(op)
		m.apply(op)
		m.compare(t, tree, i, op)
		if n, known := tree.Node(op.Stream); known && c.Trouble != priority.Full && c.After != n.Place {
			t.Fatalf("step %d, %+v: After is %+v, the place %+v", i, op, c.After, n.Place)
		}
	}
	for _, odd := range []uint32{1, 2, 3} {
		m.compareShares(t, tree, func(id uint32) bool { return (id/2)%3 == odd%3 || odd == 3 })
	}
	if halfway != nil {
		for _, op := range list[len(list)/2:] {
			halfway.Apply(op)
		}
		if !halfway.Equal(tree) {
			t.Fatal("a clone, given the rest of the operations, is not equal")
		}
	}
}

// decodeOps makes operations of octets, four each, on few streams, so that they
// meet.
func decodeOps(data []byte) (limits priority.Limits, list []priority.Op) {
	limits = priority.Limits{Retained: 4, Streams: 12}
	for ; len(data) >= 4; data = data[4:] {
		list = append(list, priority.Op{
			Kind:      priority.Kind(data[0] % 5), // one of them unknown
			Exclusive: data[0]&0x80 != 0,
			Stream:    uint32(data[1] % 24),
			DependsOn: uint32(data[2] % 24),
			Weight:    uint16(data[3]) * 2,
		})
	}
	return limits, list
}

func TestRandomOperations(t *testing.T) {
	random := rand.New(rand.NewPCG(7540, 53))
	for range 300 {
		data := make([]byte, 4*(1+random.IntN(200)))
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		limits, list := decodeOps(data)
		limits.Retained = []int{-1, 1, 4, 100}[random.IntN(4)]
		limits.Streams = []int{1, 6, 12, 100}[random.IntN(4)]
		checkAgainstModel(t, limits, list)
	}
}

// FuzzTree compares the tree with the model.
func FuzzTree(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 1, 0, 16, 0, 3, 1, 16, 0x81, 1, 3, 16, 3, 1, 0, 0})
	f.Add([]byte{1, 3, 0, 201, 1, 5, 3, 101, 0, 7, 5, 0, 2, 2, 7, 0, 3, 7, 0, 0, 0x80, 9, 5, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		limits, list := decodeOps(data[:min(len(data), 800)])
		checkAgainstModel(t, limits, list)
	})
}
