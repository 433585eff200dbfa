package hpack

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// codes lists what the block broke.
func codes(d *Decoder) (list []Code) {
	for _, v := range d.Violations() {
		list = append(list, v.Code)
	}
	return list
}

// TestUnreadable has the defects after which the rest of the block can't be
// read.
func TestUnreadable(t *testing.T) {
	for _, c := range []struct {
		defect, wire string
		want         Error
		fields       int
		text         string
	}{
		{"index cut", "82 ff", Error{Code: ErrTruncated, Offset: 1}, 1,
			"hpack: field block ends within a representation at octet 1: RFC 7541, Section 6"},
		{"size update cut", "3f", Error{Code: ErrTruncated}, 0, ""},
		{"name cut", "40 03 61 62", Error{Code: ErrTruncated, Value: 3, Limit: 2}, 0, ""},
		{"no value", "82 40 01 61", Error{Code: ErrTruncated, Offset: 1}, 1, ""},
		{"value cut", "40 01 61 02 62", Error{Code: ErrTruncated, Value: 2, Limit: 1}, 0, ""},
		{"index of eleven octets", "82 ff ffffffffffffffffff 00", Error{Code: ErrIntegerOverflow, Offset: 1}, 1,
			"hpack: integer too large at octet 1: RFC 7541, Section 5.1"},
		{"length of eleven octets", "00 7f 80808080808080808080 00", Error{Code: ErrIntegerOverflow}, 0, ""},
		{"string above the limit", "82 00 01 61 7f 02", Error{Code: ErrStringTooLong, Offset: 1, Value: 129, Limit: 100}, 1,
			"hpack: string too long (129, limit 100) at octet 1: RFC 7541, Section 7.4"},
		{"length of 2^62", "00 7f ffffffffffffffff 3f", Error{Code: ErrStringTooLong, Value: 127 + 1<<62 - 1, Limit: 100}, 0, ""},
	} {
		t.Run(c.defect, func(t *testing.T) {
			d := NewDecoder(4096)
			d.MaxString = 100
			d.DecodeBlock(nil, fromHex(t, "40 01 61 01 62"))
			fields, err := d.DecodeBlock(nil, fromHex(t, c.wire))
			var e *Error
			if !errors.As(err, &e) || *e != c.want || !errors.Is(err, c.want.Code) {
				t.Fatalf("got %v, want %v", err, &c.want)
			}
			if c.text != "" && err.Error() != c.text {
				t.Errorf("says %q", err)
			}
			if len(fields) != c.fields {
				t.Errorf("%d fields", len(fields))
			}
			if _, n, again := d.Decode(nil, []byte{0x82}, true); again != err || n != 0 {
				t.Errorf("the rest of the block was decoded: %v", again)
			}
			// The rest may have changed the table.
			fields, err = d.DecodeBlock(nil, []byte{0xbe, 0x82})
			if err != nil || fields[0].Trust() != Uncertain || string(fields[0].Name) != "a" || fields[1].Trust() != Exact {
				t.Errorf("then: %+v %v", fields, err)
			}
		})
	}
}

