package tlsdecrypt

import (
	"slices"

	"h2scope/reassembly"
)

// A piece is what reassembly delivered at once, or the rest of it: octets, or a
// gap of that length.
type piece struct {
	reassembly.Chunk
	gap   uint64
	cause reassembly.Cause
	order uint64 // in which the pieces of both halves came
	late  bool   // it waited for a secret
}

// pieceCost is what a piece that is held counts besides its octets.
const pieceCost = 128

// advance takes n octets off.
func (p *piece) advance(n int) {
	p.Offset += uint64(n)
	p.Data = p.Data[n:]
}

func (p *piece) empty() bool { return p.gap == 0 && len(p.Data) == 0 }

// take works on a piece, or puts it behind those of its half that wait.
func (c *Conn) take(p piece) {
	c.order++
	p.order = c.order
	h := &c.half[p.Half]
	if len(h.queue) > 0 {
		c.park(h, p)
	} else {
		h.work(&p)
		c.keep(h, p)
	}
	c.pump()
}

// keep puts back what work has left of a piece.
func (c *Conn) keep(h *half, p piece) {
	rest := len(h.queue)
	if r := h.redo; r != nil {
		h.redo = nil
		r.order = p.order
		c.park(h, *r)
	}
	if !p.empty() {
		c.park(h, p)
	}
	if rest > 0 { // before those that were there
		slices.Reverse(h.queue[:rest])
		slices.Reverse(h.queue[rest:])
		slices.Reverse(h.queue)
	}
}

// park puts a copy of a piece at the end of its half's queue.
func (c *Conn) park(h *half, p piece) {
	p.Data = slices.Clone(p.Data)
	p.late = p.late || h.waits == forSecret
	h.queue = append(h.queue, p)
	c.held += len(p.Data) + pieceCost
}

// pump works on what need not wait, in the order in which it came.
func (c *Conn) pump() {
	for {
		if c.learned {
			c.learned = false
			c.wake()
		}
		h := c.ready()
		if h == nil {
			if c.held <= c.limits.Held || !c.giveUp() {
				return
			}
			continue
		}
		p := h.queue[0]
		h.queue[0] = piece{}
		if h.queue = h.queue[1:]; len(h.queue) == 0 {
			h.queue = nil
		}
		c.held -= len(p.Data) + pieceCost
		c.late = p.late
		h.work(&p)
		c.late = false
		c.keep(h, p)
	}
}

// ready is the half whose next piece is the oldest that need not wait.
func (c *Conn) ready() *half {
	var first *half
	for i := range c.half {
		h := &c.half[i]
		if h.waits == forNothing && len(h.queue) > 0 &&
			(first == nil || h.queue[0].order < first.queue[0].order) {
			first = h
		}
	}
	return first
}

// A want is what a half waits for.
type want uint8

const (
	forNothing want = iota
	forHello        // something of the other half's handshake
	forSecret
)

// wait makes the half wait, unless there is no use in it.
func (h *half) wait(w want) bool {
	if h.c.done || h.impatient || w == forSecret && h.c.cfg.KeysFinal || h.c.cfg.Keys == nil {
		return false
	}
	h.waits = w
	return true
}

// wake lets both halves look again at what they wait for.
func (c *Conn) wake() {
	for i := range c.half {
		c.half[i].waits = forNothing
	}
}

// giveUp lets the halves that wait go on without what they wait for.
func (c *Conn) giveUp() bool {
	gave := false
	for i := range c.half {
		h := &c.half[i]
		if h.waits != forNothing {
			h.waits, h.impatient, gave = forNothing, true, true
		}
	}
	return gave
}

// look sees whether there are new secrets.
func (c *Conn) look() {
	if c.cfg.Keys == nil || c.cfg.KeysFinal {
		return
	}
	if v := c.cfg.Keys.Version(); v != c.version {
		c.version = v
		c.wake()
		c.pump()
		for i := range c.half {
			c.half[i].revive()
		}
	}
}
