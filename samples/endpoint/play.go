package endpoint

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"time"
)

// Play plays both sides over the two ends of a connection: each turn's octets
// are written at one end and read at the other before the next turn begins, and
// each wait is kept. It closes neither end, unless ctx is done before: then it
// closes both and returns the cause.
//
// An error is a connection that does not carry the octets.
func (t *Transcript) Play(ctx context.Context, client, server net.Conn) error {
	stop := context.AfterFunc(ctx, func() {
		_ = client.Close() // which ends a Read or Write that waits
		_ = server.Close()
	})
	defer stop()
	ends := [2]net.Conn{client, server}
	for i := range t.Turns {
		turn := &t.Turns[i]
		err := pause(ctx, turn.Wait)
		if err == nil {
			err = turn.play(ends[turn.From], ends[turn.From.Other()])
		}
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		if err != nil {
			return fmt.Errorf("script %s, step %d: %w", t.Script.Name, i+1, err)
		}
	}
	return nil
}

// play writes the turn's octets to one end while it reads them from the other:
// there may be more of them than a connection holds.
func (t *Turn) play(from, to net.Conn) error {
	written := make(chan error, 1)
	go func() {
		for _, octets := range t.Writes() {
			if _, err := from.Write(octets); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	got := make([]byte, len(t.Octets))
	_, read := io.ReadFull(to, got)
	if err := <-written; err != nil {
		return err
	}
	if read != nil {
		return read
	}
	if !bytes.Equal(got, t.Octets) {
		return fmt.Errorf("%d octets arrived other than they were sent", len(got))
	}
	return nil
}

// pause waits, or returns early with ctx.
func pause(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
