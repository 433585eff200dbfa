package timeline

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

func describeTree(tree *priority.Tree) (lines []string) {
	for depth, n := range tree.All() {
		lines = append(lines, fmt.Sprintf("%*s%d %g %s", depth-1, "", n.Stream, n.Weight, n.State))
	}
	return lines
}

// The tree at the cursor, and the changes that lead there (RFC 7540, Section
// 5.3).
func TestTreeAtAnInstant(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, h2decode.FlagEndStream))
	p.client(p.dependent(3, h2decode.PriorityFrame{DependsOn: 1, Weight: 10}, ":method", "GET"))
	p.client(p.dependent(5, h2decode.PriorityFrame{DependsOn: 1, Weight: 20, Exclusive: true}, ":method", "GET"))
	p.client(priorityFrame(3, h2decode.PriorityFrame{Weight: 7}))
	p.server(p.response(1, h2decode.FlagEndStream))
	c := p.now()
	for n, want := range map[uint64][]string{
		5: {"1 16 active"},
		6: {"1 16 active", " 3 10 active"},
		7: {"1 16 active", " 5 20 active", "  3 10 active"},
		8: {"1 16 active", " 5 20 active", "3 7 active"},
		9: {"1 16 closed", " 5 20 active", "3 7 active"},
	} {
		wantLines(t, describeTree(c.AtFrame(n).Tree()), want...)
	}
	var got []string
	for _, change := range c.PriorityChanges() {
		got = append(got, fmt.Sprintf("%d %s %s %d", change.Frame, change.Scheme, change.Op.Kind, change.Op.Stream))
	}
	wantLines(t, got, "6 RFC 7540 open 3", "7 RFC 7540 open 5", "8 RFC 7540 prioritize 3")
	if s := c.AtFrame(9).Scheme(); s != RFC7540 {
		t.Errorf("scheme %s", s)
	}
}

// Urgencies come from the Priority field and from PRIORITY_UPDATE, which wins
// (RFC 9218, Section 7).
func TestUrgenciesAtAnInstant(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0, "priority", "u=1", "priority", "i"))
	p.client(priorityUpdate(3, "u=6"))
	p.client(p.request(3, 0, "priority", "u=0"))
	p.client(priorityUpdate(1, "u=2"))
	p.client(priorityUpdate(1, "=nonsense"))
	p.client(p.request(5, 0, "priority", "=nonsense"))
	c := p.now()
	for n, want := range map[uint64]string{
		5: "1:{1 true} ", 6: "1:{1 true} 3:{6 false} ", 7: "1:{1 true} 3:{6 false} ",
		8: "1:{2 false} 3:{6 false} ", 9: "1:{2 false} 3:{6 false} ", 10: "1:{2 false} 3:{6 false} 5:{3 false} ",
	} {
		got := ""
		for stream, params := range c.AtFrame(n).Urgencies().All() {
			got += fmt.Sprintf("%d:%v ", stream, params)
		}
		if got != want {
			t.Errorf("after frame %d: %s, want %s", n, got, want)
		}
	}
	if s := c.AtFrame(4).Scheme(); s != RFC7540 {
		t.Errorf("before any word: %s", s)
	}
	if s := c.AtFrame(5).Scheme(); s != RFC9218 {
		t.Errorf("after the first: %s", s)
	}
	if n := len(c.PriorityChanges()); n != 5 {
		t.Errorf("%d changes, want 5: one could not be read", n)
	}
}

// A field block in pieces says its priority where it ends.
func TestPriorityFieldInContinuation(t *testing.T) {
	p := begun(t)
	block := p.block(client, ":method", "GET", "priority", "u=0")
	p.client(
		h2decode.AppendFrame(nil, h2decode.TypeHeaders, 0, 1, &h2decode.HeadersFrame{Fragment: block[:1]}),
		h2decode.AppendFrame(nil, h2decode.TypeContinuation, h2decode.FlagEndHeaders, 1, &h2decode.ContinuationFrame{Fragment: block[1:]}))
	c := p.now()
	for n, want := range map[uint64]uint8{5: 3, 6: 0} {
		if params, known := c.AtFrame(n).Urgencies().Params(1); !known || params.Urgency != want {
			t.Errorf("after frame %d: %v, want %d", n, params, want)
		}
	}
}

// SETTINGS_NO_RFC7540_PRIORITIES decides where a client says both.
func TestSchemeInForce(t *testing.T) {
	p := begun(t)
	p.client(p.dependent(1, h2decode.PriorityFrame{Weight: 9}, ":method", "GET", "priority", "u=1"))
	p.server(settingsFrame(h2decode.Setting{ID: h2decode.SettingNoRFC7540Priorities, Value: 1}))
	p.client(ackFrame())
	c := p.now()
	for n, want := range map[uint64]Scheme{5: RFC7540, 6: RFC7540, 7: RFC9218} {
		if got := c.AtFrame(n).Scheme(); got != want {
			t.Errorf("after frame %d: %s, want %s", n, got, want)
		}
	}
}

// Between checkpoints of the models, the models are right: thousands of frames,
// many streams.
func TestModelsBetweenCheckpoints(t *testing.T) {
	p := begun(t)
	random := rand.New(rand.NewPCG(3, 3))
	tree, levels := priority.NewTree(priority.Limits{}), priority.NewUrgencies(priority.Limits{})
	var trees []*priority.Tree
	var all []*priority.Urgencies
	next := uint32(1)
	for range 4000 {
		switch random.IntN(3) {
		case 0:
			place := h2decode.PriorityFrame{DependsOn: random.Uint32N(next), Weight: 1 + random.IntN(256), Exclusive: random.IntN(4) == 0}
			p.client(p.dependent(next, place, ":method", "GET"))
			tree.Apply(priority.Op{Kind: priority.OpOpen, Stream: next, DependsOn: place.DependsOn, Weight: uint16(place.Weight), Exclusive: place.Exclusive})
			levels.Apply(priority.Signal{Kind: priority.SignalOpen, Stream: next, Params: priority.DefaultParams()})
			next += 2
		case 1:
			stream := max(1, random.Uint32N(next)|1)
			p.client(priorityUpdate(stream, "u=5"))
			levels.Apply(priority.Signal{Kind: priority.SignalUpdate, Stream: stream, Params: priority.Params{Urgency: 5}})
		default:
			stream := max(1, random.Uint32N(next)|1)
			if p.conn.Stream(stream) != nil {
				tree.Apply(priority.Op{Kind: priority.OpClose, Stream: stream})
				levels.Apply(priority.Signal{Kind: priority.SignalClose, Stream: stream})
			}
			p.server(resetFrame(stream, h2decode.Cancel))
		}
		trees, all = append(trees, tree.Clone()), append(all, levels.Clone())
	}
	c := p.now()
	for i := 0; i < len(trees); i += 37 {
		s := c.AtFrame(uint64(i + 5))
		if !s.Tree().Equal(trees[i]) || !s.Urgencies().Equal(all[i]) {
			t.Fatalf("after frame %d the models differ", i+5)
		}
	}
	if c.priorities.trees.len() < 3 || c.priorities.levels.len() < 3 {
		t.Errorf("%d and %d checkpoints", c.priorities.trees.len(), c.priorities.levels.len())
	}
}
