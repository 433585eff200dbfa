package content

// DefaultMaxBody is how many octets of one message are kept unless told
// otherwise.
const DefaultMaxBody = 10 << 20

// maxHoles is how many holes of one body are told apart. Beyond them nothing
// more is kept.
const maxHoles = 1024

// A Hole is a range of a body that the capture lacks, in octets from the body's
// beginning.
type Hole struct{ Offset, Length uint64 }

// A Body gathers the octets of one message's content as they come, up to a
// limit, and counts the rest. The zero Body keeps none.
type Body struct {
	limit  int
	octets []byte // without the holes
	holes  []Hole
	length uint64
	full   bool
	past   uint64 // octets that came and were not kept
	lost   uint64 // octets that are missing
}

// NewBody makes a Body that keeps limit octets.
func NewBody(limit int) *Body { return &Body{limit: max(limit, 0)} }

// Write takes the next octets. It keeps a copy of what is within the limit.
func (b *Body) Write(octets []byte) {
	n := len(octets)
	if b.full {
		n = 0
	}
	n = min(n, b.limit-len(b.octets))
	b.octets = append(b.octets, octets[:n]...)
	b.length += uint64(len(octets))
	b.past += uint64(len(octets) - n)
	b.full = b.full || n < len(octets)
}

// Missing says that the next n octets are not in the capture.
func (b *Body) Missing(n uint64) {
	last := len(b.holes) - 1
	switch {
	case n == 0:
	case last >= 0 && b.holes[last].Offset+b.holes[last].Length == b.length:
		b.holes[last].Length += n
	case last+1 < maxHoles:
		b.holes = append(b.holes, Hole{b.length, n})
	default:
		b.full = true // what follows could not be put in its place
	}
	b.length += n
	b.lost += n
}

// Length is how long the content was on the wire as far as it was seen to go, in
// octets: with the holes, and with what is beyond the limit.
func (b *Body) Length() uint64 { return b.length }

// Octets are those that were kept, the holes left out. They belong to the Body
// and change with the next Write.
func (b *Body) Octets() []byte { return b.octets }

// Beginning are the octets up to the first hole: what a content coding can be
// undone from. They belong to the Body.
func (b *Body) Beginning() []byte {
	if len(b.holes) == 0 {
		return b.octets
	}
	return b.octets[:min(uint64(len(b.octets)), b.holes[0].Offset)]
}

// Holes are the ranges that the capture lacks, in order: the first 1,024 of them.
// They belong to the Body.
func (b *Body) Holes() []Hole { return b.holes }

// Lost is how many octets the capture lacks, in all holes.
func (b *Body) Lost() uint64 { return b.lost }

// Omitted is how many octets came and were not kept.
func (b *Body) Omitted() uint64 { return b.past }

// Complete reports whether all octets are kept.
func (b *Body) Complete() bool { return b.past == 0 && b.lost == 0 }
