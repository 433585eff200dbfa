package priority

import (
	"maps"
	"slices"
)

// Clone makes a copy that shares nothing with the tree.
func (t *Tree) Clone() *Tree {
	c := *t
	c.nodes = slices.Clone(t.nodes)
	c.slots = maps.Clone(t.slots)
	return &c
}

// Equal reports whether two trees have the same streams in the same states and
// places, and would let them go in the same order: whether, with the same Limits,
// they answer all Ops alike.
func (t *Tree) Equal(o *Tree) bool {
	if t.Len() != o.Len() || t.retained != o.retained || t.opened != o.opened {
		return false
	}
	for stream, s := range t.slots {
		os, known := o.slots[stream]
		if !known || t.nodes[s].state != o.nodes[os].state || t.place(s) != o.place(os) {
			return false
		}
	}
	for s, os := t.oldest, o.oldest; s != none; s, os = t.nodes[s].newer, o.nodes[os].newer {
		if t.nodes[s].stream != o.nodes[os].stream {
			return false
		}
	}
	return true
}
