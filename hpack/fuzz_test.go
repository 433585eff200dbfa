package hpack

import (
	"bytes"
	"math/rand/v2"
	"testing"

	xhpack "golang.org/x/net/http2/hpack"
)

// seedBlocks gives a fuzz target the RFC's examples and a block of each defect.
func seedBlocks(f *testing.F) {
	for _, wire := range []string{
		"400a637573746f6d2d6b65790d637573746f6d2d686561646572", "040c2f73616d706c652f70617468", "100870617373776f726406736563726574",
		"828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "20 3fe11f 82", "40016101418220be", "80", "ff00",
		"4001618207ff", "400161 84ffffffff", "3fe21f", "7fffffffffffffffffff00", "0f0f0161", "5882843f3f3f3f3f3f3f9cbf",
	} {
		f.Add(fromHex(f, wire))
	}
	blocks, _ := benchmarkBlocks()
	for _, block := range blocks {
		f.Add(block)
	}
}

// FuzzDecoder decodes arbitrary octets, cut in three blocks, as
// golang.org/x/net does. What that refuses is an error here, or a violation.
//
// There are two differences. A size update behind a field is a violation even
// when the table is empty, which golang.org/x/net lets pass. And a second size
// update at the beginning of a block is right (RFC 7541, Section 4.2), which
// golang.org/x/net refuses unless the first has emptied the table.
func FuzzDecoder(f *testing.F) {
	seedBlocks(f)
	f.Fuzz(func(t *testing.T, p []byte) {
		d := NewDecoder(4096)
		d.MaxFieldSection, d.MaxString = -1, -1
		var want []xhpack.HeaderField
		x := xhpack.NewDecoder(4096, func(f xhpack.HeaderField) { want = append(want, f) })
		for i := range 3 {
			block := p[len(p)*i/3 : len(p)*(i+1)/3]
			want = want[:0]
			_, xerr := x.Write(block)
			if closeErr := x.Close(); xerr == nil {
				xerr = closeErr
			}
			fields, err := d.DecodeBlock(nil, block)
			if xerr != nil {
				if err == nil && d.ViolationCount() == 0 && len(d.SizeUpdates()) < 2 {
					t.Fatalf("%x: golang.org/x/net refuses it (%v)", block, xerr)
				}
				return // it has no table to compare with any more
			}
			if err != nil {
				t.Fatalf("%x: %v", block, err)
			}
			for _, v := range d.Violations() {
				if v.Code != ErrLateSizeUpdate {
					t.Fatalf("%x: %v", block, &v)
				}
			}
			compareFields(t, fields, want)
		}
	})
}

func compareFields(t *testing.T, fields []Field, want []xhpack.HeaderField) {
	t.Helper()
	if len(fields) != len(want) {
		t.Fatalf("%d fields, want %d", len(fields), len(want))
	}
	for i, f := range fields {
		w := want[i]
		if string(f.Name) != w.Name || string(f.Value) != w.Value || f.Trust() != Exact || (f.Representation == NeverIndexed) != w.Sensitive {
			t.Fatalf("field %d: %s %s, want %v", i, f.Name, f.Value, w)
		}
	}
}

// FuzzPieces decodes arbitrary octets whole and in random pieces: to the same
// fields, table and violations.
func FuzzPieces(f *testing.F) {
	seedBlocks(f)
	f.Fuzz(func(t *testing.T, p []byte) {
		for _, whole := range []*Decoder{NewDecoder(4096), NewLateDecoder()} {
			pieces := NewLateDecoder()
			if whole.Table().Complete() {
				pieces = NewDecoder(4096)
			}
			r := rand.New(rand.NewPCG(uint64(len(p)), 1))
			want, err := whole.DecodeBlock(nil, p)
			got, pieceErr := decodePieces(pieces, p, func(left int) int { return r.IntN(left + 1) })
			if (err == nil) != (pieceErr == nil) || err != nil && err.Error() != pieceErr.Error() || !sameFields(got, want) {
				t.Fatalf("%q (%v), want %q (%v)", texts(got), pieceErr, texts(want), err)
			}
			equal(t, "table", tableTexts(pieces.Table()), tableTexts(whole.Table()))
			checkTable(t, whole.Table())
			if pieces.ViolationCount() != whole.ViolationCount() || pieces.SectionSize() != whole.SectionSize() {
				t.Fatalf("%v, want %v", pieces.Violations(), whole.Violations())
			}
		}
	})
}

// checkTable holds a table to its own bookkeeping.
func checkTable(t *testing.T, table *Table) {
	t.Helper()
	var size, doubtful uint64
	for i := range table.n {
		e := table.ring[(table.head-i)&(len(table.ring)-1)]
		size += e.least()
		if i >= table.n-table.doubtful {
			doubtful += e.least()
		}
	}
	if size != table.size || doubtful != table.doubtfulSize || size > table.bound || size > table.room ||
		table.inserted-table.evicted != uint64(table.n) {
		t.Fatalf("size %d, counted %d: %+v", table.size, size, table)
	}
}

// FuzzEncoder encodes fields and size updates made of arbitrary octets;
// golang.org/x/net and this decoder read the same.
func FuzzEncoder(f *testing.F) {
	f.Add([]byte("\x00\x04name\x05value"))
	f.Add([]byte("\x41\x04name\x05value\x10\x04name\x05value\x03\x00\x00\x80\x09"))
	f.Add(bytes.Repeat([]byte("\x00\x01a\x30................................................\x51\x02bb\x00"), 9))
	f.Fuzz(func(t *testing.T, script []byte) {
		e, d := NewEncoder(300), NewDecoder(300)
		var want, got []xhpack.HeaderField
		x := xhpack.NewDecoder(300, func(f xhpack.HeaderField) { got = append(got, f) })
		var block []byte
		flush := func() {
			fields, err := d.DecodeBlock(nil, block)
			_, xerr := x.Write(block)
			if x.Close(); err != nil || xerr != nil || d.ViolationCount() > 0 {
				t.Fatalf("%x: %v %v %v", block, err, xerr, d.Violations())
			}
			compareFields(t, fields, want)
			compareFields(t, fields, got)
			equal(t, "table", tableTexts(d.Table()), tableTexts(e.Table()))
			block, want, got = nil, nil, nil
		}
		for len(script) > 0 {
			op := script[0]
			script = script[1:]
			if op&0x80 != 0 { // a new block, with a size update
				flush()
				block = e.AppendSizeUpdate(block, uint32(op&0x7f)*300/127)
				continue
			}
			var name, value string
			name, script = cutString(script)
			value, script = cutString(script)
			r := Representation(op & 3)
			e.Huffman = Huffman(op >> 4 % 3)
			block = e.AppendField(block, name, value, r)
			want = append(want, xhpack.HeaderField{Name: name, Value: value, Sensitive: r == NeverIndexed})
		}
		flush()
	})
}

// cutString takes a string with a length octet from the front of p.
func cutString(p []byte) (string, []byte) {
	if len(p) == 0 {
		return "", nil
	}
	n := min(int(p[0]), len(p)-1)
	return string(p[1 : 1+n]), p[1+n:]
}
