package h2scope

import (
	"io"
	"slices"
	"sync"

	"h2scope/capture"
	"h2scope/capture/segment"
	"h2scope/h2decode"
	"h2scope/reassembly"
)

// How much makes a batch: enough that handing it over costs next to nothing,
// little enough that what it holds of the input stays small.
const (
	batchItems  = 512
	batchOctets = 1 << 17
	batchCount  = 4 // in flight
)

// An item is one thing for a worker to do.
type item struct {
	order     uint64 // its place among the items of all workers
	conn      uint64
	continues uint64 // of openConn: the connection that an eviction cut
	do        action
	reason    h2decode.CloseReason // of evictConn
	half      reassembly.Half
	segment   segment.Segment
	event     h2decode.Event // of tell
}

// An action says what an item asks for.
type action uint8

const (
	openConn    action = iota // a segment of a connection that is new
	segmentConn               // a segment
	replaceConn               // end the connection: its ports were used again
	evictConn                 // end the connection: a limit was reached
	leaveConns                // end those that closed a while ago
	tell                      // render an event of the capture
	endInput                  // end all connections of the worker
)

// A batch is a run of packets, split by worker, and what came of it.
type batch struct {
	items   [][]item // by worker
	results []result // by worker
	windows []*capture.Window
	octets  int
	count   int
	working sync.WaitGroup // workers that are not done with it
	last    bool
}

// A result is what one worker rendered of a batch.
type result struct {
	rendered []byte
	pieces   []piece
}

// A piece is a run of rendered octets that belong to one place in the output.
type piece struct {
	key   key
	begin int
	end   int
}

// A key orders the output: by packet, then by the order in which the reader
// met what caused it. What ends the capture comes last, by connection.
type key struct {
	packet, order uint64
}

func (a key) compare(b key) int {
	switch {
	case a.packet != b.packet:
		if a.packet < b.packet {
			return -1
		}
		return 1
	case a.order != b.order:
		if a.order < b.order {
			return -1
		}
		return 1
	}
	return 0
}

func (b *batch) reset() {
	for i := range b.items {
		clear(b.items[i]) // segments point into windows
		b.items[i] = b.items[i][:0]
		b.results[i].rendered = b.results[i].rendered[:0]
		b.results[i].pieces = b.results[i].pieces[:0]
	}
	b.windows = b.windows[:0]
	b.octets, b.count, b.last = 0, 0, false
}

func (b *batch) full() bool { return b.count >= batchItems || b.octets >= batchOctets }

// hold keeps the packet's octets until the batch is done with.
func (b *batch) hold(w *capture.Window) {
	if w == nil {
		return
	}
	if n := len(b.windows); n > 0 && b.windows[n-1] == w {
		return
	}
	w.Hold()
	b.windows = append(b.windows, w)
}

// write writes what the workers rendered, in order.
func (b *batch) write(out io.Writer, scratch []placed) ([]placed, error) {
	scratch = scratch[:0]
	for w := range b.results {
		for _, p := range b.results[w].pieces {
			scratch = append(scratch, placed{p.key, b.results[w].rendered[p.begin:p.end]})
		}
	}
	byKey := func(x, y placed) int { return x.key.compare(y.key) }
	if !slices.IsSortedFunc(scratch, byKey) {
		slices.SortStableFunc(scratch, byKey)
	}
	for _, p := range scratch {
		if _, err := out.Write(p.octets); err != nil {
			return scratch, err
		}
	}
	return scratch, nil
}

// placed is a piece with its octets.
type placed struct {
	key    key
	octets []byte
}
