package h2scope

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"h2scope/h2decode"
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt"
)

// A worker decodes the connections that are its own, and renders what happens
// on them.
type worker struct {
	index    int
	cfg      *Config
	renderer Renderer
	pool     *reassembly.Pool
	records  *tlsdecrypt.Pool
	flows    map[uint64]*flow
	leaving  []*flow // that closed, in the order in which they did
	totals   totals
	read     readTotals // of the first worker: what the reader counted

	// What is in work.
	item   *item
	result *result
	key    key
}

func newWorker(cfg *Config, r Renderer) *worker {
	return &worker{cfg: cfg, renderer: r, pool: reassembly.NewPool(), records: tlsdecrypt.NewPool(), flows: make(map[uint64]*flow)}
}

// A settler is a renderer that is told when a batch of packets has been worked
// off: when what they told of is whole.
type settler interface{ Settled() }

// run works off batches until there are no more.
func (w *worker) run(p *pipeline) {
	for b := range p.queues[w.index] {
		w.result = &b.results[w.index]
		for items := b.items[w.index]; len(items) > 0; {
			items = items[w.workOff(items):]
		}
		if r, ok := w.renderer.(settler); ok {
			r.Settled()
		}
		b.working.Done()
	}
}

// workOff works off items and returns how many: all, unless one made the
// decoder panic. That is a defect of the program, but not one that should cost
// the rest of the capture: the connection is given up, and said so.
func (w *worker) workOff(items []item) (done int) {
	defer func() {
		if cause := recover(); cause != nil {
			w.giveUp(cause)
		}
	}()
	for i := range items {
		w.item = &items[i]
		done = i
		if do := w.item.do; do != leaveConns && do != endInput {
			done++ // else it is done for the other connections
		}
		w.work(w.item)
	}
	return len(items)
}

func (w *worker) giveUp(cause any) {
	it := w.item
	delete(w.flows, it.conn)
	w.Event(&h2decode.Noticed{
		Kind: "decode-panic", Conn: it.conn, Packet: it.segment.Packet,
		Message: fmt.Sprintf("a defect of h2scope: connection %d was given up at packet %d: %v", it.conn, it.segment.Packet, cause),
	})
}

func (w *worker) work(it *item) {
	w.key = key{it.segment.Packet, it.order}
	switch it.do {
	case tell:
		w.Event(it.event)
	case leaveConns:
		w.leave(it.segment.Time)
	case endInput:
		w.leave(math.MaxInt64)
		for _, conn := range slices.Sorted(maps.Keys(w.flows)) {
			w.key = key{math.MaxUint64, conn}
			w.end(conn, h2decode.EndOfCapture)
		}
	case replaceConn:
		w.end(it.conn, h2decode.Replaced)
	case evictConn:
		w.end(it.conn, it.reason)
	case openConn:
		w.totals.connections++
		f := newFlow(w, it)
		w.flows[it.conn] = f
		w.segment(f, it)
	case segmentConn:
		if f := w.flows[it.conn]; f != nil {
			w.segment(f, it)
		} else {
			w.totals.afterClose++
		}
	}
}

func (w *worker) segment(f *flow, it *item) {
	f.segment(it)
	if !f.left && f.over() {
		f.left, f.leftAt = true, it.segment.Time
		w.leaving = append(w.leaving, f)
	}
	f.lastKey = w.key
}

// leaveAfter is how long a connection that has closed is waited with, in
// nanoseconds: packets overtake each other, and where two captures were merged,
// what one of them lacks comes from the other.
const leaveAfter = 5e6

// leave ends the connections that closed a while before now. What is told of them
// then has its place behind their last segment.
func (w *worker) leave(now int64) {
	for len(w.leaving) > 0 {
		f := w.leaving[0]
		if now != math.MaxInt64 && f.leftAt+leaveAfter > now {
			return
		}
		w.leaving = w.leaving[1:]
		if w.flows[f.number] == f {
			w.end(f.number, f.closeReason())
		}
	}
	w.leaving = nil
}

func (w *worker) end(conn uint64, reason h2decode.CloseReason) {
	f := w.flows[conn]
	if f == nil {
		return
	}
	delete(w.flows, conn)
	w.item.conn, w.item.segment.Packet = conn, f.last.Packet // in case of a panic
	if !f.left {
		f.finish(reason)
		return
	}
	at := w.key
	w.key = f.lastKey
	f.finish(f.closeReason())
	w.key = at
}

// Event renders e. It makes the worker the sink of all its connections.
func (w *worker) Event(e h2decode.Event) {
	w.totals.count(e)
	r := w.result
	begin := len(r.rendered)
	r.rendered = w.renderer.Event(r.rendered, e)
	if len(r.rendered) == begin {
		return
	}
	k := w.key
	if f, ok := e.(*h2decode.FrameDecoded); ok && f.Packet < k.packet && k.packet != math.MaxUint64 {
		k.packet = f.Packet // it was held until later packets told what it is
	}
	if n := len(r.pieces); n > 0 && r.pieces[n-1].key == k {
		r.pieces[n-1].end = len(r.rendered)
		return
	}
	r.pieces = append(r.pieces, piece{key: k, begin: begin, end: len(r.rendered)})
}