// TestViolations has the defects that leave the block readable.
func TestViolations(t *testing.T) {
	for _, c := range []struct {
		defect, wire string
		want         []Error
		fields       []string
		table        []string
	}{
		{"index 0", "80 82", []Error{{ErrInvalidIndex, 0, 0, 61}}, []string{": ", ":method: GET"}, nil},
		{"index beyond the static table", "82 be", []Error{{ErrInvalidIndex, 1, 62, 61}}, []string{":method: GET", ": "}, nil},
		{"index beyond the dynamic table", "40 01 61 01 62 bf be", []Error{{ErrInvalidIndex, 5, 63, 62}},
			[]string{"a: b", ": ", "a: b"}, []string{"a: b"}},
		{"name's index beyond the table, inserted", "7f 00 01 62 be", []Error{{ErrInvalidIndex, 0, 63, 61}},
			[]string{": b", ": b"}, []string{": b"}},
		{"EOS in an inserted value", "40 01 61 84 ffffffff be", []Error{{ErrHuffmanEOS, 0, 0, 0}},
			[]string{"a: ", "a: "}, []string{"a: "}},
		{"EOS in a name", "00 84 ffffffff 01 62", []Error{{ErrHuffmanEOS, 0, 0, 0}}, []string{": b"}, nil},
		{"padding of a whole octet", "40 01 61 82 07ff be", []Error{{ErrLongHuffmanPadding, 0, 0, 0}},
			[]string{"a: 0", "a: 0"}, []string{"a: 0"}},
		{"size update behind a field", "40 01 61 01 62 82 20", []Error{{ErrLateSizeUpdate, 6, 0, 0}},
			[]string{"a: b", ":method: GET"}, nil},
		{"size update above the limit", "3f e2 1f 82", []Error{{ErrSizeUpdateTooLarge, 0, 4097, 4096}}, []string{":method: GET"}, nil},
		{"both", "82 3f e2 1f", []Error{{ErrLateSizeUpdate, 1, 0, 0}, {ErrSizeUpdateTooLarge, 1, 4097, 4096}}, []string{":method: GET"}, nil},
	} {
		t.Run(c.defect, func(t *testing.T) {
			d := NewDecoder(4096)
			fields, err := d.DecodeBlock(nil, fromHex(t, c.wire))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(d.Violations(), c.want) || d.ViolationCount() != len(c.want) {
				t.Errorf("got %v, want %v", d.Violations(), c.want)
			}
			equal(t, "fields", texts(fields), c.fields)
			equal(t, "table", tableTexts(d.Table()), c.table)
			for _, f := range fields {
				if (f.Name == nil) != (f.NameTrust == Unknown) || (f.Value == nil) != (f.ValueTrust == Unknown) {
					t.Errorf("%+v: an Unknown one is nil, and no other", f)
				}
			}
			if d.Begin(); d.ViolationCount() != 0 || len(d.Violations()) != 0 {
				t.Error("the next block has them too")
			}
		})
	}
}

func TestViolationsAreBounded(t *testing.T) {
	d := NewDecoder(4096)
	d.DecodeBlock(nil, slices.Repeat([]byte{0x80}, 1000))
	if len(d.Violations()) != 64 || d.ViolationCount() != 1000 {
		t.Errorf("%d of %d", len(d.Violations()), d.ViolationCount())
	}
}

// TestSizeUpdates follows RFC 7541, Section 4.2: what the encoder owes after
// its peer has lowered the limit.
func TestSizeUpdates(t *testing.T) {
	for _, c := range []struct {
		name    string
		limits  []uint32
		wire    string
		updates []uint32
		want    []Code
		maximum uint32
		entries int // of the two that stood in the table, 34 octets each
	}{
		{"limit raised: no update needed", []uint32{65536}, "82", nil, nil, 4096, 2},
		{"limit raised, and used", []uint32{65536}, "3f e1 ff 03 82", []uint32{65536}, nil, 65536, 2},
		{"limit lowered, and kept", []uint32{34}, "3f 03 82", []uint32{34}, nil, 34, 1},
		{"lowered below the limit", []uint32{100}, "20 82", []uint32{0}, nil, 0, 0},
		{"lowered to 0 and raised: two updates", []uint32{0, 4096}, "20 3f e1 1f 82", []uint32{0, 4096}, nil, 4096, 0},
		{"lowered to 0 and raised: the lowest is missing", []uint32{0, 4096}, "3f e1 1f 82", []uint32{4096}, []Code{ErrMissingSizeUpdate}, 4096, 2},
		{"lowered below the size and raised: two updates", []uint32{50, 4096}, "3f 13 3f e1 1f 82", []uint32{50, 4096}, nil, 4096, 1},
		{"limit lowered, no update", []uint32{34}, "82", nil, []Code{ErrMissingSizeUpdate}, 4096, 2},
		{"limit lowered, empty block", []uint32{34}, "", nil, []Code{ErrMissingSizeUpdate}, 4096, 2},
		{"limit lowered, update behind a field", []uint32{34}, "82 3f 03", []uint32{34}, []Code{ErrMissingSizeUpdate, ErrLateSizeUpdate}, 34, 1},
		{"limit lowered, update above it", []uint32{34}, "3f 04 82", []uint32{35}, []Code{ErrSizeUpdateTooLarge, ErrMissingSizeUpdate}, 35, 1},
		{"update of 2^40", nil, "3f e1 ff ff ff ff 1f 82", []uint32{1<<32 - 1}, []Code{ErrSizeUpdateTooLarge}, 1<<32 - 1, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder(4096)
			d.DecodeBlock(nil, fromHex(t, "40 01 61 01 62 40 01 63 01 64"))
			for _, n := range c.limits {
				d.SetMaxTableSize(n)
				if got, known := d.Limit(); got != n || !known {
					t.Errorf("limit %d, want %d", got, n)
				}
			}
			if _, err := d.DecodeBlock(nil, fromHex(t, c.wire)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(d.SizeUpdates(), c.updates) || !slices.Equal(codes(d), c.want) {
				t.Errorf("updates %v, violations %v", d.SizeUpdates(), d.Violations())
			}
			if got, known := d.Table().MaxSize(); got != c.maximum || !known || d.Table().Len() != c.entries {
				t.Errorf("maximum %d, %d entries", got, d.Table().Len())
			}
			if d.DecodeBlock(nil, []byte{0x82}); d.ViolationCount() > 0 {
				t.Errorf("said again in the next block: %v", d.Violations())
			}
		})
	}
}

