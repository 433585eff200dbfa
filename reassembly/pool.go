package reassembly

// A Pool is the memory that the connections of one goroutine share: buffers
// for data out of order, used again, and the Chunk and Gap that handlers get.
// Handlers must not call a Conn of the same pool.
type Pool struct {
	chunk    Chunk
	gap      Gap
	limits   Limits // the defaults, for connections without their own
	buffers  [len(bufferSizes)][][]byte
	pieces   []*piece
	reorders []*reorder
}

// NewPool is an empty pool.
func NewPool() *Pool { return new(Pool) }

// bufferSizes are the sizes that are kept: for small writes, for Ethernet's
// frames, for jumbo frames and for what network cards and kernels merge.
// Larger ones (BIG TCP) are left to the garbage collector.
var bufferSizes = [...]int{256, 2 << 10, 16 << 10, 64 << 10}

// maxIdle bounds the octets of idle buffers of each size.
const maxIdle = 4 << 20

// copy is a copy of b in a buffer of the pool.
func (p *Pool) copy(b []byte) []byte {
	for i, size := range bufferSizes {
		if len(b) > size {
			continue
		}
		free := p.buffers[i]
		if len(free) == 0 {
			return append(make([]byte, 0, size), b...)
		}
		buf := free[len(free)-1]
		p.buffers[i] = free[:len(free)-1]
		return append(buf, b...)
	}
	return append([]byte(nil), b...)
}

// release takes a buffer back. Only those that copy made fit.
func (p *Pool) release(b []byte) {
	for i, size := range bufferSizes {
		if cap(b) == size && len(p.buffers[i])*size < maxIdle {
			p.buffers[i] = append(p.buffers[i], b[:0])
			return
		}
	}
}

// hold is a piece with a copy of data.
func (p *Pool) hold(off int64, data []byte, from origin) *piece {
	var held *piece
	if n := len(p.pieces); n > 0 {
		held, p.pieces = p.pieces[n-1], p.pieces[:n-1]
	} else {
		held = new(piece)
	}
	*held = piece{off: off, data: p.copy(data), origin: from}
	return held
}

// drop takes a piece back.
func (p *Pool) drop(held *piece) {
	p.release(held.data)
	held.data = nil
	if len(p.pieces) < 1<<14 {
		p.pieces = append(p.pieces, held)
	}
}

// reorder is the state of a half with data out of order.
func (p *Pool) reorder() *reorder {
	n := len(p.reorders)
	if n == 0 {
		return new(reorder)
	}
	r := p.reorders[n-1]
	p.reorders = p.reorders[:n-1]
	return r
}

// dropReorder takes back the state of a half that has none.
func (p *Pool) dropReorder(r *reorder) {
	*r = reorder{pieces: r.pieces[:0], marks: r.marks[:0]}
	if cap(r.pieces) <= 1<<10 && len(p.reorders) < 1<<10 {
		p.reorders = append(p.reorders, r)
	}
}
