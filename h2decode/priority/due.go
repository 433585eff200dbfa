package priority

import (
	"cmp"
	"slices"
)

// A Share is what part of the connection an active stream is due.
type Share struct {
	Stream   uint32
	Fraction float64 // 0 to 1; 0 for one that has to wait for others
}

// Due gives each active stream its share, in order of stream numbers. It asks
// active once for each stream in the tree, and knows of no others. The result is
// the caller's.
func (t *Tree) Due(active func(stream uint32) bool) []Share {
	d := t.demand(active)
	shares := make([]Share, 0, d.active)
	for i, s := range d.order {
		n := &t.nodes[s]
		want, above := &d.wants[s], &d.wants[n.parent]
		switch {
		case i == 0:
			want.share = 1
			continue
		case want.any && !above.active: // the parent has nothing to send, and passes on
			want.share = above.share * float64(n.weight) / float64(above.below)
		}
		if want.active {
			shares = append(shares, Share{n.stream, want.share})
			want.share = 0 // nothing is left for those below
		}
	}
	sortShares(shares)
	return shares
}

// A demand is who wants to send, in the tree.
type demand struct {
	order  []slot // parents before their children
	wants  []want // by slot
	active int
}

type want struct {
	active bool
	any    bool    // it is active or one below it is
	below  uint64  // weights of the children for which any holds, in units
	share  float64 // what is passed on to the children
}

func (t *Tree) demand(active func(stream uint32) bool) demand {
	d := demand{order: make([]slot, 1, t.Len()+1), wants: make([]want, len(t.nodes))}
	for i := 0; i < len(d.order); i++ { // order grows as it is read
		s := d.order[i]
		if s != root && active(t.nodes[s].stream) {
			d.wants[s].active, d.wants[s].any = true, true
			d.active++
		}
		for c := t.nodes[s].child; c != none; c = t.nodes[c].next {
			d.order = append(d.order, c)
		}
	}
	for _, s := range slices.Backward(d.order[1:]) {
		if d.wants[s].any {
			above := &d.wants[t.nodes[s].parent]
			above.any = true
			above.below += uint64(t.nodes[s].weight)
		}
	}
	return d
}

func sortShares(shares []Share) {
	slices.SortFunc(shares, func(a, b Share) int { return cmp.Compare(a.Stream, b.Stream) })
}