// TestBlockInPieces decodes a block as it comes in HEADERS and CONTINUATION
// frames of every size.
func TestBlockInPieces(t *testing.T) {
	blocks, _ := benchmarkBlocks()
	for size := 1; size < 40; size++ {
		whole, pieces := NewDecoder(4096), NewDecoder(4096)
		for _, block := range blocks {
			want, err := whole.DecodeBlock(nil, block)
			if err != nil {
				t.Fatal(err)
			}
			got, err := decodePieces(pieces, block, func(int) int { return size })
			if err != nil || !sameFields(got, want) {
				t.Fatalf("pieces of %d: %q (%v), want %q", size, texts(got), err, texts(want))
			}
		}
	}
}

// decodePieces offers a block piece by piece, what was left in front of the next.
func decodePieces(d *Decoder, block []byte, size func(left int) int) (fields []Field, err error) {
	d.Begin()
	var held []byte
	for {
		k := min(size(len(block)), len(block))
		held = append(held, block[:k]...)
		block = block[k:]
		var n int
		if fields, n, err = d.Decode(fields, held, len(block) == 0); err != nil || len(block) == 0 {
			return fields, err
		}
		held = slices.Clone(held[n:]) // so that nothing may point into the old octets
	}
}

func sameFields(a, b []Field) bool {
	return slices.EqualFunc(a, b, func(a, b Field) bool { return reflect.DeepEqual(a, b) })
}

// TestEveryPrefix: each prefix of a valid block is an error, or a shorter valid
// block; asked for more, no field comes of what is cut.
func TestEveryPrefix(t *testing.T) {
	blocks, _ := benchmarkBlocks()
	for _, block := range blocks[:3] {
		want, _ := NewLateDecoder().DecodeBlock(nil, block)
		for i := range block {
			fields, err := NewLateDecoder().DecodeBlock(nil, block[:i])
			if err != nil && !errors.Is(err, ErrTruncated) || !sameFields(fields, want[:len(fields)]) {
				t.Fatalf("%d octets: %v %q", i, err, texts(fields))
			}
			d := NewLateDecoder()
			d.Begin()
			more, n, moreErr := d.Decode(nil, block[:i], false)
			if moreErr != nil || !sameFields(more, fields) || (n == i) != (err == nil) {
				t.Fatalf("%d octets: consumed %d, %v", i, n, moreErr)
			}
		}
	}
}

func TestUnfinishedBlockCountsAsMissed(t *testing.T) {
	d := NewDecoder(4096)
	d.DecodeBlock(nil, fromHex(t, "40 01 61 01 62"))
	d.Begin()
	d.Decode(nil, []byte{0x82}, false)
	if fields, _ := d.DecodeBlock(nil, []byte{0xbe}); fields[0].Trust() != Uncertain {
		t.Errorf("%v", fields[0].Trust())
	}
}

