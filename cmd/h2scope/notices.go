package main

import (
	"fmt"
	"time"

	"h2scope/export/text"
	"h2scope/h2decode"
)

// maxNotices is how many notices are printed behind a list.
const maxNotices = 10

// A noticeTee keeps the notices on their way to a view that does not show
// them.
type noticeTee struct {
	text.Renderer
	lines []string
	more  int
}

// Event keeps a notice and passes all on.
func (n *noticeTee) Event(dst []byte, e h2decode.Event) []byte {
	if e, ok := e.(*h2decode.Noticed); ok {
		if len(n.lines) < maxNotices {
			n.lines = append(n.lines, text.NoticeText(e))
		} else {
			n.more++
		}
	}
	return n.Renderer.Event(dst, e)
}

// afterwards says on standard error what is no part of the output.
func (r *reading) afterwards(took time.Duration, workers int) {
	for _, line := range r.notices.lines {
		fmt.Fprintf(r.std.err, "h2scope: notice: %s\n", line)
	}
	if r.notices.more > 0 {
		fmt.Fprintf(r.std.err, "h2scope: notice: there are %d more notices\n", r.notices.more)
	}
	if r.flags.verbose {
		packets, octets := r.source.packets.Load(), r.source.octets.Load()
		seconds := max(took.Seconds(), 1e-6)
		fmt.Fprintf(r.std.err, "h2scope: %d packets, %.1f MB in %.3f s: %.0f packets/s, %.0f MB/s with -j %d\n",
			packets, float64(octets)/1e6, seconds, float64(packets)/seconds, float64(octets)/1e6/seconds, workers)
	}
}
