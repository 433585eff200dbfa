package selftest

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// A comparison counts what is alike and says what is not.
type comparison struct {
	Frames int
	Fields int
	Bodies int

	Windows int // frames that move windows
	States  int // steps of streams
	Stalls  int

	mismatches []string
	more       int // mismatches beyond maxMismatches
}

// maxMismatches is how many mismatches of a check are told; others are counted.
const maxMismatches = 10

func (c *comparison) differ(format string, args ...any) {
	if len(c.mismatches) == maxMismatches {
		c.more++
		return
	}
	c.mismatches = append(c.mismatches, fmt.Sprintf(format, args...))
}

// transcript compares the observation of one connection with what was sent.
func (c *comparison) transcript(o *observation, t *endpoint.Transcript) {
	for i := range min(len(o.frames), len(t.Frames)) {
		c.frame(i+1, &o.frames[i], &t.Frames[i])
	}
	if got, want := len(o.frames), len(t.Frames); got != want {
		c.differ("%d frames; sent were %d", got, want)
	}
	c.times(o, t)
	for _, body := range t.Bodies {
		c.body(o, body)
	}
	if got, want := len(o.bodies), len(t.Bodies); got > want {
		c.differ("data on %d sides of streams; sent was data on %d", got, want)
	}
}

// frame compares one frame: its header, its fields, and its payload, which the
// decoder is made to write anew from what it understood.
func (c *comparison) frame(n int, got *frame, want *endpoint.Frame) {
	header := h2decode.FrameHeader{
		Length: uint32(len(want.Payload)), Type: h2decode.Type(want.Type), Flags: h2decode.Flags(want.Flags),
		Stream: want.Stream, Reserved: want.Reserved,
	}
	switch {
	case got.from != h2decode.Side(want.From) || got.header != header:
		c.differ("frame %d is %s; sent was %s", n, describe(got.from, got.header), describe(h2decode.Side(want.From), header))
		return
	case got.malformed != want.Malformed && !want.Broken: // a broken block may or may not end early
		c.differ("frame %d, %s: malformed is %t; sent was %t", n, header.Type, got.malformed, want.Malformed)
	case got.payload != nil && !want.Malformed && !bytes.Equal(got.payload, want.Payload):
		c.differ("frame %d, %s: its payload is %s; sent was %s", n, header.Type, excerpt(got.payload, want.Payload), excerpt(want.Payload, got.payload))
	case got.payload == nil && header.Type != h2decode.TypeData && !want.Malformed:
		c.differ("frame %d, %s: its payload was not decoded", n, header.Type)
	}
	c.Frames++
	c.section(n, got, want)
}

func (c *comparison) section(n int, got *frame, want *endpoint.Frame) {
	if got.block != (want.Fields != nil) {
		c.differ("frame %d ends a field block: %t; sent was %t", n, got.block, want.Fields != nil)
		return
	}
	switch {
	case got.broken != "" && !want.Broken:
		c.differ("frame %d: its field block is not whole: %s", n, got.broken)
	case got.broken == "" && want.Broken:
		c.differ("frame %d: nothing is found wrong with its field block", n)
	}
	fields := got.fields
	if want.Broken {
		fields = certain(fields)
	}
	if d := differentFields(fields, sentFields(want.Fields)); d != "" {
		c.differ("frame %d: %s", n, d)
	}
	c.Fields += len(got.fields)
}

// times holds the packets' clock against the script's waits: no frame can have
// come earlier than its side had waited.
func (c *comparison) times(o *observation, t *endpoint.Transcript) {
	for i := range min(len(o.frames), len(t.Frames)) {
		if after := o.frames[i].time - o.frames[0].time; after < int64(t.Frames[i].At-t.Frames[0].At) {
			c.differ("frame %d came %d ns after the first; it was sent %v after it at the earliest", i+1, after, t.Frames[i].At)
		}
	}
}

func (c *comparison) body(o *observation, want endpoint.Body) {
	var got [sha256.Size]byte
	if h := o.bodies[bodyKey{want.Stream, h2decode.Side(want.From)}]; h != nil {
		got = [sha256.Size]byte(h.Sum(nil))
	} else {
		got = sha256.Sum256(nil)
	}
	if got != want.SHA256 {
		c.differ("stream %d: the data of the %s has SHA-256 %x; sent was %x", want.Stream, want.From, got[:8], want.SHA256[:8])
	}
	c.Bodies++
}

func describe(from h2decode.Side, h h2decode.FrameHeader) string {
	return fmt.Sprintf("%s of the %s, type %#x, flags %#x, stream %d, %d octets", h.Type, from, uint8(h.Type), uint8(h.Flags), h.Stream, h.Length)
}

// excerpt is b in hex, from a little before where it differs from other.
func excerpt(b, other []byte) string {
	at := 0
	for at < min(len(b), len(other)) && b[at] == other[at] {
		at++
	}
	begin := max(at-4, 0)
	return fmt.Sprintf("…%x… at octet %d of %d", b[begin:min(begin+16, len(b))], begin, len(b))
}