// TestHPACKBomb decodes 8,000 references to an entry of 3,900 octets: 31 MB of
// fields from 8 KB. What is beyond the limit costs nothing but its octet.
func TestHPACKBomb(t *testing.T) {
	d := NewDecoder(4096)
	insert := AppendLiteral(nil, Incremental, 0, "bomb", strings.Repeat("A", 3900), HuffmanNever)
	if _, err := d.DecodeBlock(nil, insert); err != nil {
		t.Fatal(err)
	}
	block := slices.Repeat([]byte{0xbe}, 8000)
	fields, err := d.DecodeBlock(nil, block)
	if err != nil || len(fields) != DefaultMaxFieldSection/3936 || d.Omitted() != 8000-len(fields) {
		t.Errorf("%d fields, %d omitted, %v", len(fields), d.Omitted(), err)
	}
	if want := uint64(8000 * 3936); d.SectionSize() != want {
		t.Errorf("section of %d, want %d", d.SectionSize(), want)
	}
	if n := allocations(t, func() { fields, _ = d.DecodeBlock(fields[:0], block) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestOmittedLiterals: fields beyond the limit still change the table.
func TestOmittedLiterals(t *testing.T) {
	d := NewDecoder(4096)
	d.MaxFieldSection = 40
	var block []byte
	for _, r := range []Representation{WithoutIndexing, Incremental, NeverIndexed} {
		block = AppendLiteral(block, r, 0, "name", r.String(), HuffmanAuto)
	}
	fields, err := d.DecodeBlock(nil, block)
	if err != nil || len(fields) != 0 || d.Omitted() != 3 || len(d.arena.chunk) != 0 {
		t.Errorf("%d fields, %d omitted, %v", len(fields), d.Omitted(), err)
	}
	equal(t, "table", tableTexts(d.Table()), []string{"name: incremental"})
}

// TestFieldsStayUntilBegin: literals of one block do not overwrite each other,
// however long they are, and do not point into the caller's octets.
func TestFieldsStayUntilBegin(t *testing.T) {
	var block []byte
	var want []string
	for i := range 60 {
		value := strings.Repeat(fmt.Sprint(i%10), i*40)
		r := []Representation{WithoutIndexing, NeverIndexed, Incremental}[i%3]
		block = AppendLiteral(block, r, 0, "n", value, Huffman(i%2)*HuffmanNever)
		want = append(want, "n: "+value)
	}
	d := NewDecoder(4096)
	for range 3 {
		octets := slices.Clone(block)
		fields, err := d.DecodeBlock(nil, octets)
		clear(octets)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "fields", texts(fields), want)
	}
}

// TestEntryAboveMaximum: it empties the table without being inserted, and its
// name may be that of an entry that goes (RFC 7541, Section 4.4).
func TestEntryAboveMaximum(t *testing.T) {
	d := NewDecoder(100)
	block := AppendLiteral(fromHex(t, "40 01 61 01 62 40 01 63 01 64"), Incremental, 63, "", strings.Repeat("v", 70), HuffmanNever)
	fields, err := d.DecodeBlock(nil, block)
	if err != nil || texts(fields)[2] != "a: "+strings.Repeat("v", 70) {
		t.Errorf("%q %v", texts(fields), err)
	}
	if table := d.Table(); table.Len() != 0 || table.Size() != 0 || table.Inserted() != 2 || !table.Complete() {
		t.Errorf("%d entries, size %d", table.Len(), table.Size())
	}
}

// TestLongStringIsNotKept: one long string must not cost its length for ever.
func TestLongStringIsNotKept(t *testing.T) {
	d := NewDecoder(4096)
	value := strings.Repeat("v", 500_000)
	fields, err := d.DecodeBlock(nil, AppendLiteral(nil, WithoutIndexing, 0, "n", value, HuffmanAuto))
	if err != nil || d.Omitted() != 1 || len(fields) != 0 {
		t.Errorf("%d fields, %v", len(fields), err)
	}
	if d.Begin(); cap(d.arena.chunk) != 0 {
		t.Errorf("%d octets are kept", cap(d.arena.chunk))
	}
}

func TestReset(t *testing.T) {
	d := NewLateDecoder()
	if _, known := d.Limit(); known {
		t.Error("a late decoder can't know the limit")
	}
	d.MaxFieldSection, d.MaxString = 1000, 100
	d.DecodeBlock(nil, fromHex(t, "40 01 61 01 62 ff ff"))
	d.Reset(100)
	if table := d.Table(); !table.Complete() || table.Len() != 0 || table.Inserted() != 0 || d.MaxString != 100 {
		t.Errorf("%+v", table)
	}
	if d.DecodeBlock(nil, []byte{0xbe}); !slices.Equal(codes(d), []Code{ErrInvalidIndex}) {
		t.Errorf("%v", d.Violations())
	}
}
