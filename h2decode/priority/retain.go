package priority

// Streams that are idle or closed are retained in a list by when they were last
// named, so that grouping nodes on which requests keep depending stay however
// many requests come and go ("in active use": RFC 7540, Section 5.3.4).

// retain puts s at the list's new end.
func (t *Tree) retain(s slot) {
	n := &t.nodes[s]
	n.older, n.newer = t.newest, none
	if t.newest == none {
		t.oldest = s
	} else {
		t.nodes[t.newest].newer = s
	}
	t.newest = s
	t.retained++
}

// release takes s from the list.
func (t *Tree) release(s slot) {
	n := &t.nodes[s]
	if n.older == none {
		t.oldest = n.newer
	} else {
		t.nodes[n.older].newer = n.newer
	}
	if n.newer == none {
		t.newest = n.older
	} else {
		t.nodes[n.newer].older = n.older
	}
	n.older, n.newer = none, none
	t.retained--
}

// touch notes that s was named.
func (t *Tree) touch(s slot) {
	if s == root || s == t.newest || t.nodes[s].state == Active {
		return
	}
	t.release(s)
	t.retain(s)
}

// trim removes a stream where there are too many and says which. An Op adds one
// at most, so one is enough.
func (t *Tree) trim() uint32 {
	if t.retained <= t.limits.Retained && t.Len() <= t.limits.Streams || t.oldest == none {
		return 0
	}
	stream := t.nodes[t.oldest].stream
	t.remove(t.oldest)
	return stream
}

// remove takes a retained stream out of the tree. Its children move to its parent
// and divide its weight among them (RFC 7540, Section 5.3.4).
func (t *Tree) remove(s slot) {
	t.release(s)
	t.divide(s)
	t.hand(s, t.nodes[s].parent)
	t.detach(s)
	t.freeNode(s)
}

// divide gives the children of s its weight in proportion to theirs, rounded to
// the nearest unit. None becomes 0.
func (t *Tree) divide(s slot) {
	whole := uint64(t.nodes[s].weight)
	var sum uint64
	for c := t.nodes[s].child; c != none; c = t.nodes[c].next {
		sum += uint64(t.nodes[c].weight)
	}
	for c := t.nodes[s].child; c != none; c = t.nodes[c].next {
		n := &t.nodes[c]
		n.weight = uint32(max(1, (whole*uint64(n.weight)+sum/2)/sum))
	}
}
