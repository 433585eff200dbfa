package html

import (
	"fmt"
	"slices"
	"strconv"

	"h2scope/export/label"
	"h2scope/h2decode/timeline"
)

// maxIndent is how deep streams of the tree are indented; hostile ones go on for
// ever.
const maxIndent = 16

// trees are the priorities of the connections whose clients said some.
type trees struct {
	shown // connections
	Trees []tree
}

// A tree is what the priorities of a connection were after the last word of its
// client.
type tree struct {
	shown       // streams
	Conn, Frame uint64
	Scheme      string // the RFC
	Changes     string // how often the client said something
	Urgencies   bool   // RFC 9218: urgencies and no dependencies
	Nodes       []node
}

type node struct {
	Stream   uint32
	Indent   int
	Parent   uint32
	Weight   string // of RFC 7540: 1 to 256
	Urgency  string // of RFC 9218
	State    string
	Due      string // of the connection, at that instant
	Exchange string // what it is
}

func (r *report) trees() (all trees) {
	var spoken []*timeline.Conn
	for _, c := range r.conns {
		if r.options.Selected(c.Number(), 0) && len(c.PriorityChanges()) > 0 {
			spoken = append(spoken, c)
		}
	}
	slices.SortStableFunc(spoken, func(a, b *timeline.Conn) int { return len(b.PriorityChanges()) - len(a.PriorityChanges()) })
	chosen := spoken[:min(len(spoken), r.options.Trees)]
	all.shown = showing(len(chosen), len(spoken))
	for _, c := range chosen {
		all.Trees = append(all.Trees, r.tree(c))
	}
	return all
}

func (r *report) tree(c *timeline.Conn) tree {
	changes := c.PriorityChanges()
	last := changes[len(changes)-1].Frame
	s := c.AtFrame(last)
	t := tree{
		Conn: c.Number(), Frame: last, Scheme: s.Scheme().String(), Changes: plural(len(changes), "change"),
		Urgencies: s.Scheme() == timeline.RFC9218,
	}
	due := make(map[uint32]string)
	for _, share := range s.Due() {
		due[share.Stream] = strconv.FormatFloat(100*share.Fraction, 'f', 0, 64) + " %"
	}
	var nodes []node
	if t.Urgencies {
		nodes = urgencies(s)
	} else {
		nodes = dependencies(s)
	}
	chosen := nodes[:min(len(nodes), r.options.Nodes)]
	t.shown = showing(len(chosen), len(nodes))
	for _, n := range chosen {
		n.Due = due[n.Stream]
		if x, found := c.ExchangeOf(n.Stream); found {
			n.Exchange = label.Of(c, &x, r.options.Redact).String()
		}
		t.Nodes = append(t.Nodes, n)
	}
	return t
}

func dependencies(s *timeline.State) (nodes []node) {
	for depth, n := range s.Tree().All() {
		nodes = append(nodes, node{
			Stream: n.Stream, Indent: min(depth, maxIndent) - 1, Parent: n.Parent,
			Weight: strconv.FormatFloat(n.Weight, 'f', -1, 64), State: n.State.String(),
		})
	}
	return nodes
}

func urgencies(s *timeline.State) (nodes []node) {
	for stream, p := range s.Urgencies().All() {
		text := fmt.Sprintf("u=%d", p.Urgency)
		if p.Incremental {
			text += ", i"
		}
		state := "not open"
		if open, is := s.Stream(stream); is {
			state = open.State.String()
		}
		nodes = append(nodes, node{Stream: stream, Urgency: text, State: state})
	}
	return nodes
}
