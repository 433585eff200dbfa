package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Progress is shown when the work has taken so long, and so often.
const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

// A progress is a line on standard error that says how far the reading got.
type progress struct {
	done chan struct{}
	wait sync.WaitGroup
}

// startProgress shows a line where standard error is a terminal and the output
// does not run over it.
func (r *reading) startProgress(files []string) *progress {
	p := &progress{done: make(chan struct{})}
	width := terminalWidth(r.std.err)
	if r.flags.quiet || width == 0 || r.out.width > 0 && (r.analysis.live || r.flags.json) {
		return p
	}
	p.wait.Go(func() { p.show(r.std.err, r.source, totalSize(files)) })
	return p
}

func (p *progress) show(w io.Writer, s *watched, total int64) {
	select {
	case <-p.done:
		return
	case <-time.After(progressAfter):
	}
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	for {
		fmt.Fprintf(w, "\r\x1b[K%s", progressText(s.packets.Load(), s.octets.Load(), total)+s.statusText())
		select {
		case <-p.done:
			fmt.Fprint(w, "\r\x1b[K")
			return
		case <-ticker.C:
		}
	}
}

// stop takes the line away.
func (p *progress) stop() {
	close(p.done)
	p.wait.Wait()
}

// packetHeader is about what a file takes for a packet beyond its octets.
const packetHeader = 16

// progressText says how much was read and, where the files are not compressed,
// how much of all that is.
func progressText(packets, octets, total int64) string {
	s := fmt.Sprintf("%d packets, %.1f MB", packets, float64(octets)/1e6)
	if read := octets + packets*packetHeader; total > 0 && read <= total {
		s += fmt.Sprintf(", %d%%", 100*read/total)
	}
	return s
}

// totalSize is how many octets the files have together, 0 where that is not
// known of all.
func totalSize(files []string) int64 {
	var total int64
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return 0
		}
		total += info.Size()
	}
	return total
}
