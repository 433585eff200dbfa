package html

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// The size of a chart, in units of its drawing.
const (
	chartWidth  = 800
	chartHeight = 120
)

// charts are the flow-control windows of the busiest connections, and the stalls.
type charts struct {
	shown  // connections
	Charts []chart
	Stalls stalls
}

// A chart is a window over time.
type chart struct {
	ID            int
	Title, Spoken string
	Path          string // of the window
	Top, Bottom   string // what the ends of the vertical axis are
	Zero          int    // where 0 lies on it
	Shades        []shade
	Ticks         []tick
	Width, Height int
}

// A shade is a time in which somebody was stalled.
type shade struct {
	X, W  int
	Title string
}

func (r *report) charts() (all charts) {
	busiest := slices.Clone(r.conns)
	busiest = slices.DeleteFunc(busiest, func(c *timeline.Conn) bool {
		t := c.Totals()
		return t.Data[0]+t.Data[1] == 0 || !r.options.Selected(c.Number(), 0)
	})
	octets := func(c *timeline.Conn) uint64 { t := c.Totals(); return t.Data[0] + t.Data[1] }
	slices.SortStableFunc(busiest, func(a, b *timeline.Conn) int {
		return cmp.Or(cmp.Compare(b.Totals().Stalls, a.Totals().Stalls), cmp.Compare(octets(b), octets(a)))
	})
	chosen := busiest[:min(len(busiest), r.options.Charts)]
	all.shown = showing(len(chosen), len(busiest))
	for _, c := range chosen {
		for _, sender := range [...]h2decode.Side{h2decode.Server, h2decode.Client} {
			all.add(r.chart(c, 0, sender))
		}
		if stream, sender := mostStalled(c); stream != 0 {
			all.add(r.chart(c, stream, sender))
		}
	}
	all.Stalls = r.stalls()
	return all
}

// add adds a chart in which there is something.
func (all *charts) add(c chart) {
	if c.Path != "" {
		c.ID = len(all.Charts) + 1
		all.Charts = append(all.Charts, c)
	}
}

// mostStalled is the stream that waited longest for its own window, 0 for none.
func mostStalled(c *timeline.Conn) (stream uint32, sender h2decode.Side) {
	longest := int64(0)
	for i := c.FirstStall(); i < c.Stalls(); i++ {
		if s := c.Stall(i); s.Cause == h2decode.StalledByStream && s.Waited > longest {
			stream, sender, longest = s.Stream, s.From, s.Waited
		}
	}
	return stream, sender
}

// chart draws a window for what sender sends, of the connection where stream is 0.
func (r *report) chart(c *timeline.Conn, stream uint32, sender h2decode.Side) chart {
	whose := "the connection"
	if stream != 0 {
		whose = fmt.Sprintf("stream %d", stream)
	}
	h := chart{
		Title: fmt.Sprintf("Connection %d: window of %s for what the %s sends", c.Number(), whose, sender),
		Width: chartWidth, Height: chartHeight,
	}
	s := span{c.Opened().Time, c.Clock()}
	least, highest, changes := bounds(c.Windows(sender, stream))
	if changes < 2 {
		return h // it never changed
	}
	lowest := min(0, least)
	y := func(octets int64) int {
		return chartHeight - int(float64(octets-lowest)/float64(max(1, highest-lowest))*chartHeight)
	}
	h.Path = path(c.Windows(sender, stream), s, y)
	h.Top, h.Bottom, h.Zero = number(highest), number(lowest), y(0)
	h.Ticks = s.ticks(r.zero, chartWidth, 8)
	waited, times := h.shadeStalls(c, stream, sender, s)
	h.Spoken = fmt.Sprintf("From %s to %s octets, %s values.", number(least), number(highest), number(changes))
	if times > 0 {
		h.Spoken += fmt.Sprintf(" Streams waited for it %s, %s together.", plural(times, "time"), duration(waited))
	} else {
		h.Spoken += " Nothing waited for it."
	}
	switch k := c.Cadence(sender.Other(), stream); {
	case k.Updates == 1:
		h.Spoken += fmt.Sprintf(" 1 WINDOW_UPDATE opened it by %s.", size(uint64(k.Median)))
	case k.Updates > 1:
		h.Spoken += fmt.Sprintf(" %s opened it, by %s in the median.", plural(k.Updates, "WINDOW_UPDATE"), size(uint64(k.Median)))
	}
	return h
}

// bounds are the least value, the greatest, and how many are known.
func bounds(points iter.Seq[timeline.WindowPoint]) (least, greatest int64, known int) {
	for p := range points {
		if !p.Window.Known {
			continue
		}
		if known == 0 {
			least, greatest = p.Window.Octets, p.Window.Octets
		}
		least, greatest = min(least, p.Window.Octets), max(greatest, p.Window.Octets)
		known++
	}
	return least, greatest, known
}

// path draws a window: from its value across to the next change, and up or down
// to that. Of changes in one column of the drawing the least, the greatest and the
// last are drawn. Where the window is not known the line is interrupted.
func path(points iter.Seq[timeline.WindowPoint], s span, y func(int64) int) string {
	var b strings.Builder
	x, drawn := -1, false
	var least, greatest, last int
	column := func() {
		if !drawn || least == greatest {
			return
		}
		for _, v := range [...]int{least, greatest, last} {
			fmt.Fprintf(&b, "V%d", v)
		}
	}
	for p := range points {
		at := max(x, s.at(p.Time, chartWidth))
		if at != x {
			column()
		}
		switch v := y(p.Window.Octets); {
		case !p.Window.Known:
			if drawn {
				fmt.Fprintf(&b, "H%d", at)
			}
			drawn = false
		case !drawn:
			fmt.Fprintf(&b, "M%d %d", at, v)
			drawn, least, greatest, last = true, v, v, v
		case at != x:
			fmt.Fprintf(&b, "H%dV%d", at, v)
			least, greatest, last = v, v, v
		default:
			least, greatest, last = min(least, v), max(greatest, v), v
		}
		x = at
	}
	column()
	if drawn {
		fmt.Fprintf(&b, "H%d", s.at(s.To, chartWidth))
	}
	return b.String()
}

// shadeStalls marks the stalls that the window was the cause of. Streams that
// waited at the same time are one shade.
func (h *chart) shadeStalls(c *timeline.Conn, stream uint32, sender h2decode.Side, s span) (waited int64, times int) {
	cause := h2decode.StalledByConnection
	if stream != 0 {
		cause = h2decode.StalledByStream
	}
	var all []h2decode.Stall
	for i := c.FirstStall(); i < c.Stalls(); i++ {
		if t := c.Stall(i); t.Cause == cause && t.From == sender && (stream == 0 || t.Stream == stream) {
			all = append(all, t)
			waited += t.Waited
		}
	}
	slices.SortStableFunc(all, func(a, b h2decode.Stall) int { return cmp.Compare(a.Began, b.Began) })
	end := -1
	for _, t := range all {
		from, to := s.at(t.Began, chartWidth), s.at(t.Ended, chartWidth)
		if from = max(from, end); to > from || end < from {
			h.Shades = append(h.Shades, shade{from, max(1, to-from), fmt.Sprintf("stream %d waited %s", t.Stream, duration(t.Waited))})
			end = max(end, to)
		}
	}
	return waited, len(all)
}
