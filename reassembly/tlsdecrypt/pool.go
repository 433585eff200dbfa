package tlsdecrypt

// A Pool is the memory that the connections of one goroutine share: where
// records are put together, and where they are opened. Handlers of plaintext
// must not call a Conn of the same pool.
type Pool struct {
	plain   []byte // of the record that is being told
	trial   []byte // of those that are only tried
	buffers [][]byte
}

// NewPool is an empty pool.
func NewPool() *Pool {
	return &Pool{plain: make([]byte, 0, maxRecord), trial: make([]byte, 0, maxRecord)}
}

// maxIdle is how many buffers are kept.
const maxIdle = 64

// get is a buffer for one record. It may grow.
func (p *Pool) get() []byte {
	n := len(p.buffers)
	if n == 0 {
		return make([]byte, 0, maxRecord)
	}
	b := p.buffers[n-1]
	p.buffers = p.buffers[:n-1]
	return b
}

// put takes back a buffer of get.
func (p *Pool) put(b []byte) {
	if cap(b) == maxRecord && len(p.buffers) < maxIdle {
		p.buffers = append(p.buffers, b[:0])
	}
}
