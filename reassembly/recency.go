package reassembly

// A recency is the flows in order of their newest segment: a list through the
// flows themselves, by index, so that a million flows hold no pointer.
type recency struct {
	oldest, newest int32
}

// touch makes flow i the newest.
func (r *recency) touch(flows []flow, i int32) {
	if r.newest == i {
		return
	}
	r.remove(flows, i)
	r.push(flows, i)
}

// push appends flow i as the newest.
func (r *recency) push(flows []flow, i int32) {
	f := &flows[i]
	f.older, f.newer = r.newest, none
	if r.newest == none {
		r.oldest = i
	} else {
		flows[r.newest].newer = i
	}
	r.newest = i
}

// remove takes flow i out.
func (r *recency) remove(flows []flow, i int32) {
	f := &flows[i]
	if f.older == none {
		r.oldest = f.newer
	} else {
		flows[f.older].newer = f.newer
	}
	if f.newer == none {
		r.newest = f.older
	} else {
		flows[f.newer].older = f.older
	}
}

// A memory keeps the names of the newest evicted connections.
type memory struct {
	conns map[key]uint64
	order []evicted // a ring, in order of eviction
	next  int
	max   int
}

type evicted struct {
	key  key
	conn uint64
}

// put remembers conn; the oldest one goes where there are too many.
func (m *memory) put(k key, conn uint64) {
	if len(m.order) < m.max {
		m.order = append(m.order, evicted{k, conn})
	} else {
		if old := m.order[m.next]; m.conns[old.key] == old.conn {
			delete(m.conns, old.key)
		}
		m.order[m.next] = evicted{k, conn}
		m.next = (m.next + 1) % m.max
	}
	m.conns[k] = conn
}

// take looks k up and forgets it.
func (m *memory) take(k key) (conn uint64, ok bool) {
	if conn, ok = m.conns[k]; ok {
		delete(m.conns, k)
	}
	return conn, ok
}
