package perfetto

import (
	"h2scope/export/label"
	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// endings are RST_STREAM and GOAWAY frames.
func (p *process) endings() {
	for i := p.conn.FirstEnding(); i < p.conn.Endings(); i++ {
		e := p.conn.Ending(i)
		on, selected := p.place(e.Stream)
		if !selected {
			continue
		}
		name := "RST_STREAM"
		if e.Stream == 0 {
			name = "GOAWAY"
		}
		if e.Known {
			name += " " + e.Code.String()
		}
		a := []h2decode.Evidence{
			{Name: "from", Text: e.From.String()}, {Name: "frame", Number: int64(e.Frame)},
			{Name: "packet", Number: int64(p.conn.Frame(e.Frame).Packet)},
		}
		if e.Stream == 0 && e.Known {
			a = append(a, h2decode.Evidence{Name: "last stream", Number: int64(e.LastStream)})
		}
		p.instant(&event{track: on, time: e.Time, name: name, category: "ending", annotation: a})
	}
}

func (p *process) gaps() {
	if !p.own {
		return
	}
	for _, g := range p.conn.Gaps() {
		p.instant(&event{track: p.events, time: g.Time, name: "gap", category: "gap", annotation: []h2decode.Evidence{
			{Name: "from", Text: g.From.String()}, {Name: "octets", Number: int64(g.Bytes)},
			{Name: "skipped", Number: int64(g.Skipped)}, {Name: "cause", Text: g.Cause.String()},
			{Name: "packet", Number: int64(g.Packet)},
		}})
	}
}

func (p *process) findings() {
	for i := p.conn.FirstFinding(); i < p.conn.Findings(); i++ {
		f := p.conn.Finding(i)
		if on, selected := p.place(f.Stream); selected {
			p.finding(on, &f, p.options.Redact)
		}
	}
}

// place is the track of what happened on a stream, or of the connection where
// that is 0 or is none that was recorded.
func (p *process) place(stream uint32) (track uint64, selected bool) {
	if on, is := p.stream[stream]; is {
		return on, true
	}
	if _, recorded := p.conn.ExchangeOf(stream); recorded {
		return 0, false
	}
	return p.events, p.own
}

// ofCapture is the name of the track of what is about the whole capture.
const ofCapture = "capture"

// forgotten says what the record did not have memory for. It returns the track of
// the capture, 0 where nothing was forgotten.
func (t *trace) forgotten(f timeline.Forgotten) (on uint64) {
	if f.Before == 0 {
		return 0
	}
	on = t.add(track{name: ofCapture})
	t.instant(&event{track: on, time: f.Before, name: "what was over before is forgotten", category: "capture", annotation: []h2decode.Evidence{
		{Name: "connections", Number: int64(f.Connections)}, {Name: "streams", Number: int64(f.Exchanges)}, {Name: "frames", Number: int64(f.Frames)},
	}})
	return on
}

// findings draws those about the whole capture, on a track above the connections',
// where it is made if it is 0.
func (t *trace) findings(on uint64, all []h2decode.Finding, o *Options) {
	for i := range all {
		f := &all[i]
		if !o.Selected(f.Conn, 0) {
			continue
		}
		if on == 0 {
			on = t.add(track{name: ofCapture})
		}
		t.finding(on, f, o.Redact)
	}
}

// finding draws a finding on a track.
func (t *trace) finding(on uint64, f *h2decode.Finding, policy *redact.Policy) {
	a := []h2decode.Evidence{
		{Name: "severity", Text: f.Severity.String()}, {Name: "message", Text: label.Finding(f, policy)},
		{Name: "reference", Text: f.Reference}, {Name: "by", Text: f.From.String()}, {Name: "packet", Number: int64(f.Packet)},
	}
	if f.Frame != 0 {
		a = append(a, h2decode.Evidence{Name: "frame", Number: int64(f.Frame)})
	}
	t.instant(&event{track: on, time: f.Time, name: f.Rule, category: "finding", annotation: a})
}
