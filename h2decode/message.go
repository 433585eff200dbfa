package h2decode

import (
	"slices"

	"h2scope/hpack"
)

// An answer is how far the final response's field section was seen.
type answer uint8

const (
	noAnswer       answer = iota
	doubtfulAnswer        // one was seen whose status is not certain: it may have been interim
	finalAnswer
)

// maxInterim is how many interim responses of one stream are kept.
const maxInterim = 100

// addSection puts a field section in its place: RFC 9113, Section 8.1. Behind
// END_STREAM it is no part of the message.
func (c *Conn) addSection(s *stream, side Side, b *Block, facts *sectionFacts, last bool) {
	m := s.message(side)
	if side == Server && s.Timing.Response == 0 {
		s.Timing.Response = s.headersAt(c)
	}
	switch {
	case m.Complete:
	case side == Server:
		c.addResponse(s, b, facts, last)
	case s.asked || s.Timing.RequestUnseen && !b.has(":method"):
		c.addTrailers(s, m, b)
	default:
		if s.Timing.RequestUnseen {
			c.completeRequest(s)
		}
		s.asked = true
		s.classify(facts)
		m.Lossy = facts.method == nil && c.halves[Client].missed // it may be trailers
		c.begin(s, side, facts)
		m.Fields = c.keep(s, m, b)
	}
}

// addResponse puts a field section of the server in its place. What was taken
// for the final response without a certain status turns out to have been an
// interim one where another follows that cannot be trailers.
func (c *Conn) addResponse(s *stream, b *Block, facts *sectionFacts, last bool) {
	m, status := &s.Response, facts.status
	if s.answer == doubtfulAnswer && m.DataBytes == 0 && (status != nil || !last) {
		m.addInterim(m.Fields)
		s.answer = noAnswer
	}
	switch {
	case s.answer != noAnswer:
		c.addTrailers(s, m, b)
	case len(status) == 3 && status[0] == '1': // RFC 9110, Section 15.2
		m.addInterim(c.keep(s, m, b))
	default:
		s.answer = finalAnswer
		if status == nil {
			s.answer = doubtfulAnswer
		} else {
			m.Lossy = m.Lossy && m.DataBytes > 0 // what was lost before is interim
		}
		c.begin(s, Server, facts)
		s.Timing.FinalResponse = s.headersAt(c)
		m.Fields = c.keep(s, m, b)
	}
}

func (c *Conn) addTrailers(s *stream, m *Message, b *Block) {
	m.Trailers = append(m.Trailers, c.keep(s, m, b)...)
}

func (m *Message) addInterim(fields []hpack.Field) {
	switch {
	case len(fields) == 0:
	case len(m.Interim) < maxInterim:
		m.Interim = append(m.Interim, fields)
	default:
		m.Omitted += len(fields)
	}
}

// fieldOverhead is what a kept field takes besides its name and value, rounded
// up.
const fieldOverhead = 80

// keep copies the fields of a section of s into memory of s, where they are
// asked for and as far as their limit allows.
func (c *Conn) keep(s *stream, m *Message, b *Block) []hpack.Field {
	m.Incomplete = m.Incomplete || b.Incomplete || b.Err != nil
	m.Omitted += b.Omitted
	if !c.cfg.Messages {
		return nil
	}
	n := 0
	for ; n < len(b.Fields); n++ {
		size := len(b.Fields[n].Name) + len(b.Fields[n].Value) + fieldOverhead
		if c.streams.kept+size > c.cfg.Limits.Fields {
			break
		}
		c.streams.kept += size
		s.kept += size
	}
	m.Omitted += len(b.Fields) - n
	kept := slices.Clone(b.Fields[:n])
	for i := range kept {
		f := &kept[i]
		f.Name, f.Value = s.keepOctets(f.Name), s.keepOctets(f.Value)
	}
	return kept
}

// keepOctets appends to the stream's octets. Earlier slices stay valid where
// that moves them: they keep what they point to alive.
func (s *stream) keepOctets(p []byte) []byte {
	if p == nil {
		return nil
	}
	start := len(s.octets)
	s.octets = append(s.octets, p...)
	return s.octets[start:len(s.octets):len(s.octets)]
}

// classify reads from the request what kind of exchange it begins.
func (s *stream) classify(facts *sectionFacts) {
	if string(facts.method) == "CONNECT" {
		s.Kind = KindConnect
		if facts.protocol != nil {
			s.Kind = KindExtendedConnect
		}
	}
	if !s.Priority.HasUrgency && facts.priority != nil { // a PRIORITY_UPDATE that came before wins (RFC 9218, Section 7)
		s.Priority.setUrgency(facts.priority)
	}
}
