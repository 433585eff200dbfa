package tui

import (
	"fmt"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
	"h2scope/tui/cells"
)

// headline says what the selected exchange spent its time on, and what became of
// it; where a line is left, what went wrong in the whole capture.
func (m *Model) headline(c *cells.Canvas) {
	text := plural(len(m.Lists[Streams].rows), "stream")
	conn, x, found := m.exchange()
	if found {
		text = m.streamHeadline(conn, &x)
	}
	lines := wrapWords(printable.String(text), c.W)
	for y, part := range lines {
		if y == c.H-1 {
			part = printable.Truncate(part, c.W)
		}
		c.Text(0, y, cells.Value, part)
	}
	if text, style := m.troubleInShort(); len(lines) < c.H {
		c.Text(0, c.H-1, style, printable.Truncate(text, c.W))
	}
}

func (m *Model) streamHeadline(conn *timeline.Conn, x *timeline.Exchange) string {
	text := fmt.Sprintf("stream %d", x.ID)
	if len(m.Snapshot.Conns()) > 1 {
		text += fmt.Sprintf(" of connection %d", m.Conn)
	}
	if why := explanation(conn, x); why != "" {
		text += ": " + why
	}
	return text
}

// explanation says in a line or two what an exchange spent its time on, and what
// became of it where it did not end well.
func explanation(c *timeline.Conn, x *timeline.Exchange) string {
	var parts []string
	if x.Reset != nil {
		parts = append(parts, fmt.Sprintf("reset by the %s, %s", x.Reset.From, x.Reset.Code))
	}
	switch {
	case unanswered(x):
		parts = append(parts, fmt.Sprintf("no answer was seen within %s", duration(took(c, x))))
		if len(c.Gaps()) > 0 {
			parts = append(parts, "the capture has gaps")
		}
	default:
		if why := c.Explain(x); why != "" {
			parts = append(parts, why)
		}
	}
	parts = append(parts, otherWaits(x)...)
	if n := missing(x); n > 0 {
		parts = append(parts, size(n)+" octets are lost to the capture")
	}
	return strings.Join(parts, "; ")
}

// waitNames say what a stall was on, by cause.
var waitNames = [...]string{
	h2decode.StalledByStream: "the stream's own window", h2decode.StalledByConnection: "the connection's window", h2decode.StalledByTCP: "TCP",
}

// otherWaits are the stalls beside the longest, where they are long.
func otherWaits(x *timeline.Exchange) (waits []string) {
	const part = 10 // of what the exchange took
	longest := 0
	for cause, ns := range x.Timing.Stalled {
		if ns > x.Timing.Stalled[longest] {
			longest = cause
		}
	}
	for cause, ns := range x.Timing.Stalled {
		if cause != longest && ns > (x.Timing.End-x.OpenedAt)/part {
			waits = append(waits, duration(ns)+" for "+waitNames[cause])
		}
	}
	return waits
}

// exchangeFacts is all about an exchange in a few lines: what was asked and
// answered, when, and what was waited for.
func (m *Model) exchangeFacts(c *timeline.Conn, x *timeline.Exchange) []fact {
	facts := []fact{{"request", askedFor(c.Fields(x, h2decode.Client).Fields, x), cells.Value}, answered(c, x)}
	phases := x.Timing.Phases()
	when := fmt.Sprintf("began at %s; sent in %s, answered after %s, received in %s",
		seconds(x.OpenedAt-m.zero()), duration(phases.Send), duration(phases.Wait), duration(phases.Receive))
	switch {
	case !x.Timing.Asked():
		when = fmt.Sprintf("answered at %s; the request was not seen", seconds(x.OpenedAt-m.zero()))
	case unanswered(x):
		when = fmt.Sprintf("began at %s; no answer and no end was seen", seconds(x.OpenedAt-m.zero()))
	case x.Timing.FinalResponse == 0:
		when = fmt.Sprintf("began at %s; over after %s, without an answer", seconds(x.OpenedAt-m.zero()), duration(took(c, x)))
	}
	facts = append(facts, fact{"time", when, cells.Plain})
	if p := x.Priority; p.HasUrgency || p.HasTree {
		facts = append(facts, fact{"priority", priorityText(&p), cells.Plain})
	}
	return append(facts, m.stallFacts(c, x)...)
}

// answered is the response of an exchange in a line.
func answered(c *timeline.Conn, x *timeline.Exchange) fact {
	response := c.Fields(x, h2decode.Server)
	answer := statusCell(x, value(response.Fields, ":status"))
	if len(response.Fields) == 0 && x.Reset == nil {
		answer.text = "none was seen"
	}
	parts := []string{answer.text}
	if kind := value(response.Fields, "content-type"); kind != "" {
		parts = append(parts, kind)
	}
	if x.Response.DataBytes > 0 {
		parts = append(parts, counted(x.Response.DataBytes, "octet")+" of DATA")
	}
	if status := trailing(&response, "grpc-status"); status != "" {
		parts = append(parts, "grpc-status "+status)
		if failed(status) {
			answer.style = cells.Bad
		}
		if message := trailing(&response, "grpc-message"); message != "" {
			parts = append(parts, message)
		}
	}
	return fact{"response", strings.Join(parts, ", "), answer.style}
}

// askedFor is the request of an exchange in a line.
func askedFor(fields []hpack.Field, x *timeline.Exchange) string {
	text := value(fields, ":method") + " " + value(fields, ":scheme") + "://" + value(fields, ":authority") + value(fields, ":path")
	if kind := kindText(x); kind != "" {
		text += ", " + kind
	}
	return text
}

func priorityText(p *h2decode.StreamPriority) string {
	var parts []string
	if p.HasUrgency {
		text := fmt.Sprintf("urgency %d", p.Urgency)
		if p.Incremental {
			text += ", incremental"
		}
		parts = append(parts, text+" (RFC 9218)")
	}
	if p.HasTree {
		text := fmt.Sprintf("on stream %d, weight %d", p.Tree.DependsOn, p.Tree.Weight)
		if p.Tree.Exclusive {
			text += ", exclusive"
		}
		parts = append(parts, text+" (RFC 7540)")
	}
	return strings.Join(parts, "; ")
}

// stallFacts are the stalls of an exchange: on what, how long, what ended each.
func (m *Model) stallFacts(c *timeline.Conn, x *timeline.Exchange) []fact {
	const listed = 8
	var facts []fact
	for i, s := range c.StallsOf(x) {
		if i == listed {
			facts = append(facts, fact{"", "more stalls: 5 lists them", cells.Faint})
			break
		}
		_, style := stallLook(s.Cause, m.glyphs())
		facts = append(facts, fact{"stalled", fmt.Sprintf("%s on %s, from %s on; ended by %s",
			duration(s.Waited), waitNames[s.Cause], seconds(s.Began-m.zero()), endedBy(c, &s)), style})
	}
	return facts
}
