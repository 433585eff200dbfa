package exchange

import (
	"fmt"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/content"
)

// Content is the content of one message, its content codings undone.
type Content struct {
	// Octets are those that are there, up to the first hole or limit. They may
	// be the Body's own.
	Octets []byte
	Wire   uint64 // how long it was as sent, with the holes
	Size   uint64 // how long it is decoded: of Octets, or more where that is known
	// Decoded are the codings that were undone: "gzip".
	Decoded []string
	Type    content.MediaType
	// Complete says that Octets are all of it, and all codings undone.
	Complete bool
	// Notes say in a sentence each what is missing or wrong.
	Notes []string
}

// Content is what a side sent as the content of its message. limit is how many
// octets are decoded.
func (x *Exchange) Content(side h2decode.Side, limit int) Content {
	b, m := x.Bodies[side], x.Message(side)
	c := Content{Octets: b.Beginning(), Wire: m.DataBytes, Size: m.DataBytes, Complete: b.Complete() && !b.doubted && b.Unheld == 0 && m.Complete}
	c.Type, _ = content.ParseMediaType(string(m.Field("content-type")))
	c.Notes = x.lacks(side)
	if unseen := m.DataBytes - min(m.DataBytes, b.Length()+b.Unheld); unseen > 0 {
		c.note("%d octets of the content were not gathered", unseen)
		c.Complete = false
	}
	if codings := Values(m.Fields, "content-encoding"); len(codings) > 0 && len(c.Octets) > 0 {
		c.decode(strings.Join(codings, ","), limit)
	}
	return c
}

func (c *Content) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

func (c *Content) decode(codings string, limit int) {
	decoded, r := content.Decode(nil, c.Octets, codings, limit)
	if len(r.Applied) > 0 {
		c.Decoded = r.Applied
		c.Octets, c.Size = decoded, uint64(len(decoded))
	}
	if r.Trouble != "" && (c.Complete || !r.Truncated) { // a cut body is said already
		c.note("%s", r.Trouble)
	}
	if len(r.Left) > 0 {
		c.note("the coding %s was not undone", strings.Join(r.Left, ", "))
	}
	c.Complete = c.Complete && r.Complete
}

// lacks says what of a body was not kept.
func (x *Exchange) lacks(side h2decode.Side) (notes []string) {
	b, m := x.Bodies[side], x.Message(side)
	if n := b.Lost(); n > 0 {
		notes = append(notes, fmt.Sprintf("the capture lacks %d octets of the content, the first at %d", n, b.Holes()[0].Offset))
	}
	if n := b.Omitted(); n > 0 {
		notes = append(notes, fmt.Sprintf("%d octets of the content are beyond --max-body", n))
	}
	if b.doubted {
		notes = append(notes, fmt.Sprintf("frames were lost when %d octets of the content had come: there may be more between them and what follows", b.sure))
	}
	if b.Unheld > 0 {
		notes = append(notes, fmt.Sprintf("%d octets of the content were not kept: bodies of the connection took %d MiB", b.Unheld, MaxHeld>>20))
	}
	if !m.Complete && m.DataBytes > 0 && !x.Tunnel() {
		notes = append(notes, "the content is cut: its end was not seen")
	}
	return notes
}
