package html

import (
	"cmp"
	"slices"
	"strings"

	"h2scope/export/label"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// barWidth is the width of the time axis, in units of the drawing, and leastPart
// that of the shortest segment: one that can be seen.
const (
	barWidth  = 1000
	leastPart = 3
)

// A waterfall has a row for each exchange.
type waterfall struct {
	shown
	Rows  []row
	Ticks []tick
}

type row struct {
	Conn   uint64
	Stream uint32
	label.Label
	Pushed   bool
	Began    string // seconds since the first packet
	Took     string
	Wait     string
	Stalled  string // "" where it was not
	Received string
	Parts    []part
	Spoken   string // the bar in words
	Note     string // what it spent most of its time on
	Reset    string
	Failed   bool   // the reset says that something went wrong
	Problem  string // the worst severity of its findings, "" for none
}

// A part is a segment on its bar; how high it is says its kind where colour does
// not.
type part struct {
	X, Y, W, H int
	Class      string
}

// kinds say how each kind of segment is drawn and called.
var kinds = [...]struct {
	class, name string
	y, height   int
}{
	timeline.SegmentBlocked:           {"blocked", "blocked: SETTINGS_MAX_CONCURRENT_STREAMS", 9, 2},
	timeline.SegmentSend:              {"send", "send the request", 6, 8},
	timeline.SegmentWait:              {"wait", "wait for the response", 8, 4},
	timeline.SegmentReceive:           {"receive", "receive the response", 4, 12},
	timeline.SegmentStalledStream:     {"stall-stream", "stalled: the stream's window", 1, 18},
	timeline.SegmentStalledConnection: {"stall-connection", "stalled: the connection's window", 1, 8},
	timeline.SegmentStalledTCP:        {"stall-tcp", "stalled: TCP", 11, 8},
}

// A legendEntry shows how a kind is drawn.
type legendEntry struct {
	Name string
	part
}

func legend() (entries []legendEntry) {
	for _, k := range kinds {
		entries = append(entries, legendEntry{k.name, part{0, k.y, 40, k.height, k.class}})
	}
	return entries
}

// A candidate is an exchange that could be shown.
type candidate struct {
	conn    *timeline.Conn
	index   int
	trouble bool
	took    int64
}

// candidates are the exchanges that are selected, and of these as many as fit:
// first those with trouble, then those that took longest; and how many there are.
func (r *report) candidates() (fit []candidate, all int) {
	for _, c := range r.conns {
		for i := c.NextExchange(0); i < c.Exchanges(); i = c.NextExchange(i + 1) {
			x := c.Exchange(i)
			if !r.options.Selected(c.Number(), x.ID) {
				continue
			}
			trouble := x.Reset != nil || x.Timing.Stalled != [3]int64{} ||
				x.Findings[h2decode.SeverityError]+x.Findings[h2decode.SeverityWarning] > 0
			fit = append(fit, candidate{c, i, trouble, x.Timing.Phases().Total})
		}
	}
	all = len(fit)
	if all <= r.options.Streams {
		return fit, all
	}
	slices.SortStableFunc(fit, func(a, b candidate) int {
		if a.trouble != b.trouble {
			if a.trouble {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.took, a.took)
	})
	fit = fit[:r.options.Streams]
	slices.SortFunc(fit, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.conn.Number(), b.conn.Number()), cmp.Compare(a.index, b.index))
	})
	return fit, all
}

func (r *report) waterfall() (w waterfall) {
	fit, all := r.candidates()
	w.shown = showing(len(fit), all)
	if len(fit) == 0 {
		return w
	}
	s := span{r.end, r.zero}
	for _, c := range fit {
		x := c.conn.Exchange(c.index)
		for _, g := range c.conn.Segments(&x) {
			s.From, s.To = min(s.From, g.From), max(s.To, g.To)
		}
	}
	w.Ticks = s.ticks(r.zero, barWidth, 6)
	for _, c := range fit {
		x := c.conn.Exchange(c.index)
		w.Rows = append(w.Rows, r.row(c.conn, &x, s))
	}
	return w
}

func (r *report) row(c *timeline.Conn, x *timeline.Exchange, s span) row {
	p := x.Timing.Phases()
	w := row{
		Conn: c.Number(), Stream: x.ID, Label: label.Of(c, x, r.options.Redact), Pushed: x.Kind == h2decode.KindPush,
		Began: seconds(x.OpenedAt - r.zero), Took: duration(p.Total), Received: size(x.Response.DataBytes),
		Note: c.Explain(x),
	}
	if p.Seen > 1 {
		w.Wait = duration(p.Wait)
	}
	if stalled := x.Timing.Stalled; stalled != [3]int64{} {
		w.Stalled = duration(stalled[0] + stalled[1] + stalled[2])
	}
	if x.Reset != nil {
		w.Reset = x.Reset.Code.String() + " by the " + x.Reset.From.String()
		w.Failed = x.Reset.Code != h2decode.NoError && x.Reset.Code != h2decode.Cancel
	}
	for severity := len(x.Findings) - 1; severity >= 0 && w.Problem == ""; severity-- {
		if x.Findings[severity] > 0 {
			w.Problem = h2decode.Severity(severity).String()
		}
	}
	w.bar(c.Segments(x), s)
	if len(w.Parts) == 0 { // it took no time that could be measured
		w.Parts, w.Spoken = []part{{min(s.at(x.OpenedAt, barWidth), barWidth-leastPart), 4, leastPart, 12, "moment"}}, "no time"
	}
	return w
}

// bar draws the segments, and says them.
func (w *row) bar(segments []timeline.Segment, s span) {
	var spent [len(kinds)]int64
	for _, g := range segments {
		k := &kinds[g.Kind]
		from, to := min(s.at(g.From, barWidth), barWidth-leastPart), s.at(g.To, barWidth)
		spent[g.Kind] += g.To - g.From
		w.Parts = append(w.Parts, part{from, k.y, max(leastPart, to-from), k.height, k.class})
	}
	var words []string
	for kind, ns := range spent {
		if ns > 0 {
			words = append(words, timeline.SegmentKind(kind).String()+" "+duration(ns))
		}
	}
	w.Spoken = strings.Join(words, ", ")
}
