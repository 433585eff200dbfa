package html

import (
	"strings"
	"time"

	"h2scope/h2decode"
)

// A summary is the first thing that a report says.
type summary struct {
	Tiles []tile // the numbers that matter most
	Facts []fact
}

// A tile is a number with its name; Class is that of its severity, "" for none.
type tile struct{ Value, Name, Class string }

// A fact is a name and what is known of it.
type fact struct{ Name, Text string }

func (r *report) summary() (s summary) {
	var streams, resets, stalls, frames uint64
	var found h2decode.Severities
	for _, c := range r.conns {
		t := c.Totals()
		streams, resets, stalls = streams+t.Exchanges, resets+t.Resets, stalls+t.Stalls
		frames += t.Frames[0] + t.Frames[1]
		for severity, n := range t.Findings {
			found[severity] += n
		}
	}
	for _, f := range r.aboutCapture() {
		found[f.Severity]++
	}
	s.Tiles = []tile{
		{number(len(r.conns)), "connections", ""}, {number(streams), "streams", ""}, {number(frames), "frames", ""},
		{number(resets), "resets", ""}, {number(stalls), "stalls", ""},
	}
	for severity := len(found) - 1; severity >= 0; severity-- {
		name := h2decode.Severity(severity).String()
		class := ""
		if found[severity] > 0 {
			class = name
		}
		s.Tiles = append(s.Tiles, tile{number(found[severity]), "findings: " + name, class})
	}
	s.Facts = r.facts()
	return s
}

func (r *report) facts() (facts []fact) {
	if f := r.snapshot.Forgotten(); f.Frames > 0 || f.Connections > 0 {
		facts = append(facts, fact{"Not in it", plural(f.Connections, "connection") + ", " + plural(f.Exchanges, "stream") + " and " +
			plural(f.Frames, "frame") + ", over before " + date(f.Before) + ": there was no memory for more (--max-memory)"})
	}
	if e := r.snapshot.Ended(); e != nil {
		facts = append(facts,
			fact{"Capture", plural(e.Packets, "packet") + ", " + size(e.Bytes) + ", " + duration(e.Last-e.First)},
			fact{"From", date(e.First)}, fact{"To", date(e.Last)})
		if e.TLS.Connections > 0 {
			facts = append(facts, fact{"TLS", plural(e.TLS.Connections, "connection") + ", " + number(e.TLS.WithSecret) +
				" with a secret, " + number(e.TLS.Decrypted) + " decrypted"})
		}
		if e.Gaps > 0 {
			facts = append(facts, fact{"Gaps", plural(e.Gaps, "gap") + ": the capture lacks octets"})
		}
		if e.NotJudged > 0 {
			facts = append(facts, fact{"Not judged", "what rules rest on was not seen " + plural(e.NotJudged, "time")})
		}
	}
	for _, c := range r.conns {
		for _, a := range c.Advise() {
			if len(facts) > 12 {
				return facts
			}
			facts = append(facts, fact{"Connection " + number(c.Number()), a.String()})
		}
	}
	return facts
}

func date(ns int64) string {
	return strings.Replace(time.Unix(0, ns).UTC().Format("2006-01-02 15:04:05.000000"), " ", "\u00a0", 1) + " UTC"
}
