package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// sumUp says what was recorded.
func (r *recorder) sumUp(say func(string)) {
	where := r.name
	if where == "-" {
		where = "standard output"
	}
	switch {
	case r.files > 1 && len(r.names) < r.files:
		where = fmt.Sprintf("%d files, of which the last %d are kept, up to %s", r.files, len(r.names), r.names[len(r.names)-1])
	case r.files > 1:
		where = fmt.Sprintf("%d files, up to %s", r.files, r.names[len(r.names)-1])
	case len(r.names) > 0:
		where = r.names[0]
	}
	say(fmt.Sprintf("%d packets written to %s, %d dropped by the kernel", r.packets.Load(), where, r.dropped.Load()))
}

func (r *recorder) statusText() string {
	return fmt.Sprintf("%d packets, %.1f MB, %d dropped", r.packets.Load(), float64(r.octets.Load())/1e6, r.dropped.Load())
}

// showStatus keeps a line on a terminal, until the function that it returns is
// called.
func (r *recorder) showStatus(w io.Writer) (stop func()) {
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		for {
			fmt.Fprintf(w, "\r\x1b[K%s", r.statusText())
			select {
			case <-done:
				fmt.Fprint(w, "\r\x1b[K")
				return
			case <-ticker.C:
			}
		}
	})
	return func() {
		close(done)
		wait.Wait()
	}
}
