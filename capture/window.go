package capture

import (
	"sync"
	"sync/atomic"
)

const (
	// windowSize is what a window holds. It is small enough that what the
	// kernel copied into it is still in the processor's cache when it is
	// parsed, and large enough that read calls don't count.
	windowSize = 256 << 10

	// maxFree bounds the windows that wait to be used again.
	maxFree = 64
)

// A Window is a piece of the input that packets point into. It lives as long
// as it has a holder, and is used again for another piece when it has none.
// Its methods may be called by any goroutine; those of a nil Window do
// nothing.
type Window struct {
	buf     []byte
	holders atomic.Int32
	pool    *windowPool

	// packets counts those that the reader still has to hand out, and one
	// for the reader while it reads here. All of them are one holder.
	packets int
}

// Hold keeps the window's octets as they are until Release.
func (w *Window) Hold() {
	if w != nil {
		w.holders.Add(1)
	}
}

// Release undoes one Hold. The octets must not be looked at after that.
func (w *Window) Release() {
	if w == nil {
		return
	}
	switch n := w.holders.Add(-1); {
	case n == 0:
		w.pool.put(w)
	case n < 0:
		panic("capture: Window released more often than held")
	}
}

// keep and drop count what the reader's goroutine has of the window, without
// the cost of an atomic operation for each packet.
func (w *Window) keep() { w.packets++ }

func (w *Window) drop() {
	if w.packets--; w.packets == 0 {
		w.Release()
	}
}

// A windowPool has the windows that nobody holds.
type windowPool struct {
	mu   sync.Mutex
	free []*Window
}

// get returns a window of at least size octets, held and kept once.
func (p *windowPool) get(size int) *Window {
	w := p.take(size)
	if w == nil {
		w = &Window{buf: make([]byte, max(size, windowSize)), pool: p}
	}
	w.holders.Store(1)
	w.packets = 1
	return w
}

func (p *windowPool) take(size int) *Window {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.free) - 1
	if size > windowSize || last < 0 {
		return nil
	}
	w := p.free[last]
	p.free[last] = nil
	p.free = p.free[:last]
	return w
}

// put takes a window back. Windows that were made for one large packet are
// left to the garbage collector.
func (p *windowPool) put(w *Window) {
	if len(w.buf) != windowSize {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) < maxFree {
		p.free = append(p.free, w)
	}
}
