package h2scope

import "io"

// A pipeline carries batches from the reader to the workers and on to the
// merger, and back.
type pipeline struct {
	workers []*worker
	free    chan *batch
	ordered chan *batch // in the reader's order, for the merger
	queues  []chan *batch
}

func newPipeline(workers []*worker) *pipeline {
	p := &pipeline{
		workers: workers,
		free:    make(chan *batch, batchCount),
		ordered: make(chan *batch, batchCount),
		queues:  make([]chan *batch, len(workers)),
	}
	for i, w := range workers {
		w.index = i
		p.queues[i] = make(chan *batch, batchCount)
	}
	for range batchCount {
		p.free <- &batch{items: make([][]item, len(workers)), results: make([]result, len(workers))}
	}
	return p
}

// send hands a batch to all workers and to the merger.
func (p *pipeline) send(b *batch) {
	b.working.Add(len(p.workers))
	for _, q := range p.queues {
		q <- b
	}
	p.ordered <- b
}

// close ends the queues: the batch that was sent last is the last.
func (p *pipeline) close() {
	for _, q := range p.queues {
		close(q)
	}
	close(p.ordered)
}

// merge writes what is made of each batch, in order, until the reader ends.
// When out fails it calls stop, which is to end the reader soon, and writes
// nothing more.
func (p *pipeline) merge(out io.Writer, stop func()) error {
	var failed error
	var scratch []placed
	for b := range p.ordered {
		b.working.Wait()
		if failed == nil {
			if scratch, failed = b.write(out, scratch); failed != nil {
				stop()
			}
		}
		for _, w := range b.windows {
			w.Release()
		}
		b.reset()
		p.free <- b
	}
	if failed != nil {
		return failed
	}
	return p.conclude(out)
}

// conclude tells of what concerns the whole capture, and sums it up.
func (p *pipeline) conclude(out io.Writer) error {
	end, first := totalOf(p.workers), p.workers[0]
	var last []byte
	for _, f := range churn(first.cfg, p.workers) {
		end.Findings[f.Severity]++
		last = first.renderer.Event(last, f)
	}
	_, err := out.Write(first.renderer.Event(last, end))
	return err
}
