package timeline

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"h2scope/h2decode"
)

// Explain says in one sentence what an exchange spent most of its time on and,
// where that was a stall, what ended it: "1.9 s of 2.3 s waiting for the
// connection's flow-control window, which WINDOW_UPDATE in packet 812 opened".
// It is empty for an exchange that took no time.
func (c *Conn) Explain(x *Exchange) string {
	var spent [SegmentStalledTCP + 1]time.Duration
	var total time.Duration
	for _, s := range c.Segments(x) {
		spent[s.Kind] += time.Duration(s.To - s.From)
		total += time.Duration(s.To - s.From)
	}
	if total == 0 {
		return ""
	}
	// What TCP held up counts also where it lies outside of the phases.
	spent[SegmentStalledTCP] = max(spent[SegmentStalledTCP], time.Duration(x.Timing.Stalled[h2decode.StalledByTCP]))
	most := SegmentBlocked
	for kind := range spent {
		if spent[kind] > spent[most] {
			most = SegmentKind(kind)
		}
	}
	return fmt.Sprintf("%s of %s %s%s", short(spent[most]), short(total), activities[most], c.ending(x, most))
}

// activities say what is done in a segment.
var activities = [...]string{
	SegmentBlocked:           "waiting for a stream to end, as SETTINGS_MAX_CONCURRENT_STREAMS asks",
	SegmentSend:              "sending the request",
	SegmentWait:              "waiting for the response",
	SegmentReceive:           "receiving the response",
	SegmentStalledStream:     "waiting for the stream's flow-control window",
	SegmentStalledConnection: "waiting for the connection's flow-control window",
	SegmentStalledTCP:        "waiting for TCP: a shut receive window, or retransmissions",
}

// ending tells what ended the longest stall of a kind.
func (c *Conn) ending(x *Exchange, kind SegmentKind) string {
	if kind != SegmentStalledStream && kind != SegmentStalledConnection {
		return ""
	}
	cause := h2decode.StallCause(kind - SegmentStalledStream)
	stalls := slices.DeleteFunc(c.StallsOf(x), func(s h2decode.Stall) bool { return s.Cause != cause })
	if len(stalls) == 0 {
		return ""
	}
	longest := slices.MaxFunc(stalls, func(a, b h2decode.Stall) int { return cmp.Compare(a.Waited, b.Waited) })
	if longest.EndedFrame < c.FirstFrame() || longest.EndedFrame > uint64(c.frames.len()) {
		return ", which was not opened"
	}
	f := c.frames.at(int(longest.EndedFrame) - 1)
	opened := f.kind().String()
	if f.kind() == h2decode.TypeSettings {
		opened = "the acknowledgment of SETTINGS"
	}
	if len(stalls) > 1 {
		return fmt.Sprintf(" in %d stalls, the longest of which %s in packet %d ended", len(stalls), opened, f.packet)
	}
	return fmt.Sprintf(", which %s in packet %d opened", opened, f.packet)
}

// short is a duration with about three digits: 1.92 s, 40 ms, 350 µs.
func short(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{time.Second, "s"}, {time.Millisecond, "ms"}, {time.Microsecond, "µs"}} {
		if d >= u.unit {
			return digits(float64(d)/float64(u.unit)) + " " + u.name
		}
	}
	return fmt.Sprintf("%d ns", d.Nanoseconds())
}

// perSecond is a rate of octets.
func perSecond(octets float64) string {
	for _, u := range []struct {
		unit float64
		name string
	}{{1e9, "GB/s"}, {1e6, "MB/s"}, {1e3, "kB/s"}} {
		if octets >= u.unit {
			return digits(octets/u.unit) + " " + u.name
		}
	}
	return fmt.Sprintf("%.0f B/s", octets)
}

// digits writes a number with two decimals below 10 and one below 100, and
// without zeros at their end.
func digits(v float64) string {
	decimals := 0
	switch {
	case v < 10:
		decimals = 2
	case v < 100:
		decimals = 1
	}
	s := fmt.Sprintf("%.*f", decimals, v)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// together is for how long at least one of the stalls lasted: those of several
// streams overlap.
func together(stalls []h2decode.Stall) (sum time.Duration) {
	slices.SortFunc(stalls, func(a, b h2decode.Stall) int { return cmp.Compare(a.Began, b.Began) })
	until := int64(0)
	for _, s := range stalls {
		if from := max(s.Began, until); s.Ended > from {
			sum += time.Duration(s.Ended - from)
			until = s.Ended
		}
	}
	return sum
}

func sortByStalled(a []Advice) {
	slices.SortStableFunc(a, func(x, y Advice) int { return cmp.Compare(y.Stalled, x.Stalled) })
}
