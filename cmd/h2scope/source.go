package main

import (
	"context"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"h2scope/capture"
)

// A watched source counts what is read from it, for those who look on.
type watched struct {
	capture.Source
	packets, octets atomic.Int64
	first           atomic.Int64 // time of the first packet
}

// Next counts the packet.
func (w *watched) Next(p *capture.Packet) error {
	err := w.Source.Next(p)
	if err != nil {
		return err
	}
	if w.packets.Add(1) == 1 {
		w.first.Store(p.Time)
	}
	w.octets.Add(int64(len(p.Data)))
	return nil
}

// interruptible is r until ctx is done, and at its end then: reading from a
// terminal or a pipe can't be interrupted otherwise.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	return &interruptibleReader{ctx: ctx, from: r}
}

type interruptibleReader struct {
	ctx     context.Context
	from    io.Reader
	chunks  chan chunk
	returns chan []byte
	rest    []byte
	whole   []byte
	err     error
	idle    *time.Timer
}

type chunk struct {
	octets []byte
	err    error
}

// readAhead is how many octets are read at once.
const readAhead = 256 << 10

// idleAfter is how long nothing may come before those behind the reader are told.
const idleAfter = 100 * time.Millisecond

// Read gives what has come. Where nothing comes for a while it says so.
func (r *interruptibleReader) Read(p []byte) (int, error) {
	if r.chunks == nil {
		r.chunks, r.returns = make(chan chunk), make(chan []byte, 2)
		r.returns <- make([]byte, readAhead)
		r.returns <- make([]byte, readAhead)
		go r.pump(r.chunks)
	}
	for len(r.rest) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		if r.whole != nil {
			r.returns <- r.whole[:cap(r.whole)]
			r.whole = nil
		}
		if r.idle == nil {
			r.idle = time.NewTimer(idleAfter)
		} else {
			r.idle.Reset(idleAfter)
		}
		select {
		case c := <-r.chunks:
			r.whole, r.rest, r.err = c.octets, c.octets, c.err
		case <-r.ctx.Done():
			r.err = io.EOF
		case <-r.idle.C:
			return 0, capture.ErrIdle
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// pump reads until an error. It outlives the reader where nothing comes any
// more, which ends with the process.
func (r *interruptibleReader) pump(chunks chan<- chunk) {
	for buf := range r.returns {
		n, err := r.from.Read(buf)
		select {
		case chunks <- chunk{buf[:n], err}:
		case <-r.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// regular reports whether all captures are files that can be read more than once.
func regular(files []string) bool {
	return !slices.ContainsFunc(files, func(name string) bool {
		info, err := os.Stat(name)
		return name == "-" || err == nil && !info.Mode().IsRegular()
	})
}
