package attack

import (
	"slices"
	"strconv"
	"strings"

	"h2scope/h2decode"
)

// A sighting is a finding in the making.
type sighting struct {
	h2decode.Finding
	signature *Signature
}

// sight gives the finding of a signature that side by shows, making it where it
// is the first time: o is then what crossed the threshold, and first the packet
// of the first event.
func (w *Watch) sight(id signature, by h2decode.Side, o *h2decode.Origin, first uint64) *sighting {
	for _, s := range w.seen {
		if s.signature == &table[id] && s.From == by {
			return s
		}
	}
	s := newSighting(id, *o, first)
	s.From, s.Frame = by, w.frame
	if a := &w.gaveUp[by.Other()]; a.Frame != 0 && w.gaveUpIn[by.Other()] >= first {
		s.answer(a)
	}
	w.seen = append(w.seen, s)
	return s
}

// sightWait is sight for what no frame gave rise to, but that none came.
func (w *Watch) sightWait(id signature, o *h2decode.Origin, first uint64) *sighting {
	s := w.sight(id, h2decode.Client, o, first)
	s.Frame = 0
	return s
}

// sightOn is sight for what a frame on a stream did.
func (w *Watch) sightOn(id signature, e *h2decode.FrameDecoded) *sighting {
	s := w.sight(id, e.From, &e.Origin, e.Packet)
	if s.Count == 0 {
		s.Stream = e.Header.Stream
	}
	return s
}

func newSighting(id signature, o h2decode.Origin, first uint64) *sighting {
	sig := &table[id]
	s := &sighting{signature: sig, Finding: h2decode.Finding{
		Origin: o, Rule: sig.ID, Severity: sig.Severity, Scope: sig.Scope, Reference: sig.Reference,
		FirstPacket: first, LastPacket: o.Packet,
	}}
	for _, name := range sig.evidence {
		s.Evidence = append(s.Evidence, h2decode.Evidence{Name: name})
	}
	return s
}

// add counts n more events, of which o is the last.
func (s *sighting) add(n uint64, o *h2decode.Origin) { s.reach(s.Count+n, o) }

// reach says that there were n events so far, of which o is the last.
func (s *sighting) reach(n uint64, o *h2decode.Origin) {
	s.Count, s.LastPacket = n, max(s.LastPacket, o.Packet)
}

// number is the evidence of a name.
func (s *sighting) number(name string) *int64 {
	i := slices.IndexFunc(s.Evidence, func(e h2decode.Evidence) bool { return e.Name == name })
	return &s.Evidence[i].Number
}

// tally adds to a number that the finding rests on.
func (s *sighting) tally(name string, n int64) { *s.number(name) += n }

// note takes a number that the finding rests on, where it is the greatest so far.
func (s *sighting) note(name string, n int64) {
	p := s.number(name)
	*p = max(*p, n)
}

// finish writes the message, now that the numbers are complete.
func (s *sighting) finish() *h2decode.Finding {
	pairs := []string{"{by}", s.From.String(), "{count}", strconv.FormatUint(s.Count, 10)}
	for _, e := range s.Evidence {
		if e.Text == "" {
			e.Text = strconv.FormatInt(e.Number, 10)
		}
		pairs = append(pairs, "{"+e.Name+"}", e.Text)
	}
	s.Message = strings.NewReplacer(pairs...).Replace(s.signature.says)
	return &s.Finding
}

// answer notes what the peer does. It may have seen what comes before this was
// seen to be an attack.
func (s *sighting) answer(a *h2decode.Answer) {
	if s.Answer == nil {
		told := *a
		told.After = max(0, a.Time-s.Time)
		s.Answer = &told
	}
}

// answer notes what a side does about what its peer was found to do.
func (w *Watch) answer(side h2decode.Side, a *h2decode.Answer) {
	for _, s := range w.seen {
		if s.From != side {
			s.answer(a)
		}
	}
}

// onGoAway looks at a GOAWAY frame.
func (w *Watch) onGoAway(e *h2decode.FrameDecoded) {
	p, ok := e.Payload.(*h2decode.GoAwayFrame)
	if !ok || p.Code == h2decode.NoError {
		return
	}
	a := h2decode.Answer{Type: e.Header.Type.String(), Code: p.Code, Frame: e.Number, Time: e.Time}
	w.answer(e.From, &a)
	if w.gaveUp[e.From].Frame == 0 {
		w.gaveUp[e.From], w.gaveUpIn[e.From] = a, e.Packet
	}
}
