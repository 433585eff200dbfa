package hpack

const (
	arenaMin  = 512      // octets of the first chunk
	arenaKeep = 64 << 10 // a chunk above this is not kept for the next block
)

// An arena holds the literals of one block that are not put into the table. It
// never moves what it has handed out: when a chunk is full it takes a new one,
// and leaves the old one to the fields that point there.
type arena struct{ chunk []byte }

// reset makes the arena's octets free for the next block.
func (a *arena) reset() {
	if cap(a.chunk) > arenaKeep {
		a.chunk = nil
	}
	a.chunk = a.chunk[:0]
}

// reserve returns n octets to write to, n > 0. They are free again at the next
// reserve unless keep is called.
func (a *arena) reserve(n int) []byte {
	if n > cap(a.chunk)-len(a.chunk) {
		a.chunk = make([]byte, 0, max(arenaMin, 2*min(cap(a.chunk), arenaKeep), n))
	}
	return a.chunk[len(a.chunk) : len(a.chunk)+n]
}

// keep makes the first n octets of those reserved last the fields' own.
func (a *arena) keep(n int) { a.chunk = a.chunk[:len(a.chunk)+n] }
