package html

import (
	"cmp"
	"slices"

	"h2scope/h2decode"
)

// stalls are the longest waits.
type stalls struct {
	shown
	Rows []stall
}

// A stall is a row of the table of stalls.
type stall struct {
	Conn                uint64
	Stream              uint32
	Who, Cause          string
	Began, Waited       string
	Window              string
	BeganFrame, ByFrame uint64 // 0: no frame did
}

var causes = [...]string{
	h2decode.StalledByStream:     "the stream's window",
	h2decode.StalledByConnection: "the connection's window",
	h2decode.StalledByTCP:        "TCP",
}

func (r *report) stalls() (all stalls) {
	type place struct {
		conn uint64
		h2decode.Stall
	}
	var found []place
	for _, c := range r.conns {
		for i := c.FirstStall(); i < c.Stalls(); i++ {
			if s := c.Stall(i); r.options.Selected(c.Number(), s.Stream) {
				found = append(found, place{c.Number(), s})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b place) int { return cmp.Compare(b.Waited, a.Waited) })
	chosen := found[:min(len(found), r.options.Stalls)]
	all.shown = showing(len(chosen), len(found))
	for _, s := range chosen {
		all.Rows = append(all.Rows, stall{
			Conn: s.conn, Stream: s.Stream, Who: s.From.String(), Cause: causes[s.Cause],
			Began: seconds(s.Began - r.zero), Waited: duration(s.Waited), Window: number(s.Window),
			BeganFrame: s.BeganFrame, ByFrame: s.EndedFrame,
		})
	}
	return all
}
