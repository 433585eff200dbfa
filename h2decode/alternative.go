package h2decode

import (
	"bytes"

	"h2scope/hpack"
)

// applyAltSvc looks for an alternative in an ALTSVC frame: one that is the
// server's, and whose origin stands where its stream asks for it (RFC 7838,
// Section 4).
func (c *Conn) applyAltSvc(p *AltSvcFrame) {
	e := &c.frameEvent
	if e.From == Server && (e.Header.Stream == 0) == (len(p.Origin) > 0) {
		c.seeAlternative(p.FieldValue)
	}
}

// scanAlternatives looks for an Alt-Svc field in a response.
func (c *Conn) scanAlternatives(b *Block) {
	if c.altSeen {
		return
	}
	for i := range b.Fields {
		if f := &b.Fields[i]; len(f.Name) == len("alt-svc") && string(f.Name) == "alt-svc" && f.Trust() == hpack.Exact {
			c.seeAlternative(f.Value)
		}
	}
}

// seeAlternative tells of the first value that names HTTP/3.
func (c *Conn) seeAlternative(value []byte) {
	if c.altSeen || !namesHTTP3(value) {
		return
	}
	c.altSeen = true
	c.sink.Event(&AlternativeSeen{Origin: c.origin(c.frameEvent.Offset), Value: value})
}

// namesHTTP3 reports whether an Alt-Svc field value (RFC 7838, Section 3) has a
// member whose protocol is h3 (RFC 9114, Section 3.1.1) or a draft of it.
func namesHTTP3(value []byte) bool {
	for member := range bytes.SplitSeq(value, []byte{','}) {
		protocol, authority, _ := bytes.Cut(bytes.TrimSpace(member), []byte{'='})
		draft := bytes.HasPrefix(protocol, []byte("h3-"))
		if (draft || string(protocol) == "h3") && bytes.HasPrefix(authority, []byte{'"'}) {
			return true
		}
	}
	return false
}
