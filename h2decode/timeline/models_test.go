package timeline

import (
	"math/rand/v2"
	"slices"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

// lifetimes opens and closes streams at random, with about so many open, and
// applies the same to models of its own.
type lifetimes struct {
	*play
	random *rand.Rand
	open   []uint32
	next   uint32
	tree   *priority.Tree
	levels *priority.Urgencies
}

func newLifetimes(t *testing.T, seed uint64) *lifetimes {
	return &lifetimes{
		play: begun(t), random: rand.New(rand.NewPCG(seed, 8)), next: 1,
		tree: priority.NewTree(priority.Limits{}), levels: priority.NewUrgencies(priority.Limits{}),
	}
}

func (l *lifetimes) begin() {
	l.client(l.request(l.next, 0))
	l.tree.Apply(priority.Op{Kind: priority.OpOpen, Stream: l.next})
	l.levels.Apply(priority.Signal{Kind: priority.SignalOpen, Stream: l.next, Params: priority.DefaultParams()})
	l.open = append(l.open, l.next)
	l.next += 2
}

func (l *lifetimes) end(i int) {
	stream := l.open[i]
	l.server(resetFrame(stream, h2decode.Cancel))
	l.tree.Apply(priority.Op{Kind: priority.OpClose, Stream: stream})
	l.levels.Apply(priority.Signal{Kind: priority.SignalClose, Stream: stream})
	l.open = slices.Delete(l.open, i, i+1)
}

func (l *lifetimes) step(about int) {
	if len(l.open) == 0 || l.random.IntN(2*about) >= len(l.open) {
		l.begin()
	} else {
		l.end(l.random.IntN(len(l.open)))
	}
}

// A client that says nothing of priorities has models all the same, closed
// streams that are retained included, as when all had been replayed; and they go
// on from there when it says its first word.
func TestModelsBeforeTheFirstWord(t *testing.T) {
	for _, about := range []int{1, 30, 600} {
		l := newLifetimes(t, uint64(about))
		var trees []*priority.Tree
		var levels []*priority.Urgencies
		for range 3000 {
			l.step(about)
			trees, levels = append(trees, l.tree.Clone()), append(levels, l.levels.Clone())
		}
		c := l.now()
		for i := 0; i < len(trees); i += 61 {
			s := c.AtFrame(uint64(i + 5))
			if !s.Tree().Equal(trees[i]) {
				t.Fatalf("about %d open: the trees after frame %d differ", about, i+5)
			}
			if !s.Urgencies().Equal(levels[i]) {
				t.Fatalf("about %d open: the urgencies after frame %d differ", about, i+5)
			}
		}
		if c.priorities.trees.len() != 0 || c.priorities.levels.len() != 0 {
			t.Error("models of nothing have checkpoints")
		}
		compareFirstWord(t, l)
	}
}

func compareFirstWord(t *testing.T, l *lifetimes) {
	t.Helper()
	place := h2decode.PriorityFrame{DependsOn: l.next - 2, Weight: 3, Exclusive: true}
	l.client(priorityFrame(l.open[0], place))
	l.tree.Apply(priority.Op{Kind: priority.OpPrioritize, Stream: l.open[0], DependsOn: place.DependsOn, Weight: 3, Exclusive: true})
	l.client(priorityUpdate(l.open[0], "u=7"))
	l.levels.Apply(priority.Signal{Kind: priority.SignalUpdate, Stream: l.open[0], Params: priority.Params{Urgency: 7}})
	for range 100 {
		l.step(30)
	}
	c := l.now()
	s := c.AtFrame(uint64(c.Len()))
	if !s.Tree().Equal(l.tree) || !s.Urgencies().Equal(l.levels) {
		t.Error("the models differ behind the first word")
	}
}

// The newest stream has closed and been forgotten while older ones are open: what
// is said of it then is still too late.
func TestModelsKnowTheNewestStream(t *testing.T) {
	l := newLifetimes(t, 1)
	for range 900 {
		l.begin()
	}
	for len(l.open) > 5 {
		l.end(len(l.open) - 1)
	}
	for range 600 {
		l.client(pingFrame(0, ""))
	}
	newest := l.next - 2
	l.client(priorityFrame(newest, h2decode.PriorityFrame{Weight: 9}), priorityUpdate(newest, "u=1"))
	l.tree.Apply(priority.Op{Kind: priority.OpPrioritize, Stream: newest, Weight: 9})
	l.levels.Apply(priority.Signal{Kind: priority.SignalUpdate, Stream: newest, Params: priority.Params{Urgency: 1}})
	c := l.now()
	s := c.AtFrame(uint64(c.Len()))
	if !s.Tree().Equal(l.tree) || !s.Urgencies().Equal(l.levels) {
		t.Errorf("trees of %d and %d streams, urgencies of %d and %d", s.Tree().Len(), l.tree.Len(), s.Urgencies().Len(), l.levels.Len())
	}
}

// Models handed out are the caller's own: what is done to them changes no other.
func TestModelsAreTheCallersOwn(t *testing.T) {
	p := begun(t)
	p.client(p.dependent(1, h2decode.PriorityFrame{Weight: 9}, ":method", "GET", "priority", "u=1"))
	s := p.now().AtFrame(5)
	s.Tree().Apply(priority.Op{Kind: priority.OpClose, Stream: 1})
	s.Urgencies().Apply(priority.Signal{Kind: priority.SignalClose, Stream: 1})
	if n, _ := s.Tree().Node(1); n.State != priority.Active {
		t.Error("the tree was changed by another reader")
	}
	if _, known := s.Urgencies().Params(1); !known {
		t.Error("the urgencies were changed by another reader")
	}
}
