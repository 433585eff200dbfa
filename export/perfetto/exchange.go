package perfetto

import (
	"fmt"

	"h2scope/export/label"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// exchange draws a stream: a slice for all of it, with what its time was spent on
// inside.
func (p *process) exchange(x *timeline.Exchange) {
	l := label.Of(p.conn, x, p.options.Redact)
	on := p.add(track{name: fmt.Sprintf("stream %d", x.ID), parent: p.group, rank: int32(x.ID)})
	p.stream[x.ID] = on
	whole := &event{track: on, time: x.OpenedAt, name: l.String(), category: "exchange", annotation: about(x, l)}
	if whole.name == "" {
		whole.name = x.Kind.String()
	}
	segments := p.conn.Segments(x)
	if len(segments) == 0 {
		p.instant(whole)
		return
	}
	whole.time = segments[0].From
	p.begins(whole)
	for _, s := range segments {
		p.begins(&event{track: on, time: s.From, name: s.Kind.String(), category: category(s.Kind)})
		p.ends(on, s.To)
	}
	p.ends(on, segments[len(segments)-1].To)
}

// category lets the viewer find what was spent on waiting for a window.
func category(k timeline.SegmentKind) string {
	switch k {
	case timeline.SegmentStalledStream, timeline.SegmentStalledConnection, timeline.SegmentStalledTCP:
		return "stall"
	}
	return "phase"
}

// about are the arguments of an exchange's slice.
func about(x *timeline.Exchange, l label.Label) []h2decode.Evidence {
	all := []h2decode.Evidence{
		{Name: "kind", Text: x.Kind.String()}, {Name: "state", Text: x.State.String()},
		{Name: "packet", Number: int64(x.OpenedPacket)}, {Name: "frame", Number: int64(x.First)},
		{Name: "request octets", Number: int64(x.Request.DataBytes)}, {Name: "response octets", Number: int64(x.Response.DataBytes)},
	}
	for _, known := range [...]h2decode.Evidence{{Name: "authority", Text: l.Authority}, {Name: "status", Text: l.Status}} {
		if known.Text != "" {
			all = append(all, known)
		}
	}
	if x.Reset != nil {
		all = append(all, h2decode.Evidence{Name: "reset", Text: x.Reset.Code.String() + " by the " + x.Reset.From.String()})
	}
	if x.Priority.HasUrgency {
		all = append(all, h2decode.Evidence{Name: "urgency", Number: int64(x.Priority.Urgency)})
	}
	return all
}
