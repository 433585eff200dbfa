package tui

import (
	"bytes"
	"math"
	"strconv"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
	"h2scope/hpack"
)

// A block is a field block decoded from its octets.
type block struct {
	fields  []blockField
	updates []uint32 // of the table's size
	wire    int      // octets of the block that are at hand
	section uint64   // the size of the field section
	trouble string
	pieces  []piece
}

// A blockField is a field and where in the block it begins.
type blockField struct {
	hpack.Field
	at int
}

// A piece is a fragment of a block: where it begins in the block, and in the
// octets of the frames.
type piece struct{ block, octets, length int }

type blockKey struct {
	conn, frame uint64
	octets      int // how many were at hand
}

// blockOf decodes the block that a frame is of. octets are those of all its
// frames.
func (m *Model) blockOf(c *timeline.Conn, f *timeline.Frame, octets []byte) block {
	first, _ := blockFrames(c, f)
	return m.memo.block.get(blockKey{c.Number(), first.Number, len(octets)}, func() block { return decodeBlock(c, &first, octets) })
}

// decodeBlock decodes the block that begins with a frame by the table that was in
// force before it.
func decodeBlock(c *timeline.Conn, first *timeline.Frame, octets []byte) (b block) {
	fragment := b.gather(octets)
	b.wire = len(fragment)
	table := c.Table(first.From, first.Number-1)
	if !table.Known {
		b.trouble = "the table before this block is not known"
		return b
	}
	d := prime(&table)
	d.Begin()
	fields, n, err := d.Decode(nil, fragment, true)
	if err != nil {
		b.trouble = err.Error()
	} else if v := d.Violations(); len(v) > 0 {
		b.trouble = v[0].Error()
	}
	b.section, b.updates = d.SectionSize(), append(b.updates, d.SizeUpdates()...)
	b.place(fields, n, &table)
	return b
}

// gather puts the fragments of the frames together, and notes where they lie.
func (b *block) gather(octets []byte) []byte {
	var fragment []byte
	for at := 0; at+h2decode.HeaderLength <= len(octets); {
		h := h2decode.ParseFrameHeader(octets[at:])
		body := at + h2decode.HeaderLength
		end := min(len(octets), body+int(h.Length))
		h.Length = uint32(end - body)
		payload, _ := h2decode.ParsePayload(h, octets[body:end])
		part := fragmentOf(payload)
		if len(part) > 0 {
			in := body + fragmentOffset(h)
			b.pieces = append(b.pieces, piece{len(fragment), in, len(part)})
			fragment = append(fragment, part...)
		}
		at = end
	}
	return fragment
}

func fragmentOf(p h2decode.Payload) []byte {
	switch p := p.(type) {
	case *h2decode.HeadersFrame:
		return p.Fragment
	case *h2decode.PushPromiseFrame:
		return p.Fragment
	case *h2decode.ContinuationFrame:
		return p.Fragment
	}
	return nil
}

// fragmentOffset is how many octets of a payload stand before its fragment.
func fragmentOffset(h h2decode.FrameHeader) int {
	n := 0
	if h.Type != h2decode.TypeContinuation && h.Flags.Has(h2decode.FlagPadded) {
		n++
	}
	if h.Type == h2decode.TypeHeaders && h.Flags.Has(h2decode.FlagPriority) {
		n += 5
	}
	if h.Type == h2decode.TypePushPromise {
		n += 4
	}
	return n
}

// place says of each field where it begins, and takes its trust from the table.
// What stands before the first field is size updates.
func (b *block) place(fields []hpack.Field, consumed int, table *timeline.Table) {
	for i := range fields {
		consumed -= fields[i].Wire
	}
	at, inserted := consumed, 0
	for _, f := range fields {
		f.Name, f.Value = bytes.Clone(f.Name), bytes.Clone(f.Value)
		if i := int(f.Index) - staticEntries - 1 - inserted; f.Index > staticEntries && i >= 0 && i < table.Len() {
			e := table.Entry(i)
			f.NameTrust = max(f.NameTrust, e.NameTrust)
			if f.Representation == hpack.Indexed {
				f.ValueTrust = max(f.ValueTrust, e.ValueTrust)
			}
		}
		if f.Representation == hpack.Incremental {
			inserted++
		}
		b.fields = append(b.fields, blockField{f, at})
		at += f.Wire
	}
}

// staticEntries is how many entries the static table has (RFC 7541, Appendix A).
const staticEntries = 61

// octets is where a range of the block lies in the octets of the frames.
func (b *block) octets(from, to int) (int, int) {
	begin, end := 0, 0
	for _, p := range b.pieces {
		if from >= p.block && from < p.block+p.length {
			begin = p.octets + from - p.block
		}
		if to > p.block && to <= p.block+p.length {
			end = p.octets + to - p.block
		}
	}
	return begin, max(begin, end)
}

// prime makes a decoder whose table is a given one: it is told the entries, the
// oldest first, as literals with incremental indexing (RFC 7541, Section 6.2.1).
func prime(t *timeline.Table) *hpack.Decoder {
	d := hpack.NewLateDecoder()
	if t.MaxSizeKnown && t.Complete {
		d = hpack.NewDecoder(t.MaxSize)
	}
	d.MaxFieldSection, d.MaxString = -1, -1
	var literals []byte
	for i := t.Len() - 1; i >= 0; i-- {
		e := t.Entry(i)
		literals = hpack.AppendLiteral(literals, hpack.Incremental, 0, e.Name, e.Value, hpack.HuffmanNever)
	}
	_, _ = d.DecodeBlock(nil, literals)
	d.SetMaxTableSize(math.MaxUint32) // whether an update is allowed the rules judge
	return d
}

// representation says how a field stood on the wire.
func representation(f *hpack.Field) string {
	text := f.Representation.String()
	if f.Index > 0 {
		text += " " + strconv.FormatUint(f.Index, 10)
	}
	return text
}
