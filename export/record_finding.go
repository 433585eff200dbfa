package export

import "h2scope/h2decode"

// finding tells of a broken rule, or of what looks like an attack.
func (w *writer) finding(e *h2decode.Finding) {
	w.begin("finding")
	if e.Conn != 0 {
		w.uint("conn", e.Conn)
	}
	w.name("rule", e.Rule)
	w.name("severity", e.Severity.String())
	w.name("scope", e.Scope)
	if e.Reference != "" {
		w.name("reference", e.Reference)
	}
	if e.Stream != 0 {
		w.uint("stream", uint64(e.Stream))
	}
	if e.Frame != 0 {
		w.uint("frame", e.Frame)
	}
	w.uint("packet", e.Packet)
	w.timeUnlessZero("time", e.Time)
	if e.Conn != 0 {
		w.name("by", e.From.String())
	}
	w.text("message", []byte(e.Message))
	w.evidence(e.Evidence)
	if e.ErrorCode != "" {
		w.name("error_code", e.ErrorCode)
	}
	if a := e.Answer; a != nil {
		w.answered(a)
	}
	if e.Consequence {
		w.bool("consequence", true)
	}
	if e.Count != 0 {
		w.uint("count", e.Count)
		w.uint("first_packet", e.FirstPacket)
		w.uint("last_packet", e.LastPacket)
	}
	w.end()
}

func (w *writer) evidence(all []h2decode.Evidence) {
	if len(all) == 0 {
		return
	}
	w.object("evidence")
	for _, e := range all {
		if e.Text != "" {
			w.text(e.Name, []byte(e.Text))
		} else {
			w.int(e.Name, e.Number)
		}
	}
	w.endObject()
}

func (w *writer) answered(a *h2decode.Answer) {
	w.object("answered")
	w.name("type", a.Type)
	if a.Frame != 0 {
		w.name("error_code", a.Code.String())
		w.uint("frame", a.Frame)
	}
	w.duration("after_ms", a.After)
	w.endObject()
}

// severities writes how many findings there are of each severity.
func (w *writer) severities(key string, counts *h2decode.Severities) {
	w.object(key)
	for severity := len(counts) - 1; severity >= 0; severity-- {
		w.uint(h2decode.Severity(severity).String(), counts[severity])
	}
	w.endObject()
}
